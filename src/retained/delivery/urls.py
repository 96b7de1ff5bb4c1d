"""Addresses of delivery, below /run/."""

from django.urls import path, register_converter

from retained.delivery.paths import MonthConverter
from retained.delivery.views import (
    differences,
    figures,
    months,
    pauses,
    tickets,
    what_if,
    wholeness,
)

register_converter(MonthConverter, "month")

_AGREEMENT = "run/<str:reference>/"
_FIGURE = f"{_AGREEMENT}<slug:level>/<month:month>/"

urlpatterns = [
    path("run/", months.runs, name="runs"),
    path(_AGREEMENT, months.service_levels, name="service_levels"),
    path(f"{_AGREEMENT}measure/", months.measure_again, name="measure_again"),
    path(f"{_AGREEMENT}wholeness/", wholeness.wholeness, name="wholeness"),
    path(f"{_AGREEMENT}what-if/", what_if.what_if, name="what_if"),
    path(_FIGURE, figures.figure, name="figure"),
    path(f"{_FIGURE}differences/", differences.differences, name="differences"),
    path(f"{_FIGURE}pauses/", pauses.pause_audit, name="pause_audit"),
    path(f"{_AGREEMENT}<slug:level>/tickets/<str:ticket>/", tickets.ticket, name="ticket"),
]

"""Addresses of delivery, below /run/."""

from django.urls import path, register_converter

from retained.delivery.paths import MonthConverter
from retained.delivery.views import (
    closing,
    credits,
    differences,
    exclusions,
    figures,
    months,
    pauses,
    statements,
    tickets,
    what_if,
    wholeness,
)

register_converter(MonthConverter, "month")

_AGREEMENT = "run/<str:reference>/"
_FIGURE = f"{_AGREEMENT}<slug:level>/<month:month>/"
_CLOSE = f"{_AGREEMENT}<month:month>/close/"
_STATEMENT = f"{_AGREEMENT}<month:month>/statement/<int:number>/"

urlpatterns = [
    path("run/", months.runs, name="runs"),
    path(_AGREEMENT, months.service_levels, name="service_levels"),
    path(f"{_AGREEMENT}measure/", months.measure_again, name="measure_again"),
    path(f"{_AGREEMENT}wholeness/", wholeness.wholeness, name="wholeness"),
    path(f"{_AGREEMENT}what-if/", what_if.what_if, name="what_if"),
    path(_FIGURE, figures.figure, name="figure"),
    path(f"{_FIGURE}differences/", differences.differences, name="differences"),
    path(f"{_FIGURE}pauses/", pauses.pause_audit, name="pause_audit"),
    path(f"{_AGREEMENT}<slug:level>/tickets/<path:ticket>/", tickets.ticket, name="ticket"),
    path(_CLOSE, closing.month_close, name="month_close"),
    path(f"{_CLOSE}report/", closing.month_report, name="month_report"),
    path(f"{_CLOSE}check/", closing.month_check, name="month_check"),
    path(f"{_CLOSE}<int:number>/confirm/", closing.month_confirm, name="month_confirm"),
    path(f"{_CLOSE}<int:number>/drop/", closing.month_drop, name="month_drop"),
    path(f"{_CLOSE}<int:number>/send/", closing.month_send, name="month_send"),
    path(f"{_CLOSE}<int:number>/answer/", closing.month_answer, name="month_answer"),
    path(_STATEMENT, statements.statement, name="statement"),
    path(f"{_STATEMENT}pack/", statements.statement_pack, name="statement_pack"),
    path(f"{_STATEMENT}<slug:form>/", statements.statement_file, name="statement_file"),
    path("answers/<int:answer>/mail/", statements.answer_mail, name="answer_mail"),
    path("exclusions/", exclusions.exclusions, name="exclusions"),
    path("exclusions/ask/", exclusions.exclusion_choose, name="exclusion_choose"),
    path("exclusions/ask/<str:reference>/", exclusions.exclusion_ask, name="exclusion_ask"),
    path("exclusions/<int:exclusion>/", exclusions.exclusion, name="exclusion"),
    path(
        "exclusions/<int:exclusion>/answer/", exclusions.exclusion_answer, name="exclusion_answer"
    ),
    path(
        "exclusions/<int:exclusion>/answer-by-mail/",
        exclusions.exclusion_record_answer,
        name="exclusion_record_answer",
    ),
    path(
        "exclusions/<int:exclusion>/withdraw/",
        exclusions.exclusion_withdraw,
        name="exclusion_withdraw",
    ),
    path("exclusions/<int:exclusion>/mail/", exclusions.exclusion_mail, name="exclusion_mail"),
    path("credits/", credits.credits, name="credits"),
    path("credits/<int:credit>/", credits.credit, name="credit"),
    path("credits/<int:credit>/claim/", credits.credit_claim, name="credit_claim"),
    path("credits/<int:credit>/receive/", credits.credit_receive, name="credit_receive"),
    path("credits/<int:credit>/give-back/", credits.credit_give_back, name="credit_give_back"),
    path("credits/<int:credit>/waive/", credits.credit_waive, name="credit_waive"),
]

"""Addresses of evidence."""

from django.urls import path

from retained.evidence import views, views_rates

urlpatterns = [
    path("exchange-rates/", views_rates.exchange_rates, name="exchange_rates"),
    path("evidence/", views.evidence_sources, name="evidence_sources"),
    path("evidence/send/", views.evidence_send, name="evidence_send"),
    path("evidence/imports/<int:import_run>/", views.evidence_import, name="evidence_import"),
    path(
        "evidence/imports/<int:import_run>/discard/",
        views.evidence_discard,
        name="evidence_discard",
    ),
    path(
        "evidence/imports/<int:import_run>/again/",
        views.evidence_import_again,
        name="evidence_import_again",
    ),
    path("evidence/sources/<str:name>/", views.evidence_source, name="evidence_source"),
    path("evidence/sources/<str:name>/reported/", views.evidence_report, name="evidence_report"),
    path("evidence/sources/<str:name>/<int:number>/", views.evidence_batch, name="evidence_batch"),
    path(
        "evidence/sources/<str:name>/<int:number>/original/",
        views.evidence_original,
        name="evidence_original",
    ),
    path(
        "evidence/sources/<str:name>/<int:number>/remarks/",
        views.evidence_remarks,
        name="evidence_remarks",
    ),
    path(
        "evidence/sources/<str:name>/<int:number>/withdraw/",
        views.evidence_withdraw,
        name="evidence_withdraw",
    ),
]

"""Addresses of agreements; permissions.toml names who may open each."""

from django.urls import path

from retained.contracts.views import changing, editing, reading

urlpatterns = [
    path("agreements/", reading.agreements, name="agreements"),
    path("agreements/new/", changing.agreement_new, name="agreement_new"),
    path("agreements/import/", changing.agreement_import, name="agreement_import"),
    path("agreements/<str:reference>/", reading.agreement, name="agreement"),
    path(
        "agreements/<str:reference>/terms/",
        changing.agreement_terms_edit,
        name="agreement_terms_edit",
    ),
    path(
        "agreements/<str:reference>/service-levels/new/",
        changing.agreement_level_new,
        name="agreement_level_new",
    ),
    path(
        "agreements/<str:reference>/service-levels/<str:level>/change/",
        editing.agreement_level_edit,
        name="agreement_level_edit",
    ),
    path(
        "agreements/<str:reference>/service-levels/<str:level>/remove/",
        editing.agreement_level_remove,
        name="agreement_level_remove",
    ),
    path(
        "agreements/<str:reference>/credits/change/",
        editing.agreement_credits_edit,
        name="agreement_credits_edit",
    ),
    path(
        "agreements/<str:reference>/calendars/<path:calendar>/change/",
        editing.agreement_calendar_edit,
        name="agreement_calendar_edit",
    ),
    path(
        "agreements/<str:reference>/calendars/<path:calendar>/remove/",
        editing.agreement_calendar_remove,
        name="agreement_calendar_remove",
    ),
    path(
        "agreements/<str:reference>/new-calendar/",
        editing.agreement_calendar_new,
        name="agreement_calendar_new",
    ),
    path(
        "agreements/<str:reference>/clocks/<path:clock>/change/",
        editing.agreement_clock_edit,
        name="agreement_clock_edit",
    ),
    path(
        "agreements/<str:reference>/clocks/<path:clock>/remove/",
        editing.agreement_clock_remove,
        name="agreement_clock_remove",
    ),
    path(
        "agreements/<str:reference>/new-clock/",
        editing.agreement_clock_new,
        name="agreement_clock_new",
    ),
    path(
        "agreements/<str:reference>/agreement.yaml",
        reading.agreement_export,
        name="agreement_export",
    ),
    path(
        "agreements/<str:reference>/versions/<int:version>/",
        reading.agreement_version,
        name="agreement_version",
    ),
    path(
        "agreements/<str:reference>/calendars/<str:calendar>/",
        reading.agreement_calendar,
        name="agreement_calendar",
    ),
    path(
        "agreements/<str:reference>/holidays/",
        changing.agreement_freeze_holidays,
        name="agreement_freeze_holidays",
    ),
    path(
        "agreements/<str:reference>/documents/",
        changing.agreement_document_attach,
        name="agreement_document_attach",
    ),
    path(
        "agreements/<str:reference>/documents/<str:document>/",
        changing.agreement_document,
        name="agreement_document",
    ),
    path(
        "agreements/<str:reference>/documents/<str:document>/withdraw/",
        changing.agreement_document_withdraw,
        name="agreement_document_withdraw",
    ),
    path("schemas/agreement-1.schema.json", reading.agreement_schema, name="agreement_schema"),
]

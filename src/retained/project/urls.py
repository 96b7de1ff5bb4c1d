"""Every address of the installation."""

from django.urls import URLPattern, URLResolver, include, path

from retained.project import job_pages, record, style_page, views
from retained.project.api import api

handler403 = "retained.pages.problems.not_allowed"
handler404 = "retained.pages.problems.not_there"
handler500 = "retained.pages.problems.broken"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.overview, name="overview"),
    path("search/", views.search_names, name="search"),
    path("record/", record.record, name="record"),
    path("record/verify/", record.record_verify, name="record_verify"),
    path("record/explain/", record.record_explain, name="record_explain"),
    path("record/chain.jsonl", record.record_export, name="record_export"),
    path("jobs/", job_pages.jobs, name="jobs"),
    path("jobs/<uuid:job>/", job_pages.job_progress, name="job_progress"),
    path("jobs/<uuid:job>/cancel/", job_pages.job_cancel, name="job_cancel"),
    path("jobs/<uuid:job>/retry/", job_pages.job_retry, name="job_retry"),
    path("jobs/<uuid:job>/dismiss/", job_pages.job_dismiss, name="job_dismiss"),
    path("develop/style/", style_page.style, name="style"),
    path("develop/style/progress/", style_page.style_progress, name="style_progress"),
    path("", include("retained.directory.urls")),
    path("", include("retained.delivery.urls")),
    path("", include("retained.evidence.urls")),
    path("", include("retained.strategy.urls")),
    path("", include("retained.contracts.urls")),
    path("", include("retained.portal.urls")),
    path("api/v1/", api.urls),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/3rdparty/", include("allauth.socialaccount.urls")),
    path("accounts/", include("allauth.socialaccount.providers.openid_connect.urls")),
]

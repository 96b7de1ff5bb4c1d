"""Addresses of business cases; permissions.toml names who may open each."""

from django.urls import path

from retained.strategy.views import case_changing, cases

urlpatterns = [
    path("", cases.cases, name="cases"),
    path("new/", case_changing.case_new, name="case_new"),
    path("<str:reference>/", cases.case, name="case"),
    path("<str:reference>/terms/", cases.case_terms, name="case_terms"),
    path("<str:reference>/change/", case_changing.case_change, name="case_change"),
    path("<str:reference>/versions/", cases.case_versions, name="case_versions"),
    path("<str:reference>/versions/<int:version>/", cases.case_version, name="case_version"),
    path("<str:reference>/sign/", case_changing.case_sign, name="case_sign"),
    path("<str:reference>/withdraw/", case_changing.case_withdraw, name="case_withdraw"),
    path("<str:reference>/case.yaml", cases.case_export, name="case_export"),
]

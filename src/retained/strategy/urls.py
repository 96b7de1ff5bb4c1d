"""Addresses of the stage that decides; permissions.toml names who may open each."""

from django.urls import include, path

urlpatterns = [
    path("cases/", include("retained.strategy.urls_cases")),
    path("functions/", include("retained.strategy.urls_portfolio")),
]

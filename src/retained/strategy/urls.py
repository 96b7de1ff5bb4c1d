"""Addresses of the stage that decides; permissions.toml names who may open each."""

from django.urls import include, path

from retained.strategy.views.case_actuals import case_actuals_schema
from retained.strategy.views.cases import case_file_schema
from retained.strategy.views.rate_cards import rate_card_file_schema

urlpatterns = [
    path("schemas/case-1.schema.json", case_file_schema, name="case_schema"),
    path("schemas/actuals-1.schema.json", case_actuals_schema, name="case_actuals_schema"),
    path("schemas/rate-card-1.schema.json", rate_card_file_schema, name="rate_card_schema"),
    path("rate-cards/", include("retained.strategy.urls_rates")),
    path("cases/", include("retained.strategy.urls_cases")),
    path("functions/", include("retained.strategy.urls_portfolio")),
]

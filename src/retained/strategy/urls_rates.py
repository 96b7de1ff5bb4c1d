"""Addresses of rate cards; permissions.toml names who may open each."""

from django.urls import URLPattern, path

from retained.strategy.views import rate_card_files, rate_cards

urlpatterns: list[URLPattern] = [
    path("", rate_cards.rate_cards, name="rate_cards"),
    path("new/", rate_card_files.rate_card_new, name="rate_card_new"),
    path("new/<str:sent_file>/", rate_card_files.rate_card_columns, name="rate_card_columns"),
    path(
        "new/<str:sent_file>/discard/", rate_card_files.rate_card_discard, name="rate_card_discard"
    ),
    path("<str:card>/", rate_cards.rate_card, name="rate_card"),
    path("<str:card>/original/", rate_cards.rate_card_original, name="rate_card_original"),
    path("<str:card>/mapping.yaml", rate_cards.rate_card_mapping, name="rate_card_mapping"),
    path("<str:card>/withdraw/", rate_cards.rate_card_withdraw, name="rate_card_withdraw"),
]

"""Addresses of business cases; permissions.toml names who may open each."""

from django.urls import path

from retained.strategy.views import (
    actuals_accounts,
    actuals_columns,
    begin,
    case_actuals,
    case_benefits,
    case_changing,
    case_compare,
    case_confirming,
    case_living,
    case_pack,
    case_parts,
    case_rates,
    case_trying,
    cases,
)

urlpatterns = [
    path("", cases.cases, name="cases"),
    path("begin/", begin.case_begin, name="case_begin"),
    path("compare/", case_compare.case_compare, name="case_compare"),
    path("new/", case_changing.case_new, name="case_new"),
    path("<str:reference>/", cases.case, name="case"),
    path("<str:reference>/try/", case_trying.case_try, name="case_try"),
    path("<str:reference>/terms/", cases.case_terms, name="case_terms"),
    path(
        "<str:reference>/new-assumption/",
        case_parts.case_assumption_new,
        name="case_assumption_new",
    ),
    path(
        "<str:reference>/assumption-from-rates/",
        case_rates.case_assumption_rates,
        name="case_assumption_rates",
    ),
    path(
        "<str:reference>/assumptions/<str:assumption>/",
        case_parts.case_assumption,
        name="case_assumption",
    ),
    path("<str:reference>/new-option/", case_parts.case_option_new, name="case_option_new"),
    path(
        "<str:reference>/options/<str:option>/new-line/",
        case_parts.case_line_new,
        name="case_line_new",
    ),
    path(
        "<str:reference>/options/<str:option>/lines/<str:line>/",
        case_parts.case_line,
        name="case_line",
    ),
    path(
        "<str:reference>/options/<str:option>/new-benefit/",
        case_benefits.case_benefit_new,
        name="case_benefit_new",
    ),
    path(
        "<str:reference>/options/<str:option>/benefits/<int:place>/",
        case_benefits.case_benefit,
        name="case_benefit",
    ),
    path("<str:reference>/change/", case_changing.case_change, name="case_change"),
    path("<str:reference>/versions/", cases.case_versions, name="case_versions"),
    path("<str:reference>/versions/<int:version>/", cases.case_version, name="case_version"),
    path("<str:reference>/confirm/", case_confirming.case_confirm, name="case_confirm"),
    path("<str:reference>/sign/", case_changing.case_sign, name="case_sign"),
    path("<str:reference>/withdraw/", case_changing.case_withdraw, name="case_withdraw"),
    path("<str:reference>/case.yaml", cases.case_export, name="case_export"),
    path("<str:reference>/board-pack.pdf", case_pack.case_board_pack, name="case_board_pack"),
    path("<str:reference>/workbook.xlsx", case_pack.case_workbook, name="case_workbook"),
    path("<str:reference>/actuals/", case_actuals.case_actuals, name="case_actuals"),
    path(
        "<str:reference>/actuals/mapping/",
        case_actuals.case_actuals_mapping,
        name="case_actuals_mapping",
    ),
    path(
        "<str:reference>/actuals/accounts/",
        actuals_accounts.case_actuals_accounts,
        name="case_actuals_accounts",
    ),
    path(
        "<str:reference>/actuals/columns/<str:sent_file>/",
        actuals_columns.case_actuals_columns,
        name="case_actuals_columns",
    ),
    path(
        "<str:reference>/actuals/columns/<str:sent_file>/aside/",
        actuals_columns.case_actuals_aside,
        name="case_actuals_aside",
    ),
    path(
        "<str:reference>/actuals/<int:file>/",
        case_actuals.case_actuals_file,
        name="case_actuals_file",
    ),
    path(
        "<str:reference>/actuals/<int:file>/withdraw/",
        case_actuals.case_actuals_withdraw,
        name="case_actuals_withdraw",
    ),
    path(
        "<str:reference>/actuals/<int:file>/original/",
        case_actuals.case_actuals_original,
        name="case_actuals_original",
    ),
    path("<str:reference>/living/", case_living.case_living, name="case_living"),
    path(
        "<str:reference>/living/<str:line>/", case_living.case_living_line, name="case_living_line"
    ),
]

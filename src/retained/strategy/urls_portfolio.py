"""Addresses of the portfolio; permissions.toml names who may open each."""

from django.urls import URLPattern, path

from retained.strategy.views import (
    appraisals,
    business_functions,
    function_changes,
    function_lists,
    portfolio,
)
from retained.strategy.views import functions as shown

urlpatterns: list[URLPattern] = [
    path("", portfolio.functions, name="functions"),
    path("new/", function_changes.function_new, name="function_new"),
    path("catalogue/", portfolio.functions_catalogue, name="functions_catalogue"),
    path("import/", function_lists.functions_import, name="functions_import"),
    path("import/template.xlsx", function_lists.functions_template, name="functions_template"),
    path(
        "import/<str:sent_file>/",
        function_lists.functions_import_columns,
        name="functions_import_columns",
    ),
    path(
        "import/<str:sent_file>/discard/",
        function_lists.functions_import_discard,
        name="functions_import_discard",
    ),
    path("schema/function-1.schema.json", shown.function_schema_file, name="function_schema"),
    path("business/", business_functions.business_functions, name="business_functions"),
    path("business/new/", business_functions.business_function_new, name="business_function_new"),
    path(
        "business/<str:business>/",
        business_functions.business_function_edit,
        name="business_function_edit",
    ),
    path(
        "business/<str:business>/retire/",
        business_functions.business_function_retire,
        name="business_function_retire",
    ),
    path(
        "business/<str:business>/bring-back/",
        business_functions.business_function_bring_back,
        name="business_function_bring_back",
    ),
    path("<str:function>/", shown.function, name="function"),
    path("<str:function>/change/", function_changes.function_edit, name="function_edit"),
    path(
        "<str:function>/who-does-what/",
        function_changes.function_who_edit,
        name="function_who_edit",
    ),
    path(
        "<str:function>/options/",
        function_changes.function_options_edit,
        name="function_options_edit",
    ),
    path("<str:function>/text/", function_changes.function_text_edit, name="function_text_edit"),
    path("<str:function>/versions/", shown.function_versions, name="function_versions"),
    path("<str:function>/function.yaml", shown.function_export, name="function_export"),
    path("<str:function>/appraise/", appraisals.function_appraise, name="function_appraise"),
    path("<str:function>/what-if/", appraisals.function_what_if, name="function_what_if"),
    path("<str:function>/retire/", function_changes.function_retire, name="function_retire"),
    path(
        "<str:function>/bring-back/",
        function_changes.function_bring_back,
        name="function_bring_back",
    ),
]

"""Pages that show one IT function: the function itself, its versions, its file."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from retained.directory.access import may
from retained.files.responses import text_response
from retained.pages.request import Request
from retained.strategy.access.cases import cases_to_read
from retained.strategy.access.portfolio import function_to_read
from retained.strategy.engine.function_files import function_schema
from retained.strategy.map_picture import Point, map_chart
from retained.strategy.queries import portfolio as queries
from retained.strategy.queries.function_pages import function_page


@require_GET
def function(request: Request, function: str) -> HttpResponse:
    """Show what is known of a function, and what people's answers speak for."""
    found = function_to_read(request.person, function)
    page = function_page(found, request.person)
    advice = page.advice
    context = {
        "page": page,
        "function": found,
        "terms": page.terms,
        "cases": list(cases_to_read(request.person).filter(functions=found)),
        "chart": map_chart([Point(found.title, advice.advice)]) if advice else None,
        "may_change": may(request.person, "change_functions") and found.retired_at is None,
        "may_retire": may(request.person, "change_functions"),
        "may_appraise": may(request.person, "appraise_functions") and found.retired_at is None,
    }
    return render(request, "strategy/function.html", context)


@require_GET
def function_versions(request: Request, function: str) -> HttpResponse:
    """Show every version of what was known of a function."""
    found = function_to_read(request.person, function)
    context = {"function": found, "versions": queries.versions(found)}
    return render(request, "strategy/function_versions.html", context)


@require_GET
def function_export(request: Request, function: str) -> HttpResponse:
    """Return a function as its YAML file; with ?version= that one, else the newest."""
    found = function_to_read(request.person, function)
    asked = request.GET.get("version", "")
    is_number = asked.isdecimal() and len(asked) < 9
    row = queries.version(found, int(asked)) if is_number else queries.newest_version(found)
    return text_response(row.document, f"{found.reference}-{row.number}.yaml", "application/yaml")


@require_GET
def function_schema_file(request: Request) -> HttpResponse:  # noqa: ARG001 - a page's signature
    """Return the published JSON Schema of a function."""
    return text_response(function_schema(), "function-1.schema.json", "application/schema+json")

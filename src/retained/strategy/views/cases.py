"""Pages that show business cases: the list, what came out, what a case says, its versions."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from retained.directory.access import may
from retained.files.responses import text_response
from retained.pages.addresses import address
from retained.pages.request import Request
from retained.pages.sources import QuerySource
from retained.pages.tables import Column, Filter, Sort, Table, respond
from retained.shared import clock
from retained.shared.errors import NotThereError
from retained.strategy.access.cases import case_to_read, cases_to_read
from retained.strategy.case_words import assumption_rows, line_rows
from retained.strategy.engine.case_comparison import case_differences
from retained.strategy.engine.case_files import case_schema
from retained.strategy.engine.confirming import confirmed_sentence
from retained.strategy.models import BusinessCase, CaseState
from retained.strategy.queries import cases as queries
from retained.strategy.queries.benefits import day_of_goals
from retained.strategy.queries.confirmations import standings_of
from retained.strategy.views.case_result import result_context

_STATES = list(CaseState.choices)


@require_GET
def cases(request: Request) -> HttpResponseBase:
    """Show every case that the reader may read."""
    may_change = may(request.person, "change_cases")
    context: Mapping[str, Any] = {"may_change": may_change}
    return respond(request, _table(request, may_change), "strategy/cases.html", context)


def _table(request: Request, may_change: bool) -> Table:
    def source(chosen: Mapping[str, str]) -> QuerySource[Any]:
        found = queries.cases_named(cases_to_read(request.person), chosen["words"].split())
        if chosen["state"]:
            found = found.filter(state=chosen["state"])
        return QuerySource(queries.cases_by(found), rows=queries.case_rows)

    return Table(
        key="cases",
        caption="Business cases",
        columns=(
            Column("title", "Case", sort="title", link=lambda row: address("case", row.reference),
                   note=lambda row: row.reference),
            Column("state_words", "State", sort="state"),
            Column("best_title", "Best option", note=lambda row: "" if row.best else "being drawn"),
            Column("saving", "Saves on the mean", "money"),
            Column("chance", "Chance that it saves", "share"),
            Column("changed_at", "Last version", "moment", sort="changed_at"),
        ),
        source=source,
        sort=Sort("title"),
        filters=(Filter("words", "Find"), Filter("state", "State", _STATES)),
        empty_title="No case yet",
        empty_text=(
            "A business case says whether handing out an IT function pays: each cost of staying "
            "and of each offer, with what is not sure as ranges."
        ),
        empty_url=reverse("case_begin") if may_change else "",
        empty_label="Begin one with twelve answers",
    )  # fmt: skip


@require_GET
def case(request: Request, reference: str) -> HttpResponse:
    """Show what came out of the newest version of a case."""
    found = case_to_read(request.person, reference)
    version = queries.version_of(found)
    context = case_context(request, found, "result")
    signed = queries.signatures(version)
    on = day_of_goals(found, at=clock.now())
    asked = request.GET.get("option", "")
    context |= result_context(version, request.person, on=on, asked=asked)
    context["signatures"] = signed
    context["functions"] = list(found.functions.all())
    return render(request, "strategy/case.html", context)


@require_GET
def case_terms(request: Request, reference: str) -> HttpResponse:
    """Show what a case says: its assumptions with where they come from, and its lines."""
    found = case_to_read(request.person, reference)
    version = queries.version_of(found)
    terms = queries.terms_written_in(version.document)
    stand = standings_of(version)
    context = case_context(request, found, "terms") | {
        "terms": terms,
        "assumptions": list(zip(assumption_rows(terms), stand, strict=True)),
        "confirmed": confirmed_sentence(stand),
        "options": [
            (row, list(enumerate(terms.options[row.key].benefits, 1))) for row in line_rows(terms)
        ],
    }
    return render(request, "strategy/case_terms.html", context)


@require_GET
def case_versions(request: Request, reference: str) -> HttpResponse:
    """Show how a case came to what it says."""
    found = case_to_read(request.person, reference)
    rows = queries.versions(found)
    older = [*rows[1:], None]
    listed = [
        (row, case_differences(before.terms, row.terms) if before else [])
        for row, before in zip(rows, older, strict=True)
    ]
    context = case_context(request, found, "versions") | {"versions": listed}
    return render(request, "strategy/case_versions.html", context)


@require_GET
def case_version(request: Request, reference: str, version: int) -> HttpResponse:
    """Show one version: its document, and its hash."""
    found = case_to_read(request.person, reference)
    row = next((one for one in queries.versions(found) if one.number == version), None)
    if row is None:
        raise NotThereError("This version")
    context = case_context(request, found, "versions") | {"row": row}
    return render(request, "strategy/case_version.html", context)


@require_GET
def case_export(request: Request, reference: str) -> HttpResponse:
    """Return a version as its YAML file; with ?version= that one, else the newest."""
    found = case_to_read(request.person, reference)
    asked = request.GET.get("version", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 9 else None
    row = queries.version_of(found, number)
    return text_response(row.document, f"{found.reference}-{row.number}.yaml", "application/yaml")


@require_GET
def case_file_schema(request: Request) -> HttpResponse:  # noqa: ARG001 - a page's signature
    """Return the published JSON Schema of a case."""
    return text_response(case_schema(), "case-1.schema.json", "application/schema+json")


def case_context(request: Request, case: BusinessCase, tab: str) -> dict[str, Any]:
    """Return what every page of a case shows: its head and its tabs."""
    is_draft = case.state == CaseState.DRAFT
    return {
        "case": case,
        "tab": tab,
        "is_draft": is_draft,
        "may_change": is_draft and may(request.person, "change_cases"),
        "may_sign": is_draft and may(request.person, "sign_cases"),
    }

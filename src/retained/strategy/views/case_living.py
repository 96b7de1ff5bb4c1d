"""Pages of a living case: how it stands, and the rows behind a line."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from retained.pages import tables
from retained.pages.addresses import address
from retained.pages.request import Request
from retained.pages.sources import QuerySource
from retained.pages.tables import Column, Sort, Table
from retained.strategy import living_pictures
from retained.strategy.access.actuals import may_give_actuals
from retained.strategy.access.cases import case_to_give_actuals, case_to_read, cases_to_read
from retained.strategy.jobs import ask_to_rerun
from retained.strategy.models import CaseRun, CaseState
from retained.strategy.queries import actuals as actuals_queries
from retained.strategy.queries.living import living_written_in, standing_of
from retained.strategy.queries.months import lacking_still, month_rows, months_of
from retained.strategy.views.cases import case_context

_SHOWN_MONTHS = 24


@require_http_methods(["GET", "POST"])
def case_living(request: Request, reference: str) -> HttpResponse:
    """Show how a signed case stands after what came true; sent, have it re-run."""
    if request.method == "POST":
        case = case_to_give_actuals(request.person, reference)
        actuals_queries.signed_terms(case)
        ask_to_rerun(case, by=request.person)
        messages.success(request, "The case is re-run: open this page again in a moment.")
        return redirect("case_living", reference)
    case = case_to_read(request.person, reference)
    context = case_context(request, case, "living")
    context["may_give"] = may_give_actuals(request.person)
    if case.state == CaseState.SIGNED:
        run, is_current = standing_of(case)
        context |= {"run": run, "is_current": is_current} | _figures(run)
        context["monthly"] = month_rows(months_of(case)[:_SHOWN_MONTHS])
        context["lacking"] = month_rows(
            lacking_still(cases_to_read(request.person).filter(pk=case.pk))
        )
    return render(request, "strategy/living.html", context)


@require_GET
def case_living_line(request: Request, reference: str, line: str) -> HttpResponseBase:
    """Show the rows of the ledger behind a line, or those that no line takes."""
    case = case_to_read(request.person, reference)
    terms = actuals_queries.signed_terms(case)
    title = actuals_queries.title_of(terms, line)
    entries = actuals_queries.entries_behind(case, line)
    table = Table(
        key="entries",
        caption=f"Booked to {title}",
        columns=[
            Column("month", "Month", sort="month"),
            Column("text", "Text", sort="text"),
            Column("amount", "Amount", "money", sort="amount_minor"),
            Column("account", "Account", sort="account"),
            Column("cost_centre", "Cost centre", sort="cost_centre"),
            Column("file", "File", link=lambda row: _file_url(reference, row)),
            Column("row", "Row", "number"),
        ],
        source=lambda _: QuerySource(
            entries, rows=lambda some: actuals_queries.entry_rows(some, terms.currency)
        ),
        sort=Sort("month"),
        empty_title="Nothing is booked here",
        empty_text="No entry of a file that counts belongs to it.",
        file_name=f"{reference}-{line}",
    )
    context = case_context(request, case, "living") | {"title": title, "line": line}
    return tables.respond(request, table, "strategy/living_line.html", context)


def _file_url(reference: str, row: Any) -> str:
    return address("case_actuals_file", reference, row.file_id)


def _figures(run: CaseRun | None) -> dict[str, Any]:
    if run is None:
        return {}
    figures = living_written_in(run.document)
    return {
        "figures": figures,
        "planned_chart": living_pictures.planned_chart(figures),
        "chance_chart": living_pictures.chance_chart(figures),
    }

"""Pages of the portfolio as a whole: the tree with its map, and the starter catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from retained.directory.access import may, must
from retained.pages.addresses import address
from retained.pages.request import Request, wanted_fragment
from retained.pages.sources import ListSource
from retained.pages.tables import Column, Filter, Sort, Table, respond
from retained.shared import clock
from retained.strategy.access.portfolio import functions_to_read
from retained.strategy.commands.portfolio import take_from_catalogue
from retained.strategy.engine.catalogue import catalogue
from retained.strategy.engine.function_terms import FunctionTerms
from retained.strategy.engine.own_or_buy import Way
from retained.strategy.engine.questionnaire import WAY_WORDS
from retained.strategy.map_picture import Point, map_chart
from retained.strategy.queries.portfolio import (
    PERFORMERS,
    FunctionRow,
    appraised,
    tree,
)

_OPEN = "open"
_WAYS = [*((way.value, WAY_WORDS[way]) for way in Way), (_OPEN, "Nobody has answered")]
_DEEPEST_SHOWN = 5


@require_GET
def functions(request: Request) -> HttpResponseBase:
    """Show every IT function in its tree, and where the answers put each on the map."""
    rows = tree(functions_to_read(request.person), with_retired=True)
    placed = appraised(row for row in rows if not row.is_retired)
    may_change = may(request.person, "change_functions")
    ends = [row for row in rows if not (row.is_retired or row.has_below)]
    points = [Point(row.title, advice) for row, advice in placed]
    context = {
        "may_change": may_change,
        "chart": map_chart(points) if points and not wanted_fragment(request) else None,
        "open_count": sum(row.advice is None for row in ends),
        "count": len(ends),
    }
    return respond(request, _table(request, rows, may_change), "strategy/portfolio.html", context)


def _table(request: Request, rows: list[FunctionRow], may_change: bool) -> Table:
    """Return the table of functions, in the order of the tree unless it is asked otherwise."""

    def source(chosen: Mapping[str, str]) -> ListSource:
        return ListSource(row for row in rows if _is_chosen(row, chosen))

    return Table(
        key="functions",
        caption="IT functions",
        columns=(
            Column("title", "IT function", sort="title", link=_page_of, note=_note_of),
            Column("performed", "Done by", sort="performer", note=lambda row: row.performed_by),
            Column("owner", "Owner", value=lambda row: row.terms.owner),
            Column("people", "People in-house", "decimal", value=_people_of),
            Column("cost", "Their cost a year", "money", value=lambda row: row.size.cost),
            Column("importance", "Importance", "decimal", value=_importance_of,
                   hint="0 to 4: how much it matters to what the company is"),
            Column("risk", "Risk", "decimal", value=_risk_of,
                   hint="0 to 4: how risky it is to depend on a provider for it"),
            Column("way", "Answers speak for", sort="way", note=_answered_by),
        ),
        source=source,
        sort=Sort("place"),
        filters=(
            Filter("words", "Find"),
            Filter("performer", "Done by", list(PERFORMERS.items())),
            Filter("way", "Answers speak for", _WAYS),
            Filter("state", "State", (("used", "In use"), ("retired", "Retired")), "used"),
        ),
        row_class=None if request.GET.get("sort") else _depth_of,
        empty_title="No IT function here yet",
        empty_text=(
            "An IT function is work of IT that can be kept, shared or handed out: take some from "
            "the starter catalogue, bring in a list, or add one."
        ),
        empty_url=reverse("functions_catalogue") if may_change else "",
        empty_label="Open the starter catalogue",
    )  # fmt: skip


def _is_chosen(row: FunctionRow, chosen: Mapping[str, str]) -> bool:
    """Return whether a row is among what the reader chose."""
    words = chosen["words"].casefold().split()
    way = row.advice.way.value if row.advice else _OPEN
    return (
        all(word in f"{row.title} {row.reference}".casefold() for word in words)
        and chosen["performer"] in {"", row.performer}
        and chosen["way"] in {"", way}
        and row.is_retired == (chosen["state"] == "retired")
    )


def _depth_of(row: FunctionRow) -> str:
    """Return how far a line stands in; in another order than the tree's it does not."""
    return f"pf-depth-{min(row.depth, _DEEPEST_SHOWN)}"


def _people_of(row: FunctionRow) -> Decimal | None:
    return row.size.number or None


def _page_of(row: FunctionRow) -> str:
    return address("function", row.reference)


def _note_of(row: FunctionRow) -> str:
    return f"{row.reference}, retired" if row.is_retired else row.reference


def _importance_of(row: FunctionRow) -> Decimal | None:
    return Decimal(f"{row.advice.importance:.1f}") if row.advice else None


def _risk_of(row: FunctionRow) -> Decimal | None:
    return Decimal(f"{row.advice.risk:.1f}") if row.advice else None


def _answered_by(row: FunctionRow) -> str:
    if row.advice is None:
        return ""
    people = f"{row.advice.asked} answered"
    return f"{people}, and differ" if row.advice.differs else people


@require_http_methods(["GET", "POST"])
def functions_catalogue(request: Request) -> HttpResponse:
    """Show the starter catalogue, and take what is ticked."""
    must(request.person, "change_functions")
    if request.method == "POST":
        made = take_from_catalogue(request.POST.getlist("take"), by=request.person, at=clock.now())
        messages.success(request, f"Added from the catalogue: {len(made)}. Make them your own now.")
        return redirect("functions")
    there = set(functions_to_read(request.person).values_list("reference", flat=True))
    context: dict[str, Any] = {"groups": _groups(there)}
    return render(request, "strategy/catalogue.html", context)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A function of the catalogue, and whether the company has it already."""

    terms: FunctionTerms
    is_there: bool


def _groups(there: set[str]) -> list[dict[str, Any]]:
    """Return the catalogue as it is shown: each top with what is below it."""
    entries = [_Entry(terms, terms.reference in there) for terms in catalogue().values()]
    return [
        {
            "terms": top.terms,
            "below": [one for one in entries if one.terms.parent == top.terms.reference],
        }
        for top in entries
        if top.terms.parent is None
    ]

"""Cases side by side: what comes out of each option of each, and what differs in what they say."""

from dataclasses import dataclass
from itertools import pairwise

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from retained.directory.models import Person
from retained.pages.charts import Chart
from retained.pages.request import Request
from retained.strategy import pictures
from retained.strategy.access.cases import cases_to_read
from retained.strategy.engine.case_comparison import case_differences
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.result_figures import OptionFigures, ResultFigures
from retained.strategy.models import BusinessCase, CaseVersion
from retained.strategy.queries import cases as queries

MOST = 4
_MOST_OFFERED = 200


@dataclass(frozen=True)
class Beside:
    """One version of a case that stands beside others; its figures once it was drawn."""

    case: BusinessCase
    version: CaseVersion
    terms: CaseTerms
    result: ResultFigures | None

    @property
    def title(self) -> str:
        """Its name among the others."""
        return f"{self.terms.title}, version {self.version.number}"


@dataclass(frozen=True, slots=True)
class Row:
    """One option of one of them."""

    beside: Beside
    option: OptionFigures

    @property
    def name(self) -> str:
        """The option's name in a picture."""
        return f"{self.option.title} ({self.beside.case.reference}/{self.beside.version.number})"


@require_GET
def case_compare(request: Request) -> HttpResponse:
    """Show up to four versions of cases side by side; ?of=REFERENCE or ?of=REFERENCE:VERSION."""
    asked = list(dict.fromkeys(request.GET.getlist("of")))[:MOST]
    chosen = _beside(request.person, asked)
    rows = [Row(one, option) for one in chosen if one.result for option in one.result.options]
    context = {
        "offered": cases_to_read(request.person).order_by("title", "reference")[:_MOST_OFFERED],
        "asked": {one.partition(":")[0] for one in asked},
        "chosen": chosen,
        "rows": rows,
        "chart": _chart(rows),
        "differences": _differences(chosen),
        "most": MOST,
    }
    return render(request, "strategy/case_compare.html", context)


def _beside(person: Person, asked: list[str]) -> list[Beside]:
    """Return what was asked for as REFERENCE or REFERENCE:VERSION."""
    pairs = [one.partition(":") for one in asked]
    wanted = [
        (reference, int(number) if number.isdecimal() and len(number) < 9 else None)
        for reference, _, number in pairs
    ]
    versions = queries.versions_chosen(cases_to_read(person), wanted)
    results = queries.results_of(versions)
    return [
        Beside(
            case=version.case,
            version=version,
            terms=queries.terms_written_in(version.document),
            result=results.get(version.pk),
        )
        for version in versions
    ]


def _chart(rows: list[Row]) -> Chart | None:
    """Return the savings beside each other; none where they are in several currencies."""
    currencies = {row.beside.terms.currency for row in rows}
    if len(currencies) != 1 or len(rows) < 2:
        return None
    return pictures.savings_chart([(row.name, row.option.value) for row in rows])


def _differences(chosen: list[Beside]) -> list[tuple[str, list[str]]]:
    """Return what differs between neighbours that are versions of one case."""
    return [
        (
            f"From version {before.version.number} to {after.version.number}, {after.terms.title}",
            case_differences(before.terms, after.terms),
        )
        for before, after in pairwise(chosen)
        if before.case == after.case
    ]

"""Pages of figures by month: the list of agreements that run, and the service levels of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from retained.delivery import access, pictures
from retained.delivery.jobs import ask_to_measure
from retained.delivery.models import Measured
from retained.delivery.queries.due import DueToday, due_today
from retained.delivery.queries.late import late_months
from retained.delivery.queries.level_months import AgreementMonths, LevelMonth, LevelStory
from retained.delivery.queries.months import agreement_months, measured_of
from retained.delivery.queries.rights import FiredRight, fired_rights
from retained.delivery.queries.runs import STANDS, RunRow, chosen_agreements, run_rows
from retained.delivery.views.month_table import STATUS_WORDS, month_table
from retained.pages.addresses import address
from retained.pages.charts import Chart
from retained.pages.parts import FigureCard
from retained.pages.request import Request, wanted_fragment
from retained.pages.sources import QuerySource
from retained.pages.tables import Column, Filter, Sort, Table, respond
from retained.shared import clock
from retained.shared.errors import DomainError

_STANDS = [(key, words) for key, (words, _) in STANDS.items()]


@require_safe
def runs(request: Request) -> HttpResponseBase:
    """Show every agreement with its last month."""
    return respond(request, _runs_table(request), "delivery/runs.html", {})


def _runs_table(request: Request) -> Table:
    def source(chosen: Mapping[str, str]) -> QuerySource[Any]:
        mine = access.agreements_to_watch(request.person)
        return QuerySource(chosen_agreements(mine, chosen), run_rows)

    return Table(
        key="runs",
        caption="Agreements that run",
        columns=(
            Column("title", "Agreement", sort="title", link=_levels_url, note=_reference),
            Column("provider", "Provider", sort="provider__name"),
            Column("month", "Last month", value=lambda row: row.month.title if row.month else ""),
            Column("verdict", "Worst verdict", "verdict"),
            Column("met", "Levels met"),
            Column("owed", "Credit", "money"),
            Column(
                "status",
                "Month",
                value=lambda row: STATUS_WORDS.get(row.status, ""),
                note=lambda row: "late evidence came" if row.is_late else "",
            ),
            Column("at_risk", "So far", value=_so_far_words),
        ),
        source=source,
        sort=Sort("title"),
        filters=(Filter("words", "Find"), Filter("stands", "Where it stands", _STANDS)),
        empty_title="No agreement runs yet",
        empty_text="Enter what a provider promised; its figures stand here once evidence is in.",
        file_name="agreements-run",
    )


def _levels_url(row: RunRow) -> str:
    return address("service_levels", row.reference)


def _reference(row: RunRow) -> str:
    return row.reference


def _so_far_words(row: RunRow) -> str:
    if not row.is_running:
        return ""
    if not row.at_risk:
        return "nothing below expected"
    return f"{row.at_risk} below expected, no verdict yet"


@dataclass(frozen=True)
class LevelView:
    """One service level as the page shows it."""

    story: LevelStory
    chart: Chart
    card: FigureCard | None
    last: LevelMonth | None
    running: LevelMonth | None
    due: DueToday | None


@require_safe
def service_levels(request: Request, reference: str) -> HttpResponseBase:
    """Show each service level of an agreement by month."""
    agreement = access.agreement_to_watch(request.person, reference)
    measured = measured_of(agreement)
    if measured is None:
        return render(request, "delivery/not_measured.html", {"agreement": agreement})
    months = agreement_months(agreement, measured)
    table = month_table(months)
    is_part = wanted_fragment(request) == f"table-{table.key}" or "format" in request.GET
    context: dict[str, Any] = {} if is_part else _around(months, measured)
    return respond(request, table, "delivery/service_levels.html", context)


def _around(months: AgreementMonths, measured: Measured) -> dict[str, Any]:
    """Return what stands above the table of every month."""
    terms = months.agreed.latest
    return {
        "agreement": months.agreed.agreement,
        "tab": "service_levels",
        "months": months,
        "measured": measured,
        "levels": _level_views(months, _due(months)),
        "newest_rights": _newest(fired_rights(measured, months.closes, terms.zone)),
        "today": clock.now().astimezone(terms.zone).date(),
        "late": late_months(months),
        "zone": terms.time_zone,
    }


@require_POST
def measure_again(request: Request, reference: str) -> HttpResponse:
    """Have an agreement measured anew, in the background."""
    agreement = access.agreement_for(request.person, reference, "measure_again")
    run = ask_to_measure(agreement.pk, by=request.person)
    messages.success(request, "The figures are being measured anew from the evidence.")
    return redirect("job_progress", run.key)


def _due(months: AgreementMonths) -> Mapping[str, DueToday]:
    """Return what is due today; nothing where the tickets of the figures are gone."""
    try:
        return due_today(months.measured, months.agreed.latest.zone, at=clock.now())
    except DomainError:
        return {}


def _level_views(months: AgreementMonths, due: Mapping[str, DueToday]) -> list[LevelView]:
    return [
        LevelView(
            story=story,
            chart=pictures.level_chart(story),
            card=_card(months, story),
            last=story.last,
            running=story.running,
            due=due.get(story.level_id),
        )
        for story in months.levels
    ]


def _card(months: AgreementMonths, story: LevelStory) -> FigureCard | None:
    if story.last is None:
        return None
    reference = months.agreed.agreement.reference
    url = reverse("figure", args=[reference, story.level_id, story.last.month])
    return pictures.level_card(story, story.last, url=url)


def _newest(rights: list[FiredRight]) -> list[FiredRight]:
    """Return of each right its newest firing: an older one is only how it came about."""
    by_title: dict[tuple[str, str], FiredRight] = {}
    for right in rights:
        by_title.setdefault((right.title, right.service_level), right)
    return list(by_title.values())

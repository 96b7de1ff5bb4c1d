"""The living style page: every part of a page, with values made up on the spot.

For developers, and for the tests that measure accessibility, policy and width on it. It is there
only while developing or in the demonstration; elsewhere it is not there.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from retained.pages import charts, parts, tables
from retained.pages.cells import VERDICTS
from retained.pages.sources import ListSource
from retained.pages.tables import Column, Filter, Sort, Table
from retained.shared.errors import DomainError, NotThereError
from retained.shared.money import Money

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct")
START = datetime(2026, 10, 14, 6, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A made-up ticket."""

    number: str
    opened: datetime
    priority: str
    clock_seconds: int
    paused: Decimal
    charge: Money
    verdict: str


def _must_be_developing() -> None:
    """Raise NotThereError in an installation that is used for real."""
    if not (settings.DEBUG or settings.DEMONSTRATION):
        raise NotThereError


@require_http_methods(["GET", "POST"])
def style(request: HttpRequest) -> HttpResponseBase:
    """Show every part; a POST shows what a sent form and a refusal look like."""
    _must_be_developing()
    if request.method == "POST":
        return _answer(request)
    return tables.respond(request, _table(), "style.html", _context())


@require_safe
def style_progress(request: HttpRequest) -> HttpResponse:
    """Show one more tenth of work that is not there."""
    _must_be_developing()
    text = request.GET.get("done", "0")
    done = min(int(text) + 1000, 10_000) if text.isdecimal() else 10_000
    return render(request, "pages/progress.html", {"progress": _progress(done)})


def _answer(request: HttpRequest) -> HttpResponse:
    if "refuse" in request.POST:
        raise DomainError("October 2026 is already closed. Supersede it to correct its figures.")
    messages.success(request, "Done, as the confirmation asked.")
    return HttpResponseRedirect(reverse("style"))


def _context() -> dict[str, Any]:
    chance = random.Random(7)  # noqa: S311 - made-up values, the same on every load
    attained = [Decimal(chance.randint(880, 985)) / 1000 for _ in MONTHS]
    reported = [
        min(value + Decimal(chance.randint(0, 40)) / 1000, Decimal(1)) for value in attained
    ]
    return {
        "verdicts": list(VERDICTS),
        "figures": _figures(attained, reported),
        "lines": _lines(attained, reported),
        "bars": _bars(chance),
        "bar": _timeline(),
        "steps": _steps(),
        "progress": _progress(0),
        "at": START,
        "money": Money(Decimal(11040), "EUR"),
        "ratio": Decimal("0.8875"),
    }


def _figures(attained: list[Decimal], reported: list[Decimal]) -> list[parts.FigureCard]:
    trend = parts.spark(attained, level=Decimal("0.95"), sentence="Ten months, against 95 %.")
    ours, theirs = attained[-1], reported[-1]
    return [
        parts.FigureCard(
            title="P1 and P2 in time, October",
            figure=ours,
            reported=theirs,
            difference=f"{(theirs - ours) * 100:+.1f} points",
            verdict="below_minimum" if ours < Decimal("0.90") else "below_expected",
            against="expected 95 %, minimum 90 %",
            counted=(
                "Tickets resolved in the month; an open one past its target counts as missed; "
                "the last priority counts; a reopening goes on with the same clock."
            ),
            url="#tables",
        ),
        parts.FigureCard(
            title="First-time resolution, October",
            figure=Decimal("0.714"),
            verdict="met",
            against="expected 70 %",
            counted="Tickets resolved in the month without a second assignment.",
        ),
        parts.FigureCard(
            title="P1 and P2 in time, November",
            figure=Decimal("0.941"),
            so_far=True,
            against="3 more misses would make the month fail; 5 tickets fall due today",
            trend=trend,
        ),
    ]


def _lines(attained: list[Decimal], reported: list[Decimal]) -> charts.Chart:
    gap = max(theirs - ours for ours, theirs in zip(attained, reported, strict=True)) * 100
    return charts.line_chart(
        "months",
        f"What we measured stayed at or below what was reported; the gap was {gap:.1f} points.",
        labels=MONTHS,
        series=[
            charts.Series("Measured", attained),
            charts.Series("Reported by the provider", reported, charts.REPORTED),
        ],
        marks=[
            charts.Mark("expected", Decimal("0.95")),
            charts.Mark("minimum", Decimal("0.90"), "minimum"),
        ],
    )


def _bars(chance: random.Random) -> charts.Chart:
    credits_owed = [chance.randint(0, 9) * 552 for _ in MONTHS]
    return charts.bar_chart(
        "credits",
        f"Credits of {sum(credits_owed):,} EUR were owed over ten months.",
        labels=MONTHS,
        series=[charts.Series("Credit owed", credits_owed)],
        unit="EUR",
    )


def _timeline() -> parts.Bar:
    stretches = (
        ("running", 90),
        ("paused", 210),
        ("running", 150),
        ("closed", 960),
        ("running", 45),
    )
    spans, at = [], START
    for kind, minutes in stretches:
        spans.append(parts.Span(at, at + timedelta(minutes=minutes), kind))
        at += timedelta(minutes=minutes)
    return parts.timeline(spans, due=at - timedelta(minutes=20))


def _steps() -> list[parts.Step]:
    return [
        parts.Step(title="Evidence is in and whole", state="done", text="3,630 tickets, no gaps."),
        parts.Step(title="Exclusions are answered", state="done", text="4 agreed, 1 refused."),
        parts.Step(title="Check the figures", state="current", text="Open what differs most."),
        parts.Step(title="Confirm", state="blocked", text="It takes a second person."),
        parts.Step(title="Send the statement", state="waiting"),
    ]


def _progress(done: int) -> parts.Progress:
    return parts.Progress(
        title="Reading october.csv",
        done=done,
        total=10_000,
        sentence="Every row is in." if done >= 10_000 else "Reading rows.",
        url=f"{reverse('style_progress')}?done={done}",
        state="succeeded" if done >= 10_000 else "running",
        next_url="#tables" if done >= 10_000 else "",
        next_label="See what came in",
    )


def _table() -> Table:
    return Table(
        key="tickets",
        caption="Tickets of October",
        columns=[
            Column("number", "Ticket", sort="number", link=lambda _row: "#tables"),
            Column("opened", "Opened", kind="moment", sort="opened"),
            Column("priority", "Priority", sort="priority"),
            Column("verdict", "Verdict", kind="verdict", sort="verdict"),
            Column("clock_seconds", "Clock", kind="duration", sort="clock_seconds"),
            Column("paused", "Paused share", kind="share", sort="paused"),
            Column("charge", "Charge", kind="money"),
        ],
        filters=[
            Filter("q", "Ticket holds"),
            Filter("verdict", "Verdict", [("met", "Met"), ("missed", "Missed"), ("open", "Open")]),
        ],
        source=_rows,
        sort=Sort("number"),
        page_size=12,
    )


def _rows(chosen: Mapping[str, str]) -> ListSource:
    chance = random.Random(11)  # noqa: S311 - made-up values, the same on every load
    made = [
        SampleRow(
            number=f"INC-{4200 + index}",
            opened=START + timedelta(minutes=chance.randint(0, 30_000)),
            priority=chance.choice(["P1", "P2", "P3"]),
            clock_seconds=chance.randint(0, 200_000),
            paused=Decimal(chance.randint(0, 100)) / 100,
            charge=Money(Decimal(chance.randint(0, 900_000)) / 100, "EUR"),
            verdict=chance.choice(["met", "met", "met", "missed", "open"]),
        )
        for index in range(130)
    ]
    wanted, words = chosen["verdict"], chosen["q"].upper()
    return ListSource(row for row in made if words in row.number and wanted in {"", row.verdict})

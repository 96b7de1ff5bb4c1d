"""Pictures of an agreement as numbers for SVG: a week of hours, the term, the allocations.

Templates draw them with attributes alone, so that no style stands in the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import pairwise

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.sentences.credits import at_risk_amount
from retained.contracts.engine.term import Term
from retained.shared.calendars import WEEKDAYS, Calendar, Window
from retained.shared.days import short_day
from retained.shared.money import Money

HOUR = 12  # units of drawing to an hour: a phone shows about one pixel to a unit
ROW = 12
GAP = 4
LEFT = 30
TOP = 14
WIDTH = 1000
_TONES = 5


@dataclass(frozen=True, slots=True)
class Stretch:
    """A rectangle of the drawing, with the words that it stands for."""

    x: str
    width: str
    title: str
    tone: int = 1


@dataclass(frozen=True, slots=True)
class WeekRow:
    """One weekday: its name, and the stretches in which the calendar is open."""

    name: str
    y: int
    text_y: int
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """A week of hours, ready to draw."""

    rows: tuple[WeekRow, ...]
    hours: tuple[tuple[int, int], ...]
    left: int
    top: int
    width: int
    height: int
    row_height: int
    day_width: int
    sentence: str


def week_of(calendar: Calendar, sentence: str) -> Week:
    """Return the week of a calendar; what runs past midnight goes on in the next day's row."""
    rows = tuple(
        WeekRow(
            name=weekday[:3].title(),
            y=TOP + number * (ROW + GAP),
            text_y=TOP + number * (ROW + GAP) + ROW - 2,
            stretches=_open_on(number, calendar),
        )
        for number, weekday in enumerate(WEEKDAYS)
    )
    return Week(
        rows=rows,
        hours=tuple((LEFT + hour * HOUR, hour) for hour in range(0, 25, 6)),
        left=LEFT,
        top=TOP,
        width=LEFT + 24 * HOUR + 8,
        height=TOP + 7 * (ROW + GAP),
        row_height=ROW,
        day_width=24 * HOUR,
        sentence=sentence,
    )


def _open_on(weekday: int, calendar: Calendar) -> tuple[Stretch, ...]:
    """Return the open stretches of one weekday, the end of the night before first."""
    night = [
        (0.0, _hour(window.closes), window)
        for window in calendar.windows[weekday - 1]
        if window.past_midnight and window.closes != time(0)
    ]
    today = [
        (_hour(window.opens), 24.0 if window.past_midnight else _hour(window.closes), window)
        for window in calendar.windows[weekday]
    ]
    return tuple(
        Stretch(f"{LEFT + opens * HOUR:g}", f"{(closes - opens) * HOUR:g}", _said(weekday, window))
        for opens, closes, window in [*night, *today]
    )


def _hour(wall: time) -> float:
    return wall.hour + wall.minute / 60


def _said(weekday: int, window: Window) -> str:
    return f"{WEEKDAYS[weekday].title()}: {window}"


@dataclass(frozen=True, slots=True)
class TermMark:
    """A day on the bar of the term; `title` names it below the bar."""

    x: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class TermBar:
    """The term as a bar from its first to its last day, with today and the notice deadline.

    The words stand below the drawing, so that a phone can stretch it.
    """

    passed: str
    years: tuple[str, ...]
    marks: tuple[TermMark, ...]
    starts_on: date
    ends_on: date
    sentence: str


def term_bar(term: Term, day: date, sentence: str) -> TermBar:
    """Return the bar of a term as seen on `day`."""
    whole = max((term.ends_on - term.starts_on).days + 1, 1)

    def x(on: date) -> str:
        return f"{min(max((on - term.starts_on).days / whole, 0.0), 1.0) * WIDTH:.1f}"

    marks = []
    if term.starts_on <= day <= term.ends_on:
        marks.append(TermMark(x(day), f"today, {short_day(day)}", "today"))
    if term.notice_on and term.starts_on <= term.notice_on <= term.ends_on:
        marks.append(
            TermMark(x(term.notice_on), f"notice by {short_day(term.notice_on)}", "notice")
        )
    years = range(term.starts_on.year + 1, term.ends_on.year + 1)
    return TermBar(
        x(day + timedelta(days=1)),
        tuple(x(date(year, 1, 1)) for year in years),
        tuple(marks),
        term.starts_on,
        term.ends_on,
        sentence,
    )


@dataclass(frozen=True, slots=True)
class Share:
    """One service level's part of the amount at risk."""

    title: str
    share: Decimal
    amount: Money | None
    stretch: Stretch


@dataclass(frozen=True, slots=True)
class Allocations:
    """How the amount at risk is shared: stretches of one bar.

    `cap_x` is where the amount at risk ends if allocations add up to more than it.
    """

    shares: tuple[Share, ...]
    cap_x: str
    left_over: Decimal
    rest_x: str
    rest_width: str
    sentence: str


def allocations_of(terms: AgreementTerms) -> Allocations | None:
    """Return how the amount at risk is shared among service levels; None if nothing is."""
    priced = [
        (level.title, level.credit.allocation)
        for level in terms.service_levels
        if level.credit is not None and level.credit.allocation is not None
    ]
    if terms.credits is None or not priced:
        return None
    total = sum((share for _, share in priced), Decimal(0))
    whole = max(total, Decimal(1))
    edges = _edges([share for _, share in priced], whole)
    at_risk = at_risk_amount(terms)
    shares = tuple(
        Share(
            title,
            share,
            (at_risk * share).rounded() if at_risk else None,
            Stretch(f"{left:.1f}", f"{max(right - left - 2, 1):.1f}", title, number % _TONES + 1),
        )
        for number, ((title, share), (left, right)) in enumerate(
            zip(priced, pairwise(edges), strict=True)
        )
    )
    left_over = max(1 - total, Decimal(0))
    said = ", ".join(f"{title} {share * 100:.0f} %" for title, share in priced)
    return Allocations(
        shares,
        cap_x=f"{float(1 / whole) * WIDTH:.1f}" if total > 1 else "",
        left_over=left_over,
        rest_x=f"{edges[-1]:.1f}",
        rest_width=f"{WIDTH - edges[-1]:.1f}",
        sentence=f"Shares of the amount at risk: {said}.",
    )


def _edges(shares: Sequence[Decimal], whole: Decimal) -> list[float]:
    """Return where each share of the bar begins, and where the last one ends."""
    edges = [0.0]
    for share in shares:
        edges.append(edges[-1] + float(share / whole) * WIDTH)
    return edges

"""The service desk's tickets of the story, as its provider's tool would export them.

The story fixes how many tickets are met and missed; here they are made so: opened, worked on,
paused, resolved. What they count as is for the engines to find.
"""

import csv
import io
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from retained.project.demonstration.office_time import (
    DAY_MINUTES,
    between,
    later,
    moment_at,
    opening,
    room,
    working_days,
)
from retained.shared.months import Month

HEADER = ("ticket", "at", "state", "priority", "by", "reason", "service", "category", "continues")
_SERVICES = ("Workplace", "Mail and calendar", "Branch systems", "Core banking access", "Phones")
_CATEGORIES = ("Access", "Hardware", "Software", "Performance", "Outage", "Request")
_AGENTS = tuple(f"BD-{number:02d}" for number in range(1, 15))
_PAUSERS = ("BD-03", "BD-11", "BD-11", "BD-11", "BD-07")
_QUESTIONS = ("Question to the user", "Waiting for approval", "User not at the desk")
_URGENT_TARGET = 480  # minutes: P1 and P2 have 8 service hours
_THIRD_PARTY = ("Waiting for Microsoft", "Waiting for the network provider", "Part ordered")


@dataclass(frozen=True, slots=True)
class MonthPlan:
    """How many tickets of a month there are of each kind; P1 and P2 first.

    Of the missed ones, `third_party` were paused for a third party, `reopened_as_new` closed and
    opened anew with a lower priority, `lowered` lowered in priority after the breach: the
    provider counts these as met. Open ones fall due on the days after the last one of the plan.
    """

    month: Month
    urgent_met: int
    urgent_missed: int
    third_party: int
    reopened_as_new: int
    lowered: int
    other_met: int
    other_missed: int
    reopened: int
    until_day: int = 31
    open_urgent: int = 0
    open_others: int = 0


@dataclass(slots=True)
class _Row:
    at: datetime
    state: str
    priority: str
    by: str
    reason: str = ""


@dataclass(slots=True)
class _Made:
    """A ticket in the making; `opened_on` orders the numbers."""

    rows: list[_Row]
    service: str
    category: str
    reported: str | None = None
    continues: "_Made | None" = None
    number: str = ""
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MonthFiles:
    """What the provider sends for a month: the tool's export and its own verdict per ticket."""

    month: Month
    tickets_csv: str
    verdicts: Sequence[tuple[str, str, str]]  # ticket, priority, breached y/n

    @property
    def ticket_count(self) -> int:
        """How many tickets the export holds, as the provider's report states it."""
        return len({line.partition(";")[0] for line in self.tickets_csv.splitlines()[1:]})


class TicketMaker:
    """Makes the months of the story from one seed; numbers run on from month to month."""

    def __init__(self, seed: int, first_number: int) -> None:
        self._seed = seed
        self._next = first_number

    def month(self, plan: MonthPlan) -> MonthFiles:
        """Return the files of one month; the same plan and seed give the same bytes."""
        chance = random.Random(f"{self._seed}/{plan.month}")  # noqa: S311 - a story, not a secret
        days = working_days(plan.month, plan.until_day)
        # What only livens a month up draws from streams of its own: it moves no other ticket.
        pauses, still_open = (
            random.Random(f"{self._seed}/{plan.month}/{name}")  # noqa: S311 - the same
            for name in ("pauses", "open")
        )
        made = [
            *_urgent(plan, days, chance, pauses),
            *_others(plan, days, chance),
            *_open(plan, days, still_open),
        ]
        made.sort(key=lambda ticket: ticket.rows[0].at)
        for ticket in made:
            ticket.number = f"INC{self._next:07d}"
            self._next += 1
        verdicts = [
            (ticket.number, ticket.rows[0].priority, ticket.reported)
            for ticket in made
            if ticket.reported is not None
        ]
        return MonthFiles(plan.month, _csv(made), verdicts)


def _urgent(
    plan: MonthPlan, days: Sequence[date], chance: random.Random, pauses: random.Random
) -> Iterator[_Made]:
    """Make P1 and P2: 8 service hours to resolve; no pause but waiting for the client."""
    plain = plan.urgent_missed - plan.third_party - plan.reopened_as_new - plan.lowered
    patterns = [_paused_before_target, _paused_again_and_again]
    for _ in range(plan.urgent_met):
        made = _worked(days, chance, _priority(chance), minutes=chance.randint(25, 440))
        if patterns and patterns[-1](made, days, pauses):
            patterns.pop()
        elif pauses.random() < 0.15:
            _paused_for_user(made, days, pauses)
        yield made
    for _ in range(plain):
        made = _worked(days, chance, _priority(chance), minutes=chance.randint(500, 1500))
        made.reported = "y"
        yield made
    for _ in range(plan.third_party):
        yield _paused_for_third_party(days, chance)
    for _ in range(plan.reopened_as_new):
        yield from _reopened_as_new(days, chance)
    for _ in range(plan.lowered):
        yield _lowered(days, chance)


def _others(plan: MonthPlan, days: Sequence[date], chance: random.Random) -> Iterator[_Made]:
    """Make P3 and P4: 3 and 5 working days."""
    for index in range(plan.other_met):
        minutes = min(int(chance.lognormvariate(4.9, 0.9)) + 10, 3 * DAY_MINUTES - 60)
        reopened = index < plan.reopened
        if reopened:
            minutes = min(minutes, DAY_MINUTES)
        made = _worked(days, chance, chance.choice("3334"), minutes=minutes, reopened=reopened)
        made.reported = None
        yield made
    for _ in range(plan.other_missed):
        minutes = chance.randint(5 * DAY_MINUTES + 30, 7 * DAY_MINUTES)
        made = _worked(days, chance, chance.choice("33334"), minutes=minutes)
        made.reported = None
        yield made


def _priority(chance: random.Random) -> str:
    return chance.choice("12222")


def _worked(
    days: Sequence[date],
    chance: random.Random,
    priority: str,
    *,
    minutes: int,
    reopened: bool = False,
) -> _Made:
    """Make a ticket whose clock runs `minutes`, within the month, with a pause for the client."""
    waits = chance.random() < 0.18 and priority in "34"
    opened = opening(days, chance, minutes + (240 if waits or reopened else 0))
    agent = chance.choice(_AGENTS)
    begun = later(opened, days, min(chance.randint(3, 20), minutes))
    rows = [_Row(opened, "New", priority, "desk"), _Row(begun, "In progress", priority, agent)]
    left = minutes - between(opened, begun, days)
    if waits and left > 10:
        part = chance.randint(2, left // 2 + 2)
        asked = later(begun, days, part)
        back = later(asked, days, chance.randint(15, 230))
        rows += [
            _Row(asked, "Waiting for customer", priority, agent, "Question to the user"),
            _Row(back, "In progress", priority, agent),
        ]
        left -= part
        begun = back
    if reopened and left > 10:
        part = left // 2
        resolved = later(begun, days, part)
        again = later(resolved, days, chance.randint(30, 200))
        rows += [
            _Row(resolved, "Resolved", priority, agent),
            _Row(again, "In progress", priority, agent, "Reopened by the user"),
        ]
        left -= part
        begun = again
    rows.append(_Row(later(begun, days, left), "Resolved", priority, agent))
    return _Made(rows, chance.choice(_SERVICES), chance.choice(_CATEGORIES), reported="n")


def _paused_for_user(made: _Made, days: Sequence[date], chance: random.Random) -> bool:
    """Let a ticket wait for its user once, where its month has room for that."""
    worked = between(made.rows[1].at, made.rows[-1].at, days)
    return worked > 1 and _wait(
        made, days, chance, [(chance.randint(1, worked - 1), chance.randint(15, 240))]
    )


def _paused_before_target(made: _Made, days: Sequence[date], chance: random.Random) -> bool:
    """Let a ticket wait with minutes of its target left, and be resolved right after."""
    before_work = between(made.rows[0].at, made.rows[1].at, days)
    asked_after = _URGENT_TARGET - chance.randint(6, 20) - before_work
    resolved = later(made.rows[1].at, days, asked_after + 4)
    if room(resolved, days) < 0:
        return False
    kept, made.rows[-1].at = made.rows[-1].at, resolved
    waits = _wait(made, days, chance, [(asked_after, chance.randint(200, 420))])
    if not waits:
        made.rows[-1].at = kept
    return waits


def _paused_again_and_again(made: _Made, days: Sequence[date], chance: random.Random) -> bool:
    """Let a ticket go back and forth between the desk and its user."""
    worked = between(made.rows[1].at, made.rows[-1].at, days)
    part = worked // 4
    return part > 5 and _wait(
        made, days, chance, [(part, chance.randint(30, 110)) for _ in range(3)]
    )


def _wait(
    made: _Made,
    days: Sequence[date],
    chance: random.Random,
    waits: Sequence[tuple[int, int]],
) -> bool:
    """Put waits into a ticket: minutes worked before each, minutes it lasts. False: no room."""
    begun, resolved = made.rows[1], made.rows[-1]
    longer = sum(minutes for _, minutes in waits)
    if len(made.rows) != 3 or room(resolved.at, days) < longer:
        return False
    agent, moment, rows = chance.choice((*_PAUSERS, begun.by)), begun.at, []
    for worked, minutes in waits:
        asked = later(moment, days, worked)
        moment = later(asked, days, minutes)
        reason = chance.choice(_QUESTIONS)
        rows.append(_Row(asked, "Waiting for customer", begun.priority, agent, reason))
        rows.append(_Row(moment, "In progress", begun.priority, agent))
    made.rows[2:2] = rows
    resolved.at = later(resolved.at, days, longer)
    return True


def _open(plan: MonthPlan, days: Sequence[date], chance: random.Random) -> Iterator[_Made]:
    """Make tickets that nobody has resolved yet and whose targets run out in the days to come."""
    last = len(days) - 1
    for _ in range(plan.open_urgent):
        yield _taken_up(
            moment_at(days, last * DAY_MINUTES + chance.randint(240, 540)), days, "2", chance
        )
    for index in range(plan.open_others):
        minute = (last - 2 + index % 3) * DAY_MINUTES + chance.randint(60, 540)
        yield _taken_up(moment_at(days, minute), days, "3", chance)


def _taken_up(
    opened: datetime, days: Sequence[date], priority: str, chance: random.Random
) -> _Made:
    begun = later(opened, days, chance.randint(3, 20))
    rows = [
        _Row(opened, "New", priority, "desk"),
        _Row(begun, "In progress", priority, chance.choice(_AGENTS)),
    ]
    return _Made(rows, chance.choice(_SERVICES), chance.choice(_CATEGORIES))


def _paused_for_third_party(days: Sequence[date], chance: random.Random) -> _Made:
    """Make a ticket that is late only because this agreement does not pause for third parties."""
    opened = opening(days, chance, 1200)
    agent = chance.choice(_PAUSERS)
    asked = later(opened, days, chance.randint(300, 470))
    back = later(asked, days, chance.randint(200, 560))
    resolved = later(back, days, chance.randint(5, 10))
    reason = chance.choice(_THIRD_PARTY)
    rows = [
        _Row(opened, "New", "2", "desk"),
        _Row(later(opened, days, 9), "In progress", "2", agent),
        _Row(asked, "Waiting for third party", "2", agent, reason),
        _Row(back, "In progress", "2", agent),
        _Row(resolved, "Resolved", "2", agent),
    ]
    return _Made(rows, chance.choice(_SERVICES), "Outage", reported="n")


def _reopened_as_new(days: Sequence[date], chance: random.Random) -> Iterator[_Made]:
    """Make a ticket that is closed before its target and goes on as a new one of priority 3."""
    opened = opening(days, chance, 1300)
    agent = chance.choice(_PAUSERS)
    closed = later(opened, days, chance.randint(430, 470))
    first = _Made(
        [
            _Row(opened, "New", "2", "desk"),
            _Row(later(opened, days, 12), "In progress", "2", agent),
            _Row(closed, "Resolved", "2", agent),
        ],
        chance.choice(_SERVICES),
        "Performance",
        reported="n",
    )
    anew = later(closed, days, chance.randint(4, 15))
    second = _Made(
        [
            _Row(anew, "New", "3", agent),
            _Row(later(anew, days, 2), "In progress", "3", agent),
            _Row(later(anew, days, chance.randint(200, 420)), "Resolved", "3", agent),
        ],
        first.service,
        "Performance",
        continues=first,
    )
    yield first
    yield second


def _lowered(days: Sequence[date], chance: random.Random) -> _Made:
    """Make a ticket whose priority is lowered after its target passed."""
    opened = opening(days, chance, 900)
    agent = chance.choice(_PAUSERS)
    lowered = later(opened, days, chance.randint(485, 520))
    rows = [
        _Row(opened, "New", "2", "desk"),
        _Row(later(opened, days, 15), "In progress", "2", agent),
        _Row(lowered, "In progress", "3", agent, "Impact reviewed"),
        _Row(later(lowered, days, chance.randint(60, 300)), "Resolved", "3", agent),
    ]
    return _Made(rows, chance.choice(_SERVICES), "Software", reported="n")


def _csv(made: Sequence[_Made]) -> str:
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";", lineterminator="\n")
    writer.writerow(HEADER)
    rows = sorted(
        (
            (row.at, ticket.number, index, row, ticket)
            for ticket in made
            for index, row in enumerate(ticket.rows)
        ),
        key=lambda item: item[:3],
    )
    for at, number, _, row, ticket in rows:
        writer.writerow(
            [
                number,
                f"{at:%Y-%m-%d %H:%M}",
                row.state,
                row.priority,
                row.by,
                row.reason,
                ticket.service,
                ticket.category,
                ticket.continues.number if ticket.continues else "",
            ]
        )
    return target.getvalue()

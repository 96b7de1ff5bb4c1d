"""Verdicts: what one ticket counts as under one service level, and in which month.

In   a ticket, a service level, the agreement's clocks and calendars, the exclusions agreed
Out  its clock, target, due moment, month and verdict, with the reason in words
Why  docs/methods/ticket-clocks.md
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.calendar_terms import ALWAYS
from retained.contracts.engine.clock_terms import (
    CalendarChoice,
    Cancelled,
    ClockTerms,
    PriorityRule,
    Reopening,
    Start,
)
from retained.contracts.engine.level_terms import (
    TIMES,
    Measure,
    MonthOf,
    OpenPastTarget,
    ServiceLevelTerms,
)
from retained.contracts.engine.quantities import Target, TargetUnit, parse_target
from retained.delivery.engine.clocks import Course, Phase, Stretch, course, cycles
from retained.delivery.engine.tickets import Ticket
from retained.shared.business_time import BusinessTime
from retained.shared.months import Month
from retained.shared.states import State


class Verdict(StrEnum):
    """What a ticket counts as."""

    MET = "met"
    MISSED = "missed"
    OPEN = "open"
    EXCLUDED = "excluded"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class TicketResult:
    """One ticket under one service level. Moments are UTC seconds.

    `clock_seconds` are open seconds of its calendar, `paused_seconds` calendar seconds; `due_at`
    is when the target is used up, counted on from where the clock now stands.
    `uncertain` is set where the evidence knows of no pauses and one could change the verdict.
    """

    ticket: str
    service_level: str
    month: Month | None
    clock_seconds: int
    paused_seconds: int
    verdict: Verdict
    reason: str = ""
    priority: str = ""
    calendar: str = ""
    target: Target | None = None
    started_at: int | None = None
    stopped_at: int | None = None
    due_at: int | None = None
    reopened: bool = False
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class Hours:
    """The calendars of an agreement, built for the years of the evidence."""

    by_name: Mapping[str, BusinessTime]

    def of(self, clock: ClockTerms, *, priority: str, service: str) -> tuple[str, BusinessTime]:
        """Return the calendar, with its name, that a ticket's clock runs on."""
        name = clock.calendar.name_for(priority=priority, service=service)
        return name, self.by_name[name]


@dataclass(frozen=True, slots=True)
class _Used:
    """How much of its target a clock has used: open seconds, and the share of the target."""

    seconds: int
    share: Fraction
    due_at: int | None


def ticket_result(
    ticket: Ticket,
    level: ServiceLevelTerms,
    agreement: AgreementTerms,
    hours: Hours,
    *,
    as_of: int,
    excluded: Mapping[str, str],
) -> TicketResult | None:
    """Return what a ticket counts as under a service level, or None if it is not about it.

    `excluded` maps ticket numbers to the agreed reason.
    """
    ticket = ticket.until(as_of)
    clock = clock_of(level, agreement)
    seen = course(ticket, clock, as_of=as_of)
    priority = counted_priority(ticket, seen, clock, as_of=as_of)
    if not _is_meant(level, ticket, priority):
        return None
    reason = _unusable(seen, level, clock, priority)
    if reason:
        month = _month_at(ticket.changes[-1].at, agreement.zone) if ticket.changes else None
        return TicketResult(
            ticket.number, level.id, month, 0, 0, Verdict.UNUSABLE, reason, priority
        )
    service = ticket.attributes.get("service", "")
    name, _ = hours.of(clock, priority=priority, service=service)
    used = _used(seen, ticket, level, clock, hours, priority)
    verdict, why = _verdict(ticket, seen, level, clock, used, excluded)
    return TicketResult(
        ticket=ticket.number,
        service_level=level.id,
        month=_month(ticket, seen, level, agreement.zone, used.due_at, verdict),
        clock_seconds=used.seconds,
        paused_seconds=seen.paused_seconds()
        if ticket.hold_seconds is None
        else ticket.hold_seconds,
        verdict=verdict,
        reason=why,
        priority=priority,
        calendar=name,
        target=target_of(level, priority),
        started_at=seen.started_at,
        stopped_at=seen.stopped_at,
        due_at=used.due_at,
        reopened=seen.reopened,
        uncertain=_is_uncertain(ticket, clock, verdict),
    )


def clock_of(level: ServiceLevelTerms, agreement: AgreementTerms) -> ClockTerms:
    """Return the clock of a service level; one that needs none runs from opening to resolution."""
    return agreement.clocks[level.clock] if level.clock else _PLAIN_CLOCK


def counted_priority(ticket: Ticket, seen: Course, clock: ClockTerms, *, as_of: int) -> str:
    """Return the priority that counts: the first, or the last that was known up to the stop."""
    until = as_of if seen.stopped_at is None else seen.stopped_at
    known = [
        change.priority
        for change in ticket.changes
        if change.priority and (change.at <= until or change is ticket.changes[0])
    ]
    if not known:
        return ""
    return known[0] if clock.priority is PriorityRule.FIRST else known[-1]


_PLAIN_CLOCK = ClockTerms(calendar=CalendarChoice(default=ALWAYS))


def _is_meant(level: ServiceLevelTerms, ticket: Ticket, priority: str) -> bool:
    for column, values in level.tickets.items():
        value = priority if column == "priority" else ticket.attributes.get(column, "")
        if value not in values and not (column == "priority" and not value):
            return False
    outside = level.measure is Measure.WITHIN_TARGET and not level.target_for(priority)
    return not (outside and priority)


def _unusable(seen: Course, level: ServiceLevelTerms, clock: ClockTerms, priority: str) -> str:
    needs_priority = "priority" in level.tickets or (
        level.measure is Measure.WITHIN_TARGET and not level.target_for("")
    )
    if needs_priority and not priority:
        return "it has no priority"
    if seen.started_at is not None and not seen.stretches and not seen.cancelled:
        return "its opening is not in the evidence"
    if clock.starts is Start.OPENED and seen.started_at is None:
        return "no row of it says where it stands"
    return ""


def _used(
    seen: Course,
    ticket: Ticket,
    level: ServiceLevelTerms,
    clock: ClockTerms,
    hours: Hours,
    priority: str,
) -> _Used:
    """Return what the ticket's clock has used; of several cycles, the one that used most."""
    meter = _Meter(ticket, level, clock, hours, priority)
    if clock.on_reopening is not Reopening.NEW_CYCLE:
        return meter.read(seen.running(), seen)
    read = [
        meter.read([stretch for stretch in cycle if stretch.phase is Phase.RUNNING], seen)
        for cycle in cycles(seen.stretches)
    ]
    return max(read, key=lambda used: (used.share, used.seconds))


@dataclass(frozen=True, slots=True)
class _Meter:
    """Reads how much of its target a ticket has used, stretch by stretch."""

    ticket: Ticket
    level: ServiceLevelTerms
    clock: ClockTerms
    hours: Hours
    priority: str

    def read(self, running: Sequence[Stretch], seen: Course) -> _Used:
        hold = self.ticket.hold_seconds or 0
        seconds, share, due_at = -hold, Fraction(0), None
        for stretch in running:
            business, target = self._rule(stretch.priority)
            seconds += business.between(stretch.start, stretch.end)
            if target is None:
                continue
            if due_at is None:
                due_at = _reached(business, target, stretch.start, 1 - share, hold, stretch.end)
            share += Fraction(_amount(business, target, stretch.start, stretch.end), target.amount)
        _, target = self._rule(running[-1].priority if running else self.priority)
        if target is not None and hold:
            share = max(share - Fraction(hold, target.amount), Fraction(0))
        if due_at is None and target is not None and running:
            due_at = self._ahead(running[-1], seen, 1 - share)
        return _Used(max(seconds, 0), share, due_at)

    def _rule(self, priority_then: str) -> tuple[BusinessTime, Target | None]:
        priority = priority_then if self.clock.priority is PriorityRule.SPLIT else self.priority
        service = self.ticket.attributes.get("service", "")
        _, business = self.hours.of(self.clock, priority=priority, service=service)
        return business, target_of(self.level, priority)

    def _ahead(self, last: Stretch, seen: Course, left: Fraction) -> int | None:
        """Return when the target would be used up if the clock ran on from where it stands."""
        business, target = self._rule(last.priority)
        if target is None or left < 0:
            return None
        start = seen.looked_at if seen.stopped_at is None else last.end
        return _reached(business, target, start, left, 0, None)


def target_of(level: ServiceLevelTerms, priority: str) -> Target | None:
    """Return what a ticket's clock is held against: its target, or the expected time itself."""
    if level.measure in TIMES:
        return parse_target(level.expected)
    if level.measure is Measure.BACKLOG:
        return level.older_than
    return level.target_for(priority)


def _amount(business: BusinessTime, target: Target, start: int, end: int) -> int:
    if target.unit is TargetUnit.WORKING_DAYS:
        return business.day_parts_of(end) - business.day_parts_of(start)
    return business.between(start, end)


def _reached(
    business: BusinessTime,
    target: Target,
    start: int,
    left: Fraction,
    hold: int,
    end: int | None,
) -> int | None:
    """Return the moment from `start` on at which the share `left` is used up, if by `end`."""
    needed = math.ceil(left * target.amount) + hold
    try:
        if target.unit is TargetUnit.WORKING_DAYS:
            moment = business.moment_of_day_parts(business.day_parts_of(start) + needed)
        else:
            moment = business.moment_of(business.count_at(start) + needed)
    except ValueError:  # further ahead than calendars are built for
        return None
    return moment if end is None or moment <= end else None


def _verdict(
    ticket: Ticket,
    seen: Course,
    level: ServiceLevelTerms,
    clock: ClockTerms,
    used: _Used,
    excluded: Mapping[str, str],
) -> tuple[Verdict, str]:
    if ticket.number in excluded:
        return Verdict.EXCLUDED, excluded[ticket.number]
    if seen.cancelled and clock.cancelled is Cancelled.LEAVE_OUT:
        return Verdict.EXCLUDED, "cancelled"
    if level.measure is Measure.COUNT:
        return Verdict.MET, ""
    if level.measure is Measure.BACKLOG:
        waits = seen.stopped_at is None and (level.older_than is None or used.share > 1)
        return Verdict.OPEN if waits else Verdict.MET, ""
    return _timed_verdict(ticket, seen, level, used)


def _timed_verdict(
    ticket: Ticket, seen: Course, level: ServiceLevelTerms, used: _Used
) -> tuple[Verdict, str]:
    if seen.stopped_at is None:
        past = used.share > 1 and level.open_past_target is OpenPastTarget.MISSED
        return (Verdict.MISSED, "open past its target") if past else (Verdict.OPEN, "")
    if level.measure in {Measure.FIRST_TIME, Measure.REOPEN_SHARE}:
        return _first_time(ticket, seen, level)
    return (Verdict.MET, "") if used.share <= 1 else (Verdict.MISSED, "")


def _first_time(ticket: Ticket, seen: Course, level: ServiceLevelTerms) -> tuple[Verdict, str]:
    if seen.reopened:
        return Verdict.MISSED, "it was reopened"
    if level.measure is Measure.FIRST_TIME and reassigned(ticket):
        return Verdict.MISSED, "it was passed on"
    return Verdict.MET, ""


def reassigned(ticket: Ticket) -> bool:
    """Return whether a ticket went through more hands than one.

    The source's own count (`reassignments`) wins; else more than one `assigned` row.
    """
    counted = ticket.attributes.get("reassignments", "")
    if counted.isdecimal():
        return int(counted) > 0
    return sum(change.state is State.ASSIGNED for change in ticket.changes) > 1


def _month(
    ticket: Ticket,
    seen: Course,
    level: ServiceLevelTerms,
    zone: ZoneInfo,
    due_at: int | None,
    verdict: Verdict,
) -> Month | None:
    """Return the month that a ticket counts in.

    Counted by its stop, an open ticket past its target counts where the target passed, until it
    stops.
    """
    moment = {
        MonthOf.OPENED: ticket.changes[0].at,
        MonthOf.STOP: seen.stopped_at,
        MonthOf.DUE: due_at,
    }[level.month_of]
    if moment is None and verdict is Verdict.MISSED:
        moment = due_at
    return None if moment is None else _month_at(moment, zone)


def _month_at(moment: int, zone: ZoneInfo) -> Month:
    return Month.of(datetime.fromtimestamp(moment, tz=UTC), zone)


def _is_uncertain(ticket: Ticket, clock: ClockTerms, verdict: Verdict) -> bool:
    return not ticket.pauses_known and bool(clock.pauses_in) and verdict is Verdict.MISSED

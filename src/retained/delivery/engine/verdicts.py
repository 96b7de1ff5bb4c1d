"""Verdicts: what one ticket counts as under one service level, and in which month.

In   a ticket, a service level, the agreement's clocks and calendars, the exclusions agreed
Out  its clock, target, due moment, month and verdict, with the reason in words
Why  docs/methods/ticket-clocks.md
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.calendar_terms import ALWAYS
from retained.contracts.engine.clock_terms import (
    CalendarChoice,
    Cancelled,
    ClockTerms,
    PriorityRule,
    Start,
)
from retained.contracts.engine.level_terms import (
    TIMES,
    Measure,
    MonthOf,
    OpenPastTarget,
    ServiceLevelTerms,
)
from retained.contracts.engine.targets import Target
from retained.delivery.engine.clocks import Course, course
from retained.delivery.engine.meters import Hours, Meter, Used, target_of
from retained.delivery.engine.tickets import Ticket
from retained.shared.months import Month
from retained.shared.states import State


class Verdict(StrEnum):
    """What a ticket counts as."""

    MET = "met"
    MISSED = "missed"
    OPEN = "open"
    EXCLUDED = "excluded"
    UNUSABLE = "unusable"


ROW_LOST = "a row of it could not be used"


@dataclass(frozen=True, slots=True)
class TicketResult:
    """One ticket under one service level. Moments are UTC seconds.

    `clock_seconds` are open seconds of its calendar, `paused_seconds` calendar seconds; `due_at`
    is when the target is used up, counted on from where the clock now stands.
    `uncertain` is set where the evidence knows of no pauses, or lacks a row that could not be used,
    and the verdict is a miss that this could undo.
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
    if _cannot_be_meant(level, ticket):  # most tickets of a source: their clock is not needed
        return None
    clock = clock_of(level, agreement)
    seen = course(ticket, clock, as_of=as_of)
    priority = counted_priority(ticket, seen, clock, as_of=as_of)
    if not _is_meant(level, ticket, priority):
        return None
    reason = _unusable(ticket, seen, level, clock, priority)
    if reason:
        month = _month_at(ticket.changes[-1].at, agreement.zone) if ticket.changes else None
        return TicketResult(
            ticket.number, level.id, month, 0, 0, Verdict.UNUSABLE, reason, priority
        )
    service = ticket.attributes.get("service", "")
    name, _ = hours.of(clock, priority=priority, service=service)
    used = Meter(ticket, level, clock, hours, priority).used(seen)
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
        reason=_with_lost_row(ticket, verdict, why),
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
    """Return the priority that counts: the first, or the last that was known up to the stop.

    Where none was known by then, the first that was told afterwards.
    """
    until = as_of if seen.stopped_at is None else seen.stopped_at
    told = [change for change in ticket.changes if change.priority]
    if not told:
        return ""
    in_time = [change for change in told if change.at <= until]
    if clock.priority is PriorityRule.FIRST or not in_time:
        return told[0].priority or ""
    return in_time[-1].priority or ""


NO_OPENING = "its opening is not in the evidence"
NO_PRIORITY = "it has no priority"
NO_STATE = "no row of it says where it stands"
_PLAIN_CLOCK = ClockTerms(calendar=CalendarChoice(default=ALWAYS))


def _is_meant(level: ServiceLevelTerms, ticket: Ticket, priority: str) -> bool:
    for column, values in level.tickets.items():
        value = priority if column == "priority" else ticket.attributes.get(column, "")
        if value not in values and not (column == "priority" and not value):
            return False
    outside = level.measure is Measure.WITHIN_TARGET and not level.target_for(priority)
    return not (outside and priority)


def _cannot_be_meant(level: ServiceLevelTerms, ticket: Ticket) -> bool:
    """Return whether no priority that the ticket had so far, or its attributes, fit the level."""
    for column, values in level.tickets.items():
        if column == "priority":
            told = {change.priority for change in ticket.changes if change.priority}
            if told and told.isdisjoint(values):
                return True
        elif ticket.attributes.get(column, "") not in values:
            return True
    return False


def _unusable(
    ticket: Ticket, seen: Course, level: ServiceLevelTerms, clock: ClockTerms, priority: str
) -> str:
    needs_priority = "priority" in level.tickets or (
        level.measure is Measure.WITHIN_TARGET and not level.target_for("")
    )
    if needs_priority and not priority:
        return NO_PRIORITY
    if seen.started_at is not None and not seen.stretches and not seen.cancelled:
        return NO_OPENING
    if clock.starts is Start.OPENED and seen.started_at is None:
        return NO_STATE
    if _needs_opening(level, clock) and not seen.cancelled and not _is_opened(ticket):
        return NO_OPENING
    return ""


def _needs_opening(level: ServiceLevelTerms, clock: ClockTerms) -> bool:
    """Return whether a ticket without its opening says too little: its clock would be too short.

    Its first row may be of any later moment, and whoever leaves openings out must not gain by it.
    """
    timed = level.measure in {Measure.WITHIN_TARGET, *TIMES}
    return (timed and clock.starts is Start.OPENED) or level.month_of is MonthOf.OPENED


def _is_opened(ticket: Ticket) -> bool:
    return any(change.state is State.NEW for change in ticket.changes)


def _verdict(
    ticket: Ticket,
    seen: Course,
    level: ServiceLevelTerms,
    clock: ClockTerms,
    used: Used,
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
    ticket: Ticket, seen: Course, level: ServiceLevelTerms, used: Used
) -> tuple[Verdict, str]:
    if level.measure in {Measure.FIRST_TIME, Measure.REOPEN_SHARE}:
        stopped = seen.stopped_at is not None
        return _first_time(ticket, seen, level) if stopped else (Verdict.OPEN, "")
    if seen.stopped_at is None:
        past = used.share > 1 and level.open_past_target is OpenPastTarget.MISSED
        return (Verdict.MISSED, "open past its target") if past else (Verdict.OPEN, "")
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
    hidden_pause = not ticket.pauses_known and bool(clock.pauses_in)
    return verdict is Verdict.MISSED and (hidden_pause or not ticket.rows_whole)


def _with_lost_row(ticket: Ticket, verdict: Verdict, why: str) -> str:
    """Return the reason, with a word on a row of the ticket that could not be used."""
    if ticket.rows_whole or verdict in {Verdict.EXCLUDED, Verdict.UNUSABLE}:
        return why
    return f"{why}; {ROW_LOST}" if why else ROW_LOST

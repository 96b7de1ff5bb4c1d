"""Ticket clocks: how long a ticket's clock ran, and why.

In   a ticket's changes, the clock of the agreement, its calendars, the moment of looking
Out  open seconds, paused seconds, the stretches of the bar and the terms that sum to the clock
Why  docs/methods/ticket-clocks.md
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from retained.contracts.engine.clock_terms import (
    ClockTerms,
    Reopening,
    Stop,
    started_states,
    stopped_states,
)
from retained.delivery.engine.tickets import Change, Ticket
from retained.shared.business_time import BusinessTime
from retained.shared.states import State


class Phase(StrEnum):
    """What the clock does while a ticket is in a state."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `start` to `end` (UTC seconds) the clock was in one phase, under one priority.

    `change` is the raw row that began it, `ended_by` the one that ended it (none while it lasts).
    """

    start: int
    end: int
    phase: Phase
    state: State
    priority: str
    change: Change
    ended_by: Change | None


@dataclass(frozen=True, slots=True)
class Term:
    """One summand of a clock: `sign` x F(`at`), and the raw row that gave rise to it.

    The clock is the sum of (running before - running after) x F(at) over the changes; a clock
    that still runs adds F(as of), which has no row.
    """

    at: int
    sign: int
    open_seconds: int
    change: Change | None


@dataclass(frozen=True, slots=True)
class Course:
    """The course of one ticket's clock: where it started and stopped, and its stretches.

    A clock that never started has no `started_at`; one that still runs has no `stopped_at`.
    """

    started_at: int | None
    stopped_at: int | None
    stretches: tuple[Stretch, ...]
    reopened: bool
    cancelled: bool
    looked_at: int

    def paused_seconds(self) -> int:
        """Return the calendar seconds that the clock stood between start and stop."""
        return sum(
            stretch.end - stretch.start
            for stretch in self.stretches
            if stretch.phase is Phase.PAUSED
        )

    def running(self) -> list[Stretch]:
        """Return the stretches in which the clock ran."""
        return [stretch for stretch in self.stretches if stretch.phase is Phase.RUNNING]


def course(ticket: Ticket, clock: ClockTerms, *, as_of: int) -> Course:
    """Return the course of a ticket's clock as it was known at `as_of`.

    Rows after `as_of` are not looked at. With `new_cycle` the stretches of every cycle are
    returned: `cycles` takes them apart.
    """
    changes = ticket.until(as_of).changes
    phase_of = phase_by_state(clock.stops, clock.pauses_in)
    starting = started_states(clock.starts)
    stretches: list[Stretch] = []
    started_at: int | None = None
    stopped_at: int | None = None
    state: State | None = None
    priority, reopened = "", False
    for index, change in enumerate(changes):
        state, priority = change.state or state, change.priority or priority
        if state is None:
            continue
        if started_at is None:
            if state not in starting:
                continue
            started_at = change.at
        phase = phase_of[state]
        if phase is Phase.STOPPED and stopped_at is None:
            stopped_at = change.at
        elif phase is not Phase.STOPPED and stopped_at is not None:
            if clock.on_reopening is Reopening.IGNORE:
                reopened = True
                break
            stopped_at, reopened = None, True
        following = changes[index + 1] if index + 1 < len(changes) else None
        end = following.at if following else as_of
        stretches.append(Stretch(change.at, end, phase, state, priority, change, following))
    return Course(
        started_at=started_at,
        stopped_at=stopped_at,
        stretches=tuple(_without_tail(stretches)),
        reopened=reopened,
        cancelled=bool(changes) and _last_state(changes) is State.CANCELLED,
        looked_at=as_of,
    )


@cache
def phase_by_state(stops: Stop, pauses_in: tuple[State, ...]) -> dict[State, Phase]:
    """Return what a clock does in each state; a cancelled ticket's clock has stopped."""
    stopped = stopped_states(stops) | {State.CANCELLED}
    return {
        state: Phase.STOPPED
        if state in stopped
        else Phase.PAUSED
        if state in pauses_in
        else Phase.RUNNING
        for state in State
    }


def cycles(stretches: Sequence[Stretch]) -> list[list[Stretch]]:
    """Return the stretches of each cycle: a cycle ends where the clock stops."""
    result: list[list[Stretch]] = [[]]
    for stretch in stretches:
        if stretch.phase is Phase.STOPPED:
            if result[-1]:
                result.append([])
        else:
            result[-1].append(stretch)
    return [cycle for cycle in result if cycle] or [[]]


def terms(running: Sequence[Stretch], hours: BusinessTime) -> list[Term]:
    """Return the terms that sum to the clock: only changes between running and not count."""
    result: list[Term] = []
    previous_end = None
    for stretch in running:
        if previous_end == stretch.start and result:
            result.pop()  # it ran on: leaving and entering at the same moment cancel out
        else:
            result.append(Term(stretch.start, -1, hours.count_at(stretch.start), stretch.change))
        result.append(Term(stretch.end, +1, hours.count_at(stretch.end), stretch.ended_by))
        previous_end = stretch.end
    return result


def _last_state(changes: Sequence[Change]) -> State | None:
    for change in reversed(changes):
        if change.state is not None:
            return change.state
    return None


def _without_tail(stretches: list[Stretch]) -> list[Stretch]:
    """Drop what lies after the last stop: a clock that has stopped has no more course."""
    while stretches and stretches[-1].phase is Phase.STOPPED:
        stretches.pop()
    return stretches

"""Clocks as an agreement writes them: when they start, stand and stop.

In   names of events and states
Out  values that `delivery` measures by
Why  docs/methods/ticket-clocks.md
"""

from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_serializer, model_validator

from retained.shared.placed import FieldError
from retained.shared.states import WAITING, State


class Start(StrEnum):
    """What sets a clock going."""

    OPENED = "opened"  # the first row of the ticket
    ASSIGNED = "assigned"  # the first time somebody is given it
    IN_PROGRESS = "in_progress"  # the first time somebody works on it


class Stop(StrEnum):
    """What ends a clock."""

    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"  # response: somebody has begun
    RESOLVED = "resolved"
    CLOSED = "closed"


class Reopening(StrEnum):
    """What a reopening does to a clock that had stopped."""

    RESUME = "resume"  # it runs on; the time in between does not count
    NEW_CYCLE = "new_cycle"  # it starts from nothing; the longest cycle is the ticket's clock
    IGNORE = "ignore"  # the first stop counts


class PriorityRule(StrEnum):
    """Which priority counts when it was changed on the way."""

    LAST = "last"
    FIRST = "first"
    SPLIT = "split"  # each priority uses up its share of its own target


class ReopenedAsNew(StrEnum):
    """What a new ticket that continues a finished one does (attribute `continues`)."""

    SEPARATE = "separate"  # it counts by itself
    CONTINUES = "continues"  # it is a reopening of the ticket that it continues


class Cancelled(StrEnum):
    """What a cancelled ticket counts as."""

    LEAVE_OUT = "leave_out"
    COUNT = "count"  # as stopped when it was cancelled


class CalendarChoice(BaseModel):
    """Which calendar a clock runs on: one for all, or by priority or service."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    default: str
    priority: dict[str, str] = Field(default_factory=dict)
    service: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return {"default": value} if isinstance(value, str) else value

    @model_serializer(mode="wrap")
    def _written(self, handler: Any) -> Any:
        written: dict[str, Any] = handler(self)
        if not self.priority and not self.service:
            return self.default
        return {key: value for key, value in written.items() if value}

    def name_for(self, *, priority: str, service: str) -> str:
        """Return the name of the calendar for a ticket; the service wins over the priority."""
        return self.service.get(service) or self.priority.get(priority) or self.default

    def places(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield every calendar that is named, with where in the choice it stands."""
        own = bool(self.priority or self.service)
        yield (("default",) if own else ()), self.default
        yield from ((("priority", key), name) for key, name in self.priority.items())
        yield from ((("service", key), name) for key, name in self.service.items())

    @property
    def names(self) -> set[str]:
        """Every calendar that this choice can lead to."""
        return {self.default, *self.priority.values(), *self.service.values()}


class ClockTerms(BaseModel):
    """When a clock starts, stands and stops, and what changes on the way do to it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    starts: Start = Start.OPENED
    stops: Stop = Stop.RESOLVED
    pauses_in: tuple[State, ...] = ()
    on_reopening: Reopening = Reopening.RESUME
    reopened_as_new: ReopenedAsNew = ReopenedAsNew.SEPARATE
    priority: PriorityRule = PriorityRule.LAST
    calendar: CalendarChoice
    cancelled: Cancelled = Cancelled.LEAVE_OUT

    @model_validator(mode="after")
    def _pauses_must_lie_between(self) -> "ClockTerms":
        stopped = set(self.pauses_in) & stopped_states(self.stops)
        if stopped:
            names = ", ".join(sorted(stopped))
            raise FieldError(
                f"the clock has stopped in {names}: a pause must lie before the stop", "pauses_in"
            )
        return self


_REACHED_BY = {
    Stop.ASSIGNED: {State.ASSIGNED, State.IN_PROGRESS, *WAITING, State.RESOLVED, State.CLOSED},
    Stop.IN_PROGRESS: {State.IN_PROGRESS, *WAITING, State.RESOLVED, State.CLOSED},
    Stop.RESOLVED: {State.RESOLVED, State.CLOSED},
    Stop.CLOSED: {State.CLOSED},
}


@cache
def stopped_states(stop: Stop) -> frozenset[State]:
    """Return the states in which a clock that stops at `stop` has stopped."""
    return frozenset(_REACHED_BY[stop])


@cache
def started_states(start: Start) -> frozenset[State]:
    """Return the states that set a clock going: a later state does so too."""
    if start is Start.OPENED:
        return frozenset(State)
    return frozenset(_REACHED_BY[Stop(start.value)])

"""Whole tickets against the oracle that asks every second, over the end of summer time."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from agreements_measured import agreement
from every_second import FAR, Row, Rule, Slow, slow_result
from hypothesis import example, given, settings
from hypothesis import strategies as st

from retained.delivery.engine.measurement import hours_for
from retained.delivery.engine.tickets import Change, Ticket
from retained.delivery.engine.verdicts import TicketResult, ticket_result
from retained.shared.states import State
from shared.seconds_table import DAY, Hours, SecondsTable, seconds_table

ZONE = "Europe/Berlin"
BEGINNING = int(datetime(2026, 10, 23, tzinfo=UTC).timestamp())  # a Friday; the clock goes back
AROUND = (datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 11, 6, tzinfo=UTC))

CALENDARS: dict[str, Any] = {
    "always": "24x7",
    "office": {
        "hours": {
            "monday-thursday": ["08:00-12:10", "12:40-17:00"],
            "friday": ["08:00-13:00"],
            "saturday-sunday": ["01:30-03:15"],
        }
    },
    "night": {"hours": {"monday-sunday": ["22:15-06:10"]}},
}
HOURS: dict[str, list[list[Hours]]] = {
    "always": [[(0, 1440)]] * 7,
    "office": [[(480, 730), (760, 1020)]] * 4 + [[(480, 780)]] + [[(90, 195)]] * 2,
    "night": [[(1335, 1440 + 370)]] * 7,
}
# Priority 3 is counted in working days (nights) of 6:55, 7:55 or 8:55 hours.
CALENDAR_OF = {"1": "always", "2": "office", "3": "night"}
TARGETS = {"1": 20 * 3600, "2": 6 * 3600, "3": DAY}
WRITTEN = {"1": "20h", "2": "6h", "3": "1 working day"}

_STATES = st.sampled_from([*FAR, "cancelled"])
_PRIORITIES = st.sampled_from(list(TARGETS))
_GAPS = st.integers(1, 50_000) | st.sampled_from([1, 600, 3_600, 14_400, 72_000])
FIRST_ROWS = st.tuples(st.integers(0, 40_000), _STATES, _PRIORITIES)
ROWS = st.lists(
    st.tuples(_GAPS, st.none() | _STATES, st.none() | _PRIORITIES), min_size=0, max_size=8
)
RULES = st.fixed_dictionaries(
    {
        "starts": st.sampled_from(["opened", "assigned", "in_progress"]),
        "stops": st.sampled_from(["assigned", "in_progress", "resolved", "closed"]),
        "pauses_in": st.lists(
            st.sampled_from(["waiting_client", "waiting_third_party", "new"]), unique=True
        ),
        "on_reopening": st.sampled_from(["resume", "new_cycle", "ignore"]),
        "priority": st.sampled_from(["last", "first", "split"]),
    }
)


@settings(max_examples=250)
@given(FIRST_ROWS, ROWS, RULES, st.integers(0, 60_000))
@example(  # used up to the second when the clock stops: still met
    (0, "new", "1"), [(72_000, "resolved", None)],
    {"starts": "opened", "stops": "resolved", "pauses_in": [], "on_reopening": "resume",
     "priority": "last"}, 0,
)  # fmt: skip
@example(  # used up when a pause begins, and running on after it
    (0, "new", "1"), [(72_000, "waiting_client", None), (100, "in_progress", None)],
    {"starts": "opened", "stops": "resolved", "pauses_in": ["waiting_client"],
     "on_reopening": "resume", "priority": "last"}, 50,
)  # fmt: skip
def test_a_whole_ticket_equals_what_every_second_says(
    first: tuple[int, str, str],
    later: list[tuple[int, str | None, str | None]],
    clock: dict[str, Any],
    wait: int,
) -> None:
    rows, as_of = _rows(first, later, wait)
    clock = _possible(clock)
    slow = slow_result(rows, _rule(clock), as_of=as_of)
    ours = _result(rows, clock, as_of)
    assert ours.verdict == slow.verdict
    if slow.verdict != "unusable":
        seen = Slow(
            clock=ours.clock_seconds,
            paused=ours.paused_seconds,
            verdict=str(ours.verdict),
            started_at=ours.started_at,
            stopped_at=ours.stopped_at,
            due_at=slow.due_at,
        )
        assert seen == slow
    if slow.due_at is not None and clock["on_reopening"] != "new_cycle":
        assert ours.due_at == slow.due_at


def _rows(
    first: tuple[int, str, str], later: list[tuple[int, str | None, str | None]], wait: int
) -> tuple[list[Row], int]:
    rows: list[Row] = [(BEGINNING + first[0], first[1], first[2])]
    for gap, state, priority in later:
        rows.append((rows[-1][0] + gap, state, priority))
    return rows, rows[-1][0] + wait


def _possible(clock: dict[str, Any]) -> dict[str, Any]:
    """Leave out pauses in states in which the clock has stopped: an agreement refuses them."""
    stopped = {"assigned": 1, "in_progress": 2, "resolved": 3, "closed": 4}[clock["stops"]]
    return clock | {"pauses_in": [s for s in clock["pauses_in"] if FAR[s] < stopped]}


def _rule(clock: dict[str, Any]) -> Rule:
    return Rule(
        starts=clock["starts"],
        stops=clock["stops"],
        pauses=tuple(clock["pauses_in"]),
        reopening=clock["on_reopening"],
        priority=clock["priority"],
        targets=TARGETS,
        open={priority: _table(name) for priority, name in CALENDAR_OF.items()},
        parts={"1": _open("always"), "2": _open("office"), "3": _night_parts()},
    )


def _result(rows: list[Row], clock: dict[str, Any], as_of: int) -> TicketResult:
    terms = agreement(
        calendars=CALENDARS,
        clock=clock | {"calendar": {"default": "always", "priority": CALENDAR_OF}},
        level={"targets": WRITTEN},
        time_zone=ZONE,
    )
    changes = tuple(
        Change(moment, None if state is None else State(state), priority)
        for moment, state, priority in rows
    )
    one = Ticket("T-1", changes)
    hours = hours_for(terms, [one], as_of=as_of)
    found = ticket_result(one, terms.service_levels[0], terms, hours, as_of=as_of, excluded={})
    assert found is not None
    return found


@lru_cache
def _table(name: str) -> SecondsTable:
    return seconds_table(ZONE, HOURS[name], [], first=AROUND[0], last=AROUND[1])


@lru_cache
def _open(name: str) -> npt.NDArray[np.int64]:
    return np.diff(_table(name).before.astype(np.int64))


@lru_cache
def _night_parts() -> npt.NDArray[np.int64]:
    """Return how many parts of a working day (86,400) each second of the nights uses up."""
    is_open = _open("night")
    first = _table("night").first
    ends = np.flatnonzero(np.diff(is_open, append=0) == -1)
    assert datetime.fromtimestamp(first + int(ends[0]) + 1, ZoneInfo(ZONE)).hour == 6
    parts = np.zeros(len(is_open), dtype=np.int64)
    for start, end in zip(np.flatnonzero(np.diff(is_open, prepend=0) == 1), ends, strict=True):
        length = int(end - start) + 1
        counted = np.arange(length + 1) * DAY // length
        parts[start : end + 1] = np.diff(counted)
    return parts

"""Deadlines of many tickets at once: when each used up its target, or will if it runs on.

In   what the question of the large path gives for each ticket, and the moves of some of them
Out  the due moment of each, or none where it lies further ahead than calendars are built for
Why  docs/methods/ticket-clocks.md
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt

from retained.contracts.engine.targets import TargetUnit
from retained.delivery.engine.bulk.moves import RAISED, STATES_BY_CODE
from retained.delivery.engine.bulk.question import Question
from retained.delivery.engine.bulk.tables import month_starts
from retained.delivery.engine.clocks import Phase, phase_by_state
from retained.delivery.engine.verdicts import clock_of
from retained.shared.business_time import NEVER, BusinessTime

Integers = npt.NDArray[np.int64]
_TICKETS_AT_A_TIME = 200_000
_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class _Unit:
    """F of one count and its inverse, in the unit of the target."""

    business: BusinessTime
    unit: TargetUnit

    def at(self, moments: Integers) -> Integers:
        if self.unit is TargetUnit.SECONDS:
            return self.business.at(moments)
        return self.business.day_parts_at(moments)

    def inverse(self, amounts: Integers) -> Integers:
        if self.unit is TargetUnit.SECONDS:
            return self.business.moments_of(amounts)
        return self.business.moments_of_day_parts(amounts)


def _units(question: Question) -> list[_Unit]:
    return [_Unit(question.hours.by_name[count.calendar], count.unit) for count in question.counts]


def onward_deadlines(
    question: Question, amount_of: Integers, anchors: Integers, left: Integers
) -> Integers:
    """Return when `left` more of each target is used up, counted on from its anchor.

    `amount_of` says by which of the question's counts; anchors are UTC seconds.
    """
    due = np.full(len(left), NEVER, dtype=np.int64)
    for index, unit in enumerate(_units(question)):
        own = amount_of == index
        due[own] = unit.inverse(unit.at(anchors[own]) + left[own])
    return due


def deadline_bounds(
    question: Question, amount_of: Integers, opened: Integers, allowed: Integers, amount: Integers
) -> tuple[Integers, Integers]:
    """Return the soonest and the latest moment at which open tickets can have used up `allowed`.

    The soonest, if the clock never stood since they were opened; the latest, if what they used
    beyond the target (`amount` in all) was used without a pause until now. F and its inverse never
    fall, so that the deadline itself lies between them.
    """
    soonest, latest = opened.copy(), opened.copy()
    now = np.array([question.bulk.as_of], dtype=np.int64)
    for index, unit in enumerate(_units(question)):
        own = amount_of == index
        soonest[own] = unit.inverse(unit.at(opened[own]) + allowed[own])
        latest[own] = unit.inverse(unit.at(now) - (amount[own] - allowed[own]))
    return soonest, latest


def merged_spans(begins: Integers, ends: Integers) -> list[tuple[int, int]]:
    """Return spans that hold all the given ones, at least a day apart, in order of time."""
    spans: list[tuple[int, int]] = []
    for begin, end in sorted(zip(begins.tolist(), ends.tolist(), strict=True)):
        if spans and begin <= spans[-1][1] + _A_DAY:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((begin, end))
    return spans


def month_numbers(question: Question, moments: Integers) -> Integers:
    """Return the number of the month that each moment lies in, on the wall of the agreement."""
    business = question.hours.by_name[question.counts[0].calendar]
    starts, numbers = month_starts(question.bulk.agreement.zone, business.first, business.last)
    found: Integers = numbers[np.searchsorted(starts, moments, side="right") - 1]
    return found


def passed_deadlines(
    connection: duckdb.DuckDBPyConnection,
    question: Question,
    wanted: str,
    *,
    within: Sequence[tuple[int, int]] = (),
) -> tuple[Integers, Integers]:
    """Return numbers of tickets, and when each used up its target, read from its stretches.

    `wanted` is a table of tickets that used more than their target: number (in the order of the
    tickets), ticket, amount_of, allowed. `within` names spans of time (UTC seconds) that hold the
    moves of each of them from its opening to its deadline: only they are read then.
    """
    numbers, due = [], []
    for moves in _moves_of(connection, question, wanted, within):
        found = _passed(question, moves)
        numbers.append(found[0])
        due.append(found[1])
    if not numbers:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    return np.concatenate(numbers), np.concatenate(due)


def _moves_of(
    connection: duckdb.DuckDBPyConnection,
    question: Question,
    wanted: str,
    within: Sequence[tuple[int, int]],
) -> Iterator[dict[str, Integers]]:
    """Yield the moves of the wanted tickets, so many tickets at a time, each whole."""
    bulk = question.bulk
    asked = " OR ".join(f'"at" BETWEEN {begin} AND {end}' for begin, end in within)
    (count,) = connection.execute(f"SELECT count(*) FROM {wanted}").fetchall()[0]
    for begins in range(0, count, _TICKETS_AT_A_TIME):
        found = connection.execute(
            f"""WITH chosen AS MATERIALIZED (
                    SELECT * FROM {wanted} ORDER BY number
                    LIMIT {_TICKETS_AT_A_TIME} OFFSET {begins}
                )
                SELECT number, "at", move, amount_of, allowed
                FROM {bulk.source} AS moves JOIN chosen ON chosen.ticket = moves.ticket
                WHERE "at" <= ? {f"AND ({asked})" if asked else ""} ORDER BY number, nth""",
            [bulk.as_of],
        ).fetchnumpy()
        yield {name: np.asarray(column, dtype=np.int64) for name, column in found.items()}


def _passed(question: Question, moves: dict[str, Integers]) -> tuple[Integers, Integers]:
    number, starts = moves["number"], moves["at"]
    ends = np.append(starts[1:], question.bulk.as_of)
    lasts = np.append(number[1:] != number[:-1], True)
    ends[lasts] = question.bulk.as_of
    running = _runs_after(question)[moves["move"]]
    used, begun = np.zeros(len(starts), dtype=np.int64), np.zeros(len(starts), dtype=np.int64)
    units = _units(question)
    for index, unit in enumerate(units):
        own = running & (moves["amount_of"] == index)
        begun[own] = unit.at(starts[own])
        used[own] = unit.at(ends[own]) - begun[own]
    total = np.cumsum(used)
    firsts = np.flatnonzero(np.append(True, lasts[:-1]))
    before_ticket = np.repeat(total[firsts] - used[firsts], np.diff(np.append(firsts, len(starts))))
    reached = np.flatnonzero(running & (total - before_ticket >= moves["allowed"]))
    _, place = np.unique(number[reached], return_index=True)
    hit = reached[place]
    left = moves["allowed"][hit] - (total[hit] - before_ticket[hit] - used[hit])
    due = np.full(len(hit), NEVER, dtype=np.int64)
    for index, unit in enumerate(units):
        own = moves["amount_of"][hit] == index
        due[own] = unit.inverse(begun[hit][own] + left[own])
    return number[hit], due


def _runs_after(question: Question) -> npt.NDArray[np.bool_]:
    """Return by move whether the clock runs in the state that it enters."""
    bulk = question.bulk
    clock = clock_of(bulk.level, bulk.agreement)
    phase_of = phase_by_state(clock.stops, clock.pauses_in)
    known = [state is not None and phase_of[state] is Phase.RUNNING for state in STATES_BY_CODE]
    return np.array([known[move % RAISED % len(known)] for move in range(3 * RAISED)])

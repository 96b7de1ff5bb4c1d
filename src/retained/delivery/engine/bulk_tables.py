"""The tables that the large path joins: F by bucket, weights by step, targets by priority.

In   an agreement, one of its service levels, the codes of the priorities
Out  the DuckDB tables `hours`, `steps` and `rules`
Why  docs/methods/ticket-clocks.md
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import numpy as np

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.clock_terms import ClockTerms
from retained.contracts.engine.level_terms import ServiceLevelTerms
from retained.contracts.engine.quantities import TargetUnit
from retained.delivery.engine.clocks import Phase, phase_by_state
from retained.delivery.engine.meters import Hours
from retained.delivery.engine.verdicts import Verdict, clock_of
from retained.shared.business_time import PARTS_OF_A_DAY, BusinessTime, business_time
from retained.shared.months import Month
from retained.shared.states import State

# 0 stands for "no row has said yet".
STATE_CODES: Mapping[State, int] = {state: code for code, state in enumerate(State, 1)}
STATES_BY_CODE: Sequence[State | None] = (None, *State)
# A move is left x 9 + entered, and this much more where the priority changed with it.
RAISED = len(STATES_BY_CODE) ** 2
VERDICT_CODES: Mapping[Verdict, int] = {verdict: code for code, verdict in enumerate(Verdict)}
PACK = 2**31  # two counts in one sum: a calendar of 68 years is longer than that
PRIORITY_UNIT = 2**4
_GOING_UNIT = 2**16
_LATE_UNIT = 2**30
_GOING = {Phase.RUNNING, Phase.PAUSED}
MOST_PRIORITIES = 4095


@dataclass(frozen=True, slots=True)
class Bulk:
    """What is counted: one service level over the moves of `source`, seen at `as_of`.

    `source` is a table or `read_parquet('...')`; priorities are named by their codes from 1 on.
    """

    agreement: AgreementTerms
    level: ServiceLevelTerms
    source: str
    priorities: Sequence[str]
    as_of: int
    first_moment: int


@dataclass(frozen=True, slots=True)
class Count:
    """One figure that is summed for each ticket: F of a calendar, in seconds or in day parts."""

    calendar: str
    unit: TargetUnit


def priority_named(bulk: Bulk, code: int) -> str:
    """Return the priority of a code; 0 is none."""
    return bulk.priorities[code - 1] if code else ""


def needed_counts(bulk: Bulk) -> list[Count]:
    """Return every figure that some priority needs: its seconds, and its days if it has such."""
    clock = clock_of(bulk.level, bulk.agreement)
    needed: dict[Count, None] = {}
    for code in range(len(bulk.priorities) + 1):
        priority = priority_named(bulk, code)
        calendar = clock.calendar.name_for(priority=priority, service="")
        needed[Count(calendar, TargetUnit.SECONDS)] = None
        target = bulk.level.target_for(priority)
        if target is not None:
            needed[Count(calendar, target.unit)] = None
    return list(needed)


def built_hours(bulk: Bulk) -> Hours:
    """Return every calendar that the level's clock can run on, for the years of the moves."""
    terms = bulk.agreement
    return Hours(
        {
            name: business_time(terms.calendar(name), bulk.first_moment, bulk.as_of)
            for name in clock_of(bulk.level, terms).calendar.names
        }
    )


def register_hours(
    connection: duckdb.DuckDBPyConnection, bulk: Bulk, counts: Sequence[Count], hours: Hours
) -> int:
    """Make the wide bucket table: F of every count, and the month, by bucket; return its width.

    Every bucket is wholly open or wholly closed in every calendar, and lies in one month.
    """
    calendars = [hours.by_name[count.calendar] for count in counts]
    first, last = calendars[0].first, calendars[0].last
    if last - first >= PACK:
        raise ValueError("The evidence spans more than sixty years: check its dates.")
    zone = bulk.agreement.zone
    months = [Month.of(datetime.fromtimestamp(first, tz=UTC), zone)]
    while (begins := int(months[-1].end(zone).timestamp())) < last:
        months.append(Month.of(datetime.fromtimestamp(begins, tz=UTC), zone))
    starts = np.array([int(month.start(zone).timestamp()) for month in months], dtype=np.int64)
    width = math.gcd(
        *(business.buckets.width for business in calendars),
        *(int(start) - first for start in starts[1:]),
    )
    moments = np.arange(first, last, width, dtype=np.int64)
    numbers = np.array([month.year * 12 + month.number - 1 for month in months], dtype=np.int32)
    table = {
        "bucket": np.arange(len(moments), dtype=np.int32),
        "month": numbers[np.searchsorted(starts, moments, side="right") - 1],
    }
    for index, (count, business) in enumerate(zip(counts, calendars, strict=True)):
        table |= _bucket_columns(index, count, business, moments)
    connection.register("made_hours", table)
    connection.execute("CREATE OR REPLACE TEMP TABLE hours AS SELECT * FROM made_hours")
    connection.unregister("made_hours")
    return width


def _bucket_columns(
    index: int, count: Count, business: BusinessTime, moments: np.ndarray
) -> dict[str, np.ndarray]:
    open_at = business.buckets.open[(moments - business.first) // business.buckets.width]
    before = open_at * (moments - business.first)  # so that base + open x t is F, t from `first`
    if count.unit is TargetUnit.SECONDS:
        return {f"base_{index}": business.at(moments) - before, f"open_{index}": open_at}
    segment = np.maximum(np.searchsorted(business.starts, moments, side="right") - 1, 0)
    run = np.clip(moments - business.starts[segment], 0, None)
    run = np.minimum(run, business.ends[segment] - business.starts[segment])
    return {
        f"base_{index}": business.day_numbers[segment] * PARTS_OF_A_DAY,
        f"open_{index}": open_at,
        f"offset_{index}": business.day_offsets[segment] + run - before,
        f"length_{index}": business.day_lengths[segment],
    }


def register_steps(connection: duckdb.DuckDBPyConnection, clock: ClockTerms) -> None:
    """Make the table of steps: what each move adds to the sums; silent moves are left out.

    A move is silent where nothing that counts changes (a new assignee in the same phase), unless
    it begins a history or changes the priority.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE steps (move UTINYINT, runs BIGINT, pauses BIGINT, "
        "enters INTEGER, counters BIGINT)"
    )
    rows = [
        (move, *weights)
        for move, weights in _weights(clock).items()
        if any(weights) or move < len(STATES_BY_CODE) or move >= RAISED
    ]
    fill(connection, "steps", rows)


def _weights(clock: ClockTerms) -> dict[int, tuple[int, int, int, int]]:
    """Return by move: running and paused before less after, whether it stops, counters."""
    phase_of = phase_by_state(clock.stops, clock.pauses_in)
    known = [None if state is None else phase_of[state] for state in STATES_BY_CODE]
    cancelled = STATE_CODES[State.CANCELLED]
    result = {}
    for move in range(2 * RAISED):
        left, entered = divmod(move % RAISED, len(STATES_BY_CODE))
        before, after = known[left], known[entered]
        runs = (before is Phase.RUNNING) - (after is Phase.RUNNING)
        pauses = (before is Phase.PAUSED) - (after is Phase.PAUSED)
        stops = (after is Phase.STOPPED) - (before is Phase.STOPPED)
        rests = before is Phase.STOPPED and after is Phase.STOPPED
        counters = stops - 2 * runs - 4 * pauses
        counters += 8 * ((entered == cancelled) - (left == cancelled))
        counters += _GOING_UNIT * (after in _GOING and before not in _GOING)
        counters += _LATE_UNIT * (rests and move >= RAISED)
        result[move] = (runs, pauses, max(stops, 0), counters)
    return result


def register_rules(
    connection: duckdb.DuckDBPyConnection, bulk: Bulk, counts: Sequence[Count]
) -> None:
    """Make the table of rules: calendar and target by priority, where the level is about it."""
    clock = clock_of(bulk.level, bulk.agreement)
    wanted = bulk.level.tickets.get("priority")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE rules (priority INTEGER, seconds_of INTEGER, "
        "amount_of INTEGER, target BIGINT, needs_priority BOOLEAN)"
    )
    rows: list[Sequence[object]] = []
    for code in range(len(bulk.priorities) + 1):
        priority = priority_named(bulk, code)
        target = bulk.level.target_for(priority)
        if priority and (target is None or (wanted is not None and priority not in wanted)):
            continue
        calendar = clock.calendar.name_for(priority=priority, service="")
        seconds = counts.index(Count(calendar, TargetUnit.SECONDS))
        amount = counts.index(Count(calendar, target.unit)) if target else seconds
        unknown = not priority and (wanted is not None or target is None)
        row = (code, seconds, amount, target.amount if target else 0, unknown)
        rows.append(row)
    fill(connection, "rules", rows)


def fill(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[object]]
) -> None:
    """Insert rows in one statement: a statement for each row takes a hundred times as long."""
    if rows:
        lists = ", ".join(["unnest(?)"] * len(rows[0]))
        columns = [list(column) for column in zip(*rows, strict=True)]
        connection.execute(f"INSERT INTO {table} SELECT {lists}", columns)

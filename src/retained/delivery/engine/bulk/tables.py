"""The tables that the large path joins: F by bucket, weights by step, targets by priority.

In   an agreement, one of its service levels, the codes of the priorities
Out  the DuckDB tables `hours`, `steps` and `rules`
Why  docs/methods/ticket-clocks.md
"""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import duckdb
import numpy as np

from retained.contracts.engine.clock_terms import ClockTerms, PriorityRule
from retained.contracts.engine.targets import TargetUnit
from retained.delivery.engine.bulk.moves import RAISED, STATE_CODES, STATES_BY_CODE, fill
from retained.delivery.engine.bulk.rules import Bulk, Count, priority_named
from retained.delivery.engine.clocks import Phase, phase_by_state
from retained.delivery.engine.meters import Hours
from retained.delivery.engine.verdicts import Verdict, clock_of
from retained.shared.business_time import PARTS_OF_A_DAY, BusinessTime
from retained.shared.months import Month
from retained.shared.states import State

VERDICT_CODES: Mapping[Verdict, int] = {verdict: code for code, verdict in enumerate(Verdict)}
PACK = 2**31  # two counts in one sum: a calendar of 68 years is longer than that
# Where the counters of a ticket begin within their one sum; each is wide enough for its ticket.
STOPPED, RUNNING, PAUSED, CANCELLED = 2**0, 2**1, 2**2, 2**3
PRIORITY, GOING, LATE, OPENED, REOPENED = 2**4, 2**16, 2**30, 2**44, 2**45
_GOING = {Phase.RUNNING, Phase.PAUSED}


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
    starts, numbers = month_starts(bulk.agreement.zone, first, last)
    width = math.gcd(
        *(business.buckets.width for business in calendars),
        *(int(start) - first for start in starts[1:]),
    )
    moments = np.arange(first, last, width, dtype=np.int64)
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


def month_starts(zone: ZoneInfo, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
    """Return when each month from `first` to `last` begins, and its number.

    A month's number is 12 x year + month - 1.
    """
    months = [Month.of(datetime.fromtimestamp(first, tz=UTC), zone)]
    while (begins := int(months[-1].end(zone).timestamp())) <= last:
        months.append(Month.of(datetime.fromtimestamp(begins, tz=UTC), zone))
    starts = np.array([int(month.start(zone).timestamp()) for month in months], dtype=np.int64)
    numbers = np.array([month.year * 12 + month.number - 1 for month in months], dtype=np.int32)
    return starts, numbers


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
        "stops INTEGER, begins INTEGER, halts INTEGER, tells INTEGER, counters BIGINT)"
    )
    rows = [
        (move, *weights)
        for move, weights in _weights(clock).items()
        if any(weights) or move % RAISED < len(STATES_BY_CODE)
    ]
    fill(connection, "steps", rows)


def _weights(clock: ClockTerms) -> dict[int, tuple[int, int, int, int, int, int, int]]:
    """Return by move: running and paused before less after; stops, begins, halts, tells; counters.

    A move stops the clock, begins the ticket (the first row that says a state), halts the
    running of the clock, or tells the priority that counts: each 1 or 0.
    """
    takes_first = clock.priority is PriorityRule.FIRST
    phase_of = phase_by_state(clock.stops, clock.pauses_in)
    known = [None if state is None else phase_of[state] for state in STATES_BY_CODE]
    cancelled, new = STATE_CODES[State.CANCELLED], STATE_CODES[State.NEW]
    result = {}
    for move in range(3 * RAISED):
        left, entered = divmod(move % RAISED, len(STATES_BY_CODE))
        before, after = known[left], known[entered]
        runs = (before is Phase.RUNNING) - (after is Phase.RUNNING)
        pauses = (before is Phase.PAUSED) - (after is Phase.PAUSED)
        stops = (after is Phase.STOPPED) - (before is Phase.STOPPED)
        rests = before is Phase.STOPPED and after is Phase.STOPPED
        begins = int(before is None and after is not None)
        counters = STOPPED * stops - RUNNING * runs - PAUSED * pauses
        counters += OPENED * (begins and entered == new)
        counters += CANCELLED * ((entered == cancelled) - (left == cancelled))
        counters += GOING * (after in _GOING and before not in _GOING)
        counters += LATE * (rests and move >= RAISED and not takes_first)
        counters += REOPENED * (stops < 0)
        tells = int(move >= (2 * RAISED if takes_first else RAISED))
        result[move] = (runs, pauses, max(stops, 0), begins, max(runs, 0), tells, counters)
    return result


def register_rules(
    connection: duckdb.DuckDBPyConnection, bulk: Bulk, counts: Sequence[Count]
) -> None:
    """Make the table of rules: calendar and target by priority, where the level is about it."""
    clock = clock_of(bulk.level, bulk.agreement)
    wanted = bulk.level.tickets.get("priority")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE rules (priority INTEGER, seconds_of INTEGER, "
        "amount_of INTEGER, target BIGINT, needs_priority BOOLEAN, name VARCHAR, "
        "calendar VARCHAR, target_text VARCHAR)"
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
        held = target.amount if target else 0
        texts = (priority, calendar, str(target or ""))
        rows.append((code, seconds, amount, held, unknown, *texts))
    fill(connection, "rules", rows)

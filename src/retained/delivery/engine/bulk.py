"""The large path: millions of tickets measured by SQL, to the second as the small path does.

In   moves of tickets (Parquet or table) in DuckDB, a service level under a common rule
Out  the table `ticket_results`: month, priority, clock, pauses and verdict of every ticket
Why  docs/methods/ticket-clocks.md
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from string import Template

import duckdb

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.clock_terms import (
    Cancelled,
    PriorityRule,
    ReopenedAsNew,
    Reopening,
    Start,
    Stop,
)
from retained.contracts.engine.level_terms import (
    Measure,
    MonthOf,
    OpenPastTarget,
    ServiceLevelTerms,
)
from retained.contracts.engine.quantities import TargetUnit
from retained.delivery.engine.bulk_by_hand import count_by_hand
from retained.delivery.engine.bulk_tables import (
    MOST_PRIORITIES,
    PACK,
    PRIORITY_UNIT,
    RAISED,
    STATE_CODES,
    STATES_BY_CODE,
    VERDICT_CODES,
    Bulk,
    Count,
    built_hours,
    fill,
    needed_counts,
    register_hours,
    register_rules,
    register_steps,
)
from retained.delivery.engine.meters import Hours
from retained.delivery.engine.verdicts import clock_of
from retained.shared.business_time import PARTS_OF_A_DAY


def can_be_counted_in_bulk(level: ServiceLevelTerms, agreement: AgreementTerms) -> bool:
    """Return whether the large path knows the rules of a service level.

    The others need each history stretch by stretch: the small path counts them.
    """
    clock = clock_of(level, agreement)
    return (
        level.measure is Measure.WITHIN_TARGET
        and level.month_of is not MonthOf.DUE
        and set(level.tickets) <= {"priority"}
        and clock.starts is Start.OPENED
        and clock.stops in {Stop.RESOLVED, Stop.CLOSED}
        and clock.on_reopening is Reopening.RESUME
        and clock.reopened_as_new is ReopenedAsNew.SEPARATE
        and clock.priority is PriorityRule.LAST
        and not clock.calendar.service
    )


def moves_from(changes: str) -> str:
    """Return the query that makes moves from `changes`; needs the tables of `register_codes`."""
    return Template(_sql("bulk_moves.sql")).substitute(
        changes=changes, states=len(STATES_BY_CODE), raised=RAISED
    )


def register_codes(connection: duckdb.DuckDBPyConnection, priorities: Sequence[str]) -> None:
    """Make the tables that translate states and priorities to the codes of moves."""
    if len(priorities) > MOST_PRIORITIES:
        raise ValueError(f"More than {MOST_PRIORITIES} priorities cannot be coded.")
    states = [(str(state), code) for state, code in STATE_CODES.items()]
    for name, rows in (
        ("state_codes", states),
        ("priority_codes", [(text, code) for code, text in enumerate(priorities, 1)]),
    ):
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} (name VARCHAR, code INTEGER)")
        fill(connection, name, rows)


def count_tickets(
    connection: duckdb.DuckDBPyConnection,
    bulk: Bulk,
    *,
    excluded: Mapping[str, str] | None = None,
    touched: str = "",
    into: str = "ticket_results",
) -> None:
    """Make the table `into` with one row for each ticket that the service level is about.

    `touched` names a table with the column `ticket`: only those are counted then. Columns are
    ticket, priority, clock_seconds, paused_seconds, verdict (its code), by_hand and month (a
    number, 12 x year + month - 1; none where the ticket belongs to no month yet).
    """
    if not can_be_counted_in_bulk(bulk.level, bulk.agreement):
        raise ValueError("This service level needs the small path.")
    if touched:
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE touched_moves AS SELECT * FROM {bulk.source} "  # noqa: S608
            f"WHERE ticket IN (SELECT ticket FROM {touched})"
        )
        bulk = replace(bulk, source="touched_moves")
    counts, hours = needed_counts(bulk), built_hours(bulk)
    width = register_hours(connection, bulk, counts, hours)
    register_steps(connection, clock_of(bulk.level, bulk.agreement))
    register_rules(connection, bulk, counts)
    left_out = excluded or {}
    connection.execute("CREATE OR REPLACE TEMP TABLE left_out (ticket VARCHAR)")
    fill(connection, "left_out", [(name,) for name in left_out])
    query = _query(bulk, counts, hours, width, leaves_out=bool(left_out))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {into} AS {query}")
    count_by_hand(connection, bulk, hours, left_out, into)


def month_counts(
    connection: duckdb.DuckDBPyConnection, results: str = "ticket_results"
) -> list[tuple[int | None, int, str, int, int]]:
    """Return month, priority code, verdict, tickets and clock seconds, summed."""
    rows = connection.execute(
        "SELECT month, priority, verdict, count(*), sum(clock_seconds)::BIGINT "  # noqa: S608
        f"FROM {results} GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    names = [str(verdict) for verdict in VERDICT_CODES]
    return [(month, priority, names[code], *sums) for month, priority, code, *sums in rows]


def _sql(name: str) -> str:
    return files("retained.delivery.engine").joinpath(name).read_text(encoding="utf-8")


def _query(
    bulk: Bulk,
    counts: Sequence[Count],
    hours: Hours,
    width: int,
    *,
    leaves_out: bool,
) -> str:
    first = hours.by_name[counts[0].calendar].first
    clock = clock_of(bulk.level, bulk.agreement)
    figures = [
        *(
            _Figure(
                "runs",
                _value(counts, i),
                "((counted >> 1) & 1)",
                _value_at(count, hours, bulk.as_of),
            )
            for i, count in enumerate(counts)
        ),
        _Figure("pauses", "t", "((counted >> 2) & 1)", bulk.as_of - first),
    ]
    sums, taken_apart = _packed(figures)
    cases = " ".join(f"WHEN {i} THEN count_{i}" for i in range(len(counts)))
    by_stop = bulk.level.month_of is MonthOf.STOP
    return Template(_sql("bulk_results.sql")).substitute(
        first=first,
        moves=bulk.source,
        as_of=bulk.as_of,
        width=width,
        sums=" ".join(f"CAST(sum({one}) AS BIGINT) AS sum_{n}," for n, one in enumerate(sums)),
        priority_unit=PRIORITY_UNIT,
        totals=", ".join(taken_apart),
        paused=f"count_{len(counts)}",
        seconds_cases=cases,
        amount_cases=cases,
        excluded="ticket IN (SELECT ticket FROM left_out)" if leaves_out else "FALSE",
        leaves_cancelled_out=_truth(clock.cancelled is Cancelled.LEAVE_OUT),
        open_is_missed=_truth(bulk.level.open_past_target is OpenPastTarget.MISSED),
        counts_by_stop=_truth(by_stop),
        opened="" if by_stop else "min(t) AS opened,",
        moment="CASE WHEN counted & 1 = 1 THEN stopped END" if by_stop else "opened",
        **{f"{verdict}_code": code for verdict, code in VERDICT_CODES.items()},
    )


def _truth(value: bool) -> str:
    return "TRUE" if value else "FALSE"


@dataclass(frozen=True, slots=True)
class _Figure:
    """Something that is summed: weight x value over the changes, + `now` if it still goes on."""

    weight: str
    value: str
    goes_on: str
    now: int


def _packed(figures: Sequence[_Figure]) -> tuple[list[str], list[str]]:
    """Return the sums, two figures in each, and how they are taken apart again."""
    sums, apart = [], []
    for number, start in enumerate(range(0, len(figures), 2)):
        pair = figures[start : start + 2]
        scaled = [f"{one.weight} * {one.value} * {PACK**i}" for i, one in enumerate(pair)]
        sums.append(" + ".join(scaled))
        ends = [f"{one.goes_on} * {one.now * PACK**i}" for i, one in enumerate(pair)]
        total = f"(sum_{number} + {' + '.join(ends)})"
        apart.append(f"{total} % {PACK} AS count_{start}")
        if len(pair) > 1:
            apart.append(f"{total} // {PACK} AS count_{start + 1}")
    return sums, apart


def _value(counts: Sequence[Count], index: int) -> str:
    """Return F of one count as SQL, at the moment of a change."""
    if counts[index].unit is TargetUnit.SECONDS:
        return f"(base_{index} + open_{index} * t)"
    run = f"(offset_{index} + open_{index} * t)"
    return f"(base_{index} + {run} * {PARTS_OF_A_DAY} // length_{index})"


def _value_at(count: Count, hours: Hours, moment: int) -> int:
    business = hours.by_name[count.calendar]
    if count.unit is TargetUnit.SECONDS:
        return business.count_at(moment)
    return business.day_parts_of(moment)

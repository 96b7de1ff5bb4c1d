"""The question to DuckDB that counts every ticket of a service level.

In   a connection, what is counted, the tickets that both sides agreed to leave out
Out  the tables that it joins, made; and the text of the question
Why  docs/methods/ticket-clocks.md
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from string import Template

import duckdb

from retained.contracts.engine.clock_terms import Cancelled
from retained.contracts.engine.level_terms import MonthOf, OpenPastTarget
from retained.contracts.engine.targets import TargetUnit
from retained.delivery.engine.bulk.moves import fill
from retained.delivery.engine.bulk.rules import (
    Bulk,
    Count,
    built_hours,
    can_be_counted_in_bulk,
    needed_counts,
)
from retained.delivery.engine.bulk.tables import (
    PACK,
    PRIORITY,
    VERDICT_CODES,
    register_hours,
    register_rules,
    register_steps,
)
from retained.delivery.engine.meters import Hours
from retained.delivery.engine.verdicts import clock_of
from retained.evidence.engine.sql_text import literal, literals, quoted
from retained.shared.business_time import PARTS_OF_A_DAY

PLAIN, USED_UP, ODD = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Question:
    """The text that gives one row for each ticket (see tickets.sql), and what it counts by.

    `width` is the width of the buckets of the table `hours`, `first` the moment of the first.
    """

    bulk: Bulk
    counts: Sequence[Count]
    hours: Hours
    width: int
    text: str

    @property
    def first(self) -> int:
        """The moment (UTC seconds) that every `t` is counted from."""
        return self.hours.by_name[self.counts[0].calendar].first


def prepared(
    connection: duckdb.DuckDBPyConnection, bulk: Bulk, excluded: Mapping[str, str]
) -> Question:
    """Make the tables that the question joins, and return it.

    `excluded` maps ticket numbers to the agreed reason. Raises ValueError where the large path
    does not know the rules of the service level.
    """
    if not can_be_counted_in_bulk(bulk.level, bulk.agreement):
        raise ValueError("This service level needs the small path.")
    counts, hours = needed_counts(bulk), built_hours(bulk)
    width = register_hours(connection, bulk, counts, hours)
    register_steps(connection, clock_of(bulk.level, bulk.agreement))
    register_rules(connection, bulk, counts)
    connection.execute("CREATE OR REPLACE TEMP TABLE left_out (ticket VARCHAR, reason VARCHAR)")
    fill(connection, "left_out", list(excluded.items()))
    _register_meant(connection, bulk)
    text = _text(bulk, counts, hours, width, leaves_out=bool(excluded))
    return Question(bulk, counts, hours, width, text)


def _filters(bulk: Bulk) -> dict[str, tuple[str, ...]]:
    """Return what a ticket's attributes must be: the level's filter without the priority."""
    return {
        column: tuple(values)
        for column, values in bulk.level.tickets.items()
        if column != "priority"
    }


def _register_meant(connection: duckdb.DuckDBPyConnection, bulk: Bulk) -> None:
    """Make the table of the tickets whose attributes, as known last, are those asked for."""
    filters = _filters(bulk)
    if not filters:
        return
    if not bulk.told:
        connection.execute("CREATE OR REPLACE TEMP TABLE meant (ticket VARCHAR)")
        return
    known = {
        column: f"json_extract_string(attributes, {literal('$.' + quoted(column))})"
        for column in filters
    }
    lasts = ", ".join(
        f"last({value} ORDER BY nth) FILTER ({value} <> '') AS {quoted(column)}"
        for column, value in known.items()
    )
    asked = " AND ".join(
        f"{quoted(column)} IN {literals(values)}" for column, values in filters.items()
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE meant AS SELECT ticket FROM "
        f"(SELECT ticket, {lasts} FROM {bulk.told} GROUP BY ticket) WHERE {asked}"
    )


def _text(
    bulk: Bulk, counts: Sequence[Count], hours: Hours, width: int, *, leaves_out: bool
) -> str:
    first = hours.by_name[counts[0].calendar].first
    clock = clock_of(bulk.level, bulk.agreement)
    sums, totals = _packed(_figures(bulk, counts, hours, first))
    paused = f"count_{len(counts)}"
    facts, level = bool(bulk.facts), bulk.level
    joins = [f"LEFT JOIN {bulk.facts} AS facts ON facts.ticket = told.ticket"] if facts else []
    joins += ["LEFT JOIN left_out ON left_out.ticket = told.ticket"] if leaves_out else []
    hold = "coalesce(facts.hold_seconds, 0)"
    return Template(_sql("tickets.sql")).substitute(
        first=first,
        moves=bulk.source,
        as_of=bulk.as_of,
        meant="AND ticket IN (SELECT ticket FROM meant)" if _filters(bulk) else "",
        width=width,
        sums=" ".join(f"CAST(sum({one}) AS BIGINT) AS sum_{n}," for n, one in enumerate(sums)),
        priority_unit=PRIORITY,
        totals=", ".join(totals),
        joins=" ".join(joins),
        hold=hold if facts else "0",
        paused=f"coalesce(facts.hold_seconds, {paused})" if facts else paused,
        pauses_known="coalesce(facts.pauses_known, TRUE)" if facts else "TRUE",
        rows_whole="coalesce(facts.rows_whole, TRUE)" if facts else "TRUE",
        reason="left_out.reason" if leaves_out else "NULL",
        cases=" ".join(f"WHEN {i} THEN count_{i}" for i in range(len(counts))),
        has_pauses=_truth(bool(clock.pauses_in)),
        leaves_cancelled_out=_truth(clock.cancelled is Cancelled.LEAVE_OUT),
        open_is_missed=_truth(level.open_past_target is OpenPastTarget.MISSED),
        by_opening=_truth(level.month_of is MonthOf.OPENED),
        by_stop=_truth(level.month_of is MonthOf.STOP),
        **{f"{verdict}_code": code for verdict, code in VERDICT_CODES.items()},
    )


def _sql(name: str) -> str:
    return files("retained.delivery.engine.bulk").joinpath(name).read_text(encoding="utf-8")


def _truth(value: bool) -> str:
    return "TRUE" if value else "FALSE"


@dataclass(frozen=True, slots=True)
class _Figure:
    """Something that is summed: weight x value over the changes, + `now` if it still goes on."""

    weight: str
    value: str
    goes_on: str
    now: int


def _figures(bulk: Bulk, counts: Sequence[Count], hours: Hours, first: int) -> list[_Figure]:
    running, paused = "((counted >> 1) & 1)", "((counted >> 2) & 1)"
    return [
        *(
            _Figure("runs", _value(counts, i), running, _value_at(count, hours, bulk.as_of))
            for i, count in enumerate(counts)
        ),
        _Figure("pauses", "t", paused, bulk.as_of - first),
    ]


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

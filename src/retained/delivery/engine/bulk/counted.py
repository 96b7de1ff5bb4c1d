"""Months counted in bulk: how many tickets count as what, without a row for each of them.

In   a connection, what is counted, the tickets left out
Out  counts by month, priority and verdict
Why  docs/methods/ticket-clocks.md
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import duckdb
import numpy as np

from retained.contracts.engine.level_terms import MonthOf
from retained.delivery.engine.bulk.by_hand import results_by_hand
from retained.delivery.engine.bulk.deadlines import (
    deadline_bounds,
    merged_spans,
    month_numbers,
    passed_deadlines,
)
from retained.delivery.engine.bulk.moves import fill
from retained.delivery.engine.bulk.question import ODD, PLAIN, USED_UP, Question, prepared
from retained.delivery.engine.bulk.rules import Bulk, priority_named
from retained.delivery.engine.bulk.tables import VERDICT_CODES
from retained.delivery.engine.verdicts import Verdict
from retained.shared.months import Month

_VERDICTS = tuple(Verdict)
_MISSED = VERDICT_CODES[Verdict.MISSED]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many tickets of a priority count as `verdict` in a month (None: in none yet).

    `uncertain` of them are misses that a pause nobody knows of could undo.
    """

    month: Month | None
    priority: str
    verdict: Verdict
    tickets: int
    clock_seconds: int
    uncertain: int


def months_counted(
    connection: duckdb.DuckDBPyConnection,
    bulk: Bulk,
    *,
    excluded: Mapping[str, str] | None = None,
    touched: str = "",
) -> list[Counted]:
    """Return what the tickets count as, summed.

    `touched` names a table with the column `ticket`: only those are counted then. Raises
    ValueError for rules that the large path does not know, and where tickets count in the month
    in which they fall due: that takes the row of each (`detailed`).
    """
    if bulk.level.month_of is MonthOf.DUE:
        raise ValueError("The month of the due moment needs a row for each ticket.")
    if touched:
        bulk = _only(connection, bulk, touched)
    question = prepared(connection, bulk, excluded or {})
    groups = _groups(connection, question)
    plain = [
        Counted(_month(month), priority_named(bulk, priority), _VERDICTS[verdict], *sums)
        for month, priority, verdict, read_on, *sums, _ in groups
        if read_on == PLAIN
    ]
    late = [
        (priority, ticket)
        for _, priority, _, read_on, *_, named in groups
        if read_on == USED_UP
        for ticket in named
    ]
    odd = [
        ticket["ticket"]
        for _, _, _, read_on, *_, named in groups
        if read_on == ODD
        for ticket in named
    ]
    return _summed(
        [
            *plain,
            *_counted_late(connection, question, late),
            *_counted_odd(connection, question, odd, excluded or {}),
        ]
    )


def _only(connection: duckdb.DuckDBPyConnection, bulk: Bulk, touched: str) -> Bulk:
    """Return the same question about some tickets alone, their moves read once."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE touched_moves AS SELECT * FROM {bulk.source} "
        f"WHERE ticket IN (SELECT ticket FROM {touched})"
    )
    return replace(bulk, source="touched_moves")


def _groups(connection: duckdb.DuckDBPyConnection, question: Question) -> list[tuple[Any, ...]]:
    """Return the sums of the tickets, and the names of those whose stretches must be read.

    Of the tickets past their target those alone whose month is that of the due moment: open ones
    that count as missed, where months go by the stop.
    """
    late = (
        f"kind = {USED_UP} AND moment IS NULL AND verdict = {_MISSED}"
        if question.bulk.level.month_of is MonthOf.STOP
        else "FALSE"
    )
    return connection.execute(
        f"""WITH tickets AS (
                SELECT *, CASE WHEN kind = {ODD} THEN {ODD} WHEN {late} THEN {USED_UP}
                               ELSE {PLAIN} END AS read_on
                FROM ({question.text})
            )
            SELECT hours.month, priority, verdict, read_on, count(*),
                   sum(clock_seconds)::BIGINT, count(*) FILTER (uncertain),
                   list({{ticket: ticket, amount_of: amount_of, allowed: allowed,
                          amount: amount, opened: opened, seconds: clock_seconds,
                          uncertain: uncertain}})
                       FILTER (read_on <> {PLAIN})
            FROM tickets LEFT JOIN hours ON hours.bucket = tickets.moment // {question.width}
            GROUP BY ALL"""
    ).fetchall()


def _counted_late(
    connection: duckdb.DuckDBPyConnection,
    question: Question,
    late: Sequence[tuple[int, dict[str, Any]]],
) -> list[Counted]:
    """Return the open tickets past their target, each in the month in which the target passed.

    The moves of a ticket are read again only where its target may have passed in either of two
    months, and only from the time between them.
    """
    amount_of, allowed, amount, opened = (
        np.array([ticket[name] for _, ticket in late], dtype=np.int64)
        for name in ("amount_of", "allowed", "amount", "opened")
    )
    opened += question.first
    soonest, latest = deadline_bounds(question, amount_of, opened, allowed, amount)
    months = month_numbers(question, soonest)
    unclear = np.flatnonzero(months != month_numbers(question, latest))
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE late "
        "(number BIGINT, ticket VARCHAR, amount_of BIGINT, allowed BIGINT)"
    )
    rows = [
        (
            number,
            late[number][1]["ticket"],
            late[number][1]["amount_of"],
            late[number][1]["allowed"],
        )
        for number in unclear.tolist()
    ]
    fill(connection, "late", rows)
    within = merged_spans(opened[unclear], latest[unclear])
    numbers, due = passed_deadlines(connection, question, "late", within=within)
    months[numbers] = month_numbers(question, due)
    return [
        Counted(
            _month(month),
            priority_named(question.bulk, priority),
            Verdict.MISSED,
            1,
            ticket["seconds"],
            int(ticket["uncertain"]),
        )
        for (priority, ticket), month in zip(late, months.tolist(), strict=True)
    ]


def _counted_odd(
    connection: duckdb.DuckDBPyConnection,
    question: Question,
    odd: Sequence[str],
    excluded: Mapping[str, str],
) -> list[Counted]:
    """Return the tickets that the small path counts."""
    if not odd:
        return []
    connection.execute("CREATE OR REPLACE TEMP TABLE odd (ticket VARCHAR)")
    fill(connection, "odd", [(number,) for number in odd])
    return [
        Counted(
            result.month,
            result.priority,
            result.verdict,
            1,
            result.clock_seconds,
            int(result.uncertain),
        )
        for result in results_by_hand(connection, question, "odd", excluded)
    ]


def _summed(parts: Sequence[Counted]) -> list[Counted]:
    """Return one count for each month, priority and verdict, in that order."""

    def key(one: Counted) -> tuple[str, str, Verdict]:
        return (str(one.month or ""), one.priority, one.verdict)

    return [
        Counted(
            own[0].month,
            own[0].priority,
            own[0].verdict,
            sum(one.tickets for one in own),
            sum(one.clock_seconds for one in own),
            sum(one.uncertain for one in own),
        )
        for _, group in groupby(sorted(parts, key=key), key=key)
        for own in [list(group)]
    ]


def _month(number: int | None) -> Month | None:
    return None if number is None else Month(number // 12, number % 12 + 1)

"""Rows counted in bulk: what each ticket counts as, with its deadline, kept as Parquet.

In   a connection, what is counted, the tickets left out
Out  the rows of the small path, in the order of the tickets, without a value for each in memory
Why  docs/methods/ticket-clocks.md
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from retained.contracts.engine.level_terms import MonthOf, ServiceLevelTerms
from retained.delivery.engine.bulk.by_hand import results_by_hand
from retained.delivery.engine.bulk.deadlines import (
    Integers,
    month_numbers,
    onward_deadlines,
    passed_deadlines,
)
from retained.delivery.engine.bulk.moves import OwnFolder, fill
from retained.delivery.engine.bulk.question import ODD, PLAIN, USED_UP, Question, prepared
from retained.delivery.engine.bulk.rules import Bulk
from retained.delivery.engine.bulk.tables import VERDICT_CODES
from retained.delivery.engine.verdicts import ROW_LOST, TicketResult, Verdict
from retained.evidence.engine.sql_text import literal
from retained.shared.business_time import NEVER
from retained.shared.months import Month

_ROWS_AT_A_TIME = 50_000
_NO_MONTH = -1
_COLUMNS = (
    "ticket", "month", "clock_seconds", "paused_seconds", "verdict", "reason", "priority",
    "calendar", "target", "started_at", "stopped_at", "due_at", "reopened", "uncertain",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredResults(Collection[TicketResult]):
    """What the tickets of one service level count as, read from Parquet when asked for.

    Its folder goes when nothing holds it any more.
    """

    level: ServiceLevelTerms
    folder: OwnFolder
    file: Path
    rows: int

    def __len__(self) -> int:
        """Return how many tickets there are."""
        return self.rows

    def __iter__(self) -> Iterator[TicketResult]:
        """Yield them in the order of their numbers."""
        return self._read("")

    def __contains__(self, result: object) -> bool:
        """Return whether a result is one of these."""
        return any(one == result for one in self)

    def of_month(self, month: Month | None) -> Iterator[TicketResult]:
        """Yield the tickets that count in a month; in none yet, without one."""
        asked = "IS NULL" if month is None else f"= {literal(str(month))}"
        return self._read(f"WHERE month {asked}")

    def sums(self) -> list[tuple[Month | None, Verdict, int, int]]:
        """Return month, verdict, tickets and how many of them are uncertain."""
        found = self._rows(
            "SELECT month, verdict, count(*), count(*) FILTER (uncertain)", "GROUP BY ALL"
        )
        return [
            (_month(month), Verdict(verdict), tickets, uncertain)
            for some in found
            for month, verdict, tickets, uncertain in some
        ]

    def _read(self, where: str) -> Iterator[TicketResult]:
        columns = ", ".join(_COLUMNS)
        for some in self._rows(f"SELECT {columns}", f"{where} ORDER BY ticket"):
            yield from (self._result(row) for row in some)

    def _rows(self, select: str, rest: str) -> Iterator[list[tuple[Any, ...]]]:
        with closing(duckdb.connect()) as connection:
            cursor = connection.execute(
                f"{select} FROM read_parquet({literal(str(self.file))}) {rest}"
            )
            while some := cursor.fetchmany(_ROWS_AT_A_TIME):
                yield some

    def _result(self, row: tuple[Any, ...]) -> TicketResult:
        ticket, month, clock, paused, verdict, reason, priority, calendar, target, *moments = row
        started, stopped, due, reopened, uncertain = moments
        return TicketResult(
            ticket,
            self.level.id,
            _month(month),
            clock,
            paused,
            Verdict(verdict),
            reason,
            priority,
            calendar,
            self.level.target_for(priority) if target else None,
            started,
            stopped,
            due,
            reopened,
            uncertain,
        )


def stored_results(
    connection: duckdb.DuckDBPyConnection, bulk: Bulk, *, excluded: Mapping[str, str]
) -> StoredResults:
    """Count every ticket and keep what it counts as in a temporary file of its own.

    Raises ValueError for rules that the large path does not know.
    """
    question = prepared(connection, bulk, excluded)
    # In the order of the tickets: row numbers are used below to find each again.
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE counted AS SELECT * FROM ({question.text}) ORDER BY ticket"
    )
    _register_deadlines(connection, question)
    _register_odd(connection, question, excluded)
    folder = OwnFolder()
    file = folder.path / "results.parquet"
    connection.execute(
        f"COPY ({_rows_query(question)} UNION ALL SELECT * FROM odd_results ORDER BY ticket) "
        f"TO {literal(str(file))} (FORMAT parquet, COMPRESSION zstd)"
    )
    ((rows,),) = connection.execute(
        f"SELECT count(*) FROM read_parquet({literal(str(file))})"
    ).fetchall()
    return StoredResults(bulk.level, folder, file, rows)


def _register_deadlines(connection: duckdb.DuckDBPyConnection, question: Question) -> None:
    """Make the table `deadlines`: the due moment and the month of each row of `counted`."""
    columns = connection.execute(
        "SELECT amount_of, allowed - amount AS remains, is_stopped, is_running, kind, halted, "
        "coalesce(moment, -1) AS moment, verdict FROM counted ORDER BY rowid"
    ).fetchnumpy()
    (amount_of, remains, halted, moment) = (
        np.asarray(columns[name], dtype=np.int64)
        for name in ("amount_of", "remains", "halted", "moment")
    )
    kind = columns["kind"]
    due = np.full(len(kind), NEVER, dtype=np.int64)
    # It ran at some time, and has not used up its target: it would run on from where it stands.
    onward = np.flatnonzero((kind == PLAIN) & ((halted > 0) | columns["is_running"]))
    stands = np.where(columns["is_stopped"], question.first + halted, question.bulk.as_of)
    due[onward] = onward_deadlines(question, amount_of[onward], stands[onward], remains[onward])
    numbers, passed = passed_deadlines(
        connection,
        question,
        f"(SELECT rowid AS number, ticket, amount_of, allowed FROM counted WHERE kind = {USED_UP})",
    )
    due[numbers] = passed
    missed = columns["verdict"] == VERDICT_CODES[Verdict.MISSED]
    month = _months(question, moment, due, missed)
    made = {"number": np.arange(len(due)), "due_at": due, "month": month}
    connection.register("made_deadlines", made)
    connection.execute("CREATE OR REPLACE TEMP TABLE deadlines AS SELECT * FROM made_deadlines")
    connection.unregister("made_deadlines")


def _months(
    question: Question, moment: Integers, due: Integers, missed: npt.NDArray[np.bool_]
) -> Integers:
    """Return the number of each ticket's month, as the service level counts it."""
    by_due = question.bulk.level.month_of is MonthOf.DUE
    told = due if by_due else np.where(moment >= 0, question.first + moment, NEVER)
    told = np.where((told == NEVER) & missed, due, told)
    month = np.full(len(told), _NO_MONTH, dtype=np.int64)
    known = told != NEVER
    month[known] = month_numbers(question, told[known])
    return month


def _register_odd(
    connection: duckdb.DuckDBPyConnection, question: Question, excluded: Mapping[str, str]
) -> None:
    """Make the table `odd_results`: the rows of the tickets that the small path counts."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE odd_results (ticket VARCHAR, month VARCHAR, "
        "clock_seconds BIGINT, paused_seconds BIGINT, verdict VARCHAR, reason VARCHAR, "
        "priority VARCHAR, calendar VARCHAR, target VARCHAR, started_at BIGINT, "
        "stopped_at BIGINT, due_at BIGINT, reopened BOOLEAN, uncertain BOOLEAN)"
    )
    odd = f"(SELECT ticket FROM counted WHERE kind = {ODD})"
    rows = [
        tuple(_value(result, name) for name in _COLUMNS)
        for result in results_by_hand(connection, question, odd, excluded)
    ]
    fill(connection, "odd_results", rows)


def _value(result: TicketResult, name: str) -> object:
    value = getattr(result, name)
    return str(value) if name in {"month", "target", "verdict"} and value is not None else value


def _rows_query(question: Question) -> str:
    """Return the question for the rows that need no history, as the small path writes them."""
    first = question.first
    verdicts = " ".join(
        f"WHEN {code} THEN {literal(str(verdict))}" for verdict, code in VERDICT_CODES.items()
    )
    open_past = f"counted.verdict = {VERDICT_CODES[Verdict.MISSED]} AND NOT is_stopped"
    return f"""
    SELECT ticket,
           CASE WHEN month <> {_NO_MONTH}
                THEN printf('%04d-%02d', month // 12, month % 12 + 1) END AS month,
           clock_seconds, paused_seconds, CASE counted.verdict {verdicts} END AS verdict,
           CASE WHEN left_out_because IS NOT NULL THEN left_out_because
                WHEN counted.verdict = {VERDICT_CODES[Verdict.EXCLUDED]} THEN 'cancelled'
                ELSE concat_ws('; ', CASE WHEN {open_past} THEN 'open past its target' END,
                                CASE WHEN NOT rows_whole THEN {literal(ROW_LOST)} END)
           END AS reason,
           rules.name AS priority, rules.calendar, rules.target_text AS target,
           {first} + started AS started_at,
           CASE WHEN is_stopped THEN {first} + stopped END AS stopped_at,
           nullif(due_at, {NEVER}) AS due_at, reopened, uncertain
    FROM counted
    JOIN deadlines ON deadlines.number = counted.rowid
    JOIN rules ON rules.priority = counted.priority
    WHERE kind <> {ODD}"""


@cache
def _month(text: str | None) -> Month | None:
    return Month.parse(text) if text else None

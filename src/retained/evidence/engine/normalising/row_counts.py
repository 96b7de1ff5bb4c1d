"""How many rows a source has in each month, and how many of them could not be used.

In   the typed rows of each file
Out  tables `row_counts` and `unusable_rows` of a connection; the counts by month
Why  docs/methods/reading-evidence.md
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import duckdb

from retained.evidence.engine.mapping import STEPS
from retained.evidence.engine.normalising.parsed import Parsing
from retained.shared.months import Month, months_between

# Every offset of a zone is a multiple of it: a month begins where such a stretch begins.
_QUARTER_SECONDS = 900

# A row without a readable moment may be of any month that its file has rows of: it counts in each.
ROWS_BY_MONTH = """
SELECT month, CAST(sum(dated.rows + coalesce(undated.rows, 0)) AS BIGINT) AS rows,
    CAST(sum(dated.unusable + coalesce(undated.rows, 0)) AS BIGINT) AS unusable
FROM (SELECT * FROM row_counts WHERE month IS NOT NULL) AS dated
LEFT JOIN (
    SELECT file_no, sum(rows) AS rows FROM row_counts WHERE month IS NULL GROUP BY file_no
) AS undated USING (file_no)
GROUP BY month ORDER BY month
"""


@dataclass(frozen=True, slots=True)
class RowCount:
    """The rows of a source in a month, and how many of them could not be used."""

    rows: int = 0
    unusable: int = 0

    @property
    def share(self) -> Decimal:
        """The share of rows that could not be used."""
        return Decimal(self.unusable) / self.rows if self.rows else Decimal(0)

    def __add__(self, other: "RowCount") -> "RowCount":
        """Return the rows of both."""
        return RowCount(self.rows + other.rows, self.unusable + other.unusable)


RowsByMonth = Mapping[Month, RowCount]


def row_counts(found: Iterable[Sequence[Any]]) -> RowsByMonth:
    """Return the answer to `ROWS_BY_MONTH` as values."""
    return {Month.parse(month): RowCount(rows, unusable) for month, rows, unusable in found}


def rows_by_month(connection: duckdb.DuckDBPyConnection) -> RowsByMonth:
    """Return the rows of everything that was read, by month."""
    return row_counts(connection.execute(ROWS_BY_MONTH).fetchall())


def count_rows(
    connection: duckdb.DuckDBPyConnection, parsing: Parsing, table: str, *, file_no: int
) -> None:
    """Count a file's rows by month, and note which tickets have a row that could not be used.

    A row is of the month of its moment in the file's zone; of a row with several stamps, of the
    latest. What could not even be told apart into cells has no moment.
    """
    bad = f"faults & {parsing.error_mask} <> 0"
    quarters = (
        f"SELECT {_moment(parsing)} // {_QUARTER_SECONDS} AS quarter, count(*) AS rows, "
        f"count(*) FILTER ({bad}) AS unusable FROM {table} GROUP BY 1"
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE quarters AS {quarters}").fetchall()
    _register_months(connection, parsing)
    connection.execute(
        f"""
        INSERT INTO row_counts
        SELECT {file_no}, month, sum(rows), sum(unusable) FROM quarters
        LEFT JOIN row_months ON quarter >= row_months.first AND quarter < row_months.next
        GROUP BY month
        """
    ).fetchall()
    left = parsing.staged.left_rows
    if left:
        connection.execute(
            "INSERT INTO row_counts VALUES (?, NULL, ?, ?)", [file_no, left, left]
        ).fetchall()
    connection.execute(
        f"INSERT INTO unusable_rows SELECT DISTINCT ticket FROM {table} "
        f"WHERE {bad} AND ticket IS NOT NULL"
    ).fetchall()


def _moment(parsing: Parsing) -> str:
    """Return SQL for the moment of a row, or NULL where none can be read."""
    roles = ["at"] if parsing.is_events else [*STEPS, "start", "stop"]
    stamps = [
        f"CASE WHEN m_{role} BETWEEN 0 AND {parsing.latest_second} THEN m_{role} END"
        for role in roles
        if role in parsing.file.columns
    ]
    return f"greatest({', '.join(stamps)})"


def _register_months(connection: duckdb.DuckDBPyConnection, parsing: Parsing) -> None:
    """Make the table of the months that the file spans: first quarter of an hour, next month's."""
    ((first, last),) = connection.execute(
        "SELECT min(quarter), max(quarter) FROM quarters"
    ).fetchall()
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE row_months (month VARCHAR, first BIGINT, next BIGINT)"
    ).fetchall()
    if first is None:
        return
    months = months_between(*(_month_at(quarter, parsing) for quarter in (first, last)))
    rows = [
        (
            str(month),
            int(month.start(parsing.zone).timestamp()) // _QUARTER_SECONDS,
            int(month.end(parsing.zone).timestamp()) // _QUARTER_SECONDS,
        )
        for month in months
    ]
    connection.executemany("INSERT INTO row_months VALUES (?, ?, ?)", rows)


def _month_at(quarter: int, parsing: Parsing) -> Month:
    moment = datetime.fromtimestamp(quarter * _QUARTER_SECONDS, tz=UTC)
    return Month.of(moment, parsing.zone)

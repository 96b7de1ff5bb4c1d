"""Rows that cannot be used, by what they still say of themselves: a ticket, a month.

In   the staged files of a source, read into an Evidence
Out  how many rows of each ticket and month
Why  docs/methods/reading-evidence.md

The month is that of the row's own moment, else of the first stamp that can be read: the opening
before later steps.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from retained.evidence.engine.normalising.parsed import Parsing, parsed_sql
from retained.evidence.engine.normalising.rows_in import with_found_columns
from retained.evidence.engine.reading import LATEST_SECOND, ReadableFile
from retained.shared.months import Month


@dataclass(frozen=True, slots=True)
class UnusableRows:
    """So many unusable rows of one ticket and month, each None where the rows do not say it."""

    ticket: str | None
    month: Month | None
    rows: int


def unusable_rows(
    connection: duckdb.DuckDBPyConnection, files: Sequence[ReadableFile]
) -> list[UnusableRows]:
    """Return the unusable rows of some files; what never became a row says neither."""
    counts: dict[tuple[str | None, Month | None], int] = {}
    for file in files:
        for ticket, month in _rows_of(connection, file):
            counts[ticket, month] = counts.get((ticket, month), 0) + 1
    return [
        UnusableRows(ticket, month, rows)
        for (ticket, month), rows in sorted(
            counts.items(), key=lambda one: (one[0][0] or "", str(one[0][1] or ""))
        )
    ]


def _rows_of(
    connection: duckdb.DuckDBPyConnection, file: ReadableFile
) -> Iterator[tuple[str | None, Month | None]]:
    part = with_found_columns(file.staged, file.mapping.files[file.part])
    parsing = Parsing(file.staged, part, file.mapping, LATEST_SECOND)
    typed = parsed_sql(parsing)
    usable = f"BETWEEN 0 AND {LATEST_SECOND}"
    moments = [f"CASE WHEN m_{role} {usable} THEN m_{role} END" for role in parsing.moments]
    rows = connection.execute(
        f"SELECT ticket, coalesce({', '.join([*moments, 'NULL::BIGINT'])}) "
        f"FROM ({typed}) WHERE faults & {parsing.error_mask} <> 0"
    ).fetchall()
    for ticket, second in rows:
        moment = None if second is None else datetime.fromtimestamp(second, tz=UTC)
        yield ticket, None if moment is None else Month.of(moment, parsing.zone)
    for _ in range(file.staged.left_rows):
        yield None, None

"""Files of actuals, of any format that evidence can read, as rows of texts.

In   a path and the mapping of a case
Out  what the file says; as plain values, too, for a reader in a process of its own
Why  docs/reference/actuals.md
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from retained.evidence.engine.mapping import FileMapping
from retained.evidence.engine.normalising.staged_faults import staged_remarks
from retained.evidence.engine.sql_text import quoted
from retained.evidence.engine.staging.bytes_read import read_bytes
from retained.evidence.engine.staging.stage import stage_seen
from retained.evidence.engine.staging.staged import ROW, StagedFile
from retained.shared.money import Money
from retained.shared.months import Month
from retained.shared.remarks import Remark
from retained.strategy.engine.actuals import Entry, ReadActuals, Row, read_rows
from retained.strategy.engine.actuals_terms import ActualsTerms, read_actuals_mapping

# Staging wants to know what rows stand for; which columns are read is decided after it.
_ANY_TABLE = FileMapping.model_validate(
    {"pattern": "*", "shape": "stamps", "columns": {"ticket": "ticket", "opened": "opened"}}
)


def read_actuals_file(
    path: Path,
    mapping: ActualsTerms,
    *,
    currency: str,
    name: str = "",
    since: Month | None = None,
) -> ReadActuals:
    """Return what a file of actuals says; of months before `since` nothing can be meant.

    Raises ActualsRefusedError, or evidence's Refusal for what holds no rows at all.
    """
    table = table_in(path, name=name or path.name)
    read = read_rows(
        table.rows, table.columns, mapping, file=table.name, currency=currency, since=since
    )
    return replace(
        read,
        remarks=(*table.remarks, *read.remarks),
        rows=read.rows + table.left_rows,
        unusable=read.unusable + table.left_rows,
    )


@dataclass(frozen=True, slots=True)
class Table:
    """A file as rows of texts; `left_rows` are those that could not be told apart into cells."""

    name: str
    columns: tuple[str, ...]
    rows: list[Row]
    remarks: tuple[Remark, ...]
    left_rows: int


def table_in(path: Path, *, name: str) -> Table:
    """Return the rows of a file; raises evidence's Refusal for what holds none at all."""
    with tempfile.TemporaryDirectory(prefix="retained-actuals-") as folder:
        connection = duckdb.connect()
        try:
            staged, _ = stage_seen(
                connection,
                path,
                _ANY_TABLE,
                name=name,
                seen=read_bytes(path),
                folder=Path(folder),
            )
            return Table(
                name=staged.name,
                columns=tuple(staged.columns),
                rows=_rows(connection, staged),
                remarks=tuple(staged_remarks(staged)),
                left_rows=staged.left_rows,
            )
        finally:
            connection.close()


def _rows(connection: duckdb.DuckDBPyConnection, staged: StagedFile) -> list[Row]:
    columns = ", ".join(quoted(name) for name in staged.columns)
    found = connection.execute(
        f"SELECT {ROW}, {columns} FROM {staged.relation} ORDER BY {ROW}"  # noqa: S608 - quoted
    ).fetchall()
    return [(number, _cells(staged.columns, cells)) for number, *cells in found]


def _cells(columns: Sequence[str], cells: Sequence[str | None]) -> dict[str, str]:
    texts = ("" if cell is None else cell for cell in cells)
    return dict(zip(columns, texts, strict=True))


def header_as_plain(path: str, name: str) -> list[str]:
    """Return the columns of a file, for a process of its own."""
    return list(table_in(Path(path), name=name).columns)


def read_as_plain(path: str, name: str, mapping: str, currency: str, since: str) -> dict[str, Any]:
    """Read a file in a process of its own: everything in and out is what JSON can hold."""
    read = read_actuals_file(
        Path(path),
        read_actuals_mapping(mapping),
        currency=currency,
        name=name,
        since=Month.parse(since),
    )
    return {
        "rows": read.rows,
        "unusable": read.unusable,
        "entries": [_plain_entry(entry) for entry in read.entries],
        "remarks": [remark.as_plain() for remark in read.remarks],
    }


def from_plain(plain: dict[str, Any], *, file: str, currency: str) -> ReadActuals:
    """Return what another process read."""
    entries = tuple(_entry(one, file, currency) for one in plain["entries"])
    amounts = (entry.amount for entry in entries if entry.amount is not None)
    return ReadActuals(
        file=file,
        entries=entries,
        remarks=tuple(Remark.of_plain(one) for one in plain["remarks"]),
        rows=plain["rows"],
        unusable=plain["unusable"],
        total=sum(amounts, start=Money(Decimal(0), currency)),
    )


def _plain_entry(entry: Entry) -> list[Any]:
    return [
        entry.row, str(entry.month), entry.cost_centre, entry.account, entry.text,
        None if entry.amount is None else str(entry.amount.amount), entry.driver,
        None if entry.value is None else str(entry.value),
    ]  # fmt: skip


def _entry(plain: list[Any], file: str, currency: str) -> Entry:
    row, month, cost_centre, account, text, amount, driver, value = plain
    return Entry(
        file=file,
        row=row,
        month=Month.parse(month),
        cost_centre=cost_centre,
        account=account,
        text=text,
        amount=None if amount is None else Money(Decimal(amount), currency),
        driver=driver,
        value=None if value is None else Decimal(value),
    )

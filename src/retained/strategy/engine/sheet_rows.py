"""The rows of a list that people send: CSV or XLSX, each with its number as a spreadsheet counts.

In   a path, the name that the file came with
Out  columns, rows of texts, and what could not be read as a row
Why  docs/guide/it-functions.md

Made for a child process (retained.files.child): what it returns is what JSON can hold.
"""

from pathlib import Path
from typing import Any

from retained.evidence.engine.guessing.sample import Sample, sampled
from retained.evidence.engine.normalising.staged_faults import staged_remarks
from retained.evidence.engine.sql_text import quoted
from retained.evidence.engine.staging.stage import must_be_a_table_by_name
from retained.evidence.engine.staging.staged import ROW, Refusal
from retained.shared.errors import DomainError

MOST_ROWS = 5_000


def rows_of(path: str, name: str, most: int = MOST_ROWS) -> dict[str, Any]:
    """Return columns, rows as [number, texts], and plain remarks on rows that are none.

    Raises DomainError where the file cannot be read at all, or holds too many rows.
    """
    try:
        must_be_a_table_by_name(name)
        with sampled(Path(path), name) as sample:
            return _read(sample, name, most)
    except Refusal as refusal:
        raise DomainError(str(refusal.remark)) from refusal


def _read(sample: Sample, name: str, most: int) -> dict[str, Any]:
    staged = sample.staged
    names = ", ".join(f"trim(coalesce({quoted(column)}, ''))" for column in staged.columns)
    found = sample.connection.execute(
        f"SELECT {ROW}, {names} FROM {staged.relation} "  # noqa: S608 - every name is quoted
        f"ORDER BY {ROW} LIMIT {most + 1}"
    ).fetchall()
    if len(found) > most:
        raise DomainError(
            f"{name} holds more than {most:,} rows: a list of this kind has fewer. "
            "Send it in parts."
        )
    rows = [[int(number), list(cells)] for number, *cells in found if any(cells)]
    remarks = [one.as_plain() for one in staged_remarks(staged)]
    return {"columns": list(staged.columns), "rows": rows, "remarks": remarks}

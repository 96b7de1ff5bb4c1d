"""The remarks that rows gave rise to: counted exactly, listed up to a cap, written out in full.

In   table `remarks` of a connection
Out  counts by code, Remark values, or one Parquet or CSV file with all of them
Why  docs/methods/reading-evidence.md
"""

from pathlib import Path

import duckdb

from retained.evidence.engine.normalising.faults import FAULTS
from retained.evidence.engine.sql_text import literal
from retained.shared.remarks import Place, Remark


def remark_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return how many remarks there are of each code."""
    rows = connection.execute("SELECT code, count(*) FROM remarks GROUP BY 1 ORDER BY 1").fetchall()
    return dict(rows)


def listed_remarks(connection: duckdb.DuckDBPyConnection, most: int) -> list[Remark]:
    """Return at most `most` remarks, each code with its first rows before any has many."""
    rows = connection.execute(
        """
        SELECT code, name, rn, "column", value FROM (
            SELECT *, row_number() OVER (PARTITION BY code ORDER BY file_no, rn, "column") AS turn
            FROM remarks
        ) LEFT JOIN files USING (file_no)
        ORDER BY turn, code LIMIT ?
        """,
        [most],
    ).fetchall()
    remarks = [_remark(*row) for row in rows]
    return sorted(remarks, key=lambda remark: (remark.place.file, remark.place.row or 0))


def _remark(code: str, name: str | None, row: int | None, column: str, value: str | None) -> Remark:
    fault = FAULTS[code]
    shown = (value or "")[:80]
    place = Place(file=name or "", row=row, column=column or "")
    return Remark(fault.severity, code, fault.sentence.replace("{value}", shown), place)


def write_remarks(connection: duckdb.DuckDBPyConnection, target: Path, *, form: str) -> None:
    """Write every remark with its sentence to `target`; `form` is csv or parquet.

    `target` must lie in the folder that the connection may write to.
    """
    whens_sentence = " ".join(
        f"WHEN {literal(code)} THEN {literal(fault.sentence)}" for code, fault in FAULTS.items()
    )
    whens_severity = " ".join(
        f"WHEN {literal(code)} THEN {literal(fault.severity)}" for code, fault in FAULTS.items()
    )
    options = "FORMAT csv, HEADER" if form == "csv" else "FORMAT parquet"
    connection.execute(
        f"""
        COPY (
            SELECT CASE code {whens_severity} END AS severity, code, name AS file, rn AS "row",
                "column", value,
                replace(CASE code {whens_sentence} END, '{{value}}', left(coalesce(value, ''), 80))
                    AS sentence
            FROM remarks LEFT JOIN files USING (file_no)
            ORDER BY file_no, rn NULLS FIRST, "column"
        ) TO {literal(str(target))} ({options})
        """
    ).fetchall()

"""The provider's own verdict for each ticket, read from its report.

In   a file, the columns of ticket and verdict
Out  met or missed by ticket, and how many rows say neither
Why  docs/guide/evidence.md
"""

import tempfile
from collections.abc import Mapping as Words
from dataclasses import dataclass
from pathlib import Path

import duckdb

from retained.evidence.engine.mapping import SCHEMA, Mapping
from retained.evidence.engine.normalising.columns import text_sql, verdict_sql
from retained.evidence.engine.normalising.rows_in import with_found_columns
from retained.evidence.engine.staging.stage import stage


@dataclass(frozen=True, slots=True)
class ReadVerdicts:
    """What a report says of each ticket; of one that stands there twice the last row counts."""

    verdicts: dict[str, str]
    unclear_rows: int


def read_verdicts(
    path: Path,
    *,
    name: str,
    ticket: str,
    verdict: str,
    breached: bool,
    words: Words[str, str] | None = None,
) -> ReadVerdicts:
    """Return the verdicts of a report; `breached`: its column says yes for a miss.

    `words` tell what the column's own words stand for (met or missed). Raises Refusal.
    """
    role = "breached" if breached else "reported"
    part = {
        "pattern": "*",
        "shape": "stamps",
        "columns": {"ticket": ticket, "opened": ticket, role: verdict},
    }
    fields = {"schema": SCHEMA, "source": "report", "time_zone": "UTC", "files": [part]}
    mapping = Mapping.model_validate({**fields, "verdicts": dict(words or {})})
    with tempfile.TemporaryDirectory(prefix="retained-verdicts-") as folder:
        connection = duckdb.connect()
        try:
            file = mapping.files[0]
            staged = stage(connection, path, file, name=name, folder=Path(folder))
            found = with_found_columns(staged, file)
            rows = connection.execute(
                f"SELECT ticket, {verdict_sql('said', mapping, breached=breached)} FROM ("
                f"SELECT {text_sql(found.columns['ticket'], found)} AS ticket, "
                f"{text_sql(found.columns[role], found)} AS said FROM {staged.relation})"
            ).fetchall()
        finally:
            connection.close()
    clear = {key: value for key, value in rows if key is not None and value is not None}
    unclear = sum(1 for key, value in rows if key is None or value is None)
    return ReadVerdicts(clear, unclear + staged.left_rows)

"""The tickets that a month close froze, as a file that is read like the results of a measurement.

Verdicts, clocks and reasons are the frozen ones. When a clock started and stopped is not frozen:
it is taken from what is measured now, where the ticket still has the clock that was frozen.
"""

import secrets
from pathlib import Path

import duckdb

from retained.delivery.models import Measured, MonthClose
from retained.delivery.queries import derived
from retained.files.storing import path_of

_SQL = """
    COPY (
        SELECT frozen.*, now.started_at, now.stopped_at, coalesce(now.reopened, false) AS reopened
        FROM read_csv(
            ?, header = true, all_varchar = true, types = {
                'clock_seconds': 'BIGINT', 'paused_seconds': 'BIGINT', 'due_at': 'BIGINT',
                'uncertain': 'BOOLEAN'
            }
        ) AS frozen
        LEFT JOIN (
            SELECT ticket, service_level, clock_seconds, any_value(started_at) AS started_at,
                any_value(stopped_at) AS stopped_at, any_value(reopened) AS reopened
            FROM read_parquet(?) GROUP BY ALL
        ) AS now USING (ticket, service_level, clock_seconds)
    ) TO '{place}' (FORMAT parquet, COMPRESSION zstd)
"""


def frozen_results(close: MonthClose, measured: Measured) -> Path:
    """Return the file of a close's tickets, written when it is first asked for."""
    results = derived.results_file(measured)
    place = results.with_name(f"{results.stem}.frozen-{close.tickets.sha256[:16]}.parquet")
    if not place.exists():
        draft = place.with_suffix(f".{secrets.token_hex(4)}.draft")
        _write(path_of(close.tickets), results, draft)
        draft.replace(place)
    return place


def _write(frozen: Path, results: Path, target: Path) -> None:
    # Its own connection: that of derived files may not read what people sent or froze.
    connection = duckdb.connect()
    try:
        connection.execute(_SQL.replace("{place}", str(target)), [str(frozen), str(results)])
    finally:
        connection.close()

"""Made-up results and histories of tickets as Parquet, for the benchmark of pages.

The same columns and order as the product writes them: results by service level, month and ticket,
histories by ticket and moment.
"""

from datetime import UTC, datetime
from pathlib import Path

import duckdb

from retained.delivery.engine.result_rows import TICKET_COLUMNS
from retained.shared.months import Month

LEVELS = ("urgent", "other", "first-time")

# One row for each ticket and service level that counts it; every 14th misses its target.
_RESULTS = """
    SELECT
        'INC-' || lpad(i::VARCHAR, 8, '0') AS ticket,
        level AS service_level,
        strftime(to_timestamp({first} + i * {step}), '%Y-%m') AS month,
        (600 + hash(i) % 40000)::BIGINT AS clock_seconds,
        CASE WHEN i % 5 = 0 THEN (hash(i + 1) % 9000)::BIGINT ELSE 0 END AS paused_seconds,
        CASE WHEN hash(i, level) % 14 = 0 THEN 'missed' ELSE 'met' END AS verdict,
        CASE WHEN hash(i, level) % 14 = 0 AND i % 3 = 0 THEN 'pauses are unknown' ELSE '' END
            AS reason,
        (1 + i % 4)::VARCHAR AS priority,
        'office' AS calendar,
        list_extract(['4h', '8h', '3 working days', '3 working days'], 1 + i % 4) AS target,
        ({first} + i * {step})::BIGINT AS started_at,
        ({first} + i * {step} + 600 + hash(i) % 90000)::BIGINT AS stopped_at,
        ({first} + i * {step} + 30000)::BIGINT AS due_at,
        i % 40 = 0 AS reopened,
        false AS uncertain
    FROM range({tickets}) AS numbers(i),
        unnest(['urgent', 'other', 'first-time']) AS levels(level)
    WHERE level = 'first-time' OR (level = 'urgent') = (i % 4 < 2)
    ORDER BY service_level, month, ticket
"""

_CHANGES = """
    SELECT
        'INC-' || lpad(i::VARCHAR, 8, '0') AS ticket,
        ({first} + i * {step} + step * 3000)::BIGINT AS "at",
        list_extract(['new', 'in_progress', 'waiting_client', 'resolved'], 1 + step) AS state,
        (1 + i % 4)::VARCHAR AS priority,
        'agent ' || i % 50 AS actor,
        '' AS reason, NULL::VARCHAR AS attributes, NULL::BIGINT AS hold_seconds,
        true AS pauses_known, NULL::VARCHAR AS reported, '{sha256}' AS file,
        (i * 4 + step)::BIGINT AS "row", step::BIGINT AS sequence, true AS rows_whole
    FROM range({tickets}) AS numbers(i), range(4) AS steps(step)
    ORDER BY ticket, "at"
"""
_NOTHING_CONTINUED = "SELECT '' AS ticket, '{{}}' AS attributes WHERE false"
_NOTHING_REPORTED = "SELECT '' AS ticket, '' AS reported WHERE false"
_NO_ROWS = "SELECT '' AS month, 0::BIGINT AS rows, 0::BIGINT AS unusable WHERE false"


def seconds_of(month: Month) -> int:
    """Return the first second of a month."""
    return int(datetime(month.year, month.number, 1, tzinfo=UTC).timestamp())


def write_results(target: Path, tickets: int, first: Month, last: Month) -> None:
    """Write what so many tickets count as, spread evenly over the months."""
    _write(_RESULTS.format(**_spread(tickets, first, last)), target)


def write_frozen(target: Path, results: Path, month: Month) -> None:
    """Write the tickets of a month as its close freezes them."""
    target.parent.mkdir(parents=True, exist_ok=True)
    columns = ", ".join(TICKET_COLUMNS)
    duckdb.execute(
        f"COPY (SELECT {columns} FROM read_parquet('{results}') WHERE month = '{month}' "
        f"ORDER BY service_level, ticket) TO '{target}' (FORMAT csv, HEADER)"
    ).fetchall()


def write_histories(folder: Path, tickets: int, first: Month, last: Month, sha256: str) -> None:
    """Write the changes of the same tickets, as the derived files of their source hold them."""
    folder.mkdir(parents=True)
    spread = _spread(tickets, first, last)
    _write(_CHANGES.format(**spread, sha256=sha256), folder / "changes.parquet")
    _write(_NOTHING_CONTINUED.format(), folder / "continued.parquet")
    _write(_NOTHING_REPORTED, folder / "reported.parquet")
    _write(_NO_ROWS, folder / "rows.parquet")


def write_rows(folder: Path, tickets: int, first: Month, last: Month) -> None:
    """Write the raw rows of the batch that the changes come from."""
    folder.mkdir(parents=True)
    changes = _CHANGES.format(**_spread(tickets, first, last), sha256="")
    sql = f"""SELECT "row" AS __row, ticket, "at"::VARCHAR AS "at", state
        FROM ({changes}) AS changes ORDER BY __row"""
    _write(sql, folder / "rows.parquet")


def write_remarks(folder: Path, remarks: int) -> None:
    """Write the remarks on a batch."""
    sql = f"""SELECT 'warning' AS severity, 'state_unknown' AS code, (i * 100)::BIGINT AS "row",
        'state' AS "column", 'Row ' || i * 100 || ': the state “Parked” is unknown.' AS sentence
        FROM range({remarks}) AS numbers(i)"""
    _write(sql, folder / "remarks.parquet")


def _spread(tickets: int, first: Month, last: Month) -> dict[str, int]:
    """Return where the tickets begin and how many seconds lie between two of them."""
    beginning, end = seconds_of(first), seconds_of(last.plus(1))
    return {"tickets": tickets, "first": beginning, "step": (end - beginning) // tickets}


def _write(sql: str, target: Path) -> None:
    duckdb.execute(f"COPY ({sql}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)").fetchall()

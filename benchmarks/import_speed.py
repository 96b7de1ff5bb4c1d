"""How long an import takes beside DuckDB's own copy of the same CSV file to Parquet.

Makes a file of 1,000,000 state changes with 1 % of unusable rows, then measures in turns, in one
run: DuckDB's copy; and the reading of the same file by a mapping, with its hash, its rows as
Parquet, the merged history and every remark. The promise: at most 4 times the copy, within 1 GB.

    python benchmarks/import_speed.py [--rows 1000000] [--turns 3]
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path
from statistics import median

import duckdb

from retained.evidence.engine.mapping import Mapping, read_mapping
from retained.evidence.engine.reading import read_evidence

PROMISE = 4.0
MAPPING = """\
schema: retained/mapping/1
source: benchmark
time_zone: Europe/Amsterdam
files:
  - pattern: "*.csv"
    shape: state_changes
    delimiter: ";"
    datetime: "%d/%m/%Y %H:%M:%S"
    columns: {ticket: ticket, at: changed, state: state, priority: priority, actor: team}
    attributes: {category: category}
states:
  New: new
  In progress: in_progress
  Waiting for customer: waiting_client
  Resolved: resolved
"""
ROWS = """
COPY (
    SELECT 'INC' || lpad((i // 5)::VARCHAR, 8, '0') AS ticket,
        strftime(TIMESTAMP '2026-01-01' + INTERVAL (i * 20) SECOND, '%d/%m/%Y %H:%M:%S') AS changed,
        CASE WHEN i % 100 = 99 THEN 'Parked' ELSE list_extract(
            ['New', 'In progress', 'Waiting for customer', 'In progress', 'Resolved'], 1 + i % 5
        ) END AS state,
        1 + (i // 5) % 4 AS priority,
        'team ' || (i % 50) AS team,
        'category ' || ((i // 5) % 20) AS category,
        'what the caller said about matter ' || i AS title
    FROM range({rows}) AS numbers(i)
) TO '{path}' (HEADER, DELIMITER ';')
"""


def copied(path: Path, folder: Path) -> float:
    """Return the seconds of DuckDB's own copy."""
    started = time.perf_counter()
    with duckdb.connect() as connection:
        source = f"read_csv('{path}')"
        connection.execute(f"COPY (FROM {source}) TO '{folder / 'copy.parquet'}'").fetchall()
    return time.perf_counter() - started


def imported(path: Path, mapping: Mapping) -> tuple[float, int]:
    """Return the seconds of an import, and its count of remarks."""
    started = time.perf_counter()
    with read_evidence([path], mapping) as evidence:
        remarks = sum(evidence.remark_counts.values())
    return time.perf_counter() - started, remarks


def main() -> None:
    """Measure, print the ratio, and exit with 1 if the promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--turns", type=int, default=3)
    given = parser.parse_args()
    mapping = read_mapping(MAPPING)
    if not isinstance(mapping, Mapping):
        raise SystemExit("\n".join(str(remark) for remark in mapping))
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "tickets.csv"
        duckdb.execute(ROWS.format(rows=given.rows, path=path)).fetchall()
        copies, imports, remarks = [], [], 0
        for _ in range(given.turns):
            copies.append(copied(path, Path(name)))
            seconds, remarks = imported(path, mapping)
            imports.append(seconds)
    ratio = median(imports) / median(copies)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"rows {given.rows:,}, remarks {remarks:,}, peak memory {peak:,.0f} MB")
    print(f"copy   {median(copies):.2f} s  import {median(imports):.2f} s")
    print(f"ratio  {ratio:.2f}  (promise: at most {PROMISE})")
    raise SystemExit(ratio > PROMISE)


if __name__ == "__main__":
    main()

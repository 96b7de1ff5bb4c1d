"""Clocks of 2 million tickets from 20 million changes, beside the plainest query on the same file.

    python benchmarks/clocks_20m.py [TICKETS]

Makes the changes in a temporary folder, then measures in one run, each in turn:
* DuckDB's own `group by ticket: min, max, count` over the file sorted by time (the yardstick)
* the full result by month and priority from the same file, on three calendars
* the same for 10,000 tickets that new rows have touched, from the moves by ticket that the product
  keeps of a large source
* what each of the two million tickets counts as, with its deadline, as Parquet (nothing promised)

Promises: at most 2.5 x the yardstick within 1 GB; touched tickets at most 0.5 x.
"""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb

from made_changes import AS_OF, FIRST
from retained.contracts.engine.reading import agreement_of
from retained.delivery.engine.bulk.counted import months_counted
from retained.delivery.engine.bulk.detailed import stored_results
from retained.delivery.engine.bulk.moves import WRITTEN
from retained.delivery.engine.bulk.rules import Bulk

ROUNDS = 3
TOUCHED = 10_000
AGREEMENT = {
    "schema": "retained/agreement/1",
    "reference": "B-1",
    "title": "Benchmark",
    "client": "Client",
    "provider": "Provider",
    "currency": "EUR",
    "time_zone": "Europe/Berlin",
    "from": "2024-01-01",
    "until": "2026-12-31",
    "calendars": {
        "always": "24x7",
        "week": {"hours": {"monday-friday": ["00:00-24:00"]}, "holidays": "DE-NW"},
        "office": {"hours": {"monday-friday": ["08:00-18:00"]}, "holidays": "DE-NW"},
    },
    "clocks": {
        "resolve": {
            "pauses_in": ["waiting_client", "waiting_third_party"],
            "calendar": {"default": "office", "priority": {"1": "always", "2": "week"}},
        }
    },
    "service_levels": [
        {
            "id": "in-time",
            "title": "Resolved in time",
            "source": "made",
            "clock": "resolve",
            "targets": {"1": "4h", "2": "8h", "3": "16h", "4": "40h"},
            "expected": "95 %",
        }
    ],
}


def main(tickets: int) -> None:
    """Make the file, measure, and print the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "changes.parquet")
        maker = Path(__file__).with_name("made_changes.py")
        subprocess.run([sys.executable, str(maker), str(file), str(tickets)], check=True)
        print(f"{tickets * 10:,} changes of {tickets:,} tickets, {file.stat().st_size >> 20} MB")
        with duckdb.connect(config={"memory_limit": "700MB", "threads": 2}) as connection:
            connection.execute(f"SET temp_directory = '{folder}/spill'")
            by_ticket = Path(folder, "moves.parquet")
            connection.execute(
                f"""COPY (SELECT * FROM read_parquet('{file}') ORDER BY ticket, nth)
                    TO '{by_ticket}' ({WRITTEN})"""
            )
            _measure(connection, f"read_parquet('{file}')", f"read_parquet('{by_ticket}')")


def _measure(connection: duckdb.DuckDBPyConnection, by_time: str, by_ticket: str) -> None:
    agreement = agreement_of(AGREEMENT)
    level = agreement.service_levels[0]
    bulk = Bulk(agreement, level, by_time, ["1", "2", "3", "4"], AS_OF, FIRST, AS_OF)
    kept = replace(bulk, source=by_ticket)
    connection.execute(
        f"""CREATE TEMP TABLE touched AS SELECT ticket FROM {by_time}
            GROUP BY ticket ORDER BY hash(ticket) LIMIT {TOUCHED}"""
    )
    results: dict[str, list[object]] = {"full": [], "touched": []}

    def yardstick() -> None:
        connection.execute(
            f"""SELECT count(*), max(opened), max(seen), max(n) FROM (
                SELECT ticket, min("at") opened, max("at") seen, count(*) n
                FROM {by_time} GROUP BY ticket)"""
        ).fetchall()

    def full() -> None:
        results["full"].append(months_counted(connection, bulk))

    def touched() -> None:
        results["touched"].append(months_counted(connection, kept, touched="touched"))

    def rows() -> None:
        stored_results(connection, kept, excluded={})

    works = {"yardstick": yardstick, "full": full, "touched": touched}
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            runs[name].append(_timed(work))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    runs["rows"] = [_timed(rows)]
    wall, busy = ({n: statistics.median(r[i] for r in t) for n, t in runs.items()} for i in (0, 1))
    for name in runs:
        print(
            f"{name:10} {wall[name]:6.2f} s wall, {busy[name]:6.2f} s CPU;"
            f" {wall[name] / wall['yardstick']:.2f} x wall,"
            f" {busy[name] / busy['yardstick']:.2f} x CPU of the yardstick"
        )
    counted = results["full"][0]
    print(f"months x priorities x verdicts: {len(counted)}; peak {peak} MB")


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    wall, busy = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - busy


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000)

"""Made-up histories for the benchmarks: one row per state change, in Parquet sorted by time.

    python benchmarks/made_changes.py FILE.parquet [TICKETS]

Each ticket has ten rows, as the reference's measurement had: about four in ten change nothing
(an assignment within the same state), some pause, some reopen, some change priority on the way.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np

from retained.delivery.engine.bulk.moves import RAISED, STATES_BY_CODE

ROWS_PER_TICKET = 10
SEED = 20261109
FIRST = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())
SPAN = 700 * 86_400  # openings; the last rows fall some weeks later
AS_OF = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp())

# States by their codes: 1 new, 2 assigned, 3 in progress, 4 and 5 waiting, 6 resolved, 7 closed.
COURSES = np.array(
    [
        [1, 2, 2, 3, 3, 3, 3, 6, 6, 7],
        [1, 1, 2, 3, 3, 4, 3, 3, 6, 7],
        [1, 2, 3, 4, 4, 3, 5, 3, 6, 7],
        [1, 2, 2, 3, 6, 3, 3, 6, 6, 7],
        [1, 2, 3, 3, 5, 5, 3, 4, 3, 6],
        [1, 1, 2, 3, 3, 3, 4, 3, 6, 6],
    ],
    dtype=np.uint8,
)


def make(target: Path, tickets: int) -> None:
    """Write the changes of so many tickets, sorted by time."""
    chance = np.random.default_rng(SEED)
    shape = (tickets, ROWS_PER_TICKET)
    gaps = np.exp(chance.normal(8.4, 1.4, shape)).astype(np.int64) + 1
    gaps[:, 0] = FIRST + chance.integers(0, SPAN, tickets)
    at = np.minimum(np.cumsum(gaps, axis=1), AS_OF - 1)
    state = COURSES[chance.integers(0, len(COURSES), tickets)]
    still_open = chance.random(tickets) < 0.001
    state[still_open, 5:] = 3
    priority = np.repeat(chance.choice([1, 2, 3, 4], tickets, p=[0.05, 0.2, 0.45, 0.3]), 10)
    priority = priority.reshape(shape).astype(np.int16)
    raised = chance.random(tickets) < 0.03
    priority[raised, 3:] = np.maximum(priority[raised, 3:] - 1, 1)
    order = np.argsort(at, axis=None, kind="stable")
    left_priority = _before(priority)
    told = (priority != left_priority).astype(np.uint8) + (left_priority == 0)
    move = _before(state) * len(STATES_BY_CODE) + state + RAISED * told
    made = {
        "number": np.repeat(np.arange(tickets, dtype=np.int32), ROWS_PER_TICKET)[order],
        "at": at.ravel()[order],
        "nth": np.tile(np.arange(1, ROWS_PER_TICKET + 1, dtype=np.uint8), tickets)[order],
        "move": move.ravel()[order],
        "priority_change": (priority - left_priority).ravel()[order],
    }
    with duckdb.connect() as connection:
        connection.register("made", made)
        connection.execute(
            f"""COPY (SELECT 'INC' || lpad(number::VARCHAR, 7, '0') AS ticket, "at", nth,
                      move::UTINYINT AS move, priority_change FROM made)
                TO '{target}' (FORMAT parquet, COMPRESSION zstd)"""
        )


def _before(values: np.ndarray) -> np.ndarray:
    before = np.zeros_like(values)
    before[:, 1:] = values[:, :-1]
    return before


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 2_000_000)

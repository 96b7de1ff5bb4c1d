"""Rows written as CSV that DuckDB reads without a doubt, and beside them the rows that were left.

In   rows of texts with their numbers
Out  two CSV files of ours: the rows, and the faults
Why  formats that DuckDB cannot read exactly are straightened in bounded memory first
"""

import csv
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from retained.evidence.engine.staging.staged import FAULT_COLUMNS

# Said to DuckDB, which would guess it from the first line break inside a text.
NEW_LINE = r"'\r\n'"


class CleanRows:
    """Writes rows and faults; a context manager."""

    def __init__(self, folder: Path, stem: str) -> None:
        self.path = folder / f"{stem}.rows.csv"
        self.faults_path = folder / f"{stem}.faults.csv"
        self.rows = 0
        self.faults = 0
        self._left: set[int] = set()

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            rows = opened.enter_context(self.path.open("w", encoding="utf-8", newline=""))
            faults = opened.enter_context(self.faults_path.open("w", encoding="utf-8", newline=""))
            self._writer = csv.writer(rows, quoting=csv.QUOTE_ALL)
            self._faults_writer = csv.writer(faults, quoting=csv.QUOTE_ALL)
            self._faults_writer.writerow(FAULT_COLUMNS)
            self._opened = opened.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opened.close()  # both, even where a full disk does not take the end of one

    def add(self, number: int, cells: Sequence[str]) -> None:
        """Write one row."""
        self._writer.writerow((number, *cells))
        self.rows += 1

    def fault(self, code: str, number: int | None, *, column: str = "", value: str = "") -> None:
        """Write down what is wrong with a row, or with the file."""
        self._faults_writer.writerow((code, number, column, value[:200]))
        self.faults += 1

    def leave(self, code: str, number: int, value: str) -> None:
        """Write down a row that cannot be used; it is in no relation."""
        self.fault(code, number, value=value)
        self._left.add(number)

    @property
    def left_rows(self) -> int:
        """How many rows were left."""
        return len(self._left)

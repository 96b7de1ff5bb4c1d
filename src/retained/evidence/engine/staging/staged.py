"""What staging gives: one file as a relation of texts, and the rows that never became one.

In   -
Out  StagedFile, and Refusal for a file that cannot be read at all
Why  docs/methods/reading-evidence.md
"""

from dataclasses import dataclass
from pathlib import Path

from retained.evidence.engine.mapping import Format
from retained.evidence.engine.sql_text import literal, quoted
from retained.shared.errors import DomainError
from retained.shared.remarks import Place, Remark, Severity

ROW = "__row"
FAULT_COLUMNS = ("code", "row", "column", "value")


class Refusal(DomainError):  # noqa: N818 - the field's word: a file is refused as a whole
    """A whole file cannot be read; `remark` says why and what would help."""

    def __init__(self, code: str, file: str, sentence: str) -> None:
        super().__init__(sentence)
        self.remark = Remark(Severity.ERROR, code, sentence, Place(file=file))


@dataclass(frozen=True, slots=True)
class StagedFile:
    """One file as Parquet of texts.

    `first_row` is the number that a spreadsheet shows for the first row of the relation, where the
    relation has no numbers of its own; `faults` is a CSV file of rows that staging had to leave.
    """

    name: str
    sha256: str
    format: Format
    parquet: Path
    columns: tuple[str, ...]
    rows: int
    first_row: int | None
    faults: Path | None = None
    left_rows: int = 0

    @property
    def relation(self) -> str:
        """SQL for the relation, with its row number as column `__row`."""
        source = f"read_parquet({literal(str(self.parquet))}, file_row_number = true)"
        if self.first_row is None:
            return f"(SELECT * EXCLUDE (file_row_number) FROM {source})"
        columns = ", ".join(quoted(column) for column in self.columns)
        number = f"file_row_number + {self.first_row}"
        return f"(SELECT {number} AS {ROW}, {columns} FROM {source})"


def unique_names(header: list[str]) -> tuple[str, ...]:
    """Return a header's names, trimmed, with empty and repeated ones told apart."""
    names: list[str] = []
    taken: set[str] = set()
    for number, title in enumerate(header, start=1):
        base = title.strip() or f"column {number}"
        name, copy = base, 1
        while name.casefold() in taken:
            copy += 1
            name = f"{base} ({copy})"
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)

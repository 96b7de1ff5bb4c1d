"""Remarks: what a person should know about data, returned as values, all at once."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a remark matters."""

    ERROR = "error"  # the row or field cannot be used
    WARNING = "warning"  # it is used, but somebody should look
    NOTE = "note"  # it is used, and is worth knowing


@dataclass(frozen=True, slots=True)
class Place:
    """Where a remark points: every part may be absent.

    `row` counts as a spreadsheet does: the header is row 1.
    """

    file: str = ""
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        """Return the place as people say it."""
        parts = [self.file] if self.file else []
        if self.row is not None:
            parts.append(f"row {self.row:,}")
        if self.column:
            parts.append(f"column “{self.column}”")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to know about data: a stable code for machines and a sentence for people."""

    severity: Severity
    code: str
    sentence: str
    place: Place = Place()

    def __str__(self) -> str:
        """Return place and sentence on one line."""
        return f"{self.place}: {self.sentence}" if str(self.place) else self.sentence

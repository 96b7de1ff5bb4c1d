"""Remarks: what a person should know about data, returned as values, all at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Self

from retained.shared.errors import DomainError


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

    def as_plain(self) -> dict[str, Any]:
        """Return the remark as plain values, for a table or another process."""
        place = self.place
        return {
            "severity": self.severity.value, "code": self.code, "sentence": self.sentence,
            "file": place.file, "row": place.row, "column": place.column,
        }  # fmt: skip

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Return the remark that `as_plain` gave."""
        place = Place(plain["file"], plain["row"], plain["column"])
        return cls(Severity(plain["severity"]), plain["code"], plain["sentence"], place)


class RefusedError(DomainError):
    """Something that people wrote or sent cannot be taken; `remarks` say all that is wrong with it.

    `heading` stands above them; `row_word` is what a row of it is called.
    """

    heading: ClassVar[str] = ""
    row_word: ClassVar[str] = "line"

    def __init__(self, remarks: Sequence[Remark]) -> None:
        told = "\n".join(map(str, remarks))
        super().__init__(f"{self.heading}:\n{told}" if self.heading else told)
        self.remarks = tuple(remarks)

    @property
    def summary(self) -> str:
        """How much there is to mend, without saying each."""
        return f"{self.heading or 'It cannot be used'}: {len(self.remarks)} to mend."

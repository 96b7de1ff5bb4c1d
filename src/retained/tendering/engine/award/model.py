"""A mixed-integer model with exact coefficients: columns, rows, and who asked for each row.

In   columns by key, rows as sums of columns between two limits
Out  the model, and the SHA-256 of everything in it
Why  docs/methods/award.md
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

Key = tuple[str, ...]  # what a column stands for: ("share", lot, bidder), ("used", bidder), ...
Sum = Iterable[tuple[Key, Fraction | int]]


@dataclass(frozen=True, slots=True)
class Column:
    """A quantity to choose between 0 and `most`; `parts` above 0 makes it whole parts of that."""

    key: Key
    cost: Fraction
    most: Fraction
    parts: int  # 0: any value; 1: nothing or all of it; more: that many equal parts
    choice: bool  # whether it says who gets what


@dataclass(frozen=True, slots=True)
class Row:
    """A sum of columns that lies between `low` and `high`; `rule` names who asks for it."""

    terms: tuple[tuple[Key, Fraction], ...]
    low: Fraction | None
    high: Fraction | None
    rule: str = ""

    def holds(self, values: Mapping[Key, Fraction]) -> bool:
        """Return whether exact values keep it."""
        found = sum((factor * values.get(key, 0) for key, factor in self.terms), Fraction(0))
        return (self.low is None or found >= self.low) and (self.high is None or found <= self.high)


@dataclass(slots=True)
class Model:
    """The columns and rows; `constant` is owed whatever is chosen."""

    columns: dict[Key, Column] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    constant: Fraction = Fraction(0)

    def add(
        self,
        key: Key,
        *,
        cost: Fraction | int = 0,
        most: Fraction | int = 1,
        parts: int = 1,
        choice: bool = False,
    ) -> Key:
        """Add a column and return its key."""
        self.columns[key] = Column(key, Fraction(cost), Fraction(most), parts, choice)
        return key

    def ask(
        self,
        terms: Sum,
        *,
        low: Fraction | int | None = None,
        high: Fraction | int | None = None,
        rule: str = "",
    ) -> None:
        """Add a row: the sum lies between `low` and `high`."""
        found = tuple((key, Fraction(factor)) for key, factor in terms if factor)
        least, most = (None if one is None else Fraction(one) for one in (low, high))
        self.rows.append(Row(found, least, most, rule))

    @property
    def choices(self) -> list[Key]:
        """The columns that say who gets what."""
        return [key for key, column in self.columns.items() if column.choice]

    def digest(self) -> str:
        """Return the SHA-256 of the model, in hexadecimal."""
        state = hashlib.sha256(f"award model 1\n{self.constant}\n".encode())
        for one in self.columns.values():
            state.update(f"{one.key!r} {one.cost} {one.most} {one.parts}\n".encode())
        for row in self.rows:
            terms = " ".join(f"{key!r}*{factor}" for key, factor in row.terms)
            state.update(f"{row.rule!r} {row.low} {terms} {row.high}\n".encode())
        return state.hexdigest()

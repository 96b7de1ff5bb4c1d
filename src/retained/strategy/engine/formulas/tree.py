"""What a formula is once it is read: numbers, names, operations and calls.

In   the parts that `reading` found
Out  an immutable tree that is computed over arrays of draws and months
Why  docs/reference/formulas.md
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
# Draws run down and months across: (draws, months), where either may be 1 and stands for all.
Values = Mapping[str, Array]
# Calls that were computed for these values already: lines of a case share many of them.
Memo = dict["Call", Array]

_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.power,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
}


@dataclass(frozen=True, slots=True)
class Term:
    """The months of a case: `month` counts 1, 2, 3 ..., `year` stays 1 for twelve of them."""

    months: int

    @property
    def month(self) -> Array:
        """The number of each month, across."""
        return np.arange(1.0, self.months + 1)[np.newaxis, :]

    @property
    def years(self) -> int:
        """How many years have begun by the last month."""
        return -(-self.months // 12)

    @property
    def year(self) -> Array:
        """The year of each month, across."""
        return np.floor((self.month - 1) / 12) + 1


@dataclass(frozen=True, slots=True)
class Number:
    """A number that stands in the text."""

    value: float

    def compute(self, values: Values, term: Term, memo: Memo) -> Array:
        """Return it for every draw and month."""
        del values, term, memo
        return np.full((1, 1), self.value)


@dataclass(frozen=True, slots=True)
class Name:
    """A driver, or `month` or `year`."""

    name: str

    def compute(self, values: Values, term: Term, memo: Memo) -> Array:
        """Return what the name stands for."""
        del memo
        if self.name == "month":
            return term.month
        return term.year if self.name == "year" else values[self.name]


@dataclass(frozen=True, slots=True)
class Operation:
    """Two parts joined by a sign; a comparison is 1 where it is true and 0 elsewhere."""

    sign: str
    left: "Node"
    right: "Node"

    def compute(self, values: Values, term: Term, memo: Memo) -> Array:
        """Return what the sign makes of both parts."""
        left = self.left.compute(values, term, memo)
        found = _OPERATIONS[self.sign](left, self.right.compute(values, term, memo))
        return np.asarray(found, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the language with what it is given."""

    name: str
    function: Callable[..., Array]
    given: tuple["Node", ...]

    def compute(self, values: Values, term: Term, memo: Memo) -> Array:
        """Return what the function gives."""
        found = memo.get(self)
        if found is None:
            given = (part.compute(values, term, memo) for part in self.given)
            found = memo[self] = self.function(term, *given)
        return found


Node = Number | Name | Operation | Call


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read: its text, its tree, and the drivers that it names."""

    text: str
    tree: Node
    names: frozenset[str]

    def compute(self, values: Values, term: Term, memo: Memo | None = None) -> Array:
        """Return its values; the shape is (draws or 1, months or 1).

        What cannot be computed, such as a division by nothing, is not a finite number there.
        Formulas over the same values may share a `memo`.
        """
        with np.errstate(all="ignore"):
            return self.tree.compute(values, term, {} if memo is None else memo)

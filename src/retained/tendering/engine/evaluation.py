"""The evaluation model: gates, criteria with their share of the whole, and how marks get values.

In   the tree that a tender publishes, flattened: weights multiplied along each branch
Out  frozen values that ranking and doubt compute with; every share is exact
Why  docs/methods/ranking.md
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from retained.tendering.engine.price_formulas import Price
from retained.tendering.engine.value_functions import ValueFunction

RULE_VERSION = "ranking/1"


@dataclass(frozen=True, slots=True)
class Criterion:
    """A leaf of the tree: what bids are judged by, and its share of the whole.

    A bid below `least` (or, of a price, above `most`) is rejected before anything is added up.
    """

    id: str
    title: str
    weight: Fraction
    worth: ValueFunction | Price
    least: Fraction | None = None
    most: Fraction | None = None
    goal: str = ""

    @property
    def is_price(self) -> bool:
        """Whether bids have an amount here, and no scores."""
        return isinstance(self.worth, Price)


@dataclass(frozen=True, slots=True)
class Branch:
    """A node of the tree, a leaf too: the places of its leaves in `Evaluation.criteria`."""

    id: str
    title: str
    weight: Fraction
    leaves: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a tender judges by; `sha256` names the published text."""

    reference: str
    title: str
    currency: str
    gates: Mapping[str, str]
    criteria: tuple[Criterion, ...]
    branches: tuple[Branch, ...]
    sha256: str

    @property
    def weights(self) -> tuple[Fraction, ...]:
        """The share of each criterion; together 1."""
        return tuple(one.weight for one in self.criteria)

    @property
    def relative(self) -> tuple[Criterion, ...]:
        """The criteria whose price formula is relative: each deserves a warning."""
        return tuple(
            one for one in self.criteria if isinstance(one.worth, Price) and one.worth.is_relative
        )

    def place(self, criterion: str) -> int:
        """Return where a criterion stands."""
        return [one.id for one in self.criteria].index(criterion)

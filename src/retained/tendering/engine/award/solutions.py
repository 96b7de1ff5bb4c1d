"""What a search is given and gives: limits, progress, and a solution with how sure it is.

In   a time limit, the gap that is good enough, a seed
Out  an award with its bill, and the bound below which none can be
Why  docs/methods/award.md
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from retained.tendering.engine.award.awards import Award, Bill
from retained.tendering.engine.award.model import Key

VERSION = "award/1"  # of the rules of this folder


class Status(StrEnum):
    """How sure a solution is."""

    OPTIMAL = "optimal"  # nothing is cheaper by more than the gap
    FEASIBLE = "feasible"  # the best found when time was over
    INFEASIBLE = "infeasible"  # no award keeps all the rules
    UNDECIDED = "undecided"  # time was over before any was found


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to look (seconds for each solve), how near is near enough, and the seed."""

    seconds: float = 60.0
    gap: float = 1e-4
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a solve is: seconds so far, the best cost and the bound in minor units."""

    seconds: float
    best: int | None
    bound: int | None


Tell = Callable[[Progress], None]
Choice = frozenset[Key]  # the columns that say who gets what, where they are chosen


@dataclass(frozen=True, slots=True)
class Solution:
    """What was found; `bound` (minor units) is a cost that no award goes below."""

    status: Status
    model_hash: str
    limits: Limits
    engine: str
    award: Award | None = None
    bill: Bill | None = None
    choice: Choice = frozenset()
    bound: Fraction | None = None

    @property
    def cost(self) -> int | None:
        """What the award costs, in minor units."""
        return None if self.bill is None else self.bill.total

    @property
    def gap(self) -> float | None:
        """How much cheaper another award might be, as a share of this one's cost."""
        if self.bill is None or self.bound is None:
            return None
        return _gap(self.bill.exact, self.bound)

    @property
    def open_cost(self) -> Fraction:
        """The same in minor units."""
        if self.bill is None or self.bound is None:
            return Fraction(0)
        return max(Fraction(0), self.bill.exact - self.bound)


_NOISE = Fraction(1, 10**9)  # below it, a difference from the bound is the solver's float


def _gap(cost: Fraction, bound: Fraction) -> float:
    if not cost:
        return 0.0 if cost - bound < 1 else 1.0
    found = (cost - bound) / abs(cost)
    return 0.0 if found <= _NOISE else float(found)

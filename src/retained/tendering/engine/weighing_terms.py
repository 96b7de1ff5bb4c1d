"""How the criteria of one branch are weighed, where their weights are not written directly.

In   a swing, an order, or comparisons, as people write them
Out  a frozen value, and the weights that it gives
Why  docs/reference/evaluation.md
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from retained.shared.errors import DomainError
from retained.shared.placed import FieldError
from retained.shared.quantities import Number
from retained.tendering.engine.weights.ahp import ahp
from retained.tendering.engine.weights.bwm import Comparisons, best_worst
from retained.tendering.engine.weights.simple import published, rank_order_centroid, swing

Compared = dict[str, Number]


class _Terms(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PairTerms(_Terms):
    """One judgement: `first` is `times` as important as `second`."""

    first: str
    second: str
    times: Number


class AhpTerms(_Terms):
    """Judgements of all pairs; `accept_any` takes them however they contradict one another."""

    pairs: Annotated[tuple[PairTerms, ...], Field(max_length=40)]
    accept_any: bool = False


class BestWorstTerms(_Terms):
    """The best beside each, and each beside the worst."""

    best_to_others: Compared
    others_to_worst: Compared
    linear: bool = True


class WeighingTerms(_Terms):
    """Exactly one way to weigh the criteria of a branch."""

    swing: dict[str, Number] | None = None
    order: tuple[str, ...] | None = None
    ahp: AhpTerms | None = None
    best_worst: BestWorstTerms | None = None

    @model_validator(mode="after")
    def _is_one_way(self) -> "WeighingTerms":
        if sum(way is not None for way in (self.swing, self.order, self.ahp, self.best_worst)) != 1:
            raise FieldError("choose one of swing, order, ahp and best_worst")
        return self

    def weights(self, names: Sequence[str]) -> dict[str, Fraction]:
        """Return the weight of each criterion of the branch; raises DomainError."""
        found = self._found(names)
        if set(found) != set(names):
            raise DomainError(f"Weigh every criterion of this branch once: {', '.join(names)}.")
        return {name: found[name] for name in names}

    def _found(self, names: Sequence[str]) -> dict[str, Fraction]:
        if self.swing is not None:
            return swing({name: Fraction(points) for name, points in self.swing.items()})
        if self.order is not None:
            return rank_order_centroid(self.order)
        if self.ahp is not None:
            pairs = {(one.first, one.second): float(one.times) for one in self.ahp.pairs}
            return published(ahp(names, pairs, accept_any=self.ahp.accept_any).weights)
        if self.best_worst is None:
            raise ValueError("one way is chosen")
        compared = Comparisons(_floats(self.best_worst.best_to_others),
                               _floats(self.best_worst.others_to_worst))  # fmt: skip
        return published(best_worst(compared, linear=self.best_worst.linear).weights)


def _floats(compared: dict[str, Decimal]) -> dict[str, float]:
    return {name: float(times) for name, times in compared.items()}

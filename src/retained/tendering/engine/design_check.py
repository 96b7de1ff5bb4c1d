"""How a model would behave, before it is published, over thousands of plausible bid sets.

In   an evaluation model, what bids are expected to be like, a number of sets and a seed
Out  how often a losing bid decides, how far price buys the award, ties, weights that never matter
Why  docs/methods/design-check.md
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from retained.tendering.engine.evaluation import RULE_VERSION, Evaluation
from retained.tendering.engine.plausible_bids import Expected, plausible_sets

Array = NDArray[np.float64]
DEFAULT_SETS = 5_000
CLOSE = 0.5  # points of 100
RARELY = 0.01  # a weight that changes fewer awards than this never matters
OFTEN_BOUGHT = 0.25
TIE = 1e-9


@dataclass(frozen=True, slots=True)
class CriterionEffect:
    """What a criterion does: its weight, its share of what parts bids, and whether it decides.

    `decides` is the share of sets that another bid would win without the criterion.
    """

    criterion: str
    title: str
    weight: float
    share: float
    decides: float


@dataclass(frozen=True, slots=True)
class DesignCheck:
    """How the model behaves, in shares of all sets.

    `paradox`: a bid that lost stays away, and another wins. `cheapest_wins` and `best_wins` (in
    quality alone); `bought`: the winner is in the lower half by quality. `ties`: of the first two;
    `close`: they are less than half a point apart. Of price and quality, None without both.
    """

    rules: str
    model_sha256: str
    sets: int
    seed: int
    paradox: float
    cheapest_wins: float | None
    best_wins: float | None
    bought: float | None
    ties: float
    close: float
    effects: tuple[CriterionEffect, ...]
    warnings: tuple[str, ...]


@dataclass(slots=True)
class _Counts:
    size: int
    sets: int = 0
    paradox: int = 0
    cheapest: int = 0
    best: int = 0
    bought: int = 0
    ties: int = 0
    close: int = 0
    decides: Array = field(init=False)
    parts: Array = field(init=False)

    def __post_init__(self) -> None:
        self.decides, self.parts = np.zeros(self.size), np.zeros(self.size)


def design_check(
    evaluation: Evaluation,
    expected: Expected | None = None,
    *,
    sets: int = DEFAULT_SETS,
    seed: int = 1,
) -> DesignCheck:
    """Return how a model behaves over plausible bid sets; the same seed gives the same figures."""
    counts = _Counts(len(evaluation.criteria))
    for marks in plausible_sets(evaluation, expected or Expected(), sets=sets, seed=seed):
        _count(evaluation, marks, counts)
    return _result(evaluation, counts, seed)


def _values(evaluation: Evaluation, marks: Array) -> Array:
    """Return values by set, bid and criterion."""
    columns = [one.worth.of(marks[:, :, place]) for place, one in enumerate(evaluation.criteria)]
    return np.stack(columns, axis=2).astype(np.float64)


def _count(evaluation: Evaluation, marks: Array, counts: _Counts) -> None:
    weights = np.array([float(one) for one in evaluation.weights])
    values = _values(evaluation, marks)
    totals = values @ weights * 100
    winner = totals.argmax(axis=1)
    ordered = np.sort(totals, axis=1)
    lead = ordered[:, -1] - ordered[:, -2]
    counts.sets += len(marks)
    counts.ties += int((lead < TIE).sum())
    counts.close += int((lead < CLOSE).sum())
    counts.paradox += _paradoxes(evaluation, marks, totals)
    counts.parts += np.ptp(values, axis=1).sum(axis=0) * weights
    for place in range(len(weights)):
        rest = np.where(np.arange(len(weights)) == place, 0.0, weights)
        if rest.any():
            counts.decides[place] += int(((values @ rest).argmax(axis=1) != winner).sum())
    prices = np.array([one.is_price for one in evaluation.criteria])
    if prices.any() and not prices.all():
        _count_price(values, np.where(prices, 0.0, weights), (marks, prices), winner, counts)


def _paradoxes(evaluation: Evaluation, marks: Array, totals: Array) -> int:
    """Return in how many sets some losing bid decides by being there (ties are left out)."""
    if not evaluation.relative or marks.shape[1] < 3:
        return 0
    weights = np.array([float(one) for one in evaluation.weights])
    winner = totals.argmax(axis=1)
    clear = np.sort(totals, axis=1)[:, -1] - np.sort(totals, axis=1)[:, -2] > TIE
    found = np.zeros(len(marks), dtype=bool)
    for left in range(marks.shape[1]):
        others = np.delete(marks, left, axis=1)
        first = (_values(evaluation, others) @ weights).argmax(axis=1)
        first = first + (first >= left)  # back to the places of the whole set
        found |= clear & (winner != left) & (first != winner)
    return int(found.sum())


def _count_price(
    values: Array, weights: Array, priced: tuple[Array, Array], winner: Array, counts: _Counts
) -> None:
    marks, prices = priced
    quality = values @ weights
    amounts = marks[:, :, prices].sum(axis=2)
    rows = np.arange(len(winner))
    better = (quality > quality[rows, winner][:, None]).sum(axis=1)
    counts.cheapest += int((amounts.argmin(axis=1) == winner).sum())
    counts.best += int((better == 0).sum())
    counts.bought += int((better >= quality.shape[1] / 2).sum())


def _result(evaluation: Evaluation, counts: _Counts, seed: int) -> DesignCheck:
    whole, parts = counts.sets, counts.parts.sum()
    effects = tuple(
        CriterionEffect(
            one.id,
            one.title,
            float(one.weight),
            float(counts.parts[place] / parts) if parts else 0.0,
            float(counts.decides[place] / whole),
        )
        for place, one in enumerate(evaluation.criteria)
    )
    prices = [one.is_price for one in evaluation.criteria]
    both = any(prices) and not all(prices)
    bought = counts.bought / whole
    return DesignCheck(
        rules=RULE_VERSION,
        model_sha256=evaluation.sha256,
        sets=whole,
        seed=seed,
        paradox=counts.paradox / whole,
        cheapest_wins=counts.cheapest / whole if both else None,
        best_wins=counts.best / whole if both else None,
        bought=bought if both else None,
        ties=counts.ties / whole,
        close=counts.close / whole,
        effects=effects,
        warnings=tuple(_warnings(evaluation, counts, effects)),
    )


def _warnings(
    evaluation: Evaluation, counts: _Counts, effects: tuple[CriterionEffect, ...]
) -> Iterator[str]:
    for one in evaluation.relative:
        share = counts.paradox / counts.sets
        yield (
            f"The price formula of “{one.title}” is relative: in {_percent(share, 1)} of the sets "
            "a bid that lost decides who wins. Choose an absolute one."
        )
    if counts.bought / counts.sets > OFTEN_BOUGHT:
        yield (
            f"In {_percent(counts.bought / counts.sets)} of the sets a bid of the lower half by "
            "quality wins: price buys the award. Lower its weight, widen its scale, or set minimum "
            "marks."
        )
    for effect in effects:
        if effect.weight and effect.decides < RARELY and len(effects) > 1:
            yield (
                f"“{effect.title}” decides {_percent(effect.decides, 1)} of the awards: its weight "
                f"of {_percent(effect.weight)} never matters. Raise it, make it a gate, or leave "
                "it out."
            )
    if counts.ties / counts.sets > RARELY:
        yield (
            f"In {_percent(counts.ties / counts.sets, 1)} of the sets the first two are equal: say "
            "in the tender what decides then."
        )


def _percent(share: float, digits: int = 0) -> str:
    return f"{share * 100:.{digits}f} %"

"""The panel as it scored: how far it agrees, who is strict, what stands out, who is not done.

In   own scores by bid, criterion and evaluator, and the criteria that they are on
Out  agreement by criterion, and for each evaluator severity, trend, gaps and scores that stand out
Why  docs/methods/panel.md
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retained.tendering.engine.evaluation import Criterion, Evaluation
from retained.tendering.engine.marks import Marks
from retained.tendering.engine.value_functions import ValueFunction

Array = NDArray[np.float64]
RELIABLE, TENTATIVE = 0.800, 0.667  # Krippendorff's limits
STANDS_OUT = 0.20  # share of the scale


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far evaluators agree on a criterion; `widest` is the bid on which they differ most.

    `alpha` is None where fewer than two scored a bid, or where all scores are the same.
    """

    criterion: str
    alpha: float | None
    widest: str | None
    spread: float

    @property
    def reading(self) -> str:
        """What the figure means, in a word."""
        if self.alpha is None:
            return "nothing to compare" if self.spread == 0 else "too few scores"
        if self.alpha >= RELIABLE:
            return "agree"
        return "agree somewhat" if self.alpha >= TENTATIVE else "differ"


@dataclass(frozen=True, slots=True)
class OutlyingScore:
    """A score that stands out: `by` is its distance to the middle of the others, of the scale."""

    bid: str
    criterion: str
    by: float


@dataclass(frozen=True, slots=True)
class EvaluatorRecord:
    """One evaluator beside the others, in shares of the scale.

    `severity` below 0 is stricter than the others, above 0 milder. `trend` is how much milder the
    last score was than the first, by a straight line; None where no order is known.
    """

    evaluator: str
    given: int
    missing: int
    severity: float | None
    trend: float | None
    outlying: tuple[OutlyingScore, ...]


@dataclass(frozen=True, slots=True)
class PanelStatistics:
    """Everything that moderation begins with."""

    agreements: tuple[Agreement, ...]
    evaluators: tuple[EvaluatorRecord, ...]


def panel_statistics(
    evaluation: Evaluation,
    marks: Marks,
    *,
    orders: Mapping[str, Sequence[tuple[str, str]]] | None = None,
) -> PanelStatistics:
    """Return the statistics of a panel; `orders` names bid and criterion as each scored them."""
    places = [place for place, one in enumerate(evaluation.criteria) if not one.is_price]
    criteria = [evaluation.criteria[place] for place in places]
    columns = [
        _shares(one, marks.own[:, place]) for one, place in zip(criteria, places, strict=True)
    ]
    nothing = np.empty((len(marks.bids), 0, len(marks.evaluators)))
    shares = np.stack(columns, axis=1) if columns else nothing
    bids = [bid.id for bid in marks.bids]
    agreements = tuple(
        _agreement(one.id, bids, shares[:, column]) for column, one in enumerate(criteria)
    )
    apart = _apart(shares)
    names = [one.id for one in criteria]
    evaluators = tuple(
        _record(
            who, (bids, names), shares[:, :, seat], (apart[:, :, seat], (orders or {}).get(who))
        )
        for seat, who in enumerate(marks.evaluators)
    )
    return PanelStatistics(agreements, evaluators)


def krippendorff_alpha(scores: Array) -> float | None:
    """Return alpha for interval scores, units down and observers across, gaps as not a number.

    1 - (observed / expected disagreement), with squared differences. None where nothing can be
    compared, or where all scores are the same. Source: Krippendorff (2011).
    """
    units = [row[np.isfinite(row)] for row in scores]
    pairable = [row for row in units if len(row) > 1]
    if not pairable:
        return None
    values = np.concatenate(pairable)
    # The sum of squared differences over ordered pairs of n values is 2 n times their spread.
    expected = 2 * len(values) * ((values - values.mean()) ** 2).sum() / (len(values) - 1)
    if expected <= 0:
        return None
    observed = sum(
        2 * len(row) * ((row - row.mean()) ** 2).sum() / (len(row) - 1) for row in pairable
    )
    return float(1 - observed / expected)


def _shares(criterion: Criterion, scores: Array) -> Array:
    """Return scores as shares of the scale, 1 at its better end."""
    if not isinstance(criterion.worth, ValueFunction):
        raise TypeError("only scales are scored")
    low = float(criterion.worth.marks[0])
    share = (scores - low) / float(criterion.worth.span)
    return np.asarray(share if criterion.worth.rises else 1 - share)


def _agreement(criterion: str, bids: Sequence[str], shares: Array) -> Agreement:
    spreads = [
        float(np.ptp(row[np.isfinite(row)])) if np.isfinite(row).sum() > 1 else 0.0
        for row in shares
    ]
    widest = int(np.argmax(spreads)) if spreads and max(spreads) > 0 else None
    return Agreement(
        criterion,
        krippendorff_alpha(shares),
        None if widest is None else bids[widest],
        0.0 if widest is None else spreads[widest],
    )


def _apart(shares: Array) -> Array:
    """Return how far each score is above the middle of the others' for the same bid, criterion."""
    found = np.full_like(shares, np.nan)
    for seat in range(shares.shape[2]):
        others = np.delete(shares, seat, axis=2)
        able = np.isfinite(others).any(axis=2) & np.isfinite(shares[:, :, seat])
        found[able, seat] = shares[able, seat] - np.nanmedian(others[able], axis=1)
    return found


def _record(
    who: str,
    names: tuple[Sequence[str], Sequence[str]],
    shares: Array,
    seen: tuple[Array, Sequence[tuple[str, str]] | None],
) -> EvaluatorRecord:
    apart, order = seen
    known = apart[np.isfinite(apart)]
    severity = float(known.mean()) if len(known) else None
    given = int(np.isfinite(shares).sum())
    asked = np.isfinite(shares).any(axis=0).sum() * len(shares)  # criteria that this one began
    return EvaluatorRecord(
        evaluator=who,
        given=given,
        missing=int(asked) - given,
        severity=severity,
        trend=_trend(names, apart, order) if order else None,
        outlying=tuple(_outlying(names, apart - (severity or 0.0))),
    )


def _outlying(names: tuple[Sequence[str], Sequence[str]], apart: Array) -> Iterator[OutlyingScore]:
    """Yield scores far from the others' once the evaluator's own severity is taken out."""
    bids, criteria = names
    for row, column in zip(*np.nonzero(np.abs(apart) > STANDS_OUT), strict=True):
        yield OutlyingScore(bids[row], criteria[column], float(apart[row, column]))


def _trend(
    names: tuple[Sequence[str], Sequence[str]], apart: Array, order: Sequence[tuple[str, str]]
) -> float | None:
    """Return by how much a straight line through the distances rises from first to last."""
    bids, criteria = names
    seen = [apart[bids.index(bid), criteria.index(criterion)] for bid, criterion in order]
    distances = np.array([one for one in seen if np.isfinite(one)])
    if len(distances) < 3:
        return None
    slope = np.polyfit(np.arange(len(distances)), distances, 1)[0]
    return float(slope * (len(distances) - 1))

"""Is the lead real? Everything that is asked of a ranking before somebody signs it.

In   a ranking, the panel's rules, and how far weights are doubted
Out  readings of scores, of weights and of both; the smallest changes; what one left out would do
Why  docs/methods/doubt.md
"""

from dataclasses import dataclass

import numpy as np

from retained.tendering.engine.doubt.acceptability import (
    DEFAULT_DRAWS,
    DEFAULT_SEED,
    Acceptability,
    acceptability,
    fixed_weights,
)
from retained.tendering.engine.doubt.leave_out import WithoutOne, without_bids, without_evaluators
from retained.tendering.engine.doubt.score_draws import ScoreDraws
from retained.tendering.engine.doubt.smallest_changes import (
    MarkChange,
    WeightChange,
    WeightsTogether,
    mark_changes,
    weight_changes,
    weights_together,
)
from retained.tendering.engine.doubt.weight_draws import Sampler, around, free, ordered
from retained.tendering.engine.evaluation import Evaluation
from retained.tendering.engine.evaluation_terms import DoubtTerms, PanelTerms, WeightDoubt
from retained.tendering.engine.ranking import Ranking


@dataclass(frozen=True, slots=True)
class LeadDoubt:
    """What is known of a lead; acceptabilities are in the order of `ranking.marks.bids`.

    `scores` is None where no two evaluators differ.
    """

    ranking: Ranking
    doubt: DoubtTerms
    scores: Acceptability | None
    weights: Acceptability
    both: Acceptability
    weight_changes: tuple[WeightChange, ...]
    together: WeightsTogether | None
    mark_changes: tuple[MarkChange, ...]
    without_evaluators: tuple[WithoutOne, ...]
    without_bids: tuple[WithoutOne, ...]


def doubt_of(
    ranking: Ranking,
    *,
    rules: PanelTerms | None = None,
    doubt: DoubtTerms | None = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
) -> LeadDoubt:
    """Return everything that is asked of a lead; the same seed gives the same figures."""
    panel, asked = rules or PanelTerms(), doubt or DoubtTerms()
    values = np.asarray(ranking.values, dtype=np.float64)
    published = np.array([float(one) for one in ranking.evaluation.weights])
    scores = ScoreDraws(ranking.evaluation, ranking.marks, values)
    sampler = sampler_of(asked, ranking.evaluation)
    by_scores = (
        acceptability(values, fixed_weights(published), draws=draws, seed=seed, scores=scores)
        if scores.doubted
        else None
    )
    return LeadDoubt(
        ranking=ranking,
        doubt=asked,
        scores=by_scores,
        weights=acceptability(values, sampler, draws=draws, seed=seed),
        both=acceptability(values, sampler, draws=draws, seed=seed, scores=scores),
        weight_changes=weight_changes(ranking),
        together=weights_together(ranking),
        mark_changes=mark_changes(ranking),
        without_evaluators=without_evaluators(ranking, panel),
        without_bids=without_bids(ranking, panel),
    )


def sampler_of(doubt: DoubtTerms, evaluation: Evaluation) -> Sampler:
    """Return the sampler of the weights that are doubted so far; raises DomainError."""
    weights = [float(one) for one in evaluation.weights]
    if doubt.weights is WeightDoubt.FREE:
        return free(len(weights))
    if doubt.weights is WeightDoubt.ORDERED:
        return ordered(weights)
    between = {
        evaluation.place(name): (float(low), float(high))
        for name, (low, high) in doubt.between.items()
    }
    return around(weights, float(doubt.within), between)

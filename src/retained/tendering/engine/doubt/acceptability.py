"""SMAA: how often each bid takes each rank, over weights and scores that could be meant.

In   values by bid and criterion, a sampler of weights, perhaps draws of the values
Out  acceptability by rank, pairwise wins, central weights, confidence factors
Why  docs/methods/doubt.md

Source: Lahdelma and Salminen (SMAA-2, 2001); Tervonen and Figueira (2008).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retained.shared.errors import DomainError
from retained.strategy.engine.streams import stream_of
from retained.tendering.engine.doubt.score_draws import ScoreDraws
from retained.tendering.engine.doubt.weight_draws import Sampler

Array = NDArray[np.float64]
Ranks = NDArray[np.uint8]
CHUNK_DRAWS = 8192  # what is at hand at once stays in the processor's cache
MOST_BIDS = 255
DEFAULT_DRAWS = 100_000
DEFAULT_SEED = 1
MOST_DRAWS = 5_000_000


@dataclass(frozen=True, slots=True)
class Acceptability:
    """What the draws say of each bid, in the order of the values.

    `by_rank[i, r]` is the share of draws in which i has rank r + 1 (draws in a tie are shared);
    `wins[i, j]` the share in which i is before j; `central[i]` the mean of the weights under which
    i is first, not a number where it never is; `confidence[i]` how often it is first under those.
    """

    by_rank: Array
    wins: Array
    central: Array
    confidence: Array
    draws: int
    seed: int


@dataclass(slots=True)
class _Counts:
    by_rank: Array
    wins: Array
    central: Array

    @classmethod
    def nothing(cls, bids: int, criteria: int) -> "_Counts":
        return cls(np.zeros((bids, bids)), np.zeros((bids, bids)), np.zeros((bids, criteria)))

    def add(self, totals: Array, weights: Array) -> None:
        """Count some draws: totals by bid and draw, weights by draw and criterion."""
        better, same = _compared(totals, self.wins)
        if same is None:
            for bid, ranks in enumerate(better):
                self.by_rank[bid] += np.bincount(ranks, minlength=len(better))
            first = (better == 0).astype(np.float64)
        else:
            _share_ranks(better, same, self.by_rank)
            first = (better == 0) / (1.0 + same)
        self.central += first @ weights


def acceptability(
    values: Array,
    sampler: Sampler,
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    scores: ScoreDraws | None = None,
) -> Acceptability:
    """Return how bids stand over `draws` readings; the same seed gives the same figures.

    `values` has bids down and criteria across. Raises DomainError for too many bids.
    """
    bids, criteria = values.shape
    if not 1 <= bids <= MOST_BIDS:
        raise DomainError(
            f"{bids} bids are too many to compare at once: {MOST_BIDS} at most. Let gates or "
            "minimum marks leave fewer."
        )
    counts = _Counts.nothing(bids, criteria)
    chance, panel = stream_of(seed, "weights"), stream_of(seed, "scores")
    for count in _chunks(draws):
        weights = sampler(chance, count)
        moved = scores.draw(panel, count) if scores is not None else {}
        counts.add(_totals(values, weights, moved), weights)
    firsts = counts.by_rank[:, 0]
    with np.errstate(invalid="ignore", divide="ignore"):
        central = counts.central / firsts[:, None]
    return Acceptability(
        by_rank=counts.by_rank / draws,
        wins=counts.wins / draws,
        central=central,
        confidence=_confidence(values, central, scores, draws=draws, seed=seed),
        draws=draws,
        seed=seed,
    )


def fixed_weights(weights: Array) -> Sampler:
    """Return a sampler that always gives these weights: only scores are doubted then."""

    def draw(_: np.random.Generator, draws: int) -> Array:
        return np.broadcast_to(weights, (draws, len(weights)))

    return draw


def _chunks(draws: int) -> list[int]:
    whole, rest = divmod(draws, CHUNK_DRAWS)
    return [CHUNK_DRAWS] * whole + ([rest] if rest else [])


def _totals(values: Array, weights: Array, moved: Mapping[int, Array]) -> Array:
    """Return the total of each bid in each draw; `moved` values differ from draw to draw."""
    if not moved:
        return values @ weights.T
    still = np.array(values)
    still[:, list(moved)] = 0.0
    totals = still @ weights.T
    for place, drawn in moved.items():
        totals += drawn * weights[:, place]
    return totals


def _compared(totals: Array, wins: Array) -> tuple[Ranks, Ranks | None]:
    """Return for each bid and draw how many are better, and how many equal (None if nowhere).

    Adds the wins of each pair; a tie is half a win of both.
    """
    bids, draws = totals.shape
    better = np.zeros((bids, draws), dtype=np.uint8)
    same: Ranks | None = None
    for one in range(bids):
        for other in range(one + 1, bids):
            less, more = totals[one] < totals[other], totals[one] > totals[other]
            better[one] += less.view(np.uint8)
            better[other] += more.view(np.uint8)
            lost, won = int(np.count_nonzero(less)), int(np.count_nonzero(more))
            tied = draws - lost - won
            wins[one, other] += won + tied / 2
            wins[other, one] += lost + tied / 2
            if tied:
                same = np.zeros_like(better) if same is None else same
                equal = ~(less | more)
                same[one] += equal.view(np.uint8)
                same[other] += equal.view(np.uint8)
    return better, same


def _share_ranks(better: Ranks, same: Ranks, by_rank: Array) -> None:
    """Count ranks where some are tied: each of k that are tied gets a k-th of each of k ranks."""
    for bid, (ahead, tied) in enumerate(zip(better.astype(np.int64), same, strict=True)):
        for many in np.unique(tied):
            begin = np.bincount(ahead[tied == many], minlength=len(better))
            for step in range(int(many) + 1):
                by_rank[bid, step:] += begin[: len(better) - step] / (int(many) + 1)


def _confidence(
    values: Array, central: Array, scores: ScoreDraws | None, *, draws: int, seed: int
) -> Array:
    """Return how often each bid is first under its own central weights; 0 where it has none."""
    found = np.zeros(len(values))
    able = [bid for bid in range(len(values)) if np.isfinite(central[bid]).all()]
    panel = stream_of(seed, "scores")
    for count in _chunks(draws if scores is not None and scores.doubted else 1):
        moved = scores.draw(panel, count) if scores is not None else {}
        for bid in able:
            totals = _totals(values, np.broadcast_to(central[bid], (count, values.shape[1])), moved)
            ahead = (totals > totals[bid]).sum(axis=0)
            tied = (totals == totals[bid]).sum(axis=0)
            found[bid] += float(((ahead == 0) / tied).sum())
    return found / (draws if scores is not None and scores.doubted else 1)

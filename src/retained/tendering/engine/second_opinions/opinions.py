"""What the other methods say of a ranking: beside the one that decides, never in its place.

In   a ranking
Out  for each method its setting in words, scores and ranks of the bids, and who is first
Why  docs/methods/second-opinions.md

All are asked about the values on the published scales, so that an ideal and a worst are known and
units play no part. A value beyond its scale (a price in money) is cut to it here.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from retained.tendering.engine.ranking import Ranking
from retained.tendering.engine.second_opinions.electre import Thresholds, distilled
from retained.tendering.engine.second_opinions.promethee import Preference, Shape, net_flows
from retained.tendering.engine.second_opinions.spotis import distances
from retained.tendering.engine.second_opinions.tables import Array, Table, ranks_of
from retained.tendering.engine.second_opinions.topsis import Normalisation, closeness
from retained.tendering.engine.second_opinions.vikor import compromise
from retained.tendering.engine.second_opinions.waspas import waspas

INDIFFERENT, PREFERRED, VETO = 0.05, 0.20, 0.60  # shares of a scale


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one method says: scores turned so that more is better, in the order of the marks."""

    method: str
    setting: str
    scores: tuple[float, ...]
    ranks: tuple[int, ...]
    agrees: bool  # that a winner of the ranking is first


def second_opinions(ranking: Ranking) -> tuple[Opinion, ...]:
    """Return what every method says of these bids."""
    values = np.clip(np.asarray(ranking.values, dtype=np.float64), 0, 1)
    table = Table.of(values, [float(one) for one in ranking.evaluation.weights])
    winners = {one.bid.id for one in ranking.winners}
    first = [bid.id in winners for bid in ranking.marks.bids]
    return tuple(
        _opinion(method, setting, score(table), first) for method, setting, score in METHODS
    )


def _opinion(method: str, setting: str, scores: Array, first: list[bool]) -> Opinion:
    ranks = ranks_of(scores)
    agrees = any(won and rank == 1 for won, rank in zip(first, ranks, strict=True))
    found = tuple(float(one) for one in scores)
    return Opinion(method, setting, found, tuple(int(one) for one in ranks), agrees)


def _topsis(table: Table) -> Array:
    return closeness(table, Normalisation.PUBLISHED)


def _promethee(table: Table) -> Array:
    linear = Preference(Shape.LINEAR, INDIFFERENT, PREFERRED)
    return net_flows(table, [linear] * len(table.weights))


def _vikor(table: Table) -> Array:
    size = len(table.weights)
    return -compromise(table, ends=(np.zeros(size), np.ones(size))).q


def _spotis(table: Table) -> Array:
    size = len(table.weights)
    return -distances(table, np.zeros(size), np.ones(size))


def _waspas(table: Table) -> Array:
    return waspas(table.marks, table.weights)


def _electre(table: Table) -> Array:
    """Return the mean of both ranks, turned: where the two orders differ, this hides it."""
    whole = np.ones(len(table.weights))
    found = distilled(table, Thresholds(INDIFFERENT * whole, PREFERRED * whole, VETO * whole))
    return -np.asarray((found.from_above + found.from_below) / 2, dtype=np.float64)


METHODS: tuple[tuple[str, str, Callable[[Table], Array]], ...] = (
    ("TOPSIS", "published scales, the ideal is the best end of each", _topsis),
    ("PROMETHEE II", "linear from 5 to 20 % of a scale", _promethee),
    ("VIKOR", "published scales, half the sum and half the largest regret", _vikor),
    ("SPOTIS", "bounds are the ends of the published scales", _spotis),
    ("WASPAS", "half the weighed sum and half the weighed product of values", _waspas),
    ("ELECTRE III", "indifferent to 5 %, preferred from 20 %, veto from 60 % of a scale", _electre),
)

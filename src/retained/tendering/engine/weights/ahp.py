"""AHP: weights from judgements of pairs, and whether these judgements agree with one another.

In   for pairs of criteria, how many times as important the first is (1 to 9, or 1/9 to 1)
Out  weights (principal eigenvector), and the consistency ratio
Why  docs/methods/weights.md

For weights only: scores of bids by AHP change the order of two bids when a third is copied (Belton
and Gear 1983).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from retained.shared.errors import DomainError

Array = NDArray[np.float64]
MOST_INCONSISTENT = 0.10
# The mean index of random judgements by number of criteria (Saaty 1980); none below three.
RANDOM_INDEX = {1: 0.0, 2: 0.0, 3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45}


@dataclass(frozen=True, slots=True)
class AhpWeights:
    """Weights, and how far the judgements are from agreeing.

    `most_at_odds` is the pair whose judgement the others contradict most, and what they imply.
    """

    weights: dict[str, float]
    eigenvalue: float
    ratio: float
    most_at_odds: tuple[str, str, float] | None


def ahp(
    names: Sequence[str],
    pairs: Mapping[tuple[str, str], float],
    *,
    accept_any: bool = False,
) -> AhpWeights:
    """Return the weights that judgements of all pairs give (Saaty 1980).

    Raises DomainError for missing pairs, and for a ratio above 0.10 unless `accept_any`.
    """
    matrix = _matrix(names, pairs)
    priorities = eigenvector(matrix)
    eigenvalue, ratio = consistency(matrix, priorities)
    odds = _most_at_odds(names, matrix, priorities)
    if ratio > MOST_INCONSISTENT and not accept_any:
        first, second, implied = odds or ("", "", 1.0)
        raise DomainError(
            f"The judgements contradict one another: their consistency ratio is {ratio:.2f}, and "
            f"0.10 is the most. Look first at “{first}” beside “{second}”: the others imply "
            f"{_times(implied)}."
        )
    return AhpWeights(
        dict(zip(names, map(float, priorities), strict=True)), eigenvalue, ratio, odds
    )


def eigenvector(matrix: Array) -> Array:
    """Return the principal eigenvector of a positive reciprocal matrix, adding up to 1."""
    values, vectors = np.linalg.eig(matrix)
    principal = np.abs(np.real(vectors[:, int(np.argmax(np.real(values)))]))
    return np.asarray(principal / principal.sum(), dtype=np.float64)


def consistency(matrix: Array, priorities: Array) -> tuple[float, float]:
    """Return the mean of (A p) / p, and the consistency ratio that follows from it."""
    size = len(priorities)
    eigenvalue = float(np.mean((matrix @ priorities) / priorities))
    if size < 3:
        return eigenvalue, 0.0
    return eigenvalue, (eigenvalue - size) / (size - 1) / RANDOM_INDEX[size]


def _matrix(names: Sequence[str], pairs: Mapping[tuple[str, str], float]) -> Array:
    if not 1 <= len(names) <= max(RANDOM_INDEX):
        raise DomainError(
            f"AHP compares up to {max(RANDOM_INDEX)} criteria at once: group them in branches."
        )
    place = {name: number for number, name in enumerate(names)}
    matrix = np.eye(len(names))
    for (first, second), times in pairs.items():
        if first not in place or second not in place or first == second:
            raise DomainError(f"“{first}” and “{second}” are no pair of these criteria.")
        if not 1 / 9 - 1e-9 <= times <= 9:
            raise DomainError(f"“{first}” beside “{second}”: a judgement lies between 1/9 and 9.")
        matrix[place[first], place[second]] = times
        matrix[place[second], place[first]] = 1 / times
    asked = {frozenset(pair) for pair in combinations(names, 2)}
    if missing := asked - {frozenset(pair) for pair in pairs}:
        told = "; ".join(sorted(" beside ".join(sorted(pair)) for pair in missing))
        raise DomainError(f"These pairs are not judged yet: {told}.")
    return matrix


def _most_at_odds(
    names: Sequence[str], matrix: Array, priorities: Array
) -> tuple[str, str, float] | None:
    if len(names) < 3:
        return None
    implied = priorities[:, None] / priorities[None, :]
    gap = np.abs(np.log(matrix) - np.log(implied))
    first, second = (int(one) for one in np.unravel_index(int(np.argmax(gap)), gap.shape))
    if matrix[first, second] < 1:
        first, second = second, first
    return names[first], names[second], float(implied[first, second])


def _times(value: float) -> str:
    return f"{value:.1f}" if value >= 1 else f"1/{1 / value:.1f}"

"""SAW, WPM and WASPAS: the weighed sum of ratios to the best, their weighed product, and both.

In   a table of marks above 0 (at least 0 where more is better)
Out  scores up to 1, the higher the better
Why  docs/methods/second-opinions.md

Source: Zavadskas, Turskis, Antucheviciene and Zakarevicius (2012).
"""

import numpy as np

from retained.tendering.engine.second_opinions.tables import Array, Table, ratio


def ratios(table: Table) -> Array:
    """Return x / max where more is better, min / x where less is."""
    marks, more = table.marks, table.senses > 0
    if (marks < 0).any() or (marks[:, ~more] == 0).any():
        raise ValueError(
            "ratios need marks that are not negative, and above 0 where less is better"
        )
    best = np.where(more, marks.max(axis=0), marks.min(axis=0))
    most = np.broadcast_to(best, marks.shape)
    return np.where(more, ratio(marks, most), ratio(most, np.where(marks == 0, 1.0, marks)))


def weighed_sum(shares: Array, weights: Array) -> Array:
    """Return SAW: the weighed sum of ratios."""
    return np.asarray(shares @ weights)


def weighed_product(shares: Array, weights: Array) -> Array:
    """Return WPM: the product of ratios to the power of their weights; one 0 makes it 0."""
    return np.asarray(np.prod(shares**weights, axis=1))


def waspas(shares: Array, weights: Array, *, sum_share: float = 0.5) -> Array:
    """Return WASPAS: a part of the sum and the rest of the product."""
    product = weighed_product(shares, weights)
    return sum_share * weighed_sum(shares, weights) + (1 - sum_share) * product

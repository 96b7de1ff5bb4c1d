"""TOPSIS: how near a bid is to the ideal, and how far from the worst there is.

In   a table, and how columns are made comparable: the winner depends on it, so it is always said
Out  closeness from 0 to 1, the higher the better
Why  docs/methods/second-opinions.md

Source: Hwang and Yoon (1981).
"""

from enum import StrEnum

import numpy as np

from retained.tendering.engine.second_opinions.tables import Array, Table, ratio


class Normalisation(StrEnum):
    """How columns are made comparable."""

    VECTOR = "vector"  # divided by the root of the sum of squares
    RANGE = "range"  # from the least to the most of the bids
    PUBLISHED = "published"  # values on published scales already: 0 is the worst, 1 the ideal


def closeness(table: Table, normalisation: Normalisation) -> Array:
    """Return d- / (d+ + d-) of each bid, with Euclidean distances of weighted columns."""
    marks = table.towards_more
    if normalisation is Normalisation.VECTOR:
        marks = ratio(marks, np.broadcast_to(np.sqrt((marks**2).sum(axis=0)), marks.shape))
    elif normalisation is Normalisation.RANGE:
        low = marks.min(axis=0)
        marks = ratio(marks - low, np.broadcast_to(np.ptp(marks, axis=0), marks.shape))
    weighed = marks * table.weights
    published = normalisation is Normalisation.PUBLISHED
    ideal = table.weights if published else weighed.max(axis=0)
    worst = np.zeros_like(table.weights) if published else weighed.min(axis=0)
    to_ideal = np.sqrt(((weighed - ideal) ** 2).sum(axis=1))
    to_worst = np.sqrt(((weighed - worst) ** 2).sum(axis=1))
    return ratio(to_worst, to_ideal + to_worst)

"""SPOTIS: the weighed distance to the best that is possible, within published bounds.

In   a table, and the least and most that is possible on each criterion
Out  distances from 0 to 1, the lower the better; another bid moves none of them
Why  docs/methods/second-opinions.md

Source: Dezert, Tchamova, Han and Tacnet (2020).
"""

import numpy as np

from retained.tendering.engine.second_opinions.tables import Array, Table


def distances(table: Table, least: Array, most: Array) -> Array:
    """Return sum of w |x - s*| / (most - least), where s* is the better of both bounds."""
    if (most <= least).any():
        raise ValueError("the most is above the least on every criterion")
    best = np.where(table.senses > 0, most, least)
    return np.asarray((np.abs(table.marks - best) / (most - least)) @ table.weights)

"""How many of something there are in a month: the inverse of the Poisson distribution.

In   numbers between 0 and 1, and what is expected
Out  whole numbers
Why  docs/methods/assumptions.md
"""

import numpy as np
from scipy.special import pdtrik

from retained.strategy.engine.formulas.tree import Array

# Up to here adding up probabilities is quicker than SciPy's search, and loses no digit that counts.
_FEW = 30.0


def poisson_quantile(share: Array, around: Array) -> Array:
    """Return the least number that is not exceeded with a probability of at least `share`.

    `around` is what is expected, in the shape of `share`; nothing or less counts nothing.
    """
    around = np.broadcast_to(around, share.shape)
    found = np.zeros(share.shape)
    few = (around > 0) & (around <= _FEW)
    many = around > _FEW
    found[few] = _added_up(share[few], around[few])
    if many.any():
        found[many] = np.maximum(np.ceil(np.asarray(pdtrik(share[many], around[many]))), 0)
    # What is no number stays none: the line that uses it says so.
    return np.where(np.isnan(around), np.nan, found)


def _added_up(share: Array, around: Array) -> Array:
    """Return the numbers at which the probabilities of 0, 1, 2 ... add up to the share."""
    found = np.zeros(len(share))
    left, chance = np.arange(len(share)), np.exp(-around)
    reached, count = chance.copy(), 0
    while len(left):
        # A share next to 1 may lie above every sum that can be written: there the sum stands still.
        more = (reached < share) & (reached + chance > reached)
        left, share, around = left[more], share[more], around[more]
        count += 1
        chance = chance[more] * around / count
        reached = reached[more] + chance
        found[left] = count
    return found

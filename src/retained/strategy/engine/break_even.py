"""What would have to be true: the value of one driver at which an option just pays.

In   a case, one of its drivers, and draws that stay the same for every try
Out  the value at which the median saving is nothing, if there is one within reach
Why  docs/methods/business-case.md
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from retained.strategy.engine.cases import Case
from retained.strategy.engine.frozen import FrozenDraws
from retained.strategy.engine.sources import Once

DRAWS = 2_000
_TRIES = 60
_NEAR = 1e-6  # of what was looked through
_SHORT = 0.99  # where a line has no amount at nothing, such as one that divides by the driver
_REACH = 4.0  # so many times its own size a driver is looked for on either side


@dataclass(frozen=True, slots=True)
class BreakEven:
    """The value of a driver at which the median saving is nothing; `mean` is what it is now."""

    driver: str
    mean: float
    value: float | None

    @property
    def change(self) -> float | None:
        """By which ratio it would have to change; nothing where it is 0 now, or never enough."""
        if self.value is None or self.mean == 0:
            return None
        return self.value / self.mean - 1


def break_even(case: Case, option: str, driver: str, *, seed: int) -> BreakEven:
    """Return the value of a driver at which `option` saves nothing in the median.

    Every other driver keeps its distribution; this one is the same in all draws.
    Looked for from nothing up to five times its mean (below nothing for one that is below now).
    """
    return even_in(FrozenDraws(case, draws=DRAWS, seed=seed), case, option, driver)


def even_in(frozen: FrozenDraws, case: Case, option: str, driver: str) -> BreakEven:
    """Return the same over draws that several drivers are looked for in."""
    source = next(one.source for one in case.drivers if one.id == driver)
    if not isinstance(source, Once):
        raise TypeError(f"{driver} is not drawn once: it has no single value to look for.")
    mean = case.held.get(driver, source.distribution.mean)

    def median(value: float) -> float:
        saving = frozen.saving(option, driver, value)
        # No number where a line has no amount, such as one that divides by the driver.
        return float(np.median(saving)) if np.isfinite(saving).all() else math.nan

    return BreakEven(driver, mean, _root(median, mean))


def _root(median: Callable[[float], float], mean: float) -> float | None:
    """Return where a function crosses nothing, looked for from the mean outwards (Brent 1973)."""
    from scipy.optimize import brentq  # noqa: PLC0415 - slow to load, and rarely asked for

    width = abs(mean) or 1.0
    at_mean = median(mean)
    if at_mean == 0:
        return mean
    for end in (mean - width, mean - _SHORT * width, mean + width, mean + _REACH * width):
        at_end = median(end)
        if not math.isnan(at_end) and (at_end > 0) != (at_mean > 0):
            within = abs(end - mean) * _NEAR
            found, how = brentq(
                median, mean, end, xtol=within, maxiter=_TRIES, full_output=True, disp=False
            )
            return float(found) if how.converged else None
    return None

"""The functions of the formula language.

In   arrays of draws and months, and the term
Out  another such array
Why  docs/reference/formulas.md
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from retained.strategy.engine.formulas.tree import Array, Term


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language: what it needs, and what it says of itself."""

    compute: Callable[..., Array]
    parts: tuple[str, ...]
    sentence: str
    repeats: int = 0  # so many of its last parts may come again and again

    def takes(self, count: int) -> bool:
        """Return whether it can be called with so many parts."""
        more = count - len(self.parts)
        return more == 0 or (self.repeats > 0 and more > 0 and more % self.repeats == 0)

    @property
    def shape(self) -> str:
        """How it is written: its parts in brackets."""
        return f"({', '.join(self.parts)}{', ...' if self.repeats else ''})"


def _least(term: Term, first: Array, *others: Array) -> Array:
    del term
    for other in others:
        first = np.minimum(first, other)
    return first


def _most(term: Term, first: Array, *others: Array) -> Array:
    del term
    for other in others:
        first = np.maximum(first, other)
    return first


def _clip(term: Term, value: Array, low: Array, high: Array) -> Array:
    del term
    return np.minimum(np.maximum(value, low), high)


def _choose(term: Term, condition: Array, yes: Array, no: Array) -> Array:
    del term
    return np.where(condition != 0, yes, no)


def _between(term: Term, first: Array, last: Array) -> Array:
    return ((term.month >= first) & (term.month <= last)).astype(np.float64)


def _since(term: Term, first: Array) -> Array:
    return (term.month >= first).astype(np.float64)


def _once(term: Term, month: Array) -> Array:
    return np.asarray(term.month == month, dtype=np.float64)


def _ramp(term: Term, first: Array, last: Array) -> Array:
    steps = np.maximum(last - first + 1, 1)
    return np.minimum(np.maximum((term.month - first + 1) / steps, 0.0), 1.0)


def _growth(term: Term, rate: Array) -> Array:
    if rate.shape[1] > 1:
        return (1 + rate) ** (term.year - 1)
    return _by_year((1 + rate) ** np.arange(term.years), term)


def _by_year(yearly: Array, term: Term) -> Array:
    """Return what is known by year for each month."""
    return np.repeat(yearly, 12, axis=1)[:, : term.months]


def _indexed(term: Term, rate: Array, share: Array, low: Array, cap: Array) -> Array:
    """Return a price index: each year's rate counts by `share`, no less than `low`, up to `cap`.

    A rate that changes by month counts as it stands in the first month of each year.
    """
    step = 1 + np.minimum(np.maximum(share * rate, low), cap)
    if step.shape[1] == 1:
        return _by_year(step ** np.arange(term.years), term)
    yearly = step[:, ::12].copy()
    yearly[:, 0] = 1.0  # the first year is at the agreed price
    return _by_year(np.cumprod(yearly, axis=1), term)


def _running(term: Term, value: Array) -> Array:
    return np.cumsum(_by_month(value, term), axis=1)


def _earlier(term: Term, value: Array, months: Array) -> Array:
    """Return the value of so many months before, nothing before the first month."""
    by = int(months.flat[0])
    wide = _by_month(value, term)
    found = np.zeros_like(wide)
    if by < term.months:
        found[:, by:] = wide[:, : term.months - by]
    return found


def _tiered(term: Term, volume: Array, *tiers: Array) -> Array:
    """Return the price of a volume whose parts above each limit have a price of their own."""
    del term
    total = np.zeros((1, 1))
    for place in range(0, len(tiers), 2):
        low, price = tiers[place], tiers[place + 1]
        part = np.maximum(volume - low, 0)
        if place + 2 < len(tiers):
            part = np.minimum(part, tiers[place + 2] - low)
        total = total + part * price
    return total


def _by_month(value: Array, term: Term) -> Array:
    return np.broadcast_to(value, (value.shape[0], term.months))


def _plain(function: Callable[[Array], Array]) -> Callable[[Term, Array], Array]:
    """Return a function that knows no months as one of the language."""
    return lambda _, value: function(value)


FUNCTIONS = {
    "min": Function(_least, ("a", "b"), "The least of its parts.", repeats=1),
    "max": Function(_most, ("a", "b"), "The greatest of its parts.", repeats=1),
    "clip": Function(_clip, ("value", "low", "high"), "A value, kept between two limits."),
    "choose": Function(
        _choose, ("condition", "yes", "no"), "One of two values, by a condition such as month > 6."
    ),
    "between": Function(_between, ("first", "last"), "1 from one month to another, both counted."),
    "since": Function(_since, ("first",), "1 from a month on, 0 before."),
    "once": Function(_once, ("month",), "1 in one month alone."),
    "ramp": Function(
        _ramp, ("first", "last"), "Rises evenly from one month to 1 in another, and stays there."
    ),
    "growth": Function(_growth, ("rate",), "1 in the first year, and (1 + rate) times more each."),
    "indexed": Function(
        _indexed,
        ("rate", "share", "low", "cap"),
        "A price index by contract: only a share of the rate counts, within a floor and a cap.",
    ),
    "running": Function(_running, ("value",), "The sum of all months so far."),
    "earlier": Function(_earlier, ("value", "months"), "The value of so many months before."),
    "tiered": Function(
        _tiered,
        ("volume", "from", "price"),
        "A volume priced in tiers: what lies above each limit at its own price.",
        repeats=2,
    ),
    "abs": Function(_plain(np.abs), ("value",), "A value without its sign."),
    "floor": Function(_plain(np.floor), ("value",), "The whole number below."),
    "ceil": Function(_plain(np.ceil), ("value",), "The whole number above."),
    "sqrt": Function(_plain(np.sqrt), ("value",), "The square root."),
    "exp": Function(_plain(np.exp), ("value",), "e to the power of a value."),
    "log": Function(_plain(np.log), ("value",), "The natural logarithm."),
}

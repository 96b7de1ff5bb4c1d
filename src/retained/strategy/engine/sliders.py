"""Sliders: between which figures somebody may move each assumption, and by which steps.

In   the terms of a case, and what matters most in it
Out  a range for each assumption that is one value over the term, the most telling first
Why  docs/guide/business-case.md
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, log10

import numpy as np

from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.sources import Once

_STEPS = 100
_SURE = 0.5  # one figure for sure is moved by so much of itself either way
_EDGES = np.array([[0.005], [0.995]])


@dataclass(frozen=True, slots=True)
class Slider:
    """The range of one assumption; `now` is its mean, and all three lie on `step`."""

    key: str
    low: float
    high: float
    now: float
    step: float


def sliders(terms: CaseTerms, order: Sequence[str]) -> list[Slider]:
    """Return the sliders of a case: first those in `order`, then the others as written."""
    keys = dict.fromkeys([*(key for key in order if key in terms.assumptions), *terms.assumptions])
    return list(_sliders(terms, list(keys)))


def _sliders(terms: CaseTerms, keys: Sequence[str]) -> Iterator[Slider]:
    for key in keys:
        source = terms.assumptions[key].as_source()
        if not isinstance(source, Once):
            continue
        mean = float(source.distribution.mean)
        edges = np.broadcast_to(source.distribution.quantile(_EDGES), _EDGES.shape)
        low, high = (float(one) for one in edges[:, 0])
        if low == high:
            low, high = sorted((mean * (1 - _SURE), mean * (1 + _SURE)))
        if low < high:
            step = _step(high - low)
            low, high, mean = (round(one / step) * step for one in (low, high, mean))
            yield Slider(key, low, high, mean, step)


def _step(width: float) -> float:
    """Return a round step, about a hundredth of a width: 1, 2 or 5 times a power of ten."""
    rough = width / _STEPS
    power = 10.0 ** floor(log10(rough))
    return next((power * one for one in (1, 2, 5) if power * one >= rough), power * 10)

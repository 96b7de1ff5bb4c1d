"""Other readings of a panel's own scores: the same scores, each evaluator's voice heavier or not.

In   the marks of the bids, with the own scores behind them
Out  for each criterion values by bid and draw; those that nobody doubts stay as they are
Why  docs/methods/doubt.md

One draw gives each evaluator a share of the voice, the same for every bid and criterion (Rubin's
Bayesian bootstrap, 1981). So a strict evaluator is strict to all, and no reading leaves what was
said.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from retained.tendering.engine.evaluation import Criterion, Evaluation
from retained.tendering.engine.marks import Marks
from retained.tendering.engine.price_formulas import Price

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ScoreDraws:
    """Draws of the values of all bids; `doubted` are the places of criteria that vary."""

    evaluation: Evaluation
    marks: Marks
    fixed: Array  # values by bid and criterion, as the ranking has them

    @cached_property
    def doubted(self) -> tuple[int, ...]:
        """The criteria on which two or more evaluators count and do not agree."""
        return tuple(
            place
            for place, who in enumerate(self.marks.counted)
            if len(who) > 1 and np.ptp(self._own(place), axis=1).max() > 0
        )

    def draw(self, stream: np.random.Generator, draws: int) -> dict[int, Array]:
        """Return values of the doubted criteria: bids down, draws across."""
        voices = stream.standard_exponential((len(self.marks.evaluators), draws))
        return {place: self._values(place, voices) for place in self.doubted}

    def _values(self, place: int, voices: Array) -> Array:
        heard = voices[self._seats(place)]
        own = self._own(place)
        marks = own @ (heard / heard.sum(axis=0))
        criterion = self.evaluation.criteria[place]
        settled = np.array([float(row[place]) for row in self.marks.table])
        marks += (settled - own.mean(axis=1))[:, None]
        return _within(criterion, marks)

    def _seats(self, place: int) -> list[int]:
        return [self.marks.evaluators.index(who) for who in self.marks.counted[place]]

    def _own(self, place: int) -> Array:
        return self.marks.own[:, place][:, self._seats(place)]


def _within(criterion: Criterion, marks: Array) -> Array:
    """Return the values of marks; a value function is flat beyond its scale."""
    if isinstance(criterion.worth, Price):
        raise TypeError("a price has an amount, and no scores")
    return np.asarray(criterion.worth.of(marks), dtype=np.float64)

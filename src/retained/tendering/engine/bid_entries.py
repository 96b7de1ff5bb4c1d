"""One entry of a bid: what a text says for a gate, a price, a settled or an evaluator's own score.

In   an evaluator (none for what the panel settled), a criterion and a text
Out  the entry, or a sentence that says what would be right
Why  docs/reference/evaluation.md
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from retained.shared.quantities import parse_number
from retained.tendering.engine.bids import OwnScore, ScoreState

_PASSED = {"pass": True, "fail": False}


class Kind(Enum):
    """What an entry is about."""

    GATE = "gate"
    AMOUNT = "amount"
    SETTLED = "settled"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a text says; of `passed`, `number` and `own` the one that its kind asks for."""

    kind: Kind
    passed: bool = False
    number: Fraction = Fraction(0)
    own: OwnScore = field(default_factory=OwnScore)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a bid may have an entry for: gates, prices, and scales with their two ends."""

    gates: frozenset[str]
    prices: frozenset[str]
    scales: Mapping[str, tuple[Decimal, Decimal]]

    def entry(self, evaluator: str, criterion: str, text: str) -> Entry:
        """Return what a text says; raises ValueError with the sentence to show."""
        if criterion in self.scales:
            return self._score(evaluator, criterion, text)
        if criterion not in self.gates | self.prices:
            known = ", ".join([*sorted(self.gates), *sorted(self.prices), *self.scales])
            raise ValueError(f"“{criterion}” is no gate or criterion of this model: {known}")
        if evaluator:
            raise ValueError(f"{criterion} is not scored by evaluators: leave the evaluator out")
        if criterion in self.gates:
            if text.strip().lower() not in _PASSED:
                raise ValueError(f"“{text}” is neither pass nor fail")
            return Entry(Kind.GATE, passed=_PASSED[text.strip().lower()])
        amount = Fraction(parse_number(text))
        if amount <= 0:
            raise ValueError("a price is above nothing")
        return Entry(Kind.AMOUNT, number=amount)

    def _score(self, evaluator: str, criterion: str, text: str) -> Entry:
        if not evaluator:
            return Entry(Kind.SETTLED, number=self._mark(criterion, text))
        written = text.strip().lower()
        if written == ScoreState.ABSTAINED:
            return Entry(Kind.OWN, own=OwnScore(None, ScoreState.ABSTAINED))
        mark = self._mark(criterion, written.removesuffix(ScoreState.LATE))
        state = ScoreState.LATE if written.endswith(ScoreState.LATE) else ScoreState.GIVEN
        return Entry(Kind.OWN, own=OwnScore(mark, state))

    def _mark(self, criterion: str, text: str) -> Fraction:
        mark = parse_number(text)
        low, high = sorted(self.scales[criterion])
        if not low <= mark <= high:
            raise ValueError(f"{text.strip()} is not on the scale of {criterion}: {low} to {high}")
        return Fraction(mark)

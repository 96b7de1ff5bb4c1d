"""Bids as a panel judged them: own scores, settled scores, amounts, gates.

In   nothing: these are the values that `bid_terms` and tables make
Out  frozen values, exact
Why  docs/methods/ranking.md
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction


class ScoreState(StrEnum):
    """What became of an evaluator's score."""

    GIVEN = "given"
    LATE = "late"  # came after the panel's deadline
    ABSTAINED = "abstained"  # the evaluator may not, or does not want to judge


@dataclass(frozen=True, slots=True)
class OwnScore:
    """What one evaluator wrote for one bid on one criterion."""

    score: Fraction | None = None
    state: ScoreState = ScoreState.GIVEN


Own = Mapping[tuple[str, str], OwnScore]  # by evaluator and criterion


@dataclass(frozen=True, slots=True)
class Bid:
    """One bid; what is not in a mapping was not given."""

    id: str
    title: str
    gates: Mapping[str, bool] = field(default_factory=dict)
    amounts: Mapping[str, Fraction] = field(default_factory=dict)
    settled: Mapping[str, Fraction] = field(default_factory=dict)
    own: Own = field(default_factory=dict)


def bids_hash(bids: Sequence[Bid]) -> str:
    """Return the SHA-256 of what bids got, whatever file they came from."""
    plain = [
        {
            "id": bid.id,
            "gates": dict(sorted(bid.gates.items())),
            "amounts": {name: str(one) for name, one in sorted(bid.amounts.items())},
            "settled": {name: str(one) for name, one in sorted(bid.settled.items())},
            "own": [[*key, str(one.score), one.state] for key, one in sorted(bid.own.items())],
        }
        for bid in sorted(bids, key=lambda one: one.id)
    ]
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()

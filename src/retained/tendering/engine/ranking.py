"""The one ranking that decides: gates first, then an additive value on absolute scales.

In   an evaluation model and the marks of the bids
Out  who was rejected and why; who stands where, and what each criterion gave, line by line
Why  docs/methods/ranking.md

Everything here is exact: two totals are a tie only if they are equal.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from retained.shared.errors import DomainError
from retained.tendering.engine.bids import Bid
from retained.tendering.engine.evaluation import Criterion, Evaluation
from retained.tendering.engine.evaluation_terms import PanelTerms
from retained.tendering.engine.marks import Marks, marks_of
from retained.tendering.engine.value_functions import Array, ValueFunction, exact


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one criterion gave a bid: mark, value (0 to 1), and points of the total (of 100)."""

    criterion: Criterion
    mark: Fraction
    value: Fraction
    points: Fraction


@dataclass(frozen=True, slots=True)
class Ranked:
    """A bid that passed every gate; equal totals share a rank."""

    bid: Bid
    rank: int
    total: Fraction
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A bid that did not pass, with every reason."""

    bid: Bid
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The result: best first. `values` has a row for each ranked bid in the order of `marks`."""

    evaluation: Evaluation
    ranked: tuple[Ranked, ...]
    rejected: tuple[Rejected, ...]
    marks: Marks
    values: Array

    @property
    def winners(self) -> tuple[Ranked, ...]:
        """Who stands first: several only in a tie."""
        return tuple(one for one in self.ranked if one.rank == 1)

    @property
    def lead(self) -> Fraction | None:
        """By how many points the first leads the second; None where there is no second."""
        return self.ranked[0].total - self.ranked[1].total if len(self.ranked) > 1 else None


def rank(evaluation: Evaluation, bids: Sequence[Bid], rules: PanelTerms | None = None) -> Ranking:
    """Return the ranking of bids.

    Relative price formulas look at the bids that passed alone. Raises MarksRefusedError for marks
    that are not there, and DomainError where no bid passes.
    """
    asked = PanelTerms() if rules is None else rules
    if len({bid.id for bid in bids}) != len(bids):
        raise DomainError("Two bids have the same name: give each its own.")
    failed = {bid.id: _failed_gates(evaluation, bid) for bid in bids}
    marks = marks_of(evaluation, [bid for bid in bids if not failed[bid.id]], asked)
    below = {
        bid.id: _below(evaluation, row) for bid, row in zip(marks.bids, marks.table, strict=True)
    }
    reasons = {key: (*told, *below.get(key, ())) for key, told in failed.items()}
    if any(below.values()):
        marks = marks_of(evaluation, [bid for bid in bids if not reasons[bid.id]], asked)
    if not marks.bids:
        raise DomainError(
            "No bid passes every gate and minimum: "
            + "; ".join(f"{bid.title}: {' '.join(reasons[bid.id])}" for bid in bids)
        )
    values = values_of(evaluation, marks)
    rejected = tuple(Rejected(bid, reasons[bid.id]) for bid in bids if reasons[bid.id])
    return Ranking(evaluation, in_order(evaluation, marks, values), rejected, marks, values)


def values_of(evaluation: Evaluation, marks: Marks) -> Array:
    """Return the value of every bid on every criterion, exact: bids down, criteria across."""
    columns = [
        criterion.worth.of(exact([row[place] for row in marks.table]))
        for place, criterion in enumerate(evaluation.criteria)
    ]
    return np.array(columns, dtype=object).T


def _failed_gates(evaluation: Evaluation, bid: Bid) -> tuple[str, ...]:
    return tuple(
        f"Not passed: {title}." if name in bid.gates else f"Nobody has judged: {title}."
        for name, title in evaluation.gates.items()
        if not bid.gates.get(name, False)
    )


def _below(evaluation: Evaluation, row: Sequence[Fraction]) -> tuple[str, ...]:
    return tuple(_sentences(evaluation, row))


def _sentences(evaluation: Evaluation, row: Sequence[Fraction]) -> Iterator[str]:
    for criterion, mark in zip(evaluation.criteria, row, strict=True):
        least, most = criterion.least, criterion.most
        if least is not None and _is_worse(criterion, mark, least):
            yield f"{criterion.title}: {float(mark):g}, and the minimum is {float(least):g}."
        if most is not None and mark > most:
            yield f"{criterion.title}: {float(mark):,.2f}, and the most is {float(most):,.2f}."


def _is_worse(criterion: Criterion, mark: Fraction, least: Fraction) -> bool:
    """Return whether a mark is on the worse side; on some scales less is better."""
    rises = not isinstance(criterion.worth, ValueFunction) or criterion.worth.rises
    return mark < least if rises else mark > least


def in_order(evaluation: Evaluation, marks: Marks, values: Array) -> tuple[Ranked, ...]:
    """Return the bids by their totals, best first; equal totals share a rank."""
    found = []
    for bid, row, own_values in zip(marks.bids, marks.table, values, strict=True):
        lines = tuple(
            Contribution(criterion, mark, value, value * criterion.weight * 100)
            for criterion, mark, value in zip(evaluation.criteria, row, own_values, strict=True)
        )
        found.append((bid, sum((line.points for line in lines), Fraction(0)), lines))
    totals = [total for _, total, _ in found]
    ordered = sorted(found, key=lambda one: -one[1])
    return tuple(
        Ranked(bid, 1 + sum(other > total for other in totals), total, lines)
        for bid, total, lines in ordered
    )

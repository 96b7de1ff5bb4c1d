"""The mark of each bid on each criterion, by stated rules, from what a panel wrote.

In   the bids, and the panel's rules for scores that are missing, late or abstained
Out  exact marks, and which evaluators count on which criterion; or everything that is not there
Why  docs/methods/panel.md
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from retained.shared.remarks import Place, RefusedError, Remark, Severity
from retained.tendering.engine.bids import Bid, ScoreState
from retained.tendering.engine.evaluation import Criterion, Evaluation
from retained.tendering.engine.evaluation_terms import Late, Missing, PanelTerms


class MarksRefusedError(RefusedError):
    """Some bids have no mark on some criteria; `remarks` say which, and how to go on."""

    heading = "The bids cannot be ranked yet"


@dataclass(frozen=True, slots=True)
class Marks:
    """Marks (or amounts) by bid and criterion, exact.

    `counted` names, for each criterion, the evaluators whose own scores count; `own` holds their
    scores by bid, criterion and place in `evaluators`, not a number where there is none.
    """

    bids: tuple[Bid, ...]
    table: tuple[tuple[Fraction, ...], ...]
    evaluators: tuple[str, ...]
    counted: tuple[tuple[str, ...], ...]
    own: NDArray[np.float64]
    remarks: tuple[Remark, ...] = ()


def marks_of(evaluation: Evaluation, bids: Sequence[Bid], rules: PanelTerms) -> Marks:
    """Return the marks: the settled score, else the mean of the evaluators that count.

    An evaluator without a score for one of these bids on a criterion is left out of that criterion
    for all of them, so that every bid is judged by the same people. Raises MarksRefusedError.
    """
    evaluators = tuple(dict.fromkeys(who for bid in bids for who, _ in bid.own))
    counted, remarks = [], []
    for criterion in evaluation.criteria:
        who, told = _counted(criterion, bids, evaluators, rules)
        counted.append(who)
        remarks += told
    table = [
        [_mark(bid, one, who, rules) for one, who in zip(evaluation.criteria, counted, strict=True)]
        for bid in bids
    ]
    remarks += _absent(evaluation, bids, table)
    if any(one.severity is Severity.ERROR for one in remarks):
        raise MarksRefusedError([one for one in remarks if one.severity is Severity.ERROR])
    whole = tuple(tuple(mark for mark in row if mark is not None) for row in table)
    own = _own(evaluation, bids, evaluators, rules)
    return Marks(tuple(bids), whole, evaluators, tuple(counted), own, tuple(remarks))


def score_of(bid: Bid, evaluator: str, criterion: str, rules: PanelTerms) -> Fraction | None:
    """Return the score that counts as given; None for one that is missing by the rules."""
    own = bid.own.get((evaluator, criterion))
    if own is None or (own.state is ScoreState.LATE and rules.late is Late.MISSING):
        return None
    return own.score


def _counted(
    criterion: Criterion, bids: Sequence[Bid], evaluators: Sequence[str], rules: PanelTerms
) -> tuple[tuple[str, ...], list[Remark]]:
    """Return who counts on a criterion, and a remark for everybody who began but does not."""
    whole, told = [], []
    for who in evaluators:
        gaps = [bid for bid in bids if score_of(bid, who, criterion.id, rules) is None]
        if not gaps:
            whole.append(who)
        elif any((who, criterion.id) in bid.own for bid in bids):
            told.append(_gap(criterion, who, gaps, rules))
    return tuple(whole), told


def _gap(criterion: Criterion, who: str, gaps: Sequence[Bid], rules: PanelTerms) -> Remark:
    names = ", ".join(bid.title for bid in gaps)
    states = {bid.own[who, criterion.id].state for bid in gaps if (who, criterion.id) in bid.own}
    abstained = all(
        (who, criterion.id) in bid.own and bid.own[who, criterion.id].state is ScoreState.ABSTAINED
        for bid in gaps
    )
    late = " (late)" if ScoreState.LATE in states else ""
    place = Place(column=criterion.id)
    if abstained or rules.missing is Missing.LEAVE_OUT:
        word = "abstained" if abstained else "has no score that counts"
        sentence = f"{who} {word} for {names}{late}: left out of this criterion for every bid."
        return Remark(Severity.NOTE, "left_out", sentence, place)
    sentence = (
        f"{who} has no score that counts for {names}{late}. Let it be given, settle the score, or "
        "let the panel's rule be “missing: leave_out”."
    )
    return Remark(Severity.ERROR, "missing_score", sentence, place)


def _mark(bid: Bid, criterion: Criterion, who: Sequence[str], rules: PanelTerms) -> Fraction | None:
    if criterion.is_price:
        return bid.amounts.get(criterion.id)
    if criterion.id in bid.settled:
        return bid.settled[criterion.id]
    given = [score_of(bid, one, criterion.id, rules) for one in who]
    scores = [score for score in given if score is not None]
    return sum(scores, Fraction(0)) / len(scores) if scores else None


def _absent(
    evaluation: Evaluation, bids: Sequence[Bid], table: Sequence[Sequence[Fraction | None]]
) -> Iterator[Remark]:
    for bid, row in zip(bids, table, strict=True):
        for criterion, mark in zip(evaluation.criteria, row, strict=True):
            if mark is None:
                what = "an amount" if criterion.is_price else "a score that counts"
                sentence = f"{bid.title} has no mark here: give {what}."
                yield Remark(Severity.ERROR, "no_mark", sentence, Place(column=criterion.id))


def _own(
    evaluation: Evaluation, bids: Sequence[Bid], evaluators: Sequence[str], rules: PanelTerms
) -> NDArray[np.float64]:
    own = np.full((len(bids), len(evaluation.criteria), len(evaluators)), np.nan)
    for row, bid in enumerate(bids):
        for column, criterion in enumerate(evaluation.criteria):
            for layer, who in enumerate(evaluators):
                score = score_of(bid, who, criterion.id, rules)
                if score is not None:
                    own[row, column, layer] = float(score)
    return own

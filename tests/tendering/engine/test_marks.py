"""Which scores count: settled, own, late, abstained and missing ones by the stated rules."""

from dataclasses import replace
from fractions import Fraction

import pytest

from retained.tendering.engine.bids import Bid, OwnScore, ScoreState
from retained.tendering.engine.evaluation_terms import Late, Missing, PanelTerms
from retained.tendering.engine.marks import Marks, MarksRefusedError, marks_of
from tendering.engine.made_tenders import model, scored

MODEL = model([1])
REFUSE, LEAVE_OUT = PanelTerms(), PanelTerms(missing=Missing.LEAVE_OUT)


def bids(*changes: tuple[int, str, OwnScore | None]) -> list[Bid]:
    """Return two bids with three evaluators, of whom some scores are others or are not there."""
    made = [
        scored("x", {"kind": {"c0": 90}, "even": {"c0": 70}, "strict": {"c0": 50}}),
        scored("y", {"kind": {"c0": 80}, "even": {"c0": 60}, "strict": {"c0": 40}}),
    ]
    for place, who, score in changes:
        own = {key: one for key, one in made[place].own.items() if key[0] != who}
        made[place] = replace(
            made[place], own=own if score is None else {**own, (who, "c0"): score}
        )
    return made


def marks(made: list[Bid], rules: PanelTerms) -> tuple[Marks, list[float]]:
    found = marks_of(MODEL, made, rules)
    return found, [float(row[0]) for row in found.table]


def test_the_mark_is_the_mean_of_own_scores_unless_the_panel_settled_it() -> None:
    assert marks(bids(), REFUSE)[1] == [70, 60]
    settled = [replace(bids()[0], settled={"c0": Fraction(65)}), bids()[1]]
    assert marks(settled, REFUSE)[1] == [65, 60]


def test_who_abstained_for_one_bid_is_left_out_for_all() -> None:
    made = bids((0, "strict", OwnScore(None, ScoreState.ABSTAINED)))
    found, table = marks(made, REFUSE)
    assert table == [80, 70]
    assert found.counted == (("kind", "even"),)
    [note] = found.remarks
    assert note.sentence == "strict abstained for x: left out of this criterion for every bid."


def test_a_missing_score_is_refused_or_its_evaluator_left_out_for_all() -> None:
    with pytest.raises(MarksRefusedError, match="kind has no score that counts for y"):
        marks(bids((1, "kind", None)), REFUSE)
    found, table = marks(bids((1, "kind", None)), LEAVE_OUT)
    assert table == [60, 50]
    assert "kind has no score that counts for y" in found.remarks[0].sentence


def test_a_late_score_is_missing_unless_the_rule_counts_it() -> None:
    late = bids((1, "kind", OwnScore(Fraction(80), ScoreState.LATE)))
    with pytest.raises(MarksRefusedError, match=r"y \(late\)"):
        marks(late, REFUSE)
    assert marks(late, PanelTerms(late=Late.COUNT))[1] == [70, 60]


def test_who_never_judged_a_criterion_is_not_missed_there() -> None:
    found, table = marks(bids((0, "even", None), (1, "even", None)), REFUSE)
    assert table == [70, 60]
    assert (found.counted, found.remarks) == ((("kind", "strict"),), ())


def test_every_gap_is_said_at_once() -> None:
    with pytest.raises(MarksRefusedError) as error:
        marks_of(model([1, 1]), bids((0, "kind", None)), REFUSE)
    told = [one.sentence for one in error.value.remarks]
    assert len(told) == 3  # the gap of the first criterion, and two bids without the second
    assert told[1] == "x has no mark here: give a score that counts."

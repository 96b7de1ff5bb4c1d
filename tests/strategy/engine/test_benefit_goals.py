"""Benefits by goal: each goal that holds, the heaviest first, served or not; never summed."""

from decimal import Decimal

import pytest

from retained.strategy.engine.benefit_goals import HeldGoal, served_goals, served_sentence
from retained.strategy.engine.case_files import case_of, read_case, read_stored_case, write_case
from retained.strategy.engine.cases import CaseRefusedError
from retained.strategy.engine.option_terms import BenefitTerms
from strategy.case_texts import SURE

GOALS = [
    HeldGoal("Fair work", is_value=True, share=Decimal("0.4")),
    HeldGoal("Skills", is_value=False, share=Decimal("0.25")),
    HeldGoal("Speed", is_value=False, share=Decimal("0.75")),
]
SERVING = SURE.replace(
    "    title: Offer\n",
    "    title: Offer\n    benefits:\n      - {goal: Speed, figure: '24', unit: hours a day}\n"
    "      - {goal: Charm, mark: 2}\n",
)


def benefit(goal: str, mark: int) -> BenefitTerms:
    return BenefitTerms(goal=goal, mark=mark)


def test_goals_come_before_values_each_by_weight_and_the_unknown_last() -> None:
    found = served_goals([benefit("Charm", 2), benefit("Skills", 3), benefit("Skills", 1)], GOALS)
    assert [(one.name, [it.mark for it in one.benefits]) for one in found] == [
        ("Speed", []), ("Skills", [3, 1]), ("Fair work", []), ("Charm", [2]),
    ]  # fmt: skip
    assert [one.is_served for one in found] == [False, True, False, True]
    assert served_sentence(found) == "It serves 1 of 3 goals and values."


def test_a_mark_of_nothing_serves_no_goal() -> None:
    assert served_sentence(served_goals([benefit("Speed", 0)], GOALS)) == (
        "It serves none of 3 goals and values."
    )
    every = [benefit(one.name, 1) for one in GOALS]
    assert served_sentence(served_goals(every, GOALS)) == "It serves all 3 goals and values."


def test_a_goal_that_is_none_is_a_remark_with_line_and_field() -> None:
    with pytest.raises(CaseRefusedError) as refused:
        read_case(SERVING, goals={"Speed", "Skills"})
    [remark] = refused.value.remarks
    assert (remark.place.row, remark.place.column) == (19, "options.offer.benefits.1.goal")
    assert remark.sentence == (
        "“Charm” is no goal or value of the company that holds: use Skills, Speed, or add it first."
    )
    with pytest.raises(CaseRefusedError, match="add it first under Goals and values"):
        read_case(SERVING, goals=())


def test_what_was_kept_before_there_were_goals_reads_as_it_did() -> None:
    terms = read_case(SERVING)
    assert write_case(read_stored_case(write_case(terms))) == write_case(terms)
    assert case_of(terms.as_document()) == terms

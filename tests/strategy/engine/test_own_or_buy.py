"""Own, share or buy: the table of ways, and what several people's answers make of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden.golden_tables import rows
from retained.strategy.engine.own_or_buy import (
    IMPORTANCE,
    RISK,
    WORDS,
    Question,
    Way,
    advice,
    way_of,
)

_SHEETS = st.fixed_dictionaries({one: st.integers(0, 4) for one in Question})


def sheet(
    *, importance: int, capability: int, risk: int, frequency: int = 2
) -> dict[Question, int]:
    answers = dict.fromkeys(RISK, risk) | dict.fromkeys(IMPORTANCE, importance)
    return answers | {Question.CAPABILITY: capability, Question.FREQUENCY: frequency}


@pytest.mark.parametrize("row", rows("own-or-buy/ways.csv"), ids=lambda row: "-".join(row.values()))
def test_every_way_of_the_table(row: dict[str, str]) -> None:
    frequencies = range(5) if row["frequency"] == "any" else [int(row["frequency"])]
    for frequency in frequencies:
        answers = sheet(
            importance=int(row["importance"]),
            capability=int(row["capability"]),
            risk=int(row["risk"]),
            frequency=frequency,
        )
        assert way_of(answers) == row["way"]


def test_the_table_leaves_no_case_out() -> None:
    places = {
        (row["importance"], row["capability"], row["risk"]) for row in rows("own-or-buy/ways.csv")
    }
    assert len(places) == 3 * 2 * 2


def test_a_core_function_that_is_well_done_is_kept_and_says_why() -> None:
    found = advice([sheet(importance=4, capability=3, risk=1)])
    assert found.way is Way.KEEP
    assert found.reasons[0] == f"It belongs to the core: {WORDS[Question.EDGE]}."
    assert "Our own people keep up with the market." in found.reasons


def test_of_several_people_the_middle_counts_and_where_they_differ_is_named() -> None:
    low, high = (sheet(importance=1, capability=1, risk=1) for _ in range(2))
    loud = sheet(importance=1, capability=1, risk=1) | {Question.EDGE: 4, Question.KNOWLEDGE: 4}
    found = advice([low, high, loud])
    assert (found.way, found.asked, found.agree) == (Way.CONTRACT, 3, 2)
    assert found.differs == (Question.EDGE, Question.KNOWLEDGE)


def test_what_would_change_the_advice_does_change_it() -> None:
    answers = sheet(importance=2, capability=2, risk=1)
    found = advice([answers])
    assert found.way is Way.SHARE
    changes = {one.question: (one.to, one.way) for one in found.changes}
    assert changes[Question.CAPABILITY] == (1, Way.PARTNER)
    for one in found.changes:
        assert way_of({**answers, one.question: one.to}) is one.way is not found.way


@given(st.lists(_SHEETS, min_size=1, max_size=7))
def test_the_order_of_people_changes_nothing(sheets: list[dict[Question, int]]) -> None:
    assert advice(sheets) == advice(sheets[::-1])


@given(_SHEETS)
def test_who_agrees_with_himself_is_counted(answers: dict[Question, int]) -> None:
    found = advice([answers, answers])
    assert (found.agree, found.differs) == (2, ())


@given(_SHEETS)
def test_more_edge_never_hands_out_what_stays_in_house(answers: dict[Question, int]) -> None:
    if way_of(answers) in {Way.KEEP, Way.IMPROVE}:
        assert way_of({**answers, Question.EDGE: 4}) in {Way.KEEP, Way.IMPROVE}


@pytest.mark.parametrize(
    ("sheets", "sentence"),
    [
        ([], "Nobody has answered"),
        ([{Question.EDGE: 1}], "These questions are open: knowledge"),
        ([sheet(importance=5, capability=1, risk=1)], "from 0 to 4: look at edge, knowledge"),
    ],
)
def test_what_is_no_answer_is_refused(sheets: list[dict[Question, int]], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        advice(sheets)

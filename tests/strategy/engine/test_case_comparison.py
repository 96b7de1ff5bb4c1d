"""What changed between two versions of a case, in sentences and in the order of the document."""

import pytest

from retained.strategy.engine.case_comparison import case_differences
from retained.strategy.engine.case_files import read_case
from strategy.engine.worked_case import WORKED


def differences(*changes: tuple[str, str]) -> list[str]:
    text = WORKED
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return case_differences(read_case(WORKED), read_case(text))


def test_equal_cases_differ_in_nothing() -> None:
    assert differences() == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("months: 24", "months: 23", "Months of the term was 24, and is 23."),
        ("{value: 80000}", "{value: 81000}", "Assumption “fee”: value was 80000, and is 81000."),
        ("now: two", "now: none", "Decision “Cap on the index”: now was two, and is none."),
        ("cap: 100 %", "cap: 50 %",
         "Decision “Cap on the index”: ways: none: hold: cap was 100 %, and is 50 %."),
        ("2025/26: 580000", "2025/26: 590000", "Budget: years: 2025/26 was 580000, and is 590000."),
        ("exit: {from_month: 12", "exit: {from_month: 6",
         "Option Offer: exit: from month was 12, and is 6."),
        ("    exit: {from_month: 12, cost: fee, to: stay}\n", "",
         "Option Offer: exit was from month 12, cost fee, to stay, and is not said."),
        ("50000 * once(4)", "60000 * once(4)",
         "Offer, line “transfer”: formula was 50000 * once(4), and is 60000 * once(4)."),
    ],
)  # fmt: skip
def test_each_change_is_a_sentence(old: str, new: str, sentence: str) -> None:
    assert differences((old, new)) == [sentence]


def test_a_benefit_that_changes_is_shown_whole() -> None:
    [sentence] = differences(("mark: 3", "mark: 4"))
    assert sentence.startswith("Option Offer: benefits was [goal Speed, figure 24, ")
    assert sentence.endswith("goal Skills, words Two languages more, mark 4].")


def test_changes_come_in_the_order_of_the_document() -> None:
    found = differences(
        ("{value: 80000}", "{value: 81000}"), ('"100000"', '"100001"'), ("50000 *", "60000 *")
    )
    assert [sentence.split()[0] for sentence in found] == ["Assumption", "Stay,", "Offer,"]

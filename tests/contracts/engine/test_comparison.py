"""What changed between two versions, in sentences."""

import pytest

from contracts.agreement_texts import BRIGHTDESK, CORVALE
from retained.contracts.engine.comparison import differences
from retained.contracts.engine.holidays import frozen
from retained.contracts.engine.reading import read_agreement

BEFORE = read_agreement(BRIGHTDESK)


def changes(old: str, new: str) -> list[str]:
    assert old in BRIGHTDESK
    after = read_agreement(BRIGHTDESK.replace(old, new))
    return [one.sentence for one in differences(BEFORE, after)]


def test_equal_terms_differ_in_nothing() -> None:
    assert differences(BEFORE, read_agreement(BRIGHTDESK)) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("until: 2028-12-31", "until: 2029-12-31", "Last day: 2029-12-31 instead of 2028-12-31."),
        ("92000.00", "94000.00", "Monthly amount: 94000.00 instead of 92000.00."),
        (
            "08:00-18:00",
            "07:00-19:00",
            "Calendar “office”: hours monday-friday: 07:00-19:00 instead of 08:00-18:00.",
        ),
        ("holidays: NL", "holidays: BE", "Calendar “office”: public holidays: BE instead of NL."),
        (
            "[waiting_client]",
            "[waiting_client, waiting_third_party]",
            "Clock “resolve”: pauses in: waiting client and waiting third party instead of "
            "waiting client.",
        ),
        ('"2": 8h', '"2": 6h', "Service level “Resolved in time”: target of 2: 6h instead of 8h."),
        (
            "expected: 95 %",
            "expected: 96 %",
            "Service level “Resolved in time”: expected level: 96 % instead of 95 %.",
        ),
        ("at_risk: 12 %", "at_risk: 15 %", "Credits: share at risk: 15 % instead of 12 %."),
    ],
)
def test_a_change_is_one_sentence(old: str, new: str, sentence: str) -> None:
    assert changes(old, new) == [sentence]


def test_what_is_added_and_what_is_taken_out_is_named() -> None:
    extra = "  - {id: count, title: Tickets, source: brightdesk, measure: count, expected: 4000}\n"
    text = BRIGHTDESK.replace("credits:", extra + "credits:")
    after = read_agreement(text)
    assert [one.sentence for one in differences(BEFORE, after)] == [
        "Service level “Tickets” is new."
    ]
    assert [one.sentence for one in differences(after, BEFORE)] == [
        "Service level “Tickets” is taken out."
    ]


def test_a_right_that_is_added_is_named() -> None:
    right = "triggers: [{id: t, title: Four running, in_a_row: 4}]"
    assert changes("{at_risk: 12 %,", "{at_risk: 12 %, " + right + ",") == [
        "Right “Four running” is new."
    ]


def test_an_earn_back_is_compared_in_words_of_its_own() -> None:
    added = "{at_risk: 12 %, earn_back: {following_months: 3, at_least: 97 %, not_critical: true},"
    assert changes("{at_risk: 12 %,", added) == [
        "Credits: months after a miss that earn its credit back: now 3.",
        "Credits: level that earns a credit back: now 97 %.",
        "Credits: no earn-back of critical service levels: now yes.",
    ]


def test_freezing_holidays_is_one_change() -> None:
    [change] = differences(BEFORE, frozen(BEFORE, 2026))
    assert change.sentence == "Calendar “office”: frozen holidays of 2026: now 10 days."


def test_wholly_different_agreements_can_be_compared() -> None:
    found = differences(BEFORE, read_agreement(CORVALE))
    assert {one.part for one in found} >= {"Agreement", "Clock “resolve”", "Clock “restore”"}

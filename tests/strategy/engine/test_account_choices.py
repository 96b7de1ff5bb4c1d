"""Accounts chosen in a form, and the mapping that says the same: nothing lost, nothing added."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden.golden_tables import rows
from retained.shared.money import Money
from retained.shared.months import Month
from retained.strategy.engine.account_choices import (
    NOWHERE,
    Choice,
    choice_of,
    with_beginning,
    with_choices,
)
from retained.strategy.engine.account_guesses import Earlier, guessed_line
from retained.strategy.engine.actuals import Entry
from retained.strategy.engine.actuals_terms import (
    ActualsRefusedError,
    ActualsTerms,
    read_actuals_mapping,
    write_actuals_mapping,
)
from retained.strategy.engine.booked import actuals_of
from retained.strategy.engine.case_files import read_case
from strategy.signed_cases import SIGNED

BEGUN = """\
schema: retained/actuals/1
ledger: {columns: {day: Day, account: Account, cost_centre: Centre, amount: Amount}}
"""
RULES = (
    BEGUN
    + """\
lines:
  offer.fee: ["4310", "43*"]
  offer.begin: [{account: "40*", cost_centre: "4105"}, {account: "4020", cost_centre: "41"}]
leave_out: ["1500", {account: "1600", because: Balance sheet}]
closed: {offer.begin: 2026-03}
"""
)
FEE, BEGIN = Choice("offer.fee"), Choice("offer.begin")
OUT = Choice(because="Another department")
ACCOUNTS = ("4310", "4320", "4020", "4990", "1500", "1600")
CENTRES = ("", "41", "4105")
places = st.tuples(st.sampled_from(ACCOUNTS), st.sampled_from(CENTRES))
ways = st.sampled_from((FEE, BEGIN, OUT, NOWHERE))
mappings = st.sampled_from((BEGUN, RULES)).map(read_actuals_mapping)


def chosen(mapping: ActualsTerms, booked: set[tuple[str, str]]) -> dict[tuple[str, str], Choice]:
    return {at: choice_of(mapping, *at) for at in booked}


def with_what_can_be(
    mapping: ActualsTerms, choices: dict[tuple[str, str], Choice], booked: set[tuple[str, str]]
) -> ActualsTerms:
    try:
        return with_choices(mapping, choices, booked)
    except ActualsRefusedError:
        return mapping


@given(mappings, st.dictionaries(places, ways), st.sets(places))
def test_each_account_goes_where_it_was_chosen_to_go_and_no_other_moves(
    mapping: ActualsTerms,
    choices: dict[tuple[str, str], Choice],
    others: set[tuple[str, str]],
) -> None:
    booked = others | set(choices)
    try:
        found = with_choices(mapping, choices, booked)
    except ActualsRefusedError:
        # What a wider rule takes cannot be taken by nobody.
        assert NOWHERE in (chosen(mapping, booked) | choices).values()
        return
    assert chosen(found, booked) == chosen(mapping, booked) | choices


@given(mappings, st.dictionaries(places, ways), st.sets(places))
def test_form_yaml_and_form_again_are_the_same_mapping(
    mapping: ActualsTerms,
    choices: dict[tuple[str, str], Choice],
    others: set[tuple[str, str]],
) -> None:
    booked = others | set(choices)
    found = with_what_can_be(mapping, choices, booked)
    written = write_actuals_mapping(found)
    read = read_actuals_mapping(written)
    assert chosen(read, booked) == chosen(found, booked)
    again = with_choices(read, chosen(read, booked), booked)
    assert write_actuals_mapping(again) == written


@given(
    mappings,
    st.dictionaries(places, ways),
    st.lists(st.tuples(places, st.integers(-(10**6), 10**6))),
)
def test_no_choice_changes_the_control_total(
    mapping: ActualsTerms,
    choices: dict[tuple[str, str], Choice],
    booked: list[tuple[tuple[str, str], int]],
) -> None:
    entries = [
        Entry("l.csv", row, Month(2026, 1), centre, account, amount=Money.of_minor(cents, "EUR"))
        for row, ((account, centre), cents) in enumerate(booked)
    ]
    found = with_what_can_be(mapping, choices, {at for at, _ in booked} | set(choices))
    total = Money.of_minor(sum(cents for _, cents in booked), "EUR")
    assert actuals_of(entries, mapping, currency="EUR").total == total
    assert actuals_of(entries, found, currency="EUR").total == total


def test_one_way_for_all_cost_centres_is_one_rule() -> None:
    mapping = read_actuals_mapping(BEGUN)
    booked = [("4990", "41"), ("4990", "42")]
    found = with_choices(mapping, dict.fromkeys(booked, FEE), booked)
    assert found.as_document()["lines"] == {"offer.fee": ["4990"]}
    half = with_choices(found, {("4990", "42"): OUT}, booked)
    assert half.as_document()["lines"] == {"offer.fee": [{"account": "4990", "cost_centre": "41"}]}
    assert half.as_document()["leave_out"] == [
        {"account": "4990", "cost_centre": "42", "because": "Another department"}
    ]


def test_a_choice_that_a_rule_says_already_changes_nothing() -> None:
    mapping = read_actuals_mapping(RULES)
    assert with_choices(mapping, {("4399", "41"): FEE}, []) == mapping


def test_an_exception_from_a_rule_leaves_the_rule() -> None:
    mapping = read_actuals_mapping(RULES)
    found = with_choices(mapping, {("4320", ""): BEGIN}, [])
    assert choice_of(found, "4320", "") == BEGIN
    assert choice_of(found, "4330", "") == FEE
    back = with_choices(found, {("4320", ""): FEE}, [])
    assert back == mapping


def test_what_a_rule_takes_cannot_be_taken_by_nobody() -> None:
    with pytest.raises(ActualsRefusedError, match=r"4320 cannot stay .* the rule 43\* takes it"):
        with_choices(read_actuals_mapping(RULES), {("4320", ""): NOWHERE}, [])


def test_a_line_that_loses_its_last_account_is_not_closed_any_more() -> None:
    mapping = read_actuals_mapping(
        BEGUN + 'lines: {offer.begin: ["4390"]}\nclosed: {offer.begin: 2026-03}\n'
    )
    found = with_choices(mapping, {("4390", ""): FEE}, [])
    assert (found.lines.keys(), found.closed) == ({"offer.fee"}, {})


def test_all_that_begin_so_are_said_at_once() -> None:
    mapping = read_actuals_mapping(RULES)
    assert choice_of(with_beginning(mapping, "49", FEE), "4990", "41") == FEE
    found = with_beginning(mapping, "43*", OUT)
    assert choice_of(found, "4399", "") == OUT
    assert choice_of(found, "4310", "") == FEE


def test_a_reason_is_kept_and_may_change() -> None:
    mapping = read_actuals_mapping(RULES)
    assert choice_of(mapping, "1600", "").because == "Balance sheet"
    assert choice_of(mapping, "1500", "").is_left_out
    found = with_choices(mapping, {("1500", ""): Choice(because="VAT")}, [])
    assert choice_of(found, "1500", "").because == "VAT"


def test_guesses_say_where_they_come_from() -> None:
    named = SIGNED.replace('fee: {title: Fee, formula: "90"}',
                           'fee: {title: Fees, formula: "90", account: "4310"}')  # fmt: skip
    case = read_case(named)

    def guessed(account: str, text: str = "", *earlier: Earlier) -> tuple[Choice, str] | None:
        found = guessed_line(account, "", text, case=case, chosen="offer", earlier=earlier)
        return None if found is None else (found.choice, found.why)

    before = Earlier("Network", read_actuals_mapping(RULES))
    assert guessed("4310") == (FEE, "the case names this account")
    assert guessed("4390", "", before) == (FEE, "as in “Network”")
    assert guessed("1600", "", before) == (Choice(because="Balance sheet"), "left out of “Network”")
    assert guessed("4990", "The beginning, March") == (BEGIN, "its text says “beginning”")
    assert guessed("4990", "Flowers") is None
    assert guessed("1500", "", before) == (
        Choice(because="as in “Network”"), "left out of “Network”",
    )  # fmt: skip


def test_what_no_rule_can_name_is_refused() -> None:
    for account in ("4*9", " 49", "4" * 60):
        with pytest.raises(ActualsRefusedError, match="No rule can name the account"):
            with_choices(read_actuals_mapping(RULES), {(account, ""): BEGIN}, [])


def test_the_worked_table_of_the_methods_page() -> None:
    mapping = read_actuals_mapping(BEGUN + 'lines: {offer.fee: ["43*"]}\n')
    words = {"fee": FEE, "beginning": BEGIN, "left out": OUT, "unmapped": NOWHERE}
    table = {(row["account"], row["cost centre"]): row for row in rows("living-case/choices.csv")}
    assert chosen(mapping, set(table)) == {
        at: words[row["by the mapping"]] for at, row in table.items()
    }
    found = with_choices(mapping, {at: words[row["chosen"]] for at, row in table.items()}, table)
    written = {str(rule) for _, rule in found.accounts()} - {"43*"}
    assert written == {row["rule that is written"] for row in table.values()} - {"none"}
    entries = [
        Entry("l.csv", 1, Month(2026, 1), centre, account,
              amount=Money(Decimal(row["booked"]), "EUR"))
        for (account, centre), row in table.items()
    ]  # fmt: skip
    for column, said in (("by the mapping", mapping), ("as chosen", found)):
        actuals = actuals_of(entries, said, currency="EUR")
        rest = actuals.left_out + actuals.unmapped_total
        parts = (actuals.total - rest, actuals.left_out, actuals.unmapped_total, actuals.total)
        told = [Money(Decimal(row[column]), "EUR") for row in rows("living-case/shares.csv")]
        assert list(parts) == told

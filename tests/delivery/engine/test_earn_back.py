"""Earn-back: the worked tables, and what holds for every agreement."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from agreements_measured import agreement
from hypothesis import given, settings
from hypothesis import strategies as st

from golden.golden_tables import rows
from retained.contracts.engine.agreement import AgreementTerms
from retained.delivery.engine.credits import credits_of_months
from retained.delivery.engine.earn_back import (
    EarnBack,
    Standing,
    after_the_cap,
    contract_year,
    earn_backs,
    earned_back,
    earned_in,
)
from retained.delivery.engine.measures import MonthFigure, MonthVerdict, level_verdict
from retained.shared.money import Money
from retained.shared.months import Month

JANUARY = Month(2026, 1)
NAMES = ("first", "second", "third")
HALF_AND_ALL = {"below_expected": "50 %", "below_minimum": "100 %"}
MARKS = {
    "m": MonthVerdict.MET,
    "x": MonthVerdict.BELOW_EXPECTED,
    "X": MonthVerdict.BELOW_MINIMUM,
    "-": MonthVerdict.TOO_FEW,
}
Figures = Mapping[str, Sequence[MonthFigure]]


def promised(earn_back: Mapping[str, Any] | None, **first: Any) -> AgreementTerms:
    """Return the demonstration's credits, earned back as said; `first` changes the first level."""
    levels = [
        {"id": name, "credit": {"allocation": share, **HALF_AND_ALL}}
        for name, share in zip(NAMES, ("40 %", "30 %", "30 %"), strict=True)
    ]
    levels[0] |= first
    credits = {"at_risk": "12 %"} | ({} if earn_back is None else {"earn_back": dict(earn_back)})
    return agreement(levels=levels, credit_base={"amount": "92000.00"}, credits=credits)


def percent(text: str) -> Decimal:
    return Decimal(text.removesuffix("%").strip()) / 100


def figure(
    terms: AgreementTerms, level_id: str, month: Month, met: Decimal, counted: int = 1
) -> MonthFigure:
    """Return a month in which so many of `counted` tickets, or that share, were met."""
    share = met / counted
    verdict = level_verdict(share, terms.service_level(level_id))
    missed = int(counted - met) if met == int(met) else 0
    return MonthFigure(level_id, month, share, int(met), missed, 0, 0, 0, verdict)


def shares(
    terms: AgreementTerms, attained: Mapping[str, Sequence[str]], start: Month = JANUARY
) -> Figures:
    return {
        level_id: [
            figure(terms, level_id, start.plus(n), percent(text)) for n, text in enumerate(row)
        ]
        for level_id, row in attained.items()
    }


def marked(marks: str) -> Figures:
    """Return figures of months such as "x m m": missed, met, met."""
    return {
        "first": [
            MonthFigure("first", JANUARY.plus(n), None, 0, 0, 0, 0, 0, MARKS[mark])
            for n, mark in enumerate(marks.split())
        ]
    }


def found(terms: AgreementTerms, figures: Figures) -> list[EarnBack]:
    credits = after_the_cap(credits_of_months(figures, lambda _: terms))
    return earn_backs(figures, credits, lambda _: terms)


def of_marks(terms: AgreementTerms, marks: str) -> list[EarnBack]:
    """Return where credits of 100 stand, one for each miss."""
    figures = marked(marks)
    owed = {
        ("first", one.month): Money(Decimal(100), "EUR")
        for one in figures["first"]
        if one.verdict in {MonthVerdict.BELOW_EXPECTED, MonthVerdict.BELOW_MINIMUM}
    }
    return earn_backs(figures, owed, lambda _: terms)


@pytest.mark.parametrize("row", rows("earn-back/following.csv"), ids=lambda row: row["months"])
def test_the_months_after_a_miss_decide(row: dict[str, str]) -> None:
    terms = promised({"following_months": row["months that follow"]})
    said = {
        Standing.EARNED: "{} earned in {}",
        Standing.LOST: "{} lost in {}",
        Standing.OPEN: "{} open",
    }
    seen = [
        said[one.standing].format(one.month.number, one.decided_in and one.decided_in.number)
        for one in of_marks(terms, row["months"])
    ]
    assert ", ".join(seen) == row["credits"]


@pytest.mark.parametrize(
    "row", rows("earn-back/levels.csv"), ids=lambda row: f"{row['level to attain']} {row['months']}"
)
def test_a_level_above_the_expected_one_may_be_asked_for(row: dict[str, str]) -> None:
    level = {} if row["level to attain"] == "expected" else {"at_least": row["level to attain"]}
    terms = promised({"following_months": 3, **level}, expected=row["expected"])
    months = [part + " %" for part in row["months"].split(" %") if part.strip()]
    first = found(terms, shares(terms, {"first": months}))[0]
    assert first.standing == row["credit of the first month"]


@pytest.mark.parametrize("row", rows("earn-back/amounts.csv"), ids=lambda row: row["earned back"])
def test_a_share_of_what_the_cap_left_is_earned_back(row: dict[str, str]) -> None:
    terms = promised({"following_months": 1, "at_most": row["at most"]})
    credit = Money(Decimal(row["credit after the cap"]), "EUR")
    (one,) = earn_backs(marked("x m"), {("first", JANUARY): credit}, lambda _: terms)
    assert one.amount.amount == Decimal(row["earned back"])
    assert bool(earned_in(JANUARY.plus(1), [one])) == bool(one.amount)


def test_a_contract_year_is_decided_by_its_tickets_together() -> None:
    *table, together = rows("earn-back/year.csv")
    every, some = (
        promised({"contract_year": True, **more}) for more in ({}, {"not_below_minimum": True})
    )
    figures = {
        "first": [
            figure(every, "first", Month.parse(r["month"]), Decimal(r["met"]), int(r["counted"]))
            for r in table
        ]
    }
    for terms, column in ((every, "earned back"), (some, "not below minimum")):
        seen = {one.month: one for one in found(terms, figures)}
        assert [
            str(seen[month].amount.amount if month in seen else "0.00")
            for month in (Month.parse(row["month"]) for row in table)
        ] == [row[column] for row in table]
        assert {one.decided_in for one in seen.values()} == {Month(2026, 12)}
        assert all(len(one.seen) == 12 for one in seen.values())
        assert str(earned_back(seen.values(), "EUR").amount) == together[column]
    attained = found(every, figures)[0].attained
    assert attained is not None
    assert f"{attained * 100:.4f} %" == together["share"]
    mean = sum(percent(row["share"]) for row in table) / len(table)
    assert mean < Decimal("0.95") < attained, "the mean of the months would lose the credits"


def test_a_later_month_states_what_it_earned_back() -> None:
    table = rows("earn-back/months.csv")
    terms = promised({"following_months": 3})
    attained = {name: [row[f"{name} level"] for row in table] for name in NAMES}
    figures = shares(terms, attained, Month(2026, 7))
    credits = credits_of_months(figures, lambda _: terms)
    backs = earn_backs(figures, after_the_cap(credits), lambda _: terms)
    seen = []
    for month in credits:
        earned = earned_back(earned_in(month.month, backs), "EUR")
        amounts = (month.owed, earned, month.owed - earned)
        seen.append([str(month.month), *(f"{one.amount:.2f}" for one in amounts)])
    assert seen == [
        [row[name] for name in ("month", "owed", "earned back", "net")] for row in table
    ]
    assert backs[0].months == tuple(Month(2026, number) for number in (8, 9, 10))


def test_only_what_the_terms_of_the_missed_month_say_is_earned_back() -> None:
    one_month, none = promised({"following_months": 1}), promised(None)
    owed = {("first", JANUARY): Money(Decimal(100), "EUR")}
    before = earn_backs(marked("x m"), owed, lambda m: one_month if m == JANUARY else none)
    after = earn_backs(marked("x m"), owed, lambda m: none if m == JANUARY else one_month)
    assert [one.standing for one in before] == [Standing.EARNED]
    assert after == []


def test_critical_levels_and_levels_that_are_not_named_keep_their_credits() -> None:
    figures = shares(promised(None), dict.fromkeys(("first", "second"), ("94 %", "96 %")))
    not_critical = promised({"following_months": 1, "not_critical": True}, critical=True)
    named = promised({"following_months": 1, "service_levels": ["second"]})
    for terms in (not_critical, named):
        assert [one.service_level for one in found(terms, figures)] == ["second"]


def test_a_month_below_minimum_keeps_its_credit_where_the_terms_say_so() -> None:
    terms = promised({"following_months": 1, "not_below_minimum": True})
    assert [one.month.number for one in of_marks(terms, "X m x m")] == [3]


def test_a_month_that_still_runs_decides_nothing() -> None:
    terms = promised({"following_months": 1})
    row = marked("x m")["first"]
    owed = {("first", JANUARY): Money(Decimal(100), "EUR")}
    running = {"first": [row[0], replace(row[1], complete=False)]}
    assert [one.standing for one in earn_backs(running, owed, lambda _: terms)] == [Standing.OPEN]


def test_a_month_of_few_tickets_does_not_prove_a_level_above_the_expected_one() -> None:
    terms = promised({"following_months": 1, "at_least": "97 %"}, minimum_volume=30)
    few = MonthFigure("first", JANUARY.plus(1), Decimal(1), 5, 0, 0, 0, 0, MonthVerdict.MET)
    many = replace(few, month=JANUARY.plus(2), met=40)
    missed = marked("x")["first"]
    owed = {("first", JANUARY): Money(Decimal(100), "EUR")}
    (one,) = earn_backs({"first": [*missed, few, many]}, owed, lambda _: terms)
    assert (one.standing, one.months) == (Standing.EARNED, (JANUARY.plus(2),))


def test_less_is_better_where_the_measure_says_so() -> None:
    reopened = {"measure": "reopen_share", "expected": "5 %", "minimum": "8 %", "targets": {}}
    for level, standing in (("3 %", Standing.EARNED), ("2 %", Standing.LOST)):
        terms = promised(
            {"following_months": 1, "at_least": level, "service_levels": "first"}, **reopened
        )
        figures = {
            "first": [
                replace(figure(terms, "first", JANUARY.plus(n), Decimal(100 - hits), 100),
                        attained=Decimal(hits) / 100,
                        verdict=level_verdict(Decimal(hits) / 100, terms.service_level("first")))
                for n, hits in enumerate((6, 3))
            ]
        }  # fmt: skip
        assert [one.standing for one in found(terms, figures)] == [standing]
        year = promised(
            {"contract_year": True, "at_least": "4 %", "service_levels": "first"}, **reopened
        )
        row = [*figures["first"], *(_later(figures["first"][1], n) for n in range(2, 12))]
        (one,) = found(year, {"first": row})
        assert one.attained == Decimal(6 + 3 * 11) / 1200


def _later(one: MonthFigure, months: int) -> MonthFigure:
    return replace(one, month=JANUARY.plus(months))


def test_a_ticket_that_was_pooled_counts_once_in_its_year() -> None:
    terms = promised({"contract_year": True}, minimum_volume=30, small_volume="pool")
    few = MonthFigure("first", JANUARY, Decimal(1), 10, 0, 0, 0, 0, MonthVerdict.TOO_FEW)
    more = replace(few, month=JANUARY.plus(1), met=20, pooled_from=(JANUARY,))
    missed = MonthFigure(
        "first", JANUARY.plus(2), Decimal("0.8"), 40, 10, 0, 0, 0,
        MonthVerdict.BELOW_MINIMUM, pooled_from=(JANUARY, JANUARY.plus(1)),
    )  # fmt: skip
    rest = [
        MonthFigure("first", JANUARY.plus(n), Decimal(1), 50, 0, 0, 0, 0, MonthVerdict.MET)
        for n in range(3, 12)
    ]
    (one,) = found(terms, {"first": [few, more, missed, *rest]})
    assert one.attained == Decimal(40 + 9 * 50) / (50 + 9 * 50)


def test_contract_years_are_counted_from_the_first_month_of_the_agreement() -> None:
    terms = agreement(**{"from": "2025-07-15", "until": "2027-03-31"})
    years = [
        contract_year(terms, Month.parse(month))
        for month in ("2025-07", "2026-06", "2026-07", "2027-03")
    ]
    first, second = (Month(2025, 7), Month(2026, 6)), (Month(2026, 7), Month(2027, 3))
    assert years == [first, first, second, second]


def test_a_year_that_is_not_over_decides_nothing() -> None:
    terms = promised({"contract_year": True})
    (one,) = found(terms, shares(terms, {"first": ["94 %", *["99 %"] * 10]}))
    assert (one.standing, one.decided_in, one.attained) == (Standing.OPEN, None, None)


# What holds for every agreement.

_SHARES = st.integers(80, 100).map(lambda whole: f"{whole} %")
_MONTHS = st.lists(st.tuples(_SHARES, _SHARES, _SHARES), min_size=1, max_size=14)
_RULES = st.tuples(
    st.sampled_from([{"following_months": 1}, {"following_months": 3}, {"contract_year": True}]),
    st.fixed_dictionaries(
        {},
        optional={
            "at_least": st.sampled_from(["95 %", "97 %"]),
            "at_most": st.sampled_from(["50 %", "33.33 %"]),
            "not_below_minimum": st.booleans(),
            "service_levels": st.just(["first", "third"]),
        },
    ),
).map(lambda parts: parts[0] | parts[1])


def columns(months: Sequence[tuple[str, ...]]) -> dict[str, list[str]]:
    return {name: [month[n] for month in months] for n, name in enumerate(NAMES)}


def tickets(terms: AgreementTerms, months: Sequence[tuple[str, ...]]) -> Figures:
    """Return figures over a hundred tickets a month."""
    return {
        name: [
            figure(terms, name, JANUARY.plus(n), percent(text) * 100, 100)
            for n, text in enumerate(row)
        ]
        for name, row in columns(months).items()
    }


@settings(max_examples=80)
@given(_RULES, _MONTHS)
def test_never_more_is_earned_back_than_was_owed(
    rule: dict[str, Any], months: list[tuple[str, ...]]
) -> None:
    terms = promised(rule)
    figures = tickets(terms, months)
    credits = credits_of_months(figures, lambda _: terms)
    owed = after_the_cap(credits)
    backs = earn_backs(figures, owed, lambda _: terms)
    assert len({(one.service_level, one.month) for one in backs}) == len(backs), "each credit once"
    for one in backs:
        assert one.amount <= one.credit == owed[one.service_level, one.month]
        assert one.decided_in is None or one.decided_in >= one.month
    for month in credits:
        of_month = [one for one in backs if one.month == month.month]
        assert earned_back(of_month, "EUR") <= month.owed
    stated = [one for month in credits for one in earned_in(month.month, backs)]
    assert len(stated) == sum(one.standing is Standing.EARNED for one in backs if one.amount)


@settings(max_examples=60)
@given(_MONTHS)
def test_without_terms_nothing_is_earned_back(months: list[tuple[str, ...]]) -> None:
    terms = promised(None)
    assert found(terms, tickets(terms, months)) == []


@settings(max_examples=60)
@given(_RULES, _MONTHS, st.randoms(use_true_random=False))
def test_the_order_of_levels_and_months_changes_nothing(
    rule: dict[str, Any], months: list[tuple[str, ...]], chance: random.Random
) -> None:
    terms = promised(rule)
    figures = tickets(terms, months)
    owed = after_the_cap(credits_of_months(figures, lambda _: terms))
    mixed = {name: chance.sample(row, len(row)) for name, row in figures.items()}
    names = chance.sample(NAMES, len(NAMES))
    shuffled = {name: mixed[name] for name in names}
    assert earn_backs(shuffled, owed, lambda _: terms) == earn_backs(figures, owed, lambda _: terms)


@settings(max_examples=80)
@given(_RULES, _MONTHS, st.lists(st.integers(0, 20), min_size=14, max_size=14))
def test_better_months_after_a_miss_never_earn_less_of_its_credit(
    rule: dict[str, Any], months: list[tuple[str, ...]], better: list[int]
) -> None:
    terms = promised(rule)
    figures = tickets(terms, months)
    missed, *later = figures["first"]
    lifted = [
        figure(terms, "first", one.month, Decimal(min(one.met + more, 100)), 100)
        for one, more in zip(later, better, strict=False)
    ]
    owed = {("first", missed.month): Money(Decimal(2208), "EUR")}
    before, after = (
        earn_backs({"first": [missed, *row]}, owed, lambda _: terms) for row in (later, lifted)
    )
    assert earned_back(before, "EUR") <= earned_back(after, "EUR")


@settings(max_examples=60)
@given(_RULES, _MONTHS, _MONTHS)
def test_what_is_decided_stays_decided(
    rule: dict[str, Any], months: list[tuple[str, ...]], more: list[tuple[str, ...]]
) -> None:
    """A statement that says what it earned back is never made wrong by a later month."""
    terms = promised(rule)
    early, late = (
        {(one.service_level, one.month): one for one in found(terms, tickets(terms, seen))}
        for seen in (months, months + more)
    )
    for place, one in early.items():
        if one.standing is not Standing.OPEN:
            assert late[place] == one

"""Pictures of a living case say in a sentence what they show."""

from dataclasses import replace
from decimal import Decimal

from retained.shared.money import Money
from retained.shared.months import Month
from retained.strategy.engine.booked import Actuals
from retained.strategy.engine.case_files import read_case
from retained.strategy.engine.living import MonthCost, number_word, run_living
from retained.strategy.engine.living_document import LivingFigures, living_document, read_living
from retained.strategy.living_pictures import chance_chart, planned_chart
from strategy.signed_cases import SIGNED

JANUARY = Month(2026, 1)


def figures(fee: str) -> LivingFigures:
    nothing = Money(Decimal(0), "EUR")
    lines = {"offer.fee": {JANUARY: Money(Decimal(fee), "EUR")}}
    known = Actuals("EUR", lines, {}, nothing, nothing, {})
    terms = read_case(SIGNED)
    found = run_living(terms, known, chosen="offer", through=JANUARY, draws=50, seed=1)
    return read_living(living_document(found))


def test_more_and_less_than_planned() -> None:
    assert planned_chart(figures("95")).sentence == (
        "Up to January 2026 Offer has cost 125 EUR: 5 more than planned."
    )
    assert planned_chart(figures("80")).sentence.endswith("110 EUR: 10 less than planned.")


def test_what_was_planned_is_dashed_and_both_stand_in_the_table() -> None:
    chart = planned_chart(figures("95"))
    came, planned = chart.option["series"]
    assert (came["lineStyle"]["type"], planned["lineStyle"]["type"]) == ("solid", "dashed")
    assert list(chart.rows[-1]) == ["Jan 26", "125 EUR", "120 EUR"]


def test_the_chance_begins_as_it_was_signed() -> None:
    chart = chance_chart(figures("95"))
    assert [row[0] for row in chart.rows] == ["Signed", "Jan 26"]
    assert chart.sentence.startswith("In ")


def test_a_month_less_by_rounding_is_whole() -> None:
    found = figures("95")
    start, first = found.months
    same = replace(found, months=(start, MonthCost(first.month, first.planned, first.planned)))
    assert "0 more than planned" in planned_chart(same).sentence


def test_small_numbers_stand_in_letters() -> None:
    assert [number_word(one) for one in (2, 12, 13)] == ["two", "twelve", "13"]

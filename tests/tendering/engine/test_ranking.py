"""The one ranking that decides: worked tables, gates, exact ties, and what it promises."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden.golden_tables import rows
from retained.shared.errors import DomainError
from retained.tendering.engine.price_formulas import Price, PriceFormula
from retained.tendering.engine.ranking import rank
from retained.tendering.engine.value_functions import ValueFunction, exact
from tendering.engine.made_tenders import (
    HUNDRED,
    MARK,
    floats,
    model,
    named,
    ranked,
    settled,
    story,
    tenders,
)


@pytest.mark.parametrize("row", rows("ranking/story.csv"), ids=lambda row: row["criterion"])
def test_each_line_of_the_story(row: dict[str, str]) -> None:
    first, second = story().ranked[:2]
    for one, name in ((first, "Brightdesk"), (second, "Osprey")):
        if row["criterion"] == "total":
            assert float(one.total) == float(row[f"{name} points"])
            continue
        [line] = [line for line in one.contributions if line.criterion.id == row["criterion"]]
        assert f"{float(line.criterion.weight * 100):g} %" == row["weight"]
        assert float(line.value * 100) == float(row[f"{name} value"])
        assert float(line.points) == float(row[f"{name} points"])


def test_the_other_bidders_of_the_story() -> None:
    found = story()
    assert {one.bid.id: float(one.total) for one in found.ranked[2:]} == {
        "Meros": 68.2,
        "Tallis": 68.0,
    }
    [out] = found.rejected
    assert out.reasons == ("Not passed: Information security is certified.",)
    assert found.lead == Fraction(7, 10)


@pytest.mark.parametrize("row", rows("ranking/price-formulas.csv"), ids=lambda row: row["formula"])
def test_each_price_formula(row: dict[str, str]) -> None:
    lines = {
        PriceFormula.LINEAR: ValueFunction.linear(Fraction(120), Fraction(80)),
        PriceFormula.POINTS: ValueFunction(
            (Fraction(80), Fraction(100), Fraction(140)), (Fraction(1), Fraction(1, 2), Fraction(0))
        ),
        PriceFormula.MONEY: ValueFunction.linear(Fraction(90 + 40), Fraction(90)),
    }
    formula = PriceFormula(row["formula"])
    price = Price(formula, lines.get(formula), Fraction(90))
    found = price.of(exact([80, 100, 120]))
    assert [f"{float(value):.4f}" for value in found] == [row["80"], row["100"], row["120"]]
    assert ("relative" if price.is_relative else "absolute") == row["kind"]
    assert np.allclose(price.of(np.array([80.0, 100.0, 120.0])), found.astype(float))


@pytest.mark.parametrize("formula", [PriceFormula.LOWEST, PriceFormula.RANGE, PriceFormula.TWICE])
def test_equal_prices_are_all_the_best(formula: PriceFormula) -> None:
    assert list(Price(formula).of(exact([5, 5]))) == [1, 1]
    assert list(Price(formula).of(np.array([5.0, 5.0]))) == [1, 1]


def test_a_hopeless_bid_decides_who_wins_under_a_relative_formula() -> None:
    """The help of Negometrix with 70 points for price, and what a third bid does to it."""
    quality = ValueFunction.linear(Fraction(0), Fraction(100))
    tender = model([100, 70], [quality, Price(PriceFormula.LOWEST)])
    points = [Fraction(170)] * 3

    def totals(marks: dict[str, list[int]]) -> dict[str, float]:
        found = ranked(tender, marks).ranked
        scaled = zip(found, points, strict=False)
        return {one.bid.id: float(one.total * whole / 100) for one, whole in scaled}

    published = totals({"A": [90, 10_000], "B": [74, 8_000]})
    assert published == {"A": 146.0, "B": 144.0}
    assert totals({"A": [87, 10_000], "B": [74, 8_000]}) == {"B": 144.0, "A": 143.0}
    paradox = totals({"A": [87, 10_000], "B": [74, 8_000], "C": [0, 5_000]})
    assert (paradox["A"], paradox["B"]) == (122.0, 117.75)


def test_weighted_sums_of_kracka_brauers_and_zavadskas() -> None:
    """Shares of the sum as values, as the paper has them (six facades, seven criteria, 2010)."""
    table = np.array([
        [33.95, 23.78, 11.45, 39.97, 29.44, 167.10, 3.852],
        [38.9, 4.17, 6.32, 0.01, 4.29, 132.52, 25.184],
        [37.59, 9.36, 8.23, 4.35, 10.22, 136.71, 10.845],
        [30.44, 37.59, 13.91, 74.08, 45.10, 198.34, 2.186],
        [36.21, 14.79, 9.17, 17.77, 17.06, 148.3, 6.610],
        [37.8, 8.55, 7.97, 2.35, 9.25, 134.83, 11.935],
    ])  # fmt: skip
    table[:, [0, 1, 2, 3, 5]] = 1 / table[:, [0, 1, 2, 3, 5]]
    found = ranked(
        model([1] * 7),
        {f"A{place}": list(row * 100) for place, row in enumerate(table / table.sum(axis=0))},
    )
    totals = {one.bid.id: float(one.total) / 100 for one in found.ranked}
    published = [0.12040426, 0.3458235, 0.13838192, 0.12841246, 0.12346084, 0.14351701]
    assert np.allclose([totals[f"A{place}"] for place in range(6)], published, atol=5e-9)
    assert [one.bid.id for one in found.ranked] == ["A1", "A5", "A2", "A3", "A4", "A0"]


def test_equal_totals_are_a_tie_however_they_come_about() -> None:
    found = ranked(model([1, 1, 1]), {"a": [10, 20, 30], "b": [30, 20, 10], "c": [20, 20, 19]})
    assert [(one.bid.id, one.rank) for one in found.ranked] == [("a", 1), ("b", 1), ("c", 3)]
    assert len(found.winners) == 2


def test_no_quality_buys_off_a_gate_a_minimum_or_a_maximum() -> None:
    tender = model([1, 1], [HUNDRED, Price(PriceFormula.LOWEST)])
    quality, price = tender.criteria
    strict = replace(
        tender,
        criteria=(replace(quality, least=Fraction(50)), replace(price, most=Fraction(100))),
        gates={"certified": "Certified"},
    )
    bids = [
        settled(strict, name, marks)
        for name, marks in {"low": [49, 1], "dear": [100, 101], "good": [50, 100]}.items()
    ]
    passed = [replace(bid, gates={"certified": True}) for bid in bids]
    found = rank(strict, [*passed, replace(bids[2], id="nobody", title="nobody")])
    assert [one.bid.id for one in found.ranked] == ["good"]
    assert {one.bid.id: one.reasons for one in found.rejected} == {
        "low": ("Criterion 0: 49, and the minimum is 50.",),
        "dear": ("Criterion 1: 101.00, and the most is 100.00.",),
        "nobody": ("Nobody has judged: Certified.",),
    }
    with pytest.raises(DomainError, match="No bid passes"):
        rank(strict, bids)


def test_where_less_is_better_a_minimum_is_the_most() -> None:
    tender = model([1], [ValueFunction.linear(Fraction(10), Fraction(0))])
    days = replace(tender, criteria=(replace(tender.criteria[0], least=Fraction(5)),))
    found = ranked(days, {"fast": [4], "slow": [6]})
    assert [one.bid.id for one in found.ranked] == ["fast"]


@given(tenders())
def test_floats_and_fractions_agree(tender: tuple[list[int], list[list[int]]]) -> None:
    weights, marks = tender
    found = ranked(model(weights), named(marks))
    shares = np.array(weights) / sum(weights)
    second = floats(found) @ shares * 100
    totals = {one.bid.id: float(one.total) for one in found.ranked}
    assert np.allclose([totals[f"b{place}"] for place in range(len(marks))], second)


@given(tenders())
def test_a_bid_that_is_as_good_everywhere_never_ranks_below(
    tender: tuple[list[int], list[list[int]]],
) -> None:
    weights, marks = tender
    better = [max(pair) for pair in zip(marks[0], marks[1], strict=True)]
    found = ranked(model(weights), {"better": better, **named(marks)})
    ranks = {one.bid.id: one.rank for one in found.ranked}
    assert ranks["better"] <= min(ranks["b0"], ranks["b1"])


@given(tenders(), st.integers(1, 100))
def test_worsening_a_mark_never_helps(tender: tuple[list[int], list[list[int]]], by: int) -> None:
    weights, marks = tender
    worse = [max(0, marks[0][0] - by), *marks[0][1:]]
    ranks = [
        {one.bid.id: one.rank for one in ranked(model(weights), named(rows_)).ranked}["b0"]
        for rows_ in (marks, [worse, *marks[1:]])
    ]
    assert ranks[0] <= ranks[1]


@given(tenders(), st.randoms(use_true_random=False))
def test_order_and_units_change_nothing(
    tender: tuple[list[int], list[list[int]]], chance: Random
) -> None:
    weights, marks = tender
    pairs = list(named(marks).items())
    chance.shuffle(pairs)
    grown = [[mark * 1000 for mark in row] for row in marks]
    thousands = [ValueFunction.linear(Fraction(0), Fraction(100_000))] * len(weights)
    plain = {one.bid.id: one.total for one in ranked(model(weights), named(marks)).ranked}
    assert {one.bid.id: one.total for one in ranked(model(weights), dict(pairs)).ranked} == plain
    scaled = ranked(model(weights, thousands), named(grown))
    assert {one.bid.id: one.total for one in scaled.ranked} == plain


@given(tenders(), st.lists(MARK, min_size=5, max_size=5))
def test_another_bid_never_changes_the_order_of_the_others(
    tender: tuple[list[int], list[list[int]]], more: list[int]
) -> None:
    weights, marks = tender
    before = [one.bid.id for one in ranked(model(weights), named(marks)).ranked]
    joined = ranked(model(weights), {**named(marks), "new": more[: len(weights)]})
    assert [one.bid.id for one in joined.ranked if one.bid.id != "new"] == before


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 100)), min_size=2, max_size=6),
       st.integers(-50, 1050))  # fmt: skip
def test_cut_points_are_joined_by_straight_lines(points: list[tuple[int, int]], mark: int) -> None:
    marks = sorted({one for one, _ in points})
    values = sorted(value for _, value in points)[: len(marks)]
    if len(marks) < 2:
        return
    line = ValueFunction(
        tuple(map(Fraction, marks)), tuple(Fraction(value, 100) for value in values)
    )
    [found] = line.of(exact([mark]))
    assert float(found) == pytest.approx(float(np.interp(mark, marks, np.array(values) / 100)))
    at = line.mark_at(found)
    if at is not None:
        assert line.of(exact([at]))[0] == found

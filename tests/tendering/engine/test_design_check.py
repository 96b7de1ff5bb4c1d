"""The check before publishing: what a model does to plausible bids, and when it warns."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from golden.golden_tables import rows
from retained.shared.errors import DomainError
from retained.tendering.engine.design_check import design_check
from retained.tendering.engine.evaluation import Evaluation
from retained.tendering.engine.evaluation_files import evaluation_of
from retained.tendering.engine.plausible_bids import Expected, plausible_sets
from retained.tendering.engine.price_formulas import Price, PriceFormula
from retained.tendering.engine.value_functions import ValueFunction
from tendering.engine.made_tenders import HUNDRED, model, ranked, story_terms

PRICES = (89_000.0, 126_500.0)


def with_formula(formula: PriceFormula) -> Evaluation:
    plain = evaluation_of(story_terms())
    *scaled, price = plain.criteria
    worth = price.worth if formula is PriceFormula.LINEAR else Price(formula)
    return replace(plain, criteria=(*scaled, replace(price, worth=worth)))


@pytest.mark.parametrize("row", rows("design-check/formulas.csv"), ids=lambda row: row["formula"])
def test_each_formula_of_the_story(row: dict[str, str]) -> None:
    formula = with_formula(PriceFormula(row["formula"]))
    found = design_check(formula, Expected(prices=PRICES), sets=20_000)
    shares = (found.paradox, found.cheapest_wins, found.best_wins, found.bought,
              found.effects[-1].share)  # fmt: skip
    names = ("paradox", "cheapest wins", "best wins", "bought", "price parts")
    for share, name in zip(shares, names, strict=True):
        assert share is not None
        assert f"{share * 100:.1f} %" == row[name]


def test_a_paradox_is_what_the_ranking_itself_does() -> None:
    """Every set is ranked again without each loser, by the ranking that decides."""
    tender = model([60, 40], [HUNDRED, Price(PriceFormula.RANGE)])
    expected = Expected(bids=(3, 4), prices=(80.0, 120.0))
    found = design_check(tender, expected, sets=300, seed=3)
    odd = 0
    for sets in plausible_sets(tender, expected, sets=300, seed=3):
        for marks in sets:
            bids = {str(place): [Fraction(one) for one in row] for place, row in enumerate(marks)}
            first = ranked(tender, bids).ranked[0].bid.id
            odd += any(
                ranked(tender, {key: row for key, row in bids.items() if key != left})
                .ranked[0].bid.id != first
                for left in bids if left != first
            )  # fmt: skip
    assert found.paradox == odd / 300 > 0


def test_absolute_formulas_know_no_paradox_and_no_warning_of_one() -> None:
    found = design_check(with_formula(PriceFormula.LINEAR), sets=2000)
    assert found.paradox == 0
    assert not any("relative" in one for one in found.warnings)
    relative = design_check(with_formula(PriceFormula.LOWEST), Expected(prices=PRICES), sets=2000)
    assert any("is relative: in " in one for one in relative.warnings)


def test_a_weight_that_never_matters_is_named() -> None:
    found = design_check(model([49, 50, Fraction(1, 10)]), sets=3000)
    assert [one for one in found.warnings if "never matters" in one] == [
        "“Criterion 2” decides "
        f"{found.effects[2].decides * 100:.1f} % of the awards: its weight of 0 % never matters. "
        "Raise it, make it a gate, or leave it out."
    ]


def test_the_more_price_weighs_the_more_the_cheapest_wins() -> None:
    shares = [
        design_check(
            model([100 - weight, weight], [HUNDRED, Price(
                PriceFormula.LINEAR, ValueFunction.linear(Fraction(120), Fraction(80)))]),
            sets=4000,
        ).cheapest_wins
        for weight in (10, 40, 90)
    ]  # fmt: skip
    assert shares == sorted(shares)
    assert shares[0] < shares[-1]


def test_few_levels_make_ties_and_one_criterion_decides_all() -> None:
    found = design_check(model([1]), Expected(bids=(6, 6), marks=(0.5, 0.52, 0.54)), sets=2000)
    assert found.ties > 0.2
    assert (found.cheapest_wins, found.best_wins, found.bought) == (None, None, None)
    assert any("say in the tender what decides then" in one for one in found.warnings)


def test_the_same_seed_gives_the_same_figures() -> None:
    one, same, other = (design_check(model([1, 2]), sets=500, seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert one.effects != other.effects


def test_bids_are_as_many_and_as_good_as_expected() -> None:
    expected = Expected(bids=(3, 5), marks=(0.2, 0.5, 0.8), dearer=0.6, prices=(50, 60))
    falling = ValueFunction.linear(Fraction(10), Fraction(0))
    tender = model([1, 1], [falling, Price(PriceFormula.LOWEST)])
    found = list(plausible_sets(tender, expected, sets=3001, seed=1))
    assert [one.shape for one in found] == [(1001, 3, 2), (1000, 4, 2), (1000, 5, 2)]
    for marks in found:
        assert 2 <= round(marks[:, :, 0].min(), 9) <= round(marks[:, :, 0].max(), 9) <= 8
        assert 50 <= marks[:, :, 1].min() <= marks[:, :, 1].max() <= 60
        together = np.corrcoef(marks[:, :, 0].ravel(), marks[:, :, 1].ravel())[0, 1]
        assert together == pytest.approx(-0.6, abs=0.05)  # few days are good, and good is dear


@pytest.mark.parametrize(
    ("expected", "sentence"),
    [
        ({"bids": (1, 3)}, "Between 2 and 50 bids"),
        ({"marks": (0.5, 0.4, 0.9)}, "low, likeliest and high"),
        ({"prices": (5.0, 4.0)}, "the lower first"),
        ({"dearer": 1.0}, "lies between 0 and 1"),
    ],
)
def test_what_cannot_be_expected_is_refused(
    expected: dict[str, tuple[float, ...]], sentence: str
) -> None:
    with pytest.raises(DomainError, match=sentence):
        Expected(**expected)  # type: ignore[arg-type]


def test_more_sets_than_can_be_held_are_refused() -> None:
    with pytest.raises(DomainError, match="too many: 200,000 at most"):
        design_check(model([1]), sets=200_001)


def test_a_relative_formula_needs_prices_to_expect() -> None:
    with pytest.raises(DomainError, match="publishes no amounts: say between which prices"):
        design_check(with_formula(PriceFormula.LOWEST))

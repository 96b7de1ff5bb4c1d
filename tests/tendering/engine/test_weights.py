"""Weights: published examples of each method, and what their judgements must not do."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden.golden_tables import rows
from retained.shared.errors import DomainError
from retained.tendering.engine.weights.ahp import ahp, consistency, eigenvector
from retained.tendering.engine.weights.bwm import Comparisons, best_worst, input_ratio
from retained.tendering.engine.weights.simple import (
    direct,
    published,
    rank_order_centroid,
    swing,
)

SAATY = np.array([  # eight criteria (Saaty 2008)
    [1, 7, 1 / 5, 1 / 8, 1 / 2, 1 / 3, 1 / 5, 1],
    [1 / 7, 1, 1 / 8, 1 / 9, 1 / 4, 1 / 5, 1 / 9, 1 / 8],
    [5, 8, 1, 1 / 3, 4, 2, 1, 1],
    [8, 9, 3, 1, 7, 5, 3, 3],
    [2, 4, 1 / 4, 1 / 7, 1, 1 / 2, 1 / 5, 1 / 5],
    [3, 5, 1 / 2, 1 / 5, 2, 1, 1 / 3, 1 / 3],
    [5, 9, 1, 1 / 3, 5, 3, 1, 1],
    [1, 8, 1, 1 / 3, 5, 3, 1, 1],
])  # fmt: skip
NAMES = tuple("abcdefgh")
PAIRS = {
    (NAMES[left], NAMES[right]): float(SAATY[left, right])
    for left, right in combinations(range(8), 2)
}
REZAEI = Comparisons({"a": 8, "b": 2, "c": 1}, {"a": 1, "b": 5, "c": 8})


@pytest.mark.parametrize("row", rows("weights/worked.csv"), ids=lambda row: row["method"])
def test_each_worked_example(row: dict[str, str]) -> None:
    found = {
        "swing": lambda: swing({"a": Fraction(100), "b": Fraction(60), "c": Fraction(40)}),
        "order": lambda: rank_order_centroid("abc"),
        "ahp": lambda: ahp("abc", {("a", "b"): 2, ("a", "c"): 6, ("b", "c"): 3}).weights,
        "best_worst, linear": lambda: best_worst(REZAEI).weights,
        "best_worst, not linear": lambda: best_worst(REZAEI, linear=False).weights,
    }[row["method"]]()
    assert [f"{float(found[name]):.4f}" for name in "abc"] == [row["a"], row["b"], row["c"]]


def test_consistency_of_saatys_eight_criteria() -> None:
    by_columns = (SAATY / SAATY.sum(axis=0)).mean(axis=1)
    eigenvalue, ratio = consistency(SAATY, by_columns)
    assert eigenvalue == pytest.approx(8.72642777, abs=5e-9)
    assert ratio == pytest.approx(0.0735995715, abs=5e-11)
    ours = ahp(NAMES, PAIRS)
    assert (round(ours.eigenvalue, 4), round(ours.ratio, 4)) == (8.6982, 0.0707)
    assert 0.0028 < np.abs(eigenvector(SAATY) - by_columns).max() < 0.0034


def test_judgements_that_contradict_one_another_are_refused_unless_told() -> None:
    pairs = {("a", "b"): 9.0, ("b", "c"): 9.0, ("a", "c"): 1 / 9}
    with pytest.raises(DomainError, match=r"consistency ratio is .* Look first at"):
        ahp("abc", pairs)
    assert ahp("abc", pairs, accept_any=True).ratio > 1


@pytest.mark.parametrize(
    ("pairs", "sentence"),
    [
        ({("a", "b"): 2.0}, "not judged yet: a beside c; b beside c"),
        ({("a", "x"): 2.0}, "no pair of these criteria"),
        ({("a", "b"): 10.0}, "between 1/9 and 9"),
    ],
)
def test_what_is_no_set_of_judgements_is_refused(
    pairs: dict[tuple[str, str], float], sentence: str
) -> None:
    with pytest.raises(DomainError, match=sentence):
        ahp("abc", pairs)


@given(st.lists(st.integers(1, 9), min_size=2, max_size=6))
def test_judgements_that_follow_from_weights_give_them_back(parts: list[int]) -> None:
    names = "abcdef"[: len(parts)]
    pairs = {
        (names[left], names[right]): parts[left] / parts[right]
        for left, right in combinations(range(len(parts)), 2)
    }
    found = ahp(names, pairs)
    assert found.ratio == pytest.approx(0, abs=1e-9)
    wanted = np.array(parts) / sum(parts)
    assert np.allclose(list(found.weights.values()), wanted)


def test_best_worst_of_rezaei_2015() -> None:
    exact = best_worst(REZAEI, linear=False)
    assert exact.deviation == pytest.approx(0.2583, abs=5e-5)
    assert best_worst(REZAEI).deviation == pytest.approx(0.0357, abs=5e-5)
    for low, high in exact.intervals.values():
        assert high - low < 1e-5  # of three criteria the solution is one
    assert input_ratio(REZAEI) == pytest.approx(abs(2 * 5 - 8) / (64 - 8))


def test_of_four_criteria_the_solutions_are_intervals_around_the_weights() -> None:
    asked = Comparisons({"a": 1, "b": 2, "c": 4, "d": 9}, {"a": 9, "b": 6, "c": 3, "d": 1})
    found = best_worst(asked, linear=False)
    assert sum(found.weights.values()) == pytest.approx(1)
    assert any(high - low > 1e-3 for low, high in found.intervals.values())
    for name, (low, high) in found.intervals.items():
        assert low - 1e-3 <= found.weights[name] <= high + 1e-3


@given(st.permutations([1, 2, 4, 8]))
def test_comparisons_that_agree_give_their_weights_and_no_deviation(parts: list[int]) -> None:
    names = dict(zip("abcd", parts, strict=True))
    asked = Comparisons(
        {name: 8 / part for name, part in names.items()},
        dict(names),
    )
    found = best_worst(asked)
    assert (found.deviation, found.input_ratio) == pytest.approx((0, 0), abs=1e-9)
    for name, part in names.items():
        assert found.weights[name] == pytest.approx(part / 15)


@pytest.mark.parametrize(
    ("best", "worst", "sentence"),
    [
        ({"a": 1, "b": 2}, {"a": 2}, "both with the best and with the worst"),
        ({"a": 1, "b": 10}, {"a": 10, "b": 1}, "between 1"),
        ({"a": 2, "b": 3}, {"a": 3, "b": 1}, "Beside itself"),
    ],
)
def test_comparisons_that_are_none_are_refused(
    best: dict[str, float], worst: dict[str, float], sentence: str
) -> None:
    with pytest.raises(DomainError, match=sentence):
        best_worst(Comparisons(best, worst))


def test_weights_add_up_to_the_whole_or_are_refused() -> None:
    assert direct({"a": Fraction(3, 4), "b": Fraction(1, 4)})["a"] == Fraction(3, 4)
    with pytest.raises(DomainError, match="add up to 90 %"):
        direct({"a": Fraction(1, 2), "b": Fraction(2, 5)})
    with pytest.raises(DomainError, match="matters most 100"):
        swing({"a": Fraction(90)})


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=9))
def test_published_weights_are_whole_and_near_what_was_computed(parts: list[int]) -> None:
    names = {str(place): part / sum(parts) for place, part in enumerate(parts)}
    found = published(names)
    assert sum(found.values()) == 1
    for name, weight in names.items():
        assert abs(float(found[name]) - weight) < 1e-4
        assert (found[name] * 10_000).denominator == 1

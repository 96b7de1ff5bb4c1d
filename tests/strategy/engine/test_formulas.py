"""Formulas: what they compute, by hand and by Python itself, and what they refuse in words."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retained.strategy.engine.formulas.functions import FUNCTIONS
from retained.strategy.engine.formulas.reading import FormulaError, is_name, read_formula
from retained.strategy.engine.formulas.tree import Array, Term

TERM = Term(36)


def by_month(text: str, term: Term = TERM, **drivers: float) -> list[float]:
    values = {name: np.full((1, 1), value) for name, value in drivers.items()}
    found = np.broadcast_to(read_formula(text).compute(values, term), (1, term.months))
    return [float(value) for value in found[0]]


def at(month: int, text: str, **drivers: float) -> float:
    return by_month(text, **drivers)[month - 1]


@pytest.mark.parametrize(
    ("text", "month", "value"),
    [
        ("people * salary / 12", 1, 30 * 60_000 / 12),
        ("2 ^ 3 + 1", 1, 9),
        ("-2 + 5", 1, 3),
        ("-2 ^ 2", 1, -4),
        ("(month > 6) * 100", 6, 0),
        ("(month > 6) * 100", 7, 100),
        ("growth(0.03)", 12, 1),
        ("growth(0.03)", 13, 1.03),
        ("growth(0.03)", 25, 1.03**2),
        ("between(7, 9)", 6, 0),
        ("between(7, 9)", 9, 1),
        ("between(7, 9)", 10, 0),
        ("once(3) * 5", 3, 5),
        ("once(3) * 5", 4, 0),
        ("since(7)", 7, 1),
        ("ramp(1, 6)", 1, 1 / 6),
        ("ramp(1, 6)", 6, 1),
        ("ramp(1, 6)", 20, 1),
        ("ramp(4, 4)", 3, 0),
        ("ramp(4, 4)", 4, 1),
        # 80 % of a rate of 5 % is 4 %, capped at 3 %; of -2 % it is -1.6 %, not below 0.
        ("indexed(0.05, 0.8, 0, 0.03)", 25, 1.03**2),
        ("indexed(0.03, 0.8, 0, 0.05)", 13, 1.024),
        ("indexed(0 - 0.02, 0.8, 0, 0.05)", 36, 1),
        # A rate that changes: 2 % in the second year, 4 % in the third, all of it passed on.
        ("indexed((year - 1) * 0.02, 1, 0, 1)", 25, 1.02 * 1.04),
        ("running(10)", 5, 50),
        ("earlier(month, 2)", 5, 3),
        ("earlier(month, 2)", 2, 0),
        # 1,000 tickets at 20, 500 at 18, the last 130 at 15.
        ("tiered(1630, 0, 20, 1000, 18, 1500, 15)", 1, 1000 * 20 + 500 * 18 + 130 * 15),
        ("tiered(800, 0, 20, 1000, 18)", 1, 16_000),
        ("choose(month <= 12, 5, 7)", 12, 5),
        ("choose(month <= 12, 5, 7)", 13, 7),
        ("min(3, 1, 2) + max(3, 1, 2)", 1, 4),
        ("clip(12, 0, 10)", 1, 10),
        ("floor(2.7) + ceil(2.1) + abs(-1) + sqrt(9) + exp(0) + log(1)", 1, 2 + 3 + 1 + 3 + 1),
    ],
)  # fmt: skip
def test_a_formula_gives_what_it_gives_by_hand(text: str, month: int, value: float) -> None:
    assert at(month, text, people=30, salary=60_000) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "A formula is missing"),
        ("people * (salary", "with every bracket closed"),
        ("people.salary", "is not part of the formula language"),
        ("__import__('os').system('ls')", "is not part of the formula language"),
        ("open('x')", "There is no function “open”"),
        ("[1, 2]", "is not part of the formula language"),
        ("lambda: 1", "is not part of the formula language"),
        ("'text'", "is no number"),
        ("1e400", "is no number"),
        ("True", "Write 1 for true"),
        ("1 < month < 3", "is not part of the formula language"),
        ("growht(0.1)", "Do you mean growth?"),
        ("growth", "“growth” is a function: write growth(rate)"),
        ("growth(1, 2)", "Write growth(rate), and not with 2 parts"),
        ("tiered(1, 2)", "Write tiered(volume, from, price, ...)"),
        ("earlier(people, month)", "as a whole number"),
        ("peple * 2", "“peple” is no driver of this case. Do you mean people?"),
        ("people + " * 200 + "1", "at most 1,000 characters"),
        ("-" * 60 + "1", "nested too deeply"),
        ("x := 3", "with every bracket closed"),
        ("people if month else 2", "is not part of the formula language"),
    ],
)
def test_what_is_no_formula_is_refused_in_words(text: str, sentence: str) -> None:
    with pytest.raises(FormulaError, match=sentence.replace("(", r"\(").replace(")", r"\)")):
        read_formula(text, {"people", "salary"})


def test_brackets_alone_nest_nothing() -> None:
    assert at(1, "(" * 150 + "1" + ")" * 150) == 1


def test_names_are_those_that_no_function_and_no_calendar_has() -> None:
    assert is_name("fee_2")
    assert not any(
        is_name(name) for name in ("month", "growth", "Fee", "2fee", "fee-2", "", "x" * 61)
    )


def test_every_function_says_what_it_does() -> None:
    for name, function in FUNCTIONS.items():
        assert function.sentence.endswith("."), name
        assert function.takes(len(function.parts))


_SUMS = st.recursive(
    st.sampled_from(["people", "salary", "month", "2", "0.5"]),
    lambda part: st.tuples(part, st.sampled_from("+-*"), part).map(lambda x: f"({' '.join(x)})"),
    max_leaves=12,
)


@given(_SUMS, st.integers(1, 36))
def test_sums_and_products_are_those_of_python(text: str, month: int) -> None:
    wanted = eval(text, {"people": 3.0, "salary": 7.0, "month": float(month)})  # noqa: S307 - made above
    assert math.isclose(at(month, text, people=3, salary=7), wanted, rel_tol=1e-9, abs_tol=1e-9)


@given(st.lists(st.floats(0, 5000), min_size=1, max_size=5))
def test_tiers_at_one_price_are_the_volume_at_that_price(volumes: list[float]) -> None:
    volume: Array = np.array(volumes)[:, np.newaxis]
    formula = read_formula("tiered(volume, 0, 3, 100, 3, 1000, 3)")
    assert np.allclose(formula.compute({"volume": volume}, TERM), volume * 3)

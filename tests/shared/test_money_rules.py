"""Money: exact, never across currencies, and split so that parts add up to the whole."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retained.shared.errors import DomainError
from retained.shared.money import CurrencyMismatchError, Money, minor_digits, split, total

AMOUNTS = st.integers(-(10**12), 10**12)
WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [("0.005", "0.01"), ("0.0049", "0.00"), ("-0.005", "-0.01"), ("2.675", "2.68"), ("1", "1.00")],
)
def test_money_is_rounded_half_up_away_from_zero(exact: str, rounded: str) -> None:
    assert eur(exact).rounded().amount == Decimal(rounded)


@pytest.mark.parametrize(
    ("currency", "minor"), [("EUR", 123_456), ("JPY", 1_235), ("KWD", 1_234_560)]
)
def test_each_currency_has_its_own_minor_unit(currency: str, minor: int) -> None:
    money = Money(Decimal("1234.56"), currency)
    assert money.minor == minor
    assert Money.of_minor(minor, currency) == money.rounded()
    assert -money.rounded().amount.as_tuple().exponent == minor_digits(currency)  # type: ignore[operator]


def test_two_currencies_are_never_added_or_compared() -> None:
    euros, dollars = eur("1"), Money(Decimal(1), "USD")
    for cross in (
        lambda: euros + dollars,
        lambda: euros - dollars,
        lambda: euros < dollars,
        lambda: euros <= dollars,
        lambda: total([euros, dollars], "EUR"),
    ):
        with pytest.raises(CurrencyMismatchError, match="convert one of them at a dated rate"):
            cross()


@pytest.mark.parametrize("currency", ["eur", "EURO", "E1R", ""])
def test_a_currency_is_three_capital_letters(currency: str) -> None:
    with pytest.raises(DomainError, match="use three letters such as EUR"):
        Money(Decimal(1), currency)


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity"])
def test_an_amount_is_a_finite_number(amount: str) -> None:
    with pytest.raises(DomainError, match="finite number"):
        eur(amount)


def test_a_third_each_leaves_no_cent_behind() -> None:
    assert [part.amount for part in split(eur("100"), [1, 1, 1])] == [
        Decimal("33.34"),
        Decimal("33.33"),
        Decimal("33.33"),
    ]


@given(AMOUNTS, WEIGHTS)
def test_parts_add_up_to_the_whole(minor: int, weights: list[int]) -> None:
    whole = Money.of_minor(minor, "EUR")
    parts = split(whole, weights)
    assert total(parts, "EUR") == whole
    exact = [Decimal(minor) * weight / sum(weights) for weight in weights]
    assert all(abs(part.minor - share) < 1 for part, share in zip(parts, exact, strict=True))
    assert all(part.minor == 0 for part, weight in zip(parts, weights, strict=True) if not weight)


@given(st.lists(AMOUNTS))
def test_the_order_of_a_sum_changes_nothing(minors: list[int]) -> None:
    amounts = [Money.of_minor(minor, "EUR") for minor in minors]
    assert total(amounts, "EUR") == total(reversed(amounts), "EUR")
    assert total(amounts, "EUR").minor == sum(minors)


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [-1, 2]])
def test_weights_that_share_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(DomainError, match="not negative and not all zero"):
        split(eur("1"), weights)

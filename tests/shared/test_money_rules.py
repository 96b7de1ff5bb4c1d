"""Money: exact, never across currencies, and split so that parts add up to the whole."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden.golden_tables import rows
from retained.shared.errors import DomainError
from retained.shared.money import CurrencyMismatchError, Money, minor_digits, split, total

AMOUNTS = st.integers(-(10**12), 10**12)
WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


@pytest.mark.parametrize("row", rows("money/rounding.csv"), ids=lambda row: row["exact"])
def test_money_is_rounded_half_up_away_from_zero(row: dict[str, str]) -> None:
    rounded = Money(Decimal(row["exact"]), row["currency"]).rounded()
    assert rounded.amount == Decimal(row["rounded"])


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


@pytest.mark.parametrize("row", rows("money/split.csv"), ids=lambda row: row["weights"])
def test_a_split_leaves_no_cent_behind(row: dict[str, str]) -> None:
    parts = split(eur(row["whole"]), [Decimal(weight) for weight in row["weights"].split()])
    assert [part.amount for part in parts] == [Decimal(part) for part in row["parts"].split()]


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

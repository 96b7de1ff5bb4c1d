"""Money: exact amounts that carry their currency and never cross it unasked.

In   decimal amounts and ISO 4217 codes
Out  sums, shares, roundings and splits that add up to the whole
Why  docs/methods/money.md
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from retained.shared.errors import DomainError

# ISO 4217 minor units that differ from two.
_MINOR_DIGITS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0,
    "RWF": 0, "UGX": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}  # fmt: skip


class CurrencyMismatchError(DomainError):
    """Two currencies met without a dated rate between them."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(
            f"{first} and {second} cannot be added: convert one of them at a dated rate first."
        )


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency; rounding happens only where a rule asks for it."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if len(self.currency) != 3 or not self.currency.isalpha() or not self.currency.isupper():
            raise DomainError(
                f"“{self.currency}” is not a currency: use three letters such as EUR."
            )
        if not self.amount.is_finite():
            raise DomainError("An amount of money must be a finite number.")

    @classmethod
    def of_minor(cls, minor: int, currency: str) -> "Money":
        """Return the amount that `minor` units (cents) stand for."""
        return cls(Decimal(minor).scaleb(-minor_digits(currency)), currency)

    @property
    def minor(self) -> int:
        """The amount in minor units, rounded half up: what tables hold."""
        return int(self.rounded().amount.scaleb(minor_digits(self.currency)))

    def zero(self) -> "Money":
        """Return nothing, in this currency."""
        return Money(Decimal(0), self.currency)

    def rounded(self) -> "Money":
        """Return the amount in whole minor units, half up (away from zero)."""
        step = Decimal(1).scaleb(-minor_digits(self.currency))
        return Money(self.amount.quantize(step, rounding=ROUND_HALF_UP), self.currency)

    def __add__(self, other: "Money") -> "Money":
        self._must_match(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._must_match(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __mul__(self, share: Decimal | int) -> "Money":
        return Money(self.amount * share, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._must_match(other)
        return self.amount < other.amount

    def __le__(self, other: "Money") -> bool:
        self._must_match(other)
        return self.amount <= other.amount

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return f"{self.rounded().amount:,} {self.currency}"

    def _must_match(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatchError(self.currency, other.currency)


def minor_digits(currency: str) -> int:
    """Return how many digits follow the decimal point in `currency` (ISO 4217)."""
    return _MINOR_DIGITS.get(currency, 2)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Return the sum of `amounts`, which must all be in `currency`; nothing sums to zero."""
    result = Money(Decimal(0), currency)
    for amount in amounts:
        result += amount
    return result


def split(whole: Money, weights: Sequence[Decimal | int]) -> list[Money]:
    """Split `whole` by `weights` so that the parts add up to it (largest remainder).

    The whole is rounded to minor units first. Equal remainders go to the earlier part.
    """
    everything = sum((Decimal(weight) for weight in weights), Decimal(0))
    if not weights or everything <= 0 or any(weight < 0 for weight in weights):
        raise DomainError("An amount is split by weights that are not negative and not all zero.")
    minor = whole.minor
    exact = [Decimal(minor) * weight / everything for weight in weights]
    floors = [math.floor(part) for part in exact]  # downwards, also for money that goes back
    by_remainder = sorted(range(len(exact)), key=lambda i: (floors[i] - exact[i], i))
    for index in by_remainder[: minor - sum(floors)]:
        floors[index] += 1
    return [Money.of_minor(part, whole.currency) for part in floors]

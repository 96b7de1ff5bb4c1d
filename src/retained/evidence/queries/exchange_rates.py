"""Dated exchange rates: money never crosses currencies without one."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from retained.evidence.engine.exchange_rates import (
    BASE,
    MOST_DAYS_BACK,
    days_that_may_stand_for,
    worth,
)
from retained.evidence.models import ExchangeRate
from retained.shared.errors import DomainError
from retained.shared.quantities import decimal_text

_EIGHT_DIGITS = Decimal("1E-8")


class NoRateError(DomainError):
    """There is no rate between two currencies on or shortly before a day."""

    def __init__(self, currency: str, base: str, day: date) -> None:
        super().__init__(
            f"There is no rate for {currency} in {base} on {day.isoformat()} or in the "
            f"{MOST_DAYS_BACK} days before: import the central bank's rates "
            "(retained rates import FILE), or give a rate with its day yourself."
        )


@dataclass(frozen=True, slots=True)
class DatedRate:
    """What one unit of `currency` was worth in `base` on `day`, the day that rates were made."""

    currency: str
    base: str
    day: date
    rate: Decimal

    @property
    def figure(self) -> str:
        """The rate as a case writes it, with eight digits after the point at most."""
        return decimal_text(self.rate.quantize(_EIGHT_DIGITS, rounding=ROUND_HALF_UP))

    @property
    def source(self) -> str:
        """Where it comes from, in words."""
        return "ECB reference rate"


def rate_on(currency: str, base: str, day: date) -> DatedRate:
    """Return what one unit of `currency` was worth in `base` on a day.

    On a day without rates, the last ones before it count. Raises NoRateError.
    """
    if currency == base:
        return DatedRate(currency, base, day, Decimal(1))
    wanted = {currency, base} - {BASE}
    for found_on, per_base in _latest_first(wanted, day):
        if wanted <= per_base.keys():
            rates = per_base | {BASE: Decimal(1)}
            return DatedRate(currency, base, found_on, worth(rates, currency, base))
    raise NoRateError(currency, base, day)


@dataclass(frozen=True, slots=True)
class RateRow:
    """A rate in a list: what one unit of the base is worth, and the reverse."""

    currency: str
    per_base: str
    worth: str
    day: date


def latest_rates() -> list[RateRow]:
    """Return all rates of the last day that has any, by currency."""
    rates = ExchangeRate.objects.filter(base=BASE, superseded_at=None)
    last = rates.order_by("-day").values_list("day", flat=True).first()
    if last is None:
        return []
    found = rates.filter(day=last).order_by("currency").values_list("currency", "rate")
    return [RateRow(currency, rate, _in_base(currency, rate), last) for currency, rate in found]


def _in_base(currency: str, rate: str) -> str:
    found = worth({currency: Decimal(rate), BASE: Decimal(1)}, currency, BASE)
    return format(found, "f")


def _latest_first(currencies: set[str], day: date) -> list[tuple[date, dict[str, Decimal]]]:
    """Return the rates of some currencies by day, from `day` backwards."""
    rows = ExchangeRate.objects.filter(
        base=BASE,
        currency__in=currencies,
        day__range=days_that_may_stand_for(day),
        superseded_at=None,
    ).values_list("day", "currency", "rate")
    found: dict[date, dict[str, Decimal]] = {}
    for rated_on, currency, rate in rows:
        found.setdefault(rated_on, {})[currency] = Decimal(rate)
    return sorted(found.items(), reverse=True)

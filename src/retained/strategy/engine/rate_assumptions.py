"""What rates say of a price: those of a role on a day, how they spread, an assumption of a case.

In   the rates of a card, and the hours that its mapping gives
Out  some of them, their low, middle and high, and an assumption with source and date
Why  docs/methods/rate-cards.md
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from statistics import median, quantiles
from typing import Protocol

from retained.shared.errors import DomainError
from retained.shared.quantities import decimal_text
from retained.strategy.engine.case_terms import AssumptionTerms
from retained.strategy.engine.rate_card_mapping import RateCardMapping, Unit
from retained.strategy.engine.rate_cards import Rate

_CENT = Decimal("0.01")
_MOST_SEEN = 10_000


class Shape(StrEnum):
    """What an assumption keeps of several rates."""

    MIDDLE = "middle"  # PERT: tenth, median, ninth tenth
    TRIANGULAR = "triangular"  # the same three, with straight sides
    SEEN = "seen"  # every rate, each as likely as it was
    MEDIAN = "median"  # the median alone, for sure


class Hours(Protocol):
    """How many hours are in a day and in a year: what a mapping says."""

    @property
    def hours_a_day(self) -> Decimal:
        """Hours that a day's rate pays."""

    @property
    def hours_a_year(self) -> Decimal:
        """Hours that a year's wage pays."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Rates of one kind, in cents of one currency: the first tenth, the median, the last tenth."""

    name: str
    count: int
    low: Decimal
    middle: Decimal
    high: Decimal


def chosen(
    rates: Sequence[Rate], *, role: str = "", level: str = "", on: date | None = None
) -> Iterator[Rate]:
    """Yield the rates whose role holds some words, of a level, and that are valid on a day."""
    for one in rates:
        is_role = role.strip().casefold() in one.role.casefold()
        is_level = not level.strip() or one.level.casefold() == level.strip().casefold()
        if is_role and is_level and (on is None or one.holds_on(on)):
            yield one


def amount_in(rate: Rate, unit: Unit, hours: Hours) -> Decimal:
    """Return what a rate is for another unit, by the hours that the mapping gives, in cents."""
    worth = _hours(hours)
    return _in_cents(rate.amount * worth[unit] / worth[rate.unit])


def spread_of(name: str, amounts: Sequence[Decimal]) -> Spread:
    """Return how one amount or more spread, in cents."""
    ordered = sorted(amounts)
    if len(ordered) == 1:
        return Spread(name, 1, *([_in_cents(ordered[0])] * 3))
    tenths = quantiles(ordered, n=10, method="inclusive")
    corners = (tenths[0], median(ordered), tenths[-1])
    return Spread(name, len(ordered), *map(_in_cents, corners))


def spreads(named: Iterable[tuple[str, Decimal]]) -> list[Spread]:
    """Return how amounts of one currency spread for each name, the most seen first.

    What has no name is left out.
    """
    grouped: dict[str, list[Decimal]] = {}
    for name, amount in named:
        if name:
            grouped.setdefault(name, []).append(amount)
    found = [spread_of(name, amounts) for name, amounts in grouped.items()]
    return sorted(found, key=lambda one: (-one.count, one.name.casefold(), one.name))


def assumption_of(
    rates: Sequence[Rate],
    mapping: RateCardMapping,
    *,
    unit: Unit,
    shape: Shape = Shape.MIDDLE,
    asked: str = "",
) -> AssumptionTerms:
    """Return what rates say of a price, with the card as its source.

    It is called as their role, or as what was `asked` for where they have several. Raises
    DomainError without a rate, or where they are in several currencies.
    """
    if not rates:
        raise DomainError("No rate is left to make an assumption of: ask for another role or day.")
    currencies = sorted({one.currency for one in rates})
    if len(currencies) > 1:
        raise DomainError(
            f"These rates are in {' and '.join(currencies)}: make one assumption for each, and "
            "convert at a dated rate."
        )
    amounts = sorted(amount_in(one, unit, mapping) for one in rates)
    count = f"{len(amounts)} rate" + ("" if len(amounts) == 1 else "s")
    return AssumptionTerms.model_validate(
        _figures(amounts, shape)
        | {
            "title": _title(rates, asked),
            "unit": f"{currencies[0]} {unit.each}",
            "source": f"{mapping.source}: {count}",
            "on": mapping.on,
            "prior": mapping.prior,
        }
    )


def _figures(amounts: Sequence[Decimal], shape: Shape) -> dict[str, object]:
    spread = spread_of("", amounts)
    if len(amounts) == 1 or shape is Shape.MEDIAN:
        return {"value": decimal_text(spread.middle)}
    if shape is Shape.SEEN:
        if len(amounts) > _MOST_SEEN:
            raise DomainError(f"More than {_MOST_SEEN:,} rates were seen: ask for fewer roles.")
        return {"seen": [decimal_text(one) for one in amounts]}
    corners = (spread.low, spread.middle, spread.high)
    kind = "pert" if shape is Shape.MIDDLE else "triangular"
    return {kind: [decimal_text(one) for one in corners]}


def _in_cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, rounding=ROUND_HALF_UP)


def _title(rates: Sequence[Rate], asked: str) -> str:
    roles = {one.role for one in rates}
    words = asked.strip()
    told = words[:1].upper() + words[1:] or f"{len(roles)} roles"
    return (roles.pop() if len(roles) == 1 else told)[:300]


def _hours(hours: Hours) -> Mapping[Unit, Decimal]:
    return {
        Unit.HOUR: Decimal(1),
        Unit.DAY: hours.hours_a_day,
        Unit.MONTH: hours.hours_a_year / 12,
        Unit.YEAR: hours.hours_a_year,
    }

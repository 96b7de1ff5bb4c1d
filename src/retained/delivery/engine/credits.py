"""Service credits: money owed back when service levels are missed.

In   the figures of the months, the amount that credits are based on, the terms of the credits
Out  the credit of each service level and month with every factor, the cap, and what it cut off
Why  docs/methods/service-credits.md
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.credit_terms import Band, CreditPool, CreditTerms
from retained.contracts.engine.level_terms import ServiceLevelTerms
from retained.delivery.engine.measures import MISSES, MonthFigure, MonthVerdict, rounded
from retained.shared.money import Money, split, total
from retained.shared.months import Month

_NOTHING = Decimal(0)
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class LevelCredit:
    """What one service level gives rise to in a month, with every factor that made it.

    credit = at-risk amount x allocation x share x multiplier, rounded to minor units half up,
    and where points are counted the level's part of what the month's points are worth;
    `after_cap` is what is left of it when the month's credits exceed the at-risk amount.
    """

    service_level: str
    month: Month
    allocation: Decimal
    share: Decimal
    points: Decimal
    misses_running: int
    multiplier: Decimal
    amount: Money
    after_cap: Money


@dataclass(frozen=True, slots=True)
class MonthCredits:
    """What a month gives rise to in all: `owed` never exceeds `at_risk`."""

    month: Month
    base: Money
    at_risk: Money
    levels: tuple[LevelCredit, ...]
    before_cap: Money
    owed: Money
    lost_to_cap: Money
    points: Decimal


def credits_of_months(
    figures: Mapping[str, Sequence[MonthFigure]], terms_on: Callable[[Month], AgreementTerms]
) -> list[MonthCredits]:
    """Return the credits of every month, in order; a month that still runs counts "so far".

    `figures` are the figures of each service level over the same months; `terms_on` gives the
    terms in force in a month. Months without agreed credits are left out.
    """
    by_month: dict[Month, dict[str, MonthFigure]] = {}
    for level_id, row in figures.items():
        for figure in row:
            by_month.setdefault(figure.month, {})[level_id] = figure
    running: dict[str, int] = {}
    result = []
    for month, by_level in sorted(by_month.items()):
        for level_id, figure in by_level.items():
            running[level_id] = misses_running(running.get(level_id, 0), figure)
        terms = terms_on(month)
        if terms.credits is not None and terms.credit_base is not None:
            result.append(month_credits(by_level, running, terms, terms.credits, month))
    return result


def misses_running(before: int, figure: MonthFigure) -> int:
    """Return the misses in a row up to this month; a month without a verdict changes nothing."""
    if figure.verdict in MISSES:
        return before + 1
    return 0 if figure.verdict is MonthVerdict.MET else before


def month_credits(
    by_level: Mapping[str, MonthFigure],
    running: Mapping[str, int],
    agreement: AgreementTerms,
    pool: CreditPool,
    month: Month,
) -> MonthCredits:
    """Return the credits of one month: several misses add up, capped at the at-risk amount."""
    base = agreement.monthly_amount(month) or Money(_NOTHING, agreement.currency)
    at_risk = (base * pool.at_risk).rounded()
    owed = [
        _level_credit(level, by_level[level.id], running.get(level.id, 0), at_risk, pool)
        for level in agreement.service_levels
        if level.credit is not None and level.id in by_level
    ]
    before_cap = total((credit.amount for credit in owed), agreement.currency)
    points = sum((credit.points for credit in owed), _NOTHING)
    if points:
        worth = (base * _value_of_points(points, pool)).rounded()
        owed = _with_points(owed, worth)
        before_cap += worth
    capped = min(before_cap, at_risk)
    return MonthCredits(
        month=month,
        base=base,
        at_risk=at_risk,
        levels=tuple(_after_cap(owed, capped, before_cap)),
        before_cap=before_cap,
        owed=capped,
        lost_to_cap=before_cap - capped,
        points=points,
    )


def missed_share(figure: MonthFigure, level: ServiceLevelTerms, terms: CreditTerms) -> Decimal:
    """Return the share of its allocation that a figure costs."""
    if figure.attained is None or figure.verdict not in MISSES:
        return _NOTHING
    attained = rounded(figure.attained, level)
    if terms.ladder:
        return _ladder_share(attained, level, terms)
    if terms.per_point is not None:
        gap = abs(level.expected_level - attained)
        return min(_ONE, (gap // terms.per_point.each) * terms.per_point.share)
    below_minimum = figure.verdict is MonthVerdict.BELOW_MINIMUM
    if below_minimum and terms.below_minimum is not None:
        return terms.below_minimum
    return terms.below_expected or _NOTHING


def missed_points(figure: MonthFigure, level: ServiceLevelTerms, terms: CreditTerms) -> Decimal:
    """Return the points of the band that a figure falls in; none where no band holds it."""
    if figure.attained is None or not terms.bands:
        return _NOTHING
    attained = rounded(figure.attained, level)
    for band in terms.bands:
        if _in_band(attained, band, level):
            return band.points
    return _NOTHING


def multiplier_of(misses: int, pool: CreditPool) -> Decimal:
    """Return what a credit is multiplied by at the n-th miss running."""
    repeated = pool.repeated
    if repeated is None or misses < repeated.from_miss:
        return _ONE
    return repeated.times


def _level_credit(
    level: ServiceLevelTerms, figure: MonthFigure, misses: int, at_risk: Money, pool: CreditPool
) -> LevelCredit:
    terms = level.credit
    if terms is None:
        raise ValueError("A service level without credit terms gives rise to no credit.")
    share = missed_share(figure, level, terms)
    multiplier = multiplier_of(misses, pool) if figure.verdict in MISSES else _ONE
    amount = (at_risk * ((terms.allocation or _NOTHING) * share * multiplier)).rounded()
    return LevelCredit(
        service_level=level.id,
        month=figure.month,
        allocation=terms.allocation or _NOTHING,
        share=share,
        points=missed_points(figure, level, terms) * multiplier,
        misses_running=misses,
        multiplier=multiplier,
        amount=amount,
        after_cap=amount,
    )


def _with_points(credits: Sequence[LevelCredit], worth: Money) -> list[LevelCredit]:
    """Add to each credit its share, by points, of what all points of the month are worth."""
    parts = split(worth, [credit.points for credit in credits])
    amounts = [credit.amount + part for credit, part in zip(credits, parts, strict=True)]
    return [
        replace(credit, amount=amount, after_cap=amount)
        for credit, amount in zip(credits, amounts, strict=True)
    ]


def _after_cap(
    credits: Sequence[LevelCredit], capped: Money, before_cap: Money
) -> Sequence[LevelCredit]:
    """Share what the cap leaves in proportion to the credits; parts add up to the whole."""
    if capped == before_cap or not any(credit.amount for credit in credits):
        return credits
    parts = split(capped, [credit.amount.amount for credit in credits])
    return [replace(credit, after_cap=part) for credit, part in zip(credits, parts, strict=True)]


def _ladder_share(attained: Decimal, level: ServiceLevelTerms, terms: CreditTerms) -> Decimal:
    missed = [
        rung
        for rung in terms.ladder
        if (
            attained > level.level(rung.below)
            if level.lower_is_better
            else attained < level.level(rung.below)
        )
    ]
    return max((rung.share for rung in missed), default=_NOTHING)


def _in_band(attained: Decimal, band: Band, level: ServiceLevelTerms) -> bool:
    above = band.at_least is None or attained >= level.level(band.at_least)
    below = band.at_most is None or attained <= level.level(band.at_most)
    return above and below


def _value_of_points(points: Decimal, pool: CreditPool) -> Decimal:
    reached = [value for value in pool.point_values if points >= value.from_points]
    deepest = max(reached, key=lambda value: value.from_points, default=None)
    return deepest.share if deepest else _NOTHING

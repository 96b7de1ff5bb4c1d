"""Earn-back: credits that the months after them, or their contract year, give to the provider.

In   the figures of every service level by month, what the cap left of its credits, the terms
Out  where each credit stands: earned back in which month, by which months and how much; open; lost
Why  docs/methods/earn-back.md
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.credit_terms import EarnBackTerms
from retained.contracts.engine.level_terms import ServiceLevelTerms
from retained.delivery.engine.credits import MonthCredits
from retained.delivery.engine.measures import MISSES, MonthFigure, MonthVerdict, rounded
from retained.shared.money import Money, total
from retained.shared.months import Month

Place = tuple[str, Month]  # a service level in a month


class Standing(StrEnum):
    """Whether a credit was earned back: no month decides twice."""

    OPEN = "open"
    EARNED = "earned"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Seen:
    """A month that was looked at, with its own tickets."""

    month: Month
    attained: Decimal | None
    met: int
    missed: int


@dataclass(frozen=True, slots=True)
class EarnBack:
    """One credit that can be earned back, and where that stands.

    `credit` is what the cap left of it, `amount` what is earned back of it, or would be. `seen`
    are the months that were looked at so far, in order; `decided_in` the one in which it was
    earned back or lost. `attained` is the figure of the contract year, once that is over.
    """

    service_level: str
    month: Month
    credit: Money
    amount: Money
    standing: Standing = Standing.OPEN
    decided_in: Month | None = None
    seen: tuple[Seen, ...] = ()
    attained: Decimal | None = None

    @property
    def months(self) -> tuple[Month, ...]:
        """The months that were looked at so far."""
        return tuple(one.month for one in self.seen)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What has to be attained: the terms of the month of the miss."""

    agreement: AgreementTerms
    level: ServiceLevelTerms
    rule: EarnBackTerms

    @property
    def at_least(self) -> Decimal:
        """The level to attain, in the unit of the measure."""
        named = self.rule.at_least
        return self.level.expected_level if named is None else self.level.level(named)

    def attained_by(self, figure: Decimal) -> bool:
        """Return whether a figure is as good as the level, or better."""
        value = rounded(figure, self.level)
        return value <= self.at_least if self.level.lower_is_better else value >= self.at_least

    def share(self, met: int, missed: int) -> Decimal:
        """Return the share that so many tickets attain: of misses, where less is better."""
        return Decimal(missed if self.level.lower_is_better else met) / (met + missed)


def earn_backs(
    figures: Mapping[str, Sequence[MonthFigure]],
    credits: Mapping[Place, Money],
    terms_on: Callable[[Month], AgreementTerms],
) -> list[EarnBack]:
    """Return where each credit stands that can be earned back, by month and service level.

    `credits` hold what the cap left of the credit of a service level in a month. The terms in
    force in the month of the miss decide. A month that still runs decides nothing.
    """
    found = []
    for level_id, row in figures.items():
        complete = sorted((f for f in row if f.complete), key=lambda figure: figure.month)
        for figure in complete:
            asked = _asked(figure, terms_on(figure.month))
            credit = credits.get((level_id, figure.month))
            if asked is None or not credit:
                continue
            amount = (credit * asked.rule.at_most).rounded()
            open_one = EarnBack(level_id, figure.month, credit, amount)
            decide = _by_the_year if asked.rule.contract_year else _by_what_follows
            found.append(decide(open_one, complete, asked))
    return sorted(found, key=lambda one: (one.month, one.service_level))


def after_the_cap(credits: Iterable[MonthCredits]) -> dict[Place, Money]:
    """Return what the cap left of each credit."""
    return {
        (credit.service_level, credit.month): credit.after_cap
        for month in credits
        for credit in month.levels
    }


def earned_in(month: Month, found: Iterable[EarnBack]) -> list[EarnBack]:
    """Return what a month earned back: it belongs to the statement of that month."""
    return [
        one
        for one in found
        if one.standing is Standing.EARNED and one.decided_in == month and one.amount
    ]


def earned_back(found: Iterable[EarnBack], currency: str) -> Money:
    """Return what was earned back together."""
    return total((one.amount for one in found if one.standing is Standing.EARNED), currency)


def contract_year(terms: AgreementTerms, month: Month) -> tuple[Month, Month]:
    """Return the first and last month of the contract year that a month lies in.

    Years are counted from the month in which the agreement begins; the last ends with its term.
    """
    begins = Month.of_day(terms.start)
    so_far = (month.year - begins.year) * 12 + month.number - begins.number
    first = begins.plus(so_far // 12 * 12)
    ends = Month.of_day(terms.until)
    last = first.plus(11)
    return first, min(last, ends) if ends >= month else last


def _asked(figure: MonthFigure, terms: AgreementTerms) -> _Asked | None:
    """Return what has to be attained to earn the credit of a figure back, if it can be."""
    level = next((one for one in terms.service_levels if one.id == figure.service_level), None)
    rule = terms.earn_back_of(level) if level else None
    if level is None or rule is None:
        return None
    if rule.not_below_minimum and figure.verdict is MonthVerdict.BELOW_MINIMUM:
        return None
    return _Asked(terms, level, rule)


def _by_what_follows(one: EarnBack, row: Sequence[MonthFigure], asked: _Asked) -> EarnBack:
    """Decide by the next months with a verdict: each of them must attain the level."""
    seen: tuple[Seen, ...] = ()
    for figure in row:
        attains = _attains(figure, asked) if figure.month > one.month else None
        if attains is None:
            continue
        seen = (*seen, Seen(figure.month, figure.attained, figure.met, figure.missed))
        if not attains:
            return replace(one, standing=Standing.LOST, decided_in=figure.month, seen=seen)
        if len(seen) == asked.rule.following_months:
            return replace(one, standing=Standing.EARNED, decided_in=figure.month, seen=seen)
    return replace(one, seen=seen)


def _attains(figure: MonthFigure, asked: _Asked) -> bool | None:
    """Return whether a month attains the level; None where it neither earns nor loses anything.

    A miss always loses. A month with fewer tickets than the minimum volume may have the verdict
    "met" all the same; of a level above the expected one its share proves nothing.
    """
    if figure.verdict in MISSES:
        return False
    if figure.verdict is not MonthVerdict.MET:
        return None
    if asked.rule.at_least is None:
        return True
    if figure.attained is None or figure.counted < asked.level.minimum_volume:
        return None
    return asked.attained_by(figure.attained)


def _by_the_year(one: EarnBack, row: Sequence[MonthFigure], asked: _Asked) -> EarnBack:
    """Decide by the tickets of the whole contract year together, once it is over."""
    first, last = contract_year(asked.agreement, one.month)
    seen = tuple(
        Seen(month, asked.share(met, missed), met, missed)
        for month, (met, missed) in _own_counts(row).items()
        if first <= month <= last and met + missed
    )
    if not seen or not any(figure.month == last for figure in row):
        return replace(one, seen=seen)
    attained = asked.share(sum(part.met for part in seen), sum(part.missed for part in seen))
    standing = Standing.EARNED if asked.attained_by(attained) else Standing.LOST
    return replace(one, standing=standing, decided_in=last, seen=seen, attained=attained)


def _own_counts(row: Sequence[MonthFigure]) -> dict[Month, tuple[int, int]]:
    """Return the tickets met and missed of each month alone, in order.

    A figure that was pooled holds the tickets of earlier months too: no ticket counts twice.
    """
    own: dict[Month, tuple[int, int]] = {}
    for figure in row:
        pooled = [own[month] for month in figure.pooled_from if month in own]
        own[figure.month] = (
            figure.met - sum(met for met, _ in pooled),
            figure.missed - sum(missed for _, missed in pooled),
        )
    return own

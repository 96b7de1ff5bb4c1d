"""What a function adds up to: people and their cost, retained teams, volumes and their growth.

In   the terms of a function
Out  sizes of teams, the monthly volume, the growth that was seen and the volume to expect
Why  docs/methods/it-functions.md
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from retained.shared.money import Money
from retained.shared.months import Month
from retained.shared.remarks import Place, Remark, Severity
from retained.strategy.engine.function_terms import (
    DataKind,
    FunctionTerms,
    Performer,
    TeamLine,
    VolumeTerms,
)
from retained.strategy.engine.own_or_buy import Way
from retained.strategy.engine.raci import raci_remarks

_YEAR = 12
_OUTSIDE = frozenset({Way.SHARE, Way.PARTNER, Way.CONTRACT})


@dataclass(frozen=True, slots=True)
class TeamSize:
    """How many full-time people, and what they cost a year.

    `cost` is None where somebody's cost is not known; `uncosted` says how many people that are.
    """

    number: Decimal
    cost: Money | None
    uncosted: Decimal


@dataclass(frozen=True, slots=True)
class RetainedTeam:
    """The team that an option leaves; `change` is how many people more than today (or fewer)."""

    key: str
    title: str
    way: Way | None
    lines: tuple[TeamLine, ...]
    size: TeamSize
    change: Decimal


def team_size(lines: Sequence[TeamLine], currency: str | None) -> TeamSize:
    """Return what some lines of people add up to."""
    number = sum((line.number for line in lines), Decimal(0))
    uncosted = sum((line.number for line in lines if line.yearly_cost is None), Decimal(0))
    if currency is None or uncosted or not lines:
        return TeamSize(number, None, uncosted)
    cost = sum((line.number * (line.yearly_cost or 0) for line in lines), Decimal(0))
    return TeamSize(number, Money(cost, currency), uncosted)


def retained_teams(terms: FunctionTerms) -> list[RetainedTeam]:
    """Return the team that each option leaves, in the order in which they are written."""
    today = team_size(terms.people, terms.currency).number
    sizes = {key: team_size(option.team, terms.currency) for key, option in terms.options.items()}
    return [
        RetainedTeam(key, one.title, one.way, one.team, sizes[key], sizes[key].number - today)
        for key, one in terms.options.items()
    ]


def monthly_volume(volume: VolumeTerms) -> Decimal | None:
    """Return the mean of the last twelve months that were counted, or of fewer if there are."""
    last = list(volume.history.values())[-_YEAR:]
    return sum(last, Decimal(0)) / len(last) if last else None


def seen_growth(volume: VolumeTerms) -> Decimal | None:
    """Return the last twelve months over the twelve before, less one; None without all 24."""
    months = [Month.parse(text) for text in volume.history]
    if not months:
        return None
    wanted = [str(months[-1].plus(-back)) for back in range(2 * _YEAR)]
    if any(month not in volume.history for month in wanted):
        return None
    last = sum((volume.history[month] for month in wanted[:_YEAR]), Decimal(0))
    before = sum((volume.history[month] for month in wanted[_YEAR:]), Decimal(0))
    return last / before - 1 if before else None


def expected_volume(volume: VolumeTerms, years: int) -> Decimal | None:
    """Return the monthly volume after some years of the growth that was written, or else seen."""
    now = monthly_volume(volume)
    growth = volume.growth if volume.growth is not None else seen_growth(volume)
    if now is None or growth is None:
        return None
    return now * (1 + growth) ** years


def function_remarks(terms: FunctionTerms) -> list[Remark]:
    """Return what is missing or unclear in a function; none of it keeps it from being saved."""
    remarks = [_remark(*one) for one in _missing(terms)]
    return remarks + (raci_remarks(terms.raci) if terms.raci else [])


def _missing(terms: FunctionTerms) -> Iterator[tuple[str, str, str]]:
    if not terms.owner:
        yield "no_owner", "owner", "Nobody owns this function: name who answers for it."
    if terms.performer is not Performer.IN_HOUSE and not terms.performed_by:
        yield "no_performer", "performed_by", "It is not done in-house: name who does it."
    if terms.data is None:
        yield "data_unknown", "data", "Nobody has said what data it handles: say so, even if none."
    elif DataKind.NONE not in terms.data.kinds and not terms.data.countries:
        yield "no_country", "data.countries", "Say in which countries its data is handled."
    uncosted = team_size(terms.people, terms.currency).uncosted
    if uncosted:
        yield "no_cost", "people", f"The yearly cost of {uncosted.normalize():f} people is missing."
    for key, option in terms.options.items():
        if option.way in _OUTSIDE and not any(line.number for line in option.team):
            yield ("nobody_steers", f"options.{key}.team",
                   f"“{option.title}” leaves nobody who steers whoever does the work.")  # fmt: skip


def _remark(code: str, column: str, sentence: str) -> Remark:
    return Remark(Severity.WARNING, code, sentence, Place(column=column))

"""Replays: the same evidence under a changed rule, and what the change is worth.

In   an agreement and the changes asked for; two measurements of one agreement
Out  the changed agreement; the months whose figure, verdict or credit differ
Why  docs/methods/replays.md
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.calendar_terms import CalendarTerms
from retained.contracts.engine.clock_terms import (
    CalendarChoice,
    ClockTerms,
    PriorityRule,
    ReopenedAsNew,
    Reopening,
    Stop,
)
from retained.contracts.engine.credit_terms import CreditPool, EarnBackTerms
from retained.contracts.engine.level_terms import ServiceLevelTerms
from retained.contracts.engine.targets import Target
from retained.delivery.engine.earn_back import earned_back, earned_in
from retained.delivery.engine.measurement import Measurement
from retained.delivery.engine.measures import MonthFigure
from retained.shared.money import Money, total
from retained.shared.months import Month
from retained.shared.states import State

# The name under which a replay adds its own calendar to an agreement.
REPLAYED = "replayed"


@dataclass(frozen=True, slots=True)
class EarnBackChange:
    """Another way to earn credits back: by months that follow, by the year, or not at all."""

    following_months: int | None = None
    contract_year: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What a replay changes; what is None stays as agreed.

    `calendar` replaces every calendar of the clocks; `targets` replace those of the service levels
    with the ids `levels` (of every one where that is None), as do `expected` and `minimum`.
    """

    calendar: CalendarTerms | None = None
    stops: Stop | None = None
    pauses_in: tuple[State, ...] | None = None
    on_reopening: Reopening | None = None
    reopened_as_new: ReopenedAsNew | None = None
    priority: PriorityRule | None = None
    time_zone: str | None = None
    levels: tuple[str, ...] | None = None
    targets: Mapping[str, Target] | None = None
    expected: str | None = None
    minimum: str | None = None
    earn_back: EarnBackChange | None = None

    @property
    def anything(self) -> bool:
        """Whether anything is changed at all."""
        return self != Changes(levels=self.levels)


@dataclass(frozen=True, slots=True)
class ReplayedMonth:
    """One service level in one month, as agreed and as replayed."""

    service_level: str
    month: Month
    agreed: MonthFigure
    replayed: MonthFigure


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a changed rule would have meant. `worth` is what is owed as agreed, less replayed.

    What a month owes is its net: what it earned back of earlier credits is taken off.
    """

    months: tuple[ReplayedMonth, ...]
    owed: Mapping[Month, tuple[Money, Money]]
    worth: Money


def changed_agreement(agreement: AgreementTerms, changes: Changes) -> AgreementTerms:
    """Return the agreement as it would read with the changes; it is validated anew."""
    calendars = dict(agreement.calendars)
    if changes.calendar is not None:
        calendars[REPLAYED] = changes.calendar
    return AgreementTerms.model_validate(
        agreement.model_copy(
            update={
                "calendars": calendars,
                "time_zone": changes.time_zone or agreement.time_zone,
                "clocks": {
                    name: _changed_clock(clock, changes) for name, clock in agreement.clocks.items()
                },
                "service_levels": tuple(
                    _changed_level(level, changes) for level in agreement.service_levels
                ),
                "credits": _changed_credits(agreement.credits, changes),
            }
        ).as_document()
    )


def compared(agreed: Measurement, replayed: Measurement, currency: str) -> Comparison:
    """Return where two measurements of the same evidence differ, month by month."""
    pairs = [
        ReplayedMonth(level_id, figure.month, figure, other)
        for level_id, row in agreed.figures.items()
        for figure in row
        for other in replayed.figures.get(level_id, ())
        if other.month == figure.month
    ]
    zero = Money(Decimal(0), currency)
    before = {m: net for m, net in _nets(agreed, currency).items() if _is_over(agreed, m)}
    after = _nets(replayed, currency)
    owed = {month: (amount, after.get(month, zero)) for month, amount in before.items()}
    worth = total((was - would for was, would in owed.values()), currency)
    return Comparison(tuple(pairs), owed, worth)


def _nets(measurement: Measurement, currency: str) -> dict[Month, Money]:
    """Return what each month owes less what it earned back."""
    backs = measurement.earn_backs
    return {
        month.month: month.owed - earned_back(earned_in(month.month, backs), currency)
        for month in measurement.credits
    }


def _changed_credits(pool: CreditPool | None, changes: Changes) -> CreditPool | None:
    """Return the credits with another way to earn them back; its other terms stay as agreed."""
    asked = changes.earn_back
    if pool is None or asked is None:
        return pool
    if asked == EarnBackChange():
        return pool.model_copy(update={"earn_back": None})
    way = {"following_months": asked.following_months, "contract_year": asked.contract_year}
    rule = pool.earn_back or EarnBackTerms(contract_year=True)
    return pool.model_copy(update={"earn_back": rule.model_copy(update=way)})


def _is_over(measurement: Measurement, month: Month) -> bool:
    return any(
        figure.complete
        for row in measurement.figures.values()
        for figure in row
        if figure.month == month
    )


def _changed_clock(clock: ClockTerms, changes: Changes) -> ClockTerms:
    update: dict[str, object] = {
        name: value
        for name in ("stops", "pauses_in", "on_reopening", "reopened_as_new", "priority")
        if (value := getattr(changes, name)) is not None
    }
    if changes.calendar is not None:
        update["calendar"] = CalendarChoice(default=REPLAYED)
    return clock.model_copy(update=update)


def _changed_level(level: ServiceLevelTerms, changes: Changes) -> ServiceLevelTerms:
    if changes.levels is not None and level.id not in changes.levels:
        return level
    update: dict[str, object] = {
        name: value
        for name in ("expected", "minimum")
        if (value := getattr(changes, name)) is not None
    }
    if changes.targets is not None:
        update["targets"] = {**level.targets, **changes.targets}
    return level.model_copy(update=update)

"""Triggers: rights that misses give rise to over months, and the day each right lapses.

In   the figures and credits of the months in order, the triggers of the agreement
Out  the months in which a trigger fires, with the months that made it fire
Why  docs/methods/triggers.md
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from retained.contracts.engine.credit_terms import Trigger
from retained.delivery.engine.credits import MonthCredits
from retained.delivery.engine.measures import MISSES, MonthFigure, MonthVerdict
from retained.shared.months import Month


@dataclass(frozen=True, slots=True)
class Fired:
    """A trigger that fired in a month: by which service level and months."""

    trigger: Trigger
    month: Month
    service_level: str | None
    because_of: tuple[Month, ...]

    def lapses_on(self, stated_on: date) -> date | None:
        """Return the last day of the right, counted from the day of the month's statement."""
        days = self.trigger.lapses_after_days
        return None if days is None else stated_on + timedelta(days=days)


def fired_triggers(
    triggers: Sequence[Trigger],
    figures: Mapping[str, Sequence[MonthFigure]],
    credits: Sequence[MonthCredits],
) -> list[Fired]:
    """Return every firing of every trigger, by month; months that still run fire nothing."""
    fired: list[Fired] = []
    for trigger in triggers:
        if trigger.credits_over is not None:
            fired += _by_money(trigger, trigger.credits_over, credits, _complete(figures))
            continue
        for level_id, row in figures.items():
            if trigger.service_level in {None, level_id}:
                fired += _by_misses(trigger, level_id, [f for f in row if f.complete])
    return sorted(fired, key=lambda item: (item.month, item.trigger.id, item.service_level or ""))


def _by_misses(trigger: Trigger, level_id: str, row: Sequence[MonthFigure]) -> list[Fired]:
    counted = {MonthVerdict.BELOW_MINIMUM} if trigger.below == "minimum" else MISSES
    fired = []
    for index, figure in enumerate(row):
        if figure.verdict not in counted:
            continue
        window = trigger.of_months or trigger.in_a_row or 1
        seen = row[max(index - window + 1, 0) : index + 1]
        missed = tuple(f.month for f in seen if f.verdict in counted)
        if len(missed) >= (trigger.misses or trigger.in_a_row or 1):
            fired.append(Fired(trigger, figure.month, level_id, missed))
    return fired


def _by_money(
    trigger: Trigger, limit: Decimal, credits: Sequence[MonthCredits], complete: set[Month]
) -> list[Fired]:
    fired = []
    closed = [month for month in credits if month.month in complete]
    for index, month in enumerate(closed):
        first = month.month.plus(1 - trigger.in_months)
        window = [earlier for earlier in closed[: index + 1] if earlier.month >= first]
        owed = sum((earlier.owed.amount for earlier in window), Decimal(0))
        if month.owed and owed >= limit:
            because = tuple(earlier.month for earlier in window if earlier.owed)
            fired.append(Fired(trigger, month.month, None, because))
    return fired


def _complete(figures: Mapping[str, Sequence[MonthFigure]]) -> set[Month]:
    return {figure.month for row in figures.values() for figure in row if figure.complete}

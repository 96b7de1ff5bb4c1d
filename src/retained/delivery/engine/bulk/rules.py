"""Which rules the large path knows, and what it counts for them.

In   an agreement and one of its service levels
Out  whether it can be counted in bulk; the question with everything that the count needs
Why  docs/methods/ticket-clocks.md
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.clock_terms import (
    PriorityRule,
    ReopenedAsNew,
    Reopening,
    Start,
    Stop,
)
from retained.contracts.engine.level_terms import Measure, ServiceLevelTerms
from retained.contracts.engine.targets import TargetUnit
from retained.delivery.engine.bulk.moves import Moves
from retained.delivery.engine.meters import Hours
from retained.delivery.engine.verdicts import clock_of
from retained.shared.business_time import business_time

# From so many rows on, a source is counted by the large path where it knows the rules.
LARGE_ROWS = 500_000


def can_be_counted_in_bulk(level: ServiceLevelTerms, agreement: AgreementTerms) -> bool:
    """Return whether the large path knows the rules of a service level.

    The others need each history stretch by stretch: the small path counts them.
    """
    clock = clock_of(level, agreement)
    return (
        level.measure is Measure.WITHIN_TARGET
        and all(values and "" not in values for values in level.tickets.values())
        and clock.starts is Start.OPENED
        and clock.stops in {Stop.RESOLVED, Stop.CLOSED}
        and clock.on_reopening is Reopening.RESUME
        and clock.priority in {PriorityRule.LAST, PriorityRule.FIRST}
        and not clock.calendar.service
    )


@dataclass(frozen=True, slots=True)
class Bulk:
    """What is counted: one service level over the moves of `source`, seen at `as_of`.

    `source`, `facts` and `told` are relations of SQL (see `Moves`); the last two may be missing.
    Priorities are named by their codes from 1 on. Moments are UTC seconds.
    """

    agreement: AgreementTerms
    level: ServiceLevelTerms
    source: str
    priorities: Sequence[str]
    as_of: int
    first_moment: int
    last_moment: int
    facts: str = ""
    told: str = ""

    @classmethod
    def of(
        cls, agreement: AgreementTerms, level: ServiceLevelTerms, moves: Moves, *, as_of: int
    ) -> Self:
        """Return the question for a source whose moves have been written."""
        joined = clock_of(level, agreement).reopened_as_new is ReopenedAsNew.CONTINUES
        return cls(
            agreement,
            level,
            moves.table(joined=joined),
            moves.priorities,
            as_of,
            moves.first,
            moves.last,
            facts=moves.facts(joined=joined) if moves.has_facts else "",
            told=moves.told,
        )


@dataclass(frozen=True, slots=True)
class Count:
    """One figure that is summed for each ticket: F of a calendar, in seconds or in day parts."""

    calendar: str
    unit: TargetUnit


def priority_named(bulk: Bulk, code: int) -> str:
    """Return the priority of a code; 0 is none."""
    return bulk.priorities[code - 1] if code else ""


def needed_counts(bulk: Bulk) -> list[Count]:
    """Return every figure that some priority needs: its seconds, and its days if it has such."""
    clock = clock_of(bulk.level, bulk.agreement)
    needed: dict[Count, None] = {}
    for code in range(len(bulk.priorities) + 1):
        priority = priority_named(bulk, code)
        calendar = clock.calendar.name_for(priority=priority, service="")
        needed[Count(calendar, TargetUnit.SECONDS)] = None
        target = bulk.level.target_for(priority)
        if target is not None:
            needed[Count(calendar, target.unit)] = None
    return list(needed)


def built_hours(bulk: Bulk) -> Hours:
    """Return every calendar that the level's clock can run on, for the years of the moves."""
    terms = bulk.agreement
    first, last = min(bulk.first_moment, bulk.as_of), max(bulk.last_moment, bulk.as_of)
    return Hours(
        {
            name: business_time(terms.calendar(name), first, last)
            for name in clock_of(bulk.level, terms).calendar.names
        }
    )

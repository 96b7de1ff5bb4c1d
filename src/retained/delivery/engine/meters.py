"""Meters: how much of its target a ticket's clock has used, and when the target is used up.

In   the stretches in which a clock ran, the service level's targets, the calendars
Out  open seconds, the share of the target that they are, the due moment
Why  docs/methods/ticket-clocks.md
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from retained.contracts.engine.clock_terms import ClockTerms, PriorityRule, Reopening
from retained.contracts.engine.level_terms import TIMES, Measure, ServiceLevelTerms
from retained.contracts.engine.quantities import Target, TargetUnit, parse_target
from retained.delivery.engine.clocks import Course, Phase, Stretch, cycles
from retained.delivery.engine.tickets import Ticket
from retained.shared.business_time import BusinessTime


@dataclass(frozen=True, slots=True)
class Hours:
    """The calendars of an agreement, built for the years of the evidence."""

    by_name: Mapping[str, BusinessTime]

    def of(self, clock: ClockTerms, *, priority: str, service: str) -> tuple[str, BusinessTime]:
        """Return the calendar, with its name, that a ticket's clock runs on."""
        name = clock.calendar.name_for(priority=priority, service=service)
        return name, self.by_name[name]


@dataclass(frozen=True, slots=True)
class Used:
    """What a clock has used: open seconds, the share of the target, and when that is used up."""

    seconds: int
    share: Fraction
    due_at: int | None


@dataclass(frozen=True, slots=True)
class Meter:
    """Reads one ticket's clock under one service level."""

    ticket: Ticket
    level: ServiceLevelTerms
    clock: ClockTerms
    hours: Hours
    priority: str

    def used(self, seen: Course) -> Used:
        """Return what the clock has used; of several cycles, the one that used most."""
        if self.clock.on_reopening is not Reopening.NEW_CYCLE:
            return self._read(seen.running(), seen)
        read = [
            self._read([stretch for stretch in cycle if stretch.phase is Phase.RUNNING], seen)
            for cycle in cycles(seen.stretches)
        ]
        return max(read, key=lambda used: (used.share, used.seconds))

    def _read(self, running: Sequence[Stretch], seen: Course) -> Used:
        hold = self.ticket.hold_seconds or 0
        seconds, share, off = -hold, Fraction(0), hold
        for business, target, stretches in self._by_rule(running):
            open_seconds = sum(business.between(s.start, s.end) for s in stretches)
            seconds += open_seconds
            if target is not None:
                amount = sum(_amount(business, target, s.start, s.end) for s in stretches)
                taken = min(amount, off)  # the hold time comes off once, where time is split too
                off -= taken
                share += Fraction(amount - taken, target.amount)
        due_at = self._due(running, seen, hold) if running else None
        return Used(max(seconds, 0), share, due_at)

    def _by_rule(
        self, running: Sequence[Stretch]
    ) -> list[tuple[BusinessTime, Target | None, Sequence[Stretch]]]:
        """Return the stretches under each calendar and target: several only where time is split."""
        if self.clock.priority is not PriorityRule.SPLIT:
            return [(*self._rule(self.priority), running)]
        return [(*self._rule(stretch.priority), [stretch]) for stretch in running]

    def _rule(self, priority: str) -> tuple[BusinessTime, Target | None]:
        service = self.ticket.attributes.get("service", "")
        _, business = self.hours.of(self.clock, priority=priority, service=service)
        return business, target_of(self.level, priority)

    def _due(self, running: Sequence[Stretch], seen: Course, hold: int) -> int | None:
        """Return when the target was used up, or will be if the clock runs on from here."""
        left = Fraction(1)
        for business, target, stretches in self._by_rule(running):
            if target is None:
                continue
            allowed = Fraction(hold, target.amount)
            for stretch in stretches:
                part = Fraction(
                    _amount(business, target, stretch.start, stretch.end), target.amount
                )
                if part >= left + allowed:
                    return _after(business, target, stretch.start, left + allowed)
                left -= part
        business, target = self._rule(running[-1].priority or self.priority)
        if self.clock.priority is not PriorityRule.SPLIT:
            business, target = self._rule(self.priority)
        if target is None or left + Fraction(hold, target.amount) < 0:
            return None
        start = seen.looked_at if seen.stopped_at is None else running[-1].end
        return _after(business, target, start, left + Fraction(hold, target.amount))


def target_of(level: ServiceLevelTerms, priority: str) -> Target | None:
    """Return what a ticket's clock is held against: its target, or the expected time itself."""
    if level.measure in TIMES:
        return parse_target(level.expected)
    if level.measure is Measure.BACKLOG:
        return level.older_than
    return level.target_for(priority)


def _amount(business: BusinessTime, target: Target, start: int, end: int) -> int:
    if target.unit is TargetUnit.WORKING_DAYS:
        return business.day_parts_of(end) - business.day_parts_of(start)
    return business.between(start, end)


def _after(business: BusinessTime, target: Target, start: int, share: Fraction) -> int | None:
    """Return the moment at which a share of the target is used up, counted from `start`."""
    needed = math.ceil(share * target.amount)
    try:
        if target.unit is TargetUnit.WORKING_DAYS:
            return business.moment_of_day_parts(business.day_parts_of(start) + needed)
        return business.moment_of(business.count_at(start) + needed)
    except ValueError:  # further ahead than calendars are built for
        return None

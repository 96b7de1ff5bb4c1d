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
from retained.contracts.engine.targets import Target, TargetUnit, parse_target
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
        if self.clock.priority is PriorityRule.SPLIT:
            return self._read_split(running, seen, hold)
        business, target = self._rule(self.priority)
        seconds = sum(business.between(s.start, s.end) for s in running) - hold
        if target is None:
            return Used(max(seconds, 0), Fraction(0), None)
        if target.unit is TargetUnit.SECONDS:
            amount = seconds
        else:
            amount = sum(_amount(business, target, s.start, s.end) for s in running) - hold
        share = Fraction(max(amount, 0), target.amount)
        return Used(max(seconds, 0), share, self._due(running, seen, target.amount + hold))

    def _rule(self, priority: str) -> tuple[BusinessTime, Target | None]:
        service = self.ticket.attributes.get("service", "")
        _, business = self.hours.of(self.clock, priority=priority, service=service)
        return business, target_of(self.level, priority)

    def _due(self, running: Sequence[Stretch], seen: Course, allowed: int) -> int | None:
        """Return when the target was used up, or will be if the clock runs on from here."""
        business, target = self._rule(self.priority)
        if target is None or not running:
            return None
        left = allowed
        for stretch in running:
            amount = _amount(business, target, stretch.start, stretch.end)
            if amount >= left:
                return _after(business, target, stretch.start, left)
            left -= amount
        return _after(business, target, _onwards(running, seen), left)

    def _read_split(self, running: Sequence[Stretch], seen: Course, hold: int) -> Used:
        """Return what is used where each priority uses up its share of its own target.

        A hold total is taken off once, under the priority that came last.
        """
        seconds, share, due_at = -hold, Fraction(0), None
        for stretch in running:
            business, target = self._rule(stretch.priority)
            seconds += business.between(stretch.start, stretch.end)
            if target is None:
                continue
            part = Fraction(_amount(business, target, stretch.start, stretch.end), target.amount)
            left = 1 - share + Fraction(hold, target.amount)
            if due_at is None and part >= left:
                due_at = _after(business, target, stretch.start, math.ceil(left * target.amount))
            share += part
        business, target = self._rule(running[-1].priority if running else self.priority)
        if target is not None and running:
            share = max(share - Fraction(hold, target.amount), Fraction(0))
            if due_at is None:
                left_amount = math.ceil((1 - share) * target.amount)
                due_at = _after(business, target, _onwards(running, seen), left_amount)
        return Used(max(seconds, 0), share, due_at)


def _onwards(running: Sequence[Stretch], seen: Course) -> int:
    """Return where a clock would run on from: where it stopped, or the moment of looking."""
    return seen.looked_at if seen.stopped_at is None else running[-1].end


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


def _after(business: BusinessTime, target: Target, start: int, amount: int) -> int | None:
    """Return the moment at which `amount` of a target's unit is used up, counted from `start`."""
    try:
        if target.unit is TargetUnit.WORKING_DAYS:
            return business.moment_of_day_parts(business.day_parts_of(start) + amount)
        return business.moment_of(business.count_at(start) + amount)
    except ValueError:  # further ahead than calendars are built for
        return None

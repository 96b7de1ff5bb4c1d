"""Service levels as sentences, and how a figure of one was counted.

In   service levels of an agreement, with their clocks
Out  "95 % of P1 and P2 resolved in 8 service hours, Mon-Fri 8-18 Amsterdam; waiting for us does
     not count; month of resolution"
Why  docs/guide/agreements.md
"""

from collections.abc import Callable

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.clock_terms import ClockTerms, Start, Stop
from retained.contracts.engine.level_terms import (
    Measure,
    MonthOf,
    OpenPastTarget,
    ServiceLevelTerms,
    SmallVolume,
)
from retained.contracts.engine.sentences.calendars import (
    AROUND_THE_CLOCK,
    PRIORITY,
    REACHED,
    REACHING,
    STARTING,
    clock_hours,
    hours_text,
    pauses_text,
    reopening_text,
)
from retained.contracts.engine.sentences.words import (
    Reader,
    begun,
    counted,
    listed,
    priority_text,
)
from retained.contracts.engine.targets import Target, TargetUnit, parse_target
from retained.shared.quantities import percent_text

_ANY = "any"


def level_sentence(
    level: ServiceLevelTerms, terms: AgreementTerms, reader: Reader = Reader.CLIENT
) -> str:
    """Return the promise as people would say it."""
    clock = terms.clocks.get(level.clock or "")
    words = [begun(_PROMISES[level.measure](level, terms))]
    if clock is not None and level.measure in _TIMED:
        if clock.starts is not Start.OPENED:
            words.append(f"counted from {STARTING[clock.starts]}")
        words.append(pauses_text(clock, reader))
    if level.measure is not Measure.BACKLOG:
        words.append(month_text(level, clock))
    return "; ".join(words)


def month_text(level: ServiceLevelTerms, clock: ClockTerms | None) -> str:
    """Return what decides the month of a ticket: month of resolution."""
    if level.month_of is MonthOf.OPENED:
        return "month of opening"
    if level.month_of is MonthOf.DUE:
        return "month of falling due"
    return f"month of {REACHING[clock.stops if clock else Stop.RESOLVED]}"


def levels_text(level: ServiceLevelTerms) -> str:
    """Return expected and minimum level: expected 95 %, minimum 90 %."""
    minimum = f", minimum {level.minimum}" if level.minimum is not None else ""
    return f"expected {level.expected}{minimum}"


def counted_sentence(
    level: ServiceLevelTerms, terms: AgreementTerms, *, unusable_rows: int | None = None
) -> str:
    """Return how a figure of this level was counted, in one sentence beside the figure.

    With `unusable_rows` it says how many there were, without it what becomes of them.
    """
    clock = terms.clocks.get(level.clock or "")
    backlog = level.measure is Measure.BACKLOG
    words = ["at the end of the month" if backlog else f"by {month_text(level, clock)}"]
    if level.measure is Measure.WITHIN_TARGET:
        words.append(_OPEN_PAST_TARGET[level.open_past_target])
    if clock is not None and level.measure in _TIMED:
        words += [PRIORITY[clock.priority], reopening_text(clock)]
    if level.measure is Measure.FIRST_TIME and not level.reopening_counts:
        words.append("a reopening does not spoil a first-time resolution")
    words += [volume_text(level), _unusable_text(unusable_rows)]
    return f"Counted {'; '.join(words)}."


def volume_text(level: ServiceLevelTerms) -> str:
    """Return what happens in a month with few tickets."""
    if not level.minimum_volume:
        return "no minimum volume"
    below = f"below {counted(level.minimum_volume, 'ticket')}"
    match level.small_volume:
        case SmallVolume.CARRY:
            return f"{below} the verdict of the month before stands"
        case SmallVolume.POOL:
            return f"{below} a month is counted together with the next"
        case SmallVolume.FAILURES:
            return f"{below} {counted(level.allowed_failures, 'ticket')} may be missed"
    return f"{below} a month has no verdict"


def subject_text(level: ServiceLevelTerms) -> str:
    """Return the tickets that a level speaks of: P1 and P2, with category mail."""
    named = level.tickets.get("priority") or [key for key in level.targets if key != _ANY]
    subject = listed([priority_text(name) for name in named]) or "tickets"
    filters = [
        f"{column.replace('_', ' ')} {listed(values, 'or')}"
        for column, values in level.tickets.items()
        if column != "priority"
    ]
    return f"{subject} with {listed(filters)}" if filters else subject


def _within_target(level: ServiceLevelTerms, terms: AgreementTerms) -> str:
    clock = _clock(level, terms)
    promise = f"{level.expected} of {subject_text(level)} {REACHED[clock.stops]}"
    relevant = _targets_of(level)
    choices = {
        (target, clock.calendar.name_for(priority=priority, service=""))
        for priority, target in relevant.items()
    }
    if len(choices) == 1 and not clock.calendar.service:
        [(target, calendar)] = choices
        hours = hours_text(terms.calendars[calendar], terms.time_zone)
        return f"{promise} in {target_text(target, hours)}, {hours}"
    each = [
        f"{priority_text(priority)} {target_text(target, _hours_of(priority, clock, terms))}"
        for priority, target in relevant.items()
    ]
    return f"{promise} in time ({', '.join(each)}), {clock_hours(clock, terms)}"


def _percentile(level: ServiceLevelTerms, terms: AgreementTerms) -> str:
    clock = _clock(level, terms)
    hours = clock_hours(clock, terms)
    share = percent_text(level.percentile) if level.percentile is not None else ""
    target = target_text(parse_target(level.expected), hours)
    return f"{share} of {subject_text(level)} {REACHED[clock.stops]} in at most {target}, {hours}"


def _mean(level: ServiceLevelTerms, terms: AgreementTerms) -> str:
    clock = _clock(level, terms)
    hours = clock_hours(clock, terms)
    target = target_text(parse_target(level.expected), hours)
    return f"{subject_text(level)} {REACHED[clock.stops]} in {target} on average, {hours}"


def _first_time(level: ServiceLevelTerms, _terms: AgreementTerms) -> str:
    without = "without reassignment" + (" and without reopening" if level.reopening_counts else "")
    return f"{level.expected} of {subject_text(level)} resolved {without}"


def _reopen_share(level: ServiceLevelTerms, _terms: AgreementTerms) -> str:
    return f"at most {level.expected} of {subject_text(level)} reopened"


def _backlog(level: ServiceLevelTerms, _terms: AgreementTerms) -> str:
    age = f" for more than {level.older_than.sentence}" if level.older_than else ""
    return f"at most {level.expected} {_tickets(level)} open{age} at the end of the month"


def _count(level: ServiceLevelTerms, _terms: AgreementTerms) -> str:
    return f"at most {level.expected} {_tickets(level)} a month"


def _tickets(level: ServiceLevelTerms) -> str:
    subject = subject_text(level)
    return subject if subject.startswith("tickets") else f"tickets of {subject}"


def target_text(target: Target, hours: str) -> str:
    """Return a target as said beside its hours: around the clock, an hour is just an hour."""
    if target.unit is TargetUnit.SECONDS and hours == AROUND_THE_CLOCK:
        return target.sentence.replace("service ", "")
    return target.sentence


def _targets_of(level: ServiceLevelTerms) -> dict[str, Target]:
    """Return the targets that the level's own tickets can have."""
    named = level.tickets.get("priority")
    if not named:
        return dict(level.targets)
    found = {name: level.target_for(name) for name in named}
    return {name: target for name, target in found.items() if target is not None}


def _hours_of(priority: str, clock: ClockTerms, terms: AgreementTerms) -> str:
    name = clock.calendar.name_for(priority=priority, service="")
    return hours_text(terms.calendars[name], terms.time_zone)


def _clock(level: ServiceLevelTerms, terms: AgreementTerms) -> ClockTerms:
    return terms.clocks[level.clock or ""]


def _unusable_text(rows: int | None) -> str:
    if rows is None:
        return "rows that cannot be used are left out and counted beside the figure"
    if rows == 0:
        return "no unusable rows"
    return f"{counted(rows, 'unusable row')} left out"


_TIMED = {Measure.WITHIN_TARGET, Measure.PERCENTILE, Measure.MEAN}
_OPEN_PAST_TARGET = {
    OpenPastTarget.MISSED: "a ticket open past its target counts as missed",
    OpenPastTarget.OPEN: "a ticket open past its target waits for its verdict",
}
_PROMISES: dict[Measure, Callable[[ServiceLevelTerms, AgreementTerms], str]] = {
    Measure.WITHIN_TARGET: _within_target,
    Measure.PERCENTILE: _percentile,
    Measure.MEAN: _mean,
    Measure.FIRST_TIME: _first_time,
    Measure.REOPEN_SHARE: _reopen_share,
    Measure.BACKLOG: _backlog,
    Measure.COUNT: _count,
}

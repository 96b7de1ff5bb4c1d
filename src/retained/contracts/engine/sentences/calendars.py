"""Calendars and clocks as sentences: Mon-Fri 8-18 Amsterdam; waiting for us does not count.

In   calendars and clocks of an agreement
Out  the words that people use for them
Why  docs/guide/agreements.md
"""

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.calendar_terms import CalendarTerms
from retained.contracts.engine.clock_terms import (
    Cancelled,
    ClockTerms,
    PriorityRule,
    ReopenedAsNew,
    Reopening,
    Start,
    Stop,
)
from retained.contracts.engine.sentences.words import (
    Reader,
    begun,
    counted,
    listed,
    priority_text,
    zone_text,
)
from retained.shared.states import WAITING, State

AROUND_THE_CLOCK = "around the clock"

REACHED = {
    Stop.ASSIGNED: "assigned",
    Stop.IN_PROGRESS: "begun",
    Stop.RESOLVED: "resolved",
    Stop.CLOSED: "closed",
}
REACHING = {
    Stop.ASSIGNED: "assignment",
    Stop.IN_PROGRESS: "the beginning of work",
    Stop.RESOLVED: "resolution",
    Stop.CLOSED: "closing",
}
STARTING = {
    Start.OPENED: "opening",
    Start.ASSIGNED: "assignment",
    Start.IN_PROGRESS: "the beginning of work",
}
REOPENED = {
    Reopening.RESUME: "a reopened ticket runs on",
    Reopening.NEW_CYCLE: "a reopened ticket starts again, and its longest run counts",
    Reopening.IGNORE: "a reopening changes nothing: the first stop counts",
}
PRIORITY = {
    PriorityRule.LAST: "the last priority counts",
    PriorityRule.FIRST: "the first priority counts",
    PriorityRule.SPLIT: "each priority uses up its share of its own target",
}
_CANCELLED = {
    Cancelled.LEAVE_OUT: "cancelled tickets are left out",
    Cancelled.COUNT: "a cancelled ticket counts as stopped",
}


def hours_text(calendar: CalendarTerms, zone: str) -> str:
    """Return service hours in few words: Mon-Fri 8-18 Amsterdam, less public holidays (NL)."""
    if calendar.calendar(zone).always_open:
        return AROUND_THE_CLOCK
    spans = [
        f"{_span(span)} {listed([_window(window) for window in windows])}"
        for span, windows in calendar.hours.items()
        if windows
    ]
    words = [f"{', '.join(spans)} {zone_text(calendar.time_zone or zone)}".strip()]
    holidays = calendar.holidays
    if holidays and holidays.country:
        place = "-".join(filter(None, (holidays.country, holidays.subdivision)))
        words.append(f"less public holidays ({place})")
    elif holidays and holidays.frozen:
        words.append("less the holidays listed")
    return ", ".join(words)


def calendar_sentence(calendar: CalendarTerms, zone: str) -> str:
    """Return a whole calendar: its hours, and the days that were added or taken out."""
    words = [hours_text(calendar, zone)]
    if calendar.added:
        words.append(f"{counted(len(calendar.added), 'day')} added")
    if calendar.removed:
        words.append(f"{counted(len(calendar.removed), 'day')} taken out")
    if calendar.holidays and calendar.holidays.frozen:
        years = listed([str(year) for year in sorted(calendar.holidays.frozen)])
        words.append(f"holidays of {years} frozen")
    return begun("; ".join(words)) + "."


def clock_hours(clock: ClockTerms, terms: AgreementTerms) -> str:
    """Return when a clock runs, with the priorities and services that have hours of their own."""
    choice = clock.calendar
    usual = _hours_named(choice.default, terms)
    special = [(priority_text(name), own) for name, own in choice.priority.items()]
    special += [(f"service {name}", own) for name, own in choice.service.items()]
    others = [f"{who} {_hours_named(own, terms)}" for who, own in special if own != choice.default]
    return "; ".join([usual, *others])


def pauses_text(clock: ClockTerms, reader: Reader = Reader.CLIENT) -> str:
    """Return what does not count: waiting for us does not count."""
    waiting = {
        State.WAITING_CLIENT: f"for {reader}",
        State.WAITING_THIRD_PARTY: "for a third party",
    }
    named = [words for state, words in waiting.items() if state in clock.pauses_in]
    others = [state for state in clock.pauses_in if state not in WAITING]
    parts = [f"waiting {listed(named, 'or')}"] if named else []
    if others:
        parts.append(f"time as {listed([state.replace('_', ' ') for state in others], 'or')}")
    return (
        f"{listed(parts)} {'do' if len(parts) > 1 else 'does'} not count"
        if parts
        else ("waiting counts")
    )


def reopening_text(clock: ClockTerms) -> str:
    """Return what a reopening does, and what a new ticket that continues a finished one is."""
    said = REOPENED[clock.on_reopening]
    if clock.reopened_as_new is ReopenedAsNew.CONTINUES:
        said += ", and a new ticket that continues a finished one is its reopening"
    return said


def clock_sentence(clock: ClockTerms, terms: AgreementTerms, reader: Reader = Reader.CLIENT) -> str:
    """Return a whole clock as one sentence."""
    words = [
        f"from {STARTING[clock.starts]} to {REACHING[clock.stops]}, {clock_hours(clock, terms)}",
        pauses_text(clock, reader),
        reopening_text(clock),
        PRIORITY[clock.priority],
        _CANCELLED[clock.cancelled],
    ]
    return begun("; ".join(words)) + "."


def _hours_named(name: str, terms: AgreementTerms) -> str:
    return hours_text(terms.calendars[name], terms.time_zone)


def _span(span: str) -> str:
    return "-".join(part.strip()[:3].title() for part in span.split("-"))


def _window(window: str) -> str:
    opens, _, closes = window.replace("–", "-").partition("-")
    return f"{_hour(opens)}-{_hour(closes)}"


def _hour(time: str) -> str:
    hours, _, minutes = time.strip().partition(":")
    return f"{int(hours)}:{minutes}" if minutes and minutes != "00" else str(int(hours))

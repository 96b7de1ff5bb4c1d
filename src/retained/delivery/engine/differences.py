"""The difference list: tickets on which the provider's verdict and ours differ, with the cause.

In   what each ticket counts as, the provider's verdict per ticket or its totals
Out  the tickets that make the difference, each with the cause that explains it
Why  docs/methods/difference-list.md
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.calendar_terms import CalendarTerms
from retained.contracts.engine.clock_terms import (
    PriorityRule,
    ReopenedAsNew,
    Reopening,
)
from retained.contracts.engine.level_terms import ServiceLevelTerms
from retained.delivery.engine.measurement import hours_for, meant_tickets
from retained.delivery.engine.replays import Changes, changed_agreement
from retained.delivery.engine.tickets import Ticket
from retained.delivery.engine.verdicts import (
    TicketResult,
    Verdict,
    clock_of,
    ticket_result,
)
from retained.shared.states import WAITING


class Cause(StrEnum):
    """Why two verdicts on one ticket differ."""

    MISSING_ROW = "missing_row"  # the ticket is in one source and not in the other
    EXCLUDED = "excluded"  # one side leaves it out
    REOPENING = "reopening"  # closed and reopened, or reopened as a new ticket
    PRIORITY = "priority_change"  # the priority was changed on the way
    PAUSE = "pause"  # waiting that this agreement does not pause in, or does
    CALENDAR = "calendar"  # other service hours
    ZONE = "zone"  # another time zone
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Difference:
    """One ticket on which the two sides differ; a side without it has no verdict."""

    ticket: str
    ours: Verdict | None
    reported: Verdict | None
    cause: Cause
    sentence: str
    result: TicketResult | None


@dataclass(frozen=True, slots=True)
class _Guess:
    """A way the provider may have counted, when it can apply, and how that reads."""

    cause: Cause
    sentence: str
    changes: Changes
    applies: Callable[[Ticket, TicketResult], bool]


def differences(
    results: Mapping[str, TicketResult],
    reported: Mapping[str, Verdict],
    tickets: Sequence[Ticket],
    level: ServiceLevelTerms,
    agreement: AgreementTerms,
    *,
    as_of: int,
) -> list[Difference]:
    """Return every ticket of a month on which the verdicts differ, by cause and number.

    `results` and `reported` are the tickets that each side counts in the month. The cause is the
    first guess about how the provider counted that leads to the provider's verdict.
    """
    guesses = _guesses(level, agreement)
    replay = _Replay(tickets, level, agreement, as_of)
    found = []
    for number in sorted(results.keys() | reported.keys()):
        ours, theirs = results.get(number), reported.get(number)
        if (ours.verdict if ours else None) == theirs:
            continue
        found.append(_difference(number, ours, theirs, guesses, replay))
    order = list(Cause)
    return sorted(found, key=lambda item: (order.index(item.cause), item.ticket))


def possible_causes(
    results: Mapping[str, TicketResult],
    tickets: Sequence[Ticket],
    level: ServiceLevelTerms,
    agreement: AgreementTerms,
    *,
    as_of: int,
) -> dict[Cause, list[str]]:
    """Return, where only totals were reported, the missed tickets that each cause would turn.

    A ticket may stand under several causes: totals cannot tell which one it was.
    """
    replay = _Replay(tickets, level, agreement, as_of)
    turned: dict[Cause, list[str]] = {}
    for number, result in sorted(results.items()):
        if result.verdict is not Verdict.MISSED:
            continue
        for guess in _guesses(level, agreement):
            if number in turned.get(guess.cause, []):
                continue
            if replay.leads_to(guess, number, result, Verdict.MET):
                turned.setdefault(guess.cause, []).append(number)
    return turned


class _Replay:
    """Measures single tickets under a guess, each guess prepared once."""

    def __init__(
        self,
        tickets: Sequence[Ticket],
        level: ServiceLevelTerms,
        agreement: AgreementTerms,
        as_of: int,
    ) -> None:
        self.tickets = list(tickets)
        self.level = level
        self.agreement = agreement
        self.as_of = as_of
        self.joined = {t.number: t for t in meant_tickets(tickets, level, agreement)}
        self._prepared: dict[str, tuple[AgreementTerms, Mapping[str, Ticket]]] = {}

    def leads_to(self, guess: _Guess, number: str, result: TicketResult, verdict: Verdict) -> bool:
        """Return whether the guess gives this verdict on a ticket that it applies to."""
        if number not in self.joined or not guess.applies(self.joined[number], result):
            return False
        terms, tickets = self._prepare(guess)
        ticket = tickets.get(number)
        if ticket is None:
            return False
        level = terms.service_level(self.level.id)
        hours = hours_for(terms, [ticket], as_of=self.as_of)
        replayed = ticket_result(ticket, level, terms, hours, as_of=self.as_of, excluded={})
        # Out of this service level altogether: the provider counts it as no miss.
        return verdict is Verdict.MET if replayed is None else replayed.verdict is verdict

    def _prepare(self, guess: _Guess) -> tuple[AgreementTerms, Mapping[str, Ticket]]:
        """Return the changed terms and the tickets as they see them; made once for each guess."""
        if guess.sentence not in self._prepared:
            terms = changed_agreement(self.agreement, guess.changes)
            level = terms.service_level(self.level.id)
            seen = {t.number: t for t in meant_tickets(self.tickets, level, terms)}
            self._prepared[guess.sentence] = terms, seen
        return self._prepared[guess.sentence]


def _difference(
    number: str,
    ours: TicketResult | None,
    theirs: Verdict | None,
    guesses: Sequence[_Guess],
    replay: _Replay,
) -> Difference:
    verdict = ours.verdict if ours else None
    if ours is None or theirs is None:
        where = "our evidence" if ours is None else "the provider's report"
        sentence = f"not counted in {where} for this month"
        return Difference(number, verdict, theirs, Cause.MISSING_ROW, sentence, ours)
    if Verdict.EXCLUDED in {verdict, theirs}:
        side = "we leave" if verdict is Verdict.EXCLUDED else "the provider leaves"
        reason = f": {ours.reason}" if ours.reason else ""
        sentence = f"{side} it out{reason}"
        return Difference(number, verdict, theirs, Cause.EXCLUDED, sentence, ours)
    for guess in guesses:
        if replay.leads_to(guess, number, ours, theirs):
            return Difference(number, verdict, theirs, guess.cause, guess.sentence, ours)
    sentence = "no change of calendar, zone, pause, reopening or priority explains it"
    return Difference(number, verdict, theirs, Cause.OTHER, sentence, ours)


def _guesses(level: ServiceLevelTerms, agreement: AgreementTerms) -> list[_Guess]:
    """Return how the provider may have counted, the causes that a ticket itself shows first."""
    clock = clock_of(level, agreement)
    guesses = [
        _Guess(
            Cause.REOPENING,
            "the provider stops at the first closing and takes what follows for a new ticket",
            Changes(on_reopening=Reopening.IGNORE, reopened_as_new=ReopenedAsNew.SEPARATE),
            lambda _ticket, result: result.reopened,
        ),
        *(
            _Guess(
                Cause.PRIORITY,
                f"the provider counts the {rule.value} priority",
                Changes(priority=rule),
                lambda ticket, _result: _priorities(ticket) > 1,
            )
            for rule in PriorityRule
            if rule is not clock.priority
        ),
    ]
    more_pauses = tuple(dict.fromkeys((*clock.pauses_in, *WAITING)))
    if set(more_pauses) != set(clock.pauses_in):
        waits = " or ".join(
            state.replace("waiting_", "").replace("_", " ")
            for state in more_pauses
            if state not in clock.pauses_in
        )
        sentence = f"the provider pauses while waiting for a {waits}; this agreement does not"
        guesses.append(_Guess(Cause.PAUSE, sentence, Changes(pauses_in=more_pauses), _waited))
    if clock.pauses_in:
        sentence = "the provider's clock runs where this agreement pauses"
        guesses.append(_Guess(Cause.PAUSE, sentence, Changes(pauses_in=()), _waited))
    guesses += [
        _Guess(
            Cause.CALENDAR, f"the provider counts {terms.sentence}", Changes(calendar=terms), _any
        )
        for terms in _other_calendars(agreement)
    ]
    guesses += [
        _Guess(Cause.ZONE, f"the provider counts in {zone}", Changes(time_zone=zone), _any)
        for zone in ("UTC", "Asia/Kolkata", "America/New_York")
        if zone != agreement.time_zone
    ]
    return guesses


def _other_calendars(agreement: AgreementTerms) -> list[CalendarTerms]:
    usual = CalendarTerms(hours={"monday-friday": ("08:00-18:00",)})
    around_the_clock = CalendarTerms(hours={"monday-sunday": ("00:00-24:00",)})
    return list({**agreement.calendars, "always": around_the_clock, "usual": usual}.values())


def _priorities(ticket: Ticket) -> int:
    return len({change.priority for change in ticket.changes if change.priority})


def _waited(ticket: Ticket, _result: TicketResult) -> bool:
    return any(change.state in WAITING for change in ticket.changes)


def _any(_ticket: Ticket, _result: TicketResult) -> bool:
    return True

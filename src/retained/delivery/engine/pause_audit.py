"""The pause audit: who lets clocks stand, why, and whether that follows a pattern.

In   tickets and what they count as
Out  paused time by who set it and why, and the tickets whose pauses or priorities look odd
Why  docs/methods/pause-audit.md
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.level_terms import ServiceLevelTerms
from retained.delivery.engine.clocks import Course, Phase, course
from retained.delivery.engine.meters import Hours
from retained.delivery.engine.tickets import Ticket
from retained.delivery.engine.verdicts import TicketResult, clock_of

# A pause counts as "shortly before a breach" with less than this share of the target left.
CLOSE_TO_TARGET = 10  # a tenth
PING_PONG = 3  # pauses in one ticket


class Pattern(StrEnum):
    """What looks odd about a ticket."""

    PAUSED_BEFORE_BREACH = "paused_before_breach"
    PING_PONG = "ping_pong"
    REOPENED_AS_NEW = "reopened_as_new"
    LOWERED_AFTER_BREACH = "lowered_after_breach"


@dataclass(frozen=True, slots=True)
class PauseShare:
    """Calendar seconds paused by one actor for one reason, over so many pauses."""

    actor: str
    reason: str
    state: str
    pauses: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Oddity:
    """One ticket that follows a pattern, in a sentence."""

    ticket: str
    pattern: Pattern
    sentence: str


@dataclass(frozen=True, slots=True)
class PauseAudit:
    """The audit of one service level's tickets. `clock_span` is the calendar time of all clocks."""

    shares: tuple[PauseShare, ...]
    oddities: tuple[Oddity, ...]
    paused_seconds: int
    clock_span: int


def pause_audit(
    tickets: Sequence[Ticket],
    results: Mapping[str, TicketResult],
    level: ServiceLevelTerms,
    agreement: AgreementTerms,
    hours: Hours,
    *,
    as_of: int,
) -> PauseAudit:
    """Return who paused the tickets of `results`, and what looks odd about them."""
    clock = clock_of(level, agreement)
    sums: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    oddities: list[Oddity] = []
    span = 0
    for ticket in tickets:
        result = results.get(ticket.number)
        if result is None:
            continue
        seen = course(ticket, clock, as_of=as_of)
        for stretch in seen.stretches:
            span += stretch.end - stretch.start
            if stretch.phase is Phase.PAUSED:
                key = (stretch.change.actor, stretch.change.reason, stretch.state.value)
                sums[key].append(stretch.end - stretch.start)
        oddities += _oddities(ticket, seen, result, level, hours)
    shares = [PauseShare(*key, len(values), sum(values)) for key, values in sums.items()]
    shares.sort(key=lambda share: (-share.seconds, share.actor, share.reason))
    paused = sum(share.seconds for share in shares)
    return PauseAudit(tuple(shares), tuple(oddities), paused, span)


def _oddities(
    ticket: Ticket, seen: Course, result: TicketResult, level: ServiceLevelTerms, hours: Hours
) -> list[Oddity]:
    found = [
        _paused_before_breach(seen, result, hours),
        _ping_pong(seen),
        _reopened_as_new(ticket),
        _lowered_after_breach(ticket, result, level),
    ]
    return [Oddity(ticket.number, pattern, sentence) for pattern, sentence in filter(None, found)]


_Found = tuple[Pattern, str] | None


def _paused_before_breach(seen: Course, result: TicketResult, hours: Hours) -> _Found:
    if result.target is None or result.calendar not in hours.by_name:
        return None
    business = hours.by_name[result.calendar]
    used = 0
    for stretch in seen.stretches:
        if stretch.phase is Phase.RUNNING:
            used += business.between(stretch.start, stretch.end)
        left = result.target.amount - used
        if stretch.phase is Phase.PAUSED and 0 <= left * CLOSE_TO_TARGET < result.target.amount:
            who = f" by {stretch.change.actor}" if stretch.change.actor else ""
            sentence = f"paused{who} with {left // 60} minutes of its target left"
            return Pattern.PAUSED_BEFORE_BREACH, sentence
    return None


def _ping_pong(seen: Course) -> _Found:
    pauses = sum(stretch.phase is Phase.PAUSED for stretch in seen.stretches)
    return (Pattern.PING_PONG, f"paused {pauses} times") if pauses >= PING_PONG else None


def _reopened_as_new(ticket: Ticket) -> _Found:
    before = ticket.attributes.get("continues", "")
    continued = ticket.attributes.get("continued_as", "")
    if not (before or continued):
        return None
    other = f"continues {before}" if before else f"was continued as {continued}"
    return Pattern.REOPENED_AS_NEW, f"{other}: closed and opened as a new ticket"


def _lowered_after_breach(ticket: Ticket, result: TicketResult, level: ServiceLevelTerms) -> _Found:
    priority = ""
    for change in ticket.changes:
        if change.priority and priority and change.priority != priority:
            before, after = level.target_for(priority), level.target_for(change.priority)
            easier = before is not None and (after is None or after.amount > before.amount)
            if easier and result.due_at is not None and change.at >= result.due_at:
                sentence = f"priority {priority} became {change.priority} after its target passed"
                return Pattern.LOWERED_AFTER_BREACH, sentence
        priority = change.priority or priority
    return None

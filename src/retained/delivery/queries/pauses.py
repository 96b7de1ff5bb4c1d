"""The pause audit of a figure: who let its clocks stand, why, and what looks odd."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.level_terms import ServiceLevelTerms
from retained.delivery.engine import pause_audit as engine
from retained.delivery.engine.measurement import hours_for, meant_tickets
from retained.delivery.engine.pause_audit import Pattern, PauseShare
from retained.delivery.engine.verdicts import TicketResult
from retained.delivery.models import Measured, MonthClose
from retained.delivery.queries import histories
from retained.delivery.queries.differences import results_of
from retained.delivery.queries.ticket_scopes import scope_of
from retained.shared.months import Month

PATTERN_WORDS = {
    Pattern.PAUSED_BEFORE_BREACH: "Paused shortly before its target",
    Pattern.PING_PONG: "Paused again and again",
    Pattern.REOPENED_AS_NEW: "Reopened as a new ticket",
    Pattern.LOWERED_AFTER_BREACH: "Lowered in priority after the breach",
}
STATE_WORDS = {
    "waiting_client": "waiting for the client",
    "waiting_third_party": "waiting for a third party",
}


@dataclass(frozen=True, slots=True)
class PauseRow:
    """Paused time by one actor for one reason."""

    actor: str
    reason: str
    state: str
    pauses: int
    seconds: int
    share: Decimal


@dataclass(frozen=True, slots=True)
class OddRow:
    """One ticket that follows a pattern, with what it counts as."""

    ticket: str
    pattern: str
    pattern_words: str
    sentence: str
    verdict: str


@dataclass(frozen=True)
class ShownAudit:
    """The pause audit of one service level in one month."""

    tickets: int
    paused_seconds: int
    clock_span: int
    rows: tuple[PauseRow, ...]
    odd: tuple[OddRow, ...]

    @property
    def paused_share(self) -> Decimal:
        """The share of all clock time, in and out of hours, that was paused."""
        return _share(self.paused_seconds, self.clock_span)

    @property
    def by_actor(self) -> list[tuple[str, int]]:
        """Paused seconds by who set the pause, the most first."""
        return _summed([(row.actor or "nobody named", row.seconds) for row in self.rows])

    @property
    def by_reason(self) -> list[tuple[str, int]]:
        """Paused seconds by reason, the most first."""
        return _summed([(row.reason or row.state, row.seconds) for row in self.rows])

    @property
    def by_pattern(self) -> list[tuple[str, int]]:
        """How many tickets follow each pattern, the most first."""
        return _summed([(row.pattern_words, 1) for row in self.odd])


def shown_audit(
    measured: Measured,
    terms: AgreementTerms,
    level: ServiceLevelTerms,
    month: Month,
    *,
    close: MonthClose | None,
) -> ShownAudit:
    """Return the pause audit of a figure, from its own tickets only."""
    scope = scope_of(measured, terms, level, month, close=close)
    results = results_of(scope, level)
    found = histories.tickets_named(scope.histories, results) if scope.histories else []
    as_of = int(measured.as_of.timestamp())
    tickets = [one for one in meant_tickets(found, level, terms) if one.number in results]
    if not tickets:
        return ShownAudit(0, 0, 0, (), ())
    hours = hours_for(terms, tickets, as_of=as_of)
    audit = engine.pause_audit(tickets, results, level, terms, hours, as_of=as_of)
    # Joined tickets look whole here: what was reopened as new shows in the parts.
    parts = [one for one in found if one.attributes.get("continues")]
    joined = {
        oddity
        for part in parts
        for oddity in _reopened(part.number, part.attributes["continues"], results)
    }
    odd = [
        OddRow(
            ticket=oddity.ticket,
            pattern=oddity.pattern.value,
            pattern_words=PATTERN_WORDS[oddity.pattern],
            sentence=oddity.sentence[:1].upper() + oddity.sentence[1:],
            verdict=results[oddity.ticket].verdict.value,
        )
        for oddity in audit.oddities
    ]
    return ShownAudit(
        tickets=len(tickets),
        paused_seconds=audit.paused_seconds,
        clock_span=audit.clock_span,
        rows=tuple(_row(share, audit.paused_seconds) for share in audit.shares),
        odd=(*odd, *sorted(joined, key=lambda row: row.ticket)),
    )


def _reopened(number: str, before: str, results: Mapping[str, TicketResult]) -> list[OddRow]:
    """Return the oddity of a ticket that goes on with one of this figure under a new number."""
    if before not in results or number in results:
        return []
    result = results[before]
    return [
        OddRow(
            ticket=before,
            pattern=Pattern.REOPENED_AS_NEW.value,
            pattern_words=PATTERN_WORDS[Pattern.REOPENED_AS_NEW],
            sentence=f"Went on as {number}: closed and opened as a new ticket",
            verdict=result.verdict.value,
        )
    ]


def _row(share: PauseShare, paused: int) -> PauseRow:
    return PauseRow(
        actor=share.actor,
        reason=share.reason,
        state=STATE_WORDS.get(share.state, share.state.replace("_", " ")),
        pauses=share.pauses,
        seconds=share.seconds,
        share=_share(share.seconds, paused),
    )


def _share(part: int, whole: int) -> Decimal:
    return Decimal(part) / whole if whole else Decimal(0)


def _summed(pairs: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    sums: dict[str, int] = {}
    for name, amount in pairs:
        sums[name] = sums.get(name, 0) + amount
    return sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))

"""One ticket under one service level: its bar, the terms of its clock, its raw rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.calendar_terms import ALWAYS
from retained.contracts.engine.clock_terms import Reopening
from retained.contracts.engine.level_terms import ServiceLevelTerms
from retained.contracts.engine.sentences.calendars import calendar_sentence
from retained.contracts.engine.sentences.levels import level_sentence
from retained.contracts.queries import VersionRow
from retained.delivery.engine.explanations import Explanation, Kind, explanation
from retained.delivery.engine.measurement import hours_for, meant_tickets
from retained.delivery.engine.tickets import Change, Ticket
from retained.delivery.engine.verdicts import (
    NO_OPENING,
    NO_PRIORITY,
    NO_STATE,
    TicketResult,
    Verdict,
    clock_of,
    ticket_result,
)
from retained.delivery.queries import derived, histories
from retained.delivery.queries.frozen_tickets import frozen_results
from retained.delivery.queries.level_months import AgreementMonths
from retained.evidence.models import Batch
from retained.evidence.queries import batches as evidence_batches
from retained.pages.parts import Bar, Span, timeline
from retained.shared.errors import NotThereError
from retained.shared.months import Month

_KINDS = {
    Kind.RUNNING: "running",
    Kind.PAUSED: "paused",
    Kind.OUT_OF_HOURS: "closed",
    Kind.STOPPED: "none",
}
_STATES = {
    "new": "opened",
    "assigned": "assigned",
    "in_progress": "in progress",
    "waiting_client": "waiting for the client",
    "waiting_third_party": "waiting for a third party",
    "resolved": "resolved",
    "closed": "closed",
    "cancelled": "cancelled",
}


@dataclass(frozen=True, slots=True)
class RawRow:
    """One raw row: what was read of it, all its cells, and where it stands.

    A row of no batch of ours has no `batch`, and no cells.
    """

    at: datetime
    says: str
    priority: str
    actor: str
    reason: str
    sha256: str
    row: int
    batch: Batch | None
    cells: Mapping[str, str]  # every column of the row, as it stood in the file


@dataclass(frozen=True, slots=True)
class TermRow:
    """One summand of the clock: what happened, F at that moment, its sign, the sum so far."""

    at: datetime
    event: str
    open_seconds: int
    sign: int
    sum_so_far: int
    row: int | None


WAYS_ON = {
    NO_OPENING: "Bring in its rows from the beginning, or say in the mapping that a ticket opens "
    "with its first row, if it does.",
    NO_PRIORITY: "Map the column that holds priorities, or bring in the rows that tell one.",
    NO_STATE: "Map the column that holds states, or say in the mapping what its states stand for.",
}


@dataclass(frozen=True)
class ShownTicket:
    """Everything that a ticket's page says."""

    ticket: Ticket
    level: ServiceLevelTerms
    terms: AgreementTerms
    version: VersionRow
    result: TicketResult
    bar: Bar | None
    rows: tuple[TermRow, ...]
    raw: tuple[RawRow, ...]
    calendar_words: str
    promise: str
    reported: str
    continued: tuple[str, ...]
    several_cycles: bool
    stated_otherwise: str

    @property
    def month(self) -> Month | None:
        """The month that the ticket counts in; none while it is open."""
        return self.result.month

    @property
    def way_on(self) -> str:
        """What would make a ticket usable that is not."""
        return WAYS_ON.get(self.result.reason, "") if self.is_unusable else ""

    @property
    def is_unusable(self) -> bool:
        """Whether it cannot be judged."""
        return self.result.verdict is Verdict.UNUSABLE

    @property
    def sum_of_terms(self) -> int:
        """What the terms come to."""
        return self.rows[-1].sum_so_far if self.rows else 0

    @property
    def due_at(self) -> datetime | None:
        """When the target is used up."""
        return None if self.result.due_at is None else _moment(self.result.due_at)


def shown_ticket(months: AgreementMonths, level_id: str, number: str) -> ShownTicket:
    """Return a ticket as one service level sees it; raises NotThereError.

    A ticket that continues another is shown with the one that it continues, where the clock
    sees both as one.
    """
    terms, measured = months.agreed, months.measured
    counted = _counted(derived.results_file(measured), level_id, number)
    month = counted.month if counted else None
    version = terms.version_on(month or Month.parse(measured.running))
    level = next((one for one in version.terms.service_levels if one.id == level_id), None)
    if level is None:
        raise NotThereError("This ticket")
    batches = evidence_batches.batches_of_sources([level.source]).get(level.source, [])
    batches = evidence_batches.those_that_count(batches)
    folder = derived.histories_of(batches)
    if folder is None:
        raise NotThereError("This ticket")
    found = histories.tickets_named(folder, [number])
    as_of = int(measured.as_of.timestamp())
    ticket, result = _meant(
        found, histories.beginning_of(folder, number), number, level, version.terms, as_of=as_of
    )
    explained = explanation(
        ticket, level, version.terms, hours_for(version.terms, [ticket], as_of=as_of), as_of=as_of
    )
    parts = [one for one in found if one.number != ticket.number]
    is_unusable = result.verdict is Verdict.UNUSABLE
    return ShownTicket(
        ticket=ticket,
        level=level,
        terms=version.terms,
        version=version,
        # As it was measured, with what both sides agreed to leave out.
        result=replace(result, verdict=counted.verdict, reason=counted.reason)
        if counted and ticket.number == number
        else result,
        # What cannot be judged has no clock to show: its rows are all there is.
        bar=None if is_unusable else _bar(explained, result),
        rows=() if is_unusable else tuple(_term_rows(explained)),
        raw=tuple(_raw_rows(ticket, batches)),
        calendar_words=_calendar_words(explained.calendar, version.terms),
        promise=level_sentence(level, version.terms),
        reported=ticket.reported or "",
        continued=tuple(one.number for one in parts if _is_part(one, ticket)),
        several_cycles=clock_of(level, version.terms).on_reopening is Reopening.NEW_CYCLE
        and explained.course.reopened,
        stated_otherwise=_stated_otherwise(months, level_id, ticket.number, counted),
    )


@dataclass(frozen=True, slots=True)
class _Counted:
    """What the measurement made of a ticket."""

    month: Month | None
    verdict: Verdict
    reason: str


def _stated_otherwise(
    months: AgreementMonths, level_id: str, number: str, now: _Counted | None
) -> str:
    """Return in words what the statement of a closed month says of a ticket, if something else."""
    close = months.close_of(now.month) if now and now.month else None
    if now is None or now.month is None or close is None:
        return ""
    frozen = _counted(frozen_results(close, months.measured), level_id, number)
    statement = f"Statement {close.number} of {now.month.title}"
    if frozen is None:
        return f"{statement} does not hold this ticket: it came after the month was closed."
    if frozen.verdict is now.verdict:
        return ""
    return f"{statement} counts this ticket as {frozen.verdict}: what is here came after the close."


def _counted(results: Path, level_id: str, number: str) -> _Counted | None:
    """Return what a ticket counts as, from a file of results; None where it is not among them."""
    found = derived.rows(
        "SELECT coalesce(month, ''), verdict, coalesce(reason, '') FROM read_parquet(?) "
        "WHERE service_level = ? AND ticket = ?",
        [str(results), level_id, number],
    )
    if not found:
        return None
    month, verdict, reason = found[0]
    return _Counted(Month.parse(month) if month else None, Verdict(verdict), reason)


def _meant(
    found: Sequence[Ticket],
    beginning: str,
    number: str,
    level: ServiceLevelTerms,
    terms: AgreementTerms,
    *,
    as_of: int,
) -> tuple[Ticket, TicketResult]:
    meant = {ticket.number: ticket for ticket in meant_tickets(found, level, terms)}
    ticket = meant.get(number) or meant.get(beginning)
    if ticket is None or not ticket.changes:
        raise NotThereError("This ticket")
    hours = hours_for(terms, [ticket], as_of=as_of)
    result = ticket_result(ticket, level, terms, hours, as_of=as_of, excluded={})
    if result is None:
        raise NotThereError("This ticket")
    return ticket, result


def _bar(explained: Explanation, result: TicketResult) -> Bar | None:
    spans = [
        Span(_moment(piece.start), _moment(piece.end), _KINDS[piece.kind])
        for piece in explained.pieces
    ]
    due = None if result.due_at is None else _moment(result.due_at)
    if not spans:
        return None
    bar = timeline(spans, due=due)
    # What a bar calls unknown is known here: the clock had stopped before the ticket came back.
    words = {"none": "stopped, before it was opened again"}
    legend = tuple(replace(line, words=words.get(line.kind, line.words)) for line in bar.legend)
    return replace(
        bar, legend=legend, sentence=bar.sentence.replace("no state known", words["none"])
    )


def _term_rows(explained: Explanation) -> list[TermRow]:
    rows: list[TermRow] = []
    so_far = 0
    for term in explained.terms:
        so_far += term.sign * term.open_seconds
        rows.append(
            TermRow(
                at=_moment(term.at),
                event=_event(term.change, starts=term.sign < 0),
                open_seconds=term.open_seconds,
                sign=term.sign,
                sum_so_far=so_far,
                row=term.change.row if term.change else None,
            )
        )
    return rows


def _event(change: Change | None, *, starts: bool) -> str:
    if change is None:
        return "the clock still runs: the evidence ends here"
    state = _STATES.get(change.state or "", "row without a state")
    return f"{state}: the clock {'starts' if starts else 'stands'}"


def _raw_rows(ticket: Ticket, batches: Sequence[Batch]) -> list[RawRow]:
    by_sha = {batch.sha256: batch for batch in batches}
    cells = {
        sha: evidence_batches.raw_rows(
            batch, {one.row for one in ticket.changes if one.file == sha}
        )
        for sha, batch in by_sha.items()
        if any(one.file == sha for one in ticket.changes)
    }
    return [
        RawRow(
            at=_moment(change.at),
            says=_STATES.get(change.state or "", "no state"),
            priority=change.priority or "",
            actor=change.actor,
            reason=change.reason,
            sha256=change.file,
            row=change.row,
            batch=by_sha.get(change.file),
            cells=cells.get(change.file, {}).get(change.row, {}),
        )
        for change in ticket.changes
    ]


def _calendar_words(name: str, terms: AgreementTerms) -> str:
    if name in terms.calendars:
        return calendar_sentence(terms.calendars[name], terms.time_zone)
    return "Around the clock." if name == ALWAYS else ""


def _is_part(other: Ticket, ticket: Ticket) -> bool:
    own = {(change.file, change.row) for change in ticket.changes}
    return any((change.file, change.row) in own for change in other.changes)


def _moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, tz=UTC)

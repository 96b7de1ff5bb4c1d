"""Explanations: why a ticket's clock shows what it shows, second by second and row by row.

In   a ticket, a service level, the agreement's clocks and calendars
Out  the stretches of its bar, and the terms that sum to its clock
Why  docs/methods/ticket-clocks.md
"""

from dataclasses import dataclass
from enum import StrEnum

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.level_terms import ServiceLevelTerms
from retained.delivery.engine.clocks import Course, Phase, Stretch, Term, course, terms
from retained.delivery.engine.meters import Hours
from retained.delivery.engine.tickets import Ticket
from retained.delivery.engine.verdicts import clock_of, counted_priority
from retained.shared.business_time import BusinessTime


class Kind(StrEnum):
    """What a piece of the bar shows."""

    RUNNING = "running"
    OUT_OF_HOURS = "out_of_hours"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the bar, in UTC seconds; neighbours of one kind are one piece."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that one ticket's clock rests on.

    The open seconds of `terms`, each times its sign, sum to the clock before a hold total.
    """

    course: Course
    calendar: str
    pieces: tuple[Piece, ...]
    terms: tuple[Term, ...]

    @property
    def sum_of_terms(self) -> int:
        """The clock, summed up again from its terms."""
        return sum(term.sign * term.open_seconds for term in self.terms)


def explanation(
    ticket: Ticket,
    level: ServiceLevelTerms,
    agreement: AgreementTerms,
    hours: Hours,
    *,
    as_of: int,
) -> Explanation:
    """Return the bar and the terms of a ticket's clock under a service level."""
    clock = clock_of(level, agreement)
    seen = course(ticket, clock, as_of=as_of)
    priority = counted_priority(ticket, seen, clock, as_of=as_of)
    service = ticket.attributes.get("service", "")
    name, business = hours.of(clock, priority=priority, service=service)
    return Explanation(
        course=seen,
        calendar=name,
        pieces=tuple(bar(seen, business)),
        terms=tuple(terms(seen.running(), business)),
    )


def bar(seen: Course, business: BusinessTime) -> list[Piece]:
    """Return the pieces of the bar from start to stop, running time cut by the calendar."""
    pieces: list[Piece] = []
    for stretch in seen.stretches:
        for piece in _pieces(stretch, business):
            if pieces and pieces[-1].kind is piece.kind and pieces[-1].end == piece.start:
                pieces[-1] = Piece(pieces[-1].start, piece.end, piece.kind)
            elif piece.start < piece.end:
                pieces.append(piece)
    return pieces


def _pieces(stretch: Stretch, business: BusinessTime) -> list[Piece]:
    if stretch.phase is not Phase.RUNNING:
        return [Piece(stretch.start, stretch.end, Kind(stretch.phase.value))]
    pieces: list[Piece] = []
    moment = stretch.start
    for start, end in business.open_between(stretch.start, stretch.end):
        pieces.append(Piece(moment, start, Kind.OUT_OF_HOURS))
        pieces.append(Piece(start, end, Kind.RUNNING))
        moment = end
    pieces.append(Piece(moment, stretch.end, Kind.OUT_OF_HOURS))
    return [piece for piece in pieces if piece.start < piece.end]

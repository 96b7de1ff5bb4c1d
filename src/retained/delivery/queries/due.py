"""What is due in the month that runs: open tickets whose target runs out today, or had by then.

Evidence ends at some moment: what was open then may have ended since. So each list says until when
evidence goes, and a ticket is overdue as of then, not as of now.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from retained.delivery.models import Measured
from retained.delivery.queries import derived

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class DueTicket:
    """An open ticket and the moment at which its target runs out if nothing pauses it."""

    ticket: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class DueTickets:
    """Some open tickets of one service level, the one that was due first before others."""

    tickets: tuple[DueTicket, ...] = ()

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.tickets)

    @property
    def first(self) -> tuple[DueTicket, ...]:
        """Those that a page names."""
        return self.tickets[:_SHOWN]


@dataclass(frozen=True, slots=True)
class DueToday:
    """The open tickets of one service level whose target runs out by the end of today.

    `overdue` had used it up when the evidence ended, `since` fell due between then and today.
    """

    as_of: datetime
    overdue: DueTickets = field(default_factory=DueTickets)
    since: DueTickets = field(default_factory=DueTickets)
    today: DueTickets = field(default_factory=DueTickets)


def due_today(measured: Measured, zone: ZoneInfo, *, at: datetime) -> Mapping[str, DueToday]:
    """Return by service level what is open and due by the end of the day of `at`."""
    start = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    end = (start + timedelta(days=1)).replace(hour=0)
    found = derived.rows(
        "SELECT service_level, ticket, due_at FROM read_parquet(?) "
        "WHERE verdict IN ('open', 'missed') AND stopped_at IS NULL AND due_at < ? "
        "ORDER BY due_at, ticket",
        [str(derived.results_file(measured)), int(end.timestamp())],
    )
    by_level: dict[str, list[DueTicket]] = {}
    for level_id, ticket, due_at in found:
        moment = datetime.fromtimestamp(due_at, tz=UTC)
        by_level.setdefault(level_id, []).append(DueTicket(ticket, moment))
    return {
        level_id: DueToday(
            measured.as_of,
            overdue=_between(tickets, None, measured.as_of),
            since=_between(tickets, measured.as_of, start),
            today=_between(tickets, max(start, measured.as_of), None),
        )
        for level_id, tickets in by_level.items()
    }


def _between(tickets: list[DueTicket], first: datetime | None, end: datetime | None) -> DueTickets:
    return DueTickets(
        tuple(
            one
            for one in tickets
            if (first is None or first <= one.due_at) and (end is None or one.due_at < end)
        )
    )

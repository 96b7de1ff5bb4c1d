"""What is due today in the month that runs: open tickets whose target runs out, and odds of it."""

from collections.abc import Mapping
from dataclasses import dataclass
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
class DueToday:
    """The open tickets of one service level that fall due today: how many, and the first."""

    count: int
    first: tuple[DueTicket, ...]


def due_today(measured: Measured, zone: ZoneInfo, *, at: datetime) -> Mapping[str, DueToday]:
    """Return by service level what falls due on the day of `at`: one look at the results."""
    start = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    end = (start + timedelta(days=1)).replace(hour=0)
    found = derived.rows(
        "SELECT service_level, ticket, due_at FROM read_parquet(?) "
        "WHERE verdict = 'open' AND due_at >= ? AND due_at < ? ORDER BY due_at, ticket",
        [str(derived.results_file(measured)), int(start.timestamp()), int(end.timestamp())],
    )
    by_level: dict[str, list[DueTicket]] = {}
    for level_id, ticket, due_at in found:
        moment = datetime.fromtimestamp(due_at, tz=UTC)
        by_level.setdefault(level_id, []).append(DueTicket(ticket, moment))
    return {
        level_id: DueToday(len(tickets), tuple(tickets[:_SHOWN]))
        for level_id, tickets in by_level.items()
    }

"""What stands around the tickets of a figure: how many they are, the choices of filters, days.

The results of a measurement never change, so neither does what is summed up of them.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from retained.delivery.queries.figures import days_of
from retained.delivery.queries.ticket_scopes import Scope

_PRIORITIES = "SELECT DISTINCT priority FROM mine WHERE coalesce(priority, '') <> ''"
_REASONS = (
    "SELECT reason FROM mine WHERE coalesce(reason, '') <> '' "
    "GROUP BY reason ORDER BY count(*) DESC, reason LIMIT 30"
)
# Zones are apart by quarters of an hour at the least: days are put together from these.
_QUARTERS = (
    "SELECT coalesce(stopped_at, due_at) // 900 * 900 AS moment, verdict, count(*) FROM mine "
    "WHERE verdict IN ('met', 'missed') AND coalesce(stopped_at, due_at) IS NOT NULL "
    "GROUP BY ALL ORDER BY moment"
)


@dataclass(frozen=True, slots=True)
class TicketSums:
    """The tickets of one figure together; `days` holds met and missed by day, in order."""

    count: int
    priorities: tuple[str, ...]
    reasons: tuple[str, ...]
    days: dict[date, dict[str, int]]


def ticket_sums(scope: Scope, zone: ZoneInfo) -> TicketSums:
    """Return what stands around the tickets of a figure, with days on the wall of `zone`."""
    return _sums(scope.results, scope.level_id, scope.month, scope.running, scope.said_in, zone)


@lru_cache(maxsize=512)
def _sums(
    results: str, level_id: str, month: str, running: bool, said_in: str, zone: ZoneInfo
) -> TicketSums:
    scope = Scope(results, level_id, month, running, said_in=said_in)
    with scope.opened() as connection:

        def column(sql: str) -> tuple[str, ...]:
            return tuple(sorted(row[0] for row in connection.execute(sql).fetchall()))

        counted = connection.execute("SELECT count(*) FROM mine").fetchall()
        return TicketSums(
            count=int(counted[0][0]),
            priorities=column(_PRIORITIES),
            reasons=column(_REASONS),
            days=days_of(connection.execute(_QUARTERS).fetchall(), zone),
        )

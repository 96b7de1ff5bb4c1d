"""Histories of single tickets, read from the derived files of their source."""

import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from retained.delivery.engine.histories import QUERY, tickets_from
from retained.delivery.engine.tickets import Ticket, beginning
from retained.delivery.queries import derived

_MOST_AT_ONCE = 500


def tickets_named(folder: Path, numbers: Iterable[str]) -> list[Ticket]:
    """Return tickets of a source, with every ticket that continues one of them or is continued.

    `folder` holds the source's histories. The tickets are as the evidence has them:
    `meant_tickets` puts together what one clock sees as one.
    """
    wanted = sorted(_with_chains(set(numbers), folder))
    found: list[Ticket] = []
    sql = QUERY.replace("FROM changes", "FROM read_parquet(?) WHERE list_contains(?, ticket)")
    with derived.duck() as connection:
        for start in range(0, len(wanted), _MOST_AT_ONCE):
            some = wanted[start : start + _MOST_AT_ONCE]
            path = str(folder / derived.CHANGES)
            found += tickets_from(connection.execute(sql, [path, some]).fetchall())
    return found


def beginning_of(folder: Path, number: str) -> str:
    """Return the ticket that `number` continues in the end, or itself."""
    return beginning(number, _continued(folder))


@lru_cache(maxsize=64)
def _continued(folder: Path) -> dict[str, str]:
    """Return which ticket continues which; a folder's files never change."""
    sql = "SELECT ticket, attributes FROM read_parquet(?)"
    found = derived.rows(sql, [str(folder / derived.CONTINUED)])
    return {ticket: json.loads(attributes)["continues"] for ticket, attributes in found}


def _with_chains(numbers: set[str], folder: Path) -> set[str]:
    """Return the tickets with all that lie before and after them in their chains."""
    before = _continued(folder)
    after: dict[str, list[str]] = {}
    for later, earlier in before.items():
        after.setdefault(earlier, []).append(later)
    found, waiting = set(numbers), list(numbers)
    while waiting:
        number = waiting.pop()
        near = [*after.get(number, ()), *filter(None, [before.get(number)])]
        fresh = [other for other in near if other not in found]
        found.update(fresh)
        waiting += fresh
    return found

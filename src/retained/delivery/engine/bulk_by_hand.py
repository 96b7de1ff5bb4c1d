"""The few tickets that sums cannot judge, counted stretch by stretch within the large path.

In   the results of the large path, with a mark on those tickets
Out  the same table, those tickets replaced by what the small path says
Why  docs/methods/ticket-clocks.md
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter

import duckdb

from retained.delivery.engine.bulk_tables import (
    RAISED,
    STATES_BY_CODE,
    VERDICT_CODES,
    Bulk,
    fill,
    priority_named,
)
from retained.delivery.engine.meters import Hours
from retained.delivery.engine.tickets import Change, Ticket
from retained.delivery.engine.verdicts import ticket_result


def count_by_hand(
    connection: duckdb.DuckDBPyConnection,
    bulk: Bulk,
    hours: Hours,
    excluded: Mapping[str, str],
    into: str,
) -> None:
    """Let the small path count the few tickets that sums cannot judge.

    Those are: open past the target (the month is the one in which the target passed), a priority
    changed after a stop, no opening, no priority.
    """
    rows = connection.execute(
        f"""SELECT ticket, "at", move, priority_change FROM {bulk.source}
            WHERE ticket IN (SELECT ticket FROM {into} WHERE by_hand) AND "at" <= ?
            ORDER BY ticket, nth""",  # noqa: S608 - our own names
        [bulk.as_of],
    ).fetchall()
    results = [
        row
        for number, own in groupby(rows, key=itemgetter(0))
        if (row := _by_hand(bulk, hours, excluded, number, list(own))) is not None
    ]
    connection.execute(f"DELETE FROM {into} WHERE by_hand")  # noqa: S608 - our own name
    fill(connection, into, results)


def _by_hand(
    bulk: Bulk,
    hours: Hours,
    excluded: Mapping[str, str],
    number: str,
    rows: Sequence[tuple[str, int, int, int]],
) -> tuple[object, ...] | None:
    changes, priority = [], 0
    for _, at, move, change in rows:
        priority += change
        state = STATES_BY_CODE[move % RAISED % len(STATES_BY_CODE)]
        changes.append(Change(at, state, priority_named(bulk, priority) or None))
    found = ticket_result(
        Ticket(number, tuple(changes)),
        bulk.level,
        bulk.agreement,
        hours,
        as_of=bulk.as_of,
        excluded=excluded,
    )
    if found is None:
        return None
    return (
        found.ticket,
        bulk.priorities.index(found.priority) + 1 if found.priority else 0,
        found.clock_seconds,
        found.paused_seconds,
        VERDICT_CODES[found.verdict],
        True,
        found.month.year * 12 + found.month.number - 1 if found.month else None,
    )

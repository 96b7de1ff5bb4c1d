"""The few tickets that sums cannot judge, counted stretch by stretch within the large path.

In   the results of the large path, with a mark on those tickets
Out  the same table, those tickets replaced by what the small path says
Why  docs/methods/ticket-clocks.md
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter

import duckdb

from retained.delivery.engine.bulk_tables import STATES_BY_CODE, Bulk, priority_named
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
        f"""SELECT ticket, "at", state, priority FROM {bulk.source}
            WHERE ticket IN (SELECT ticket FROM {into} WHERE by_hand = 1) AND "at" <= ?
            ORDER BY ticket, nth""",  # noqa: S608 - our own names
        [bulk.as_of],
    ).fetchall()
    results = [
        row
        for number, own in groupby(rows, key=itemgetter(0))
        if (row := _by_hand(bulk, hours, excluded, number, list(own))) is not None
    ]
    if not results:
        return
    connection.execute(f"DELETE FROM {into} WHERE by_hand = 1")  # noqa: S608 - our own name
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE by_hand AS SELECT * FROM {into} LIMIT 0"  # noqa: S608
    )
    marks = ", ".join(["?"] * len(results[0]))
    connection.executemany(f"INSERT INTO by_hand VALUES ({marks})", results)  # noqa: S608
    connection.execute(f"INSERT INTO {into} SELECT * FROM by_hand")  # noqa: S608 - our own name


def _by_hand(
    bulk: Bulk,
    hours: Hours,
    excluded: Mapping[str, str],
    number: str,
    rows: Sequence[tuple[str, int, int, int]],
) -> tuple[object, ...] | None:
    changes = tuple(
        Change(at, STATES_BY_CODE[state], priority_named(bulk, priority) or None)
        for _, at, state, priority in rows
    )
    found = ticket_result(
        Ticket(number, changes),
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
        found.calendar,
        found.clock_seconds,
        found.paused_seconds,
        str(found.verdict),
        1,
        found.month.year * 12 + found.month.number - 1 if found.month else None,
    )

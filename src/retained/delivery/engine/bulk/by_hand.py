"""The few tickets that sums cannot judge, counted stretch by stretch within the large path.

In   the question of the large path, a table with the tickets that it marks as odd
Out  what each counts as, as the small path says
Why  docs/methods/ticket-clocks.md
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter

import duckdb

from retained.delivery.engine.bulk.moves import RAISED, STATES_BY_CODE
from retained.delivery.engine.bulk.question import Question
from retained.delivery.engine.bulk.rules import priority_named
from retained.delivery.engine.tickets import Change, Ticket
from retained.delivery.engine.verdicts import TicketResult, ticket_result

_Row = tuple[str, int, int, int, int | None, bool, bool]


def results_by_hand(
    connection: duckdb.DuckDBPyConnection,
    question: Question,
    odd: str,
    excluded: Mapping[str, str],
) -> list[TicketResult]:
    """Return what the odd tickets count as: a late priority, no opening, no priority.

    `odd` is a table with the column `ticket`.
    """
    bulk = question.bulk
    facts = f"LEFT JOIN {bulk.facts} AS facts ON facts.ticket = moves.ticket" if bulk.facts else ""
    known = (
        "hold_seconds, coalesce(pauses_known, TRUE), coalesce(rows_whole, TRUE)"
        if bulk.facts
        else "NULL, TRUE, TRUE"
    )
    rows: list[_Row] = connection.execute(
        f"""SELECT moves.ticket, "at", move, priority_change, {known}
            FROM {bulk.source} AS moves {facts}
            WHERE moves.ticket IN (SELECT ticket FROM {odd}) AND "at" <= ?
            ORDER BY moves.ticket, nth""",
        [bulk.as_of],
    ).fetchall()
    found = (
        ticket_result(
            _ticket(question, number, list(own)),
            bulk.level,
            bulk.agreement,
            question.hours,
            as_of=bulk.as_of,
            excluded=excluded,
        )
        for number, own in groupby(rows, key=itemgetter(0))
    )
    return [result for result in found if result is not None]


def _ticket(question: Question, number: str, rows: Sequence[_Row]) -> Ticket:
    """Return a ticket as far as the rules of the large path look at it."""
    changes, priority = [], 0
    for _, at, move, change, *_ in rows:
        priority += change
        state = STATES_BY_CODE[move % RAISED % len(STATES_BY_CODE)]
        changes.append(Change(at, state, priority_named(question.bulk, priority) or None))
    *_, hold_seconds, pauses_known, rows_whole = rows[0]
    # The attributes asked for were looked at before: the question leaves other tickets out.
    asked = {column: values[0] for column, values in question.bulk.level.tickets.items()}
    return Ticket(
        number,
        tuple(changes),
        attributes=asked,
        hold_seconds=hold_seconds,
        pauses_known=pauses_known,
        rows_whole=rows_whole,
    )

"""Histories: tickets put together from the rows that `evidence` has read.

In   rows of the `changes` relation, ordered by ticket and moment
Out  tickets, one after another
Why  docs/methods/ticket-clocks.md
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from retained.delivery.engine.tickets import Change, Ticket
from retained.shared.states import State

# The columns to select, in this order, and what to order them by.
COLUMNS = (
    "ticket", "at", "state", "priority", "actor", "reason", "attributes", "hold_seconds",
    "pauses_known", "reported", "file", "row", "rows_whole",
)  # fmt: skip
ORDER = ("ticket", "at", "sequence", "row", "file")
QUERY = (
    "SELECT "  # noqa: S608 - our own names; quoted, since "at" is a word of SQL
    + ", ".join(f'"{name}"' for name in COLUMNS)
    + " FROM changes ORDER BY "
    + ", ".join(f'"{name}"' for name in ORDER)
)

_STATES: dict[str, State] = {state.value: state for state in State}


def tickets_from(rows: Iterable[Sequence[Any]]) -> Iterator[Ticket]:
    """Yield the tickets that rows of `COLUMNS` in `ORDER` hold."""
    for number, group in groupby(rows, key=itemgetter(0)):
        own = list(group)
        yield Ticket(
            number=number,
            changes=tuple(_change(row) for row in own),
            attributes=_attributes(own),
            hold_seconds=next((row[7] for row in reversed(own) if row[7] is not None), None),
            pauses_known=any(row[8] for row in own),
            rows_whole=all(row[12] for row in own),
            reported=next((row[9] for row in reversed(own) if row[9]), None),
        )


def _change(row: Sequence[Any]) -> Change:
    return Change(
        at=row[1],
        state=_STATES[row[2]] if row[2] else None,
        priority=row[3] or None,
        actor=row[4] or "",
        reason=row[5] or "",
        file=row[10],
        row=row[11],
    )


def _attributes(rows: Sequence[Sequence[Any]]) -> dict[str, str]:
    """Return the ticket's attributes: of each, the value that was known last."""
    known: dict[str, str] = {}
    for text, _ in groupby(row[6] for row in rows if row[6]):
        known.update({key: value for key, value in json.loads(text).items() if value})
    return known

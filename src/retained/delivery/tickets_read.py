"""The tickets of a source, read from its batches: only the new ones where that is enough.

In   a source with the batches that count
Out  its tickets in order, and its latest stamp; the same as reading everything at once
Why  a file a month would have the whole history read once more with each
"""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from retained.delivery.engine.histories import QUERY, tickets_from
from retained.delivery.engine.tickets import Ticket
from retained.evidence.engine.normalising.row_counts import (
    RowCount,
    RowsByMonth,
    rows_by_month,
)
from retained.evidence.models import Batch, Source
from retained.evidence.queries import batches as evidence_batches


@dataclass(frozen=True, slots=True)
class Read:
    """What some batches of a source say together: tickets by number, latest stamp, rows by month.

    A batch is known by its folder, whose name is random: no other batch ever had it.
    """

    batches: tuple[str, ...]
    tickets: tuple[Ticket, ...]
    latest: int | None
    rows: RowsByMonth


_NOTHING = Read((), (), None, {})

# What this process last read of a source. A file a month usually tells of tickets that no other
# file tells of: then it alone is read, and not the whole history with it once more.
_last_read: dict[int, Read] = {}
_one_at_a_time = Lock()
_MOST_SOURCES = 4
_MOST_TICKETS = 250_000  # beyond, memory is worth more than the seconds


def read_source(source: Source) -> Read:
    """Read a source, as far as it was not read before."""
    batches = evidence_batches.batches_that_count(source)
    keys = tuple(batch.folder for batch in batches)
    known = _last_read.get(source.pk, _NOTHING)
    if keys[: len(known.batches)] != known.batches:
        known = _NOTHING
    new = batches[len(known.batches) :]
    added = _read_batches(new)
    if known.batches and added.batches:
        # A row that could not be used may be of a ticket that only earlier files tell of.
        all_used = not any(batch.rows_unusable for batch in new)
        stands = all_used and evidence_batches.tickets_stand_alone(batches)
        alone = stands and _share_nothing(known, added)
        added = _together(known, added) if alone else _read_batches(batches)
    read = added if added.batches else known
    _keep(source.pk, read)
    return read


def _read_batches(batches: Sequence[Batch]) -> Read:
    if not batches:
        return _NOTHING
    with evidence_batches.evidence_of_batches(batches) as evidence:
        rows = evidence.connection.execute(QUERY).fetchall()
        keys = tuple(batch.folder for batch in batches)
        tickets = tuple(tickets_from(rows))
        return Read(keys, tickets, evidence.latest, rows_by_month(evidence.connection))


def _share_nothing(one: Read, other: Read) -> bool:
    numbers = {ticket.number for ticket in one.tickets}
    return not any(ticket.number in numbers for ticket in other.tickets)


def _together(known: Read, added: Read) -> Read:
    """Return what both say, in the order in which reading them at once gives it."""
    tickets = sorted((*known.tickets, *added.tickets), key=lambda ticket: ticket.number)
    latest = [moment for moment in (known.latest, added.latest) if moment is not None]
    rows = {
        month: known.rows.get(month, RowCount()) + added.rows.get(month, RowCount())
        for month in {**known.rows, **added.rows}
    }
    return Read(known.batches + added.batches, tuple(tickets), max(latest, default=None), rows)


def _keep(source_id: int, read: Read) -> None:
    """Keep what was read, in place of the source that was asked for longest ago."""
    with _one_at_a_time:
        _last_read.pop(source_id, None)
        if len(read.tickets) <= _MOST_TICKETS:
            _last_read[source_id] = read
        while len(_last_read) > _MOST_SOURCES:
            _last_read.pop(next(iter(_last_read)))

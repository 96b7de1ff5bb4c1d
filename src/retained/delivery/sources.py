"""What a measurement reads: tickets and batches of the sources that an agreement names.

This file is the one place where delivery meets the tables of evidence.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.level_terms import ServiceLevelTerms
from retained.delivery.engine.histories import QUERY, tickets_from
from retained.delivery.engine.statements import Reported
from retained.delivery.engine.tickets import Ticket
from retained.evidence import queries as evidence_queries
from retained.evidence.models import Batch, Source
from retained.shared.months import Month


@dataclass(frozen=True, slots=True)
class SeenEvidence:
    """The tickets of each source, and the latest stamp of all."""

    by_source: Mapping[str, list[Ticket]]
    latest: int | None

    def tickets_of(self, level: ServiceLevelTerms) -> list[Ticket]:
        """Return the tickets of a service level's source."""
        return self.by_source.get(level.source, [])


def sources_of(terms: Iterable[AgreementTerms]) -> list[Source]:
    """Return the sources that the service levels of some versions name, as far as they exist."""
    names = sorted({level.source for one in terms for level in one.service_levels})
    found = (evidence_queries.source_named(name) for name in names)
    return [source for source in found if source is not None]


def batches_of(sources: Iterable[Source]) -> list[dict[str, object]]:
    """Return the batches that figures are made of, as statements name them."""
    return [
        {
            "source": source.name,
            "number": batch.number,
            "file": batch.file_name,
            "sha256": batch.sha256,
            "rows": batch.rows_read,
            "mapping": batch.mapping.number,
        }
        for source in sources
        for batch in evidence_queries.batches_that_count(source)
    ]


def seen_evidence(sources: Iterable[Source]) -> SeenEvidence:
    """Return everything that some sources say."""
    read = {source.name: _read(source) for source in sources}
    latest = [one.latest for one in read.values() if one.latest is not None]
    by_source = {name: list(one.tickets) for name, one in read.items()}
    return SeenEvidence(by_source, max(latest, default=None))


@dataclass(frozen=True, slots=True)
class _Read:
    """What some batches of a source say together: tickets by number, and the latest stamp.

    A batch is known by its folder, whose name is random: no other batch ever had it.
    """

    batches: tuple[str, ...]
    tickets: tuple[Ticket, ...]
    latest: int | None


# What this process last read of a source. A file a month usually tells of tickets that no other
# file tells of: then it alone is read, and not the whole history with it once more.
_last_read: dict[int, _Read] = {}
_one_at_a_time = Lock()
_MOST_SOURCES = 4
_MOST_TICKETS = 250_000  # beyond, memory is worth more than the seconds


def _read(source: Source) -> _Read:
    """Read a source, as far as it was not read before."""
    batches = evidence_queries.batches_that_count(source)
    keys = tuple(batch.folder for batch in batches)
    known = _last_read.get(source.pk, _Read((), (), None))
    if keys[: len(known.batches)] != known.batches:
        known = _Read((), (), None)
    added = _read_batches(batches[len(known.batches) :])
    if known.batches and added.batches:
        alone = evidence_queries.tickets_stand_alone(batches) and _share_nothing(known, added)
        added = _together(known, added) if alone else _read_batches(batches)
    read = added if added.batches else known
    _keep(source.pk, read)
    return read


def _read_batches(batches: Sequence[Batch]) -> _Read:
    if not batches:
        return _Read((), (), None)
    with evidence_queries.evidence_of_batches(batches) as evidence:
        rows = evidence.connection.execute(QUERY).fetchall()
        keys = tuple(batch.folder for batch in batches)
        return _Read(keys, tuple(tickets_from(rows)), evidence.latest)


def _share_nothing(one: _Read, other: _Read) -> bool:
    numbers = {ticket.number for ticket in one.tickets}
    return not any(ticket.number in numbers for ticket in other.tickets)


def _together(known: _Read, added: _Read) -> _Read:
    """Return what both say, in the order in which reading them at once gives it."""
    tickets = sorted((*known.tickets, *added.tickets), key=lambda ticket: ticket.number)
    latest = [moment for moment in (known.latest, added.latest) if moment is not None]
    return _Read(known.batches + added.batches, tuple(tickets), max(latest, default=None))


def _keep(source_id: int, read: _Read) -> None:
    """Keep what was read, in place of the source that was asked for longest ago."""
    with _one_at_a_time:
        _last_read.pop(source_id, None)
        if len(read.tickets) <= _MOST_TICKETS:
            _last_read[source_id] = read
        while len(_last_read) > _MOST_SOURCES:
            _last_read.pop(next(iter(_last_read)))


def reported_figures(terms: AgreementTerms, month: Month) -> dict[str, Reported]:
    """Return the provider's own figures of a month, matched to service levels.

    A figure is kept under the provider's own label; it belongs to the service level whose id or
    title the label is, letter case aside.
    """
    labels: dict[str, str] = {}
    for level in terms.service_levels:
        labels[level.id.casefold()] = labels[level.title.casefold()] = level.id
    sources = sorted({level.source for level in terms.service_levels})
    found: dict[str, Reported] = {}
    for row in evidence_queries.reported_figures(sources, month):
        level_id = labels.get(row.label.strip().casefold())
        if level_id is not None:
            found[level_id] = Reported(row.label, row.met, row.counted, row.percent)
    return found

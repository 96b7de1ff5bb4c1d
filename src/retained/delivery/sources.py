"""What a measurement reads: tickets and batches of the sources that an agreement names.

This file is the one place where delivery meets the tables of evidence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.level_terms import ServiceLevelTerms
from retained.delivery.engine.bulk.moves import Moves
from retained.delivery.engine.bulk.rules import LARGE_ROWS
from retained.delivery.engine.statements import Reported
from retained.delivery.engine.tickets import Ticket
from retained.delivery.queries import derived
from retained.delivery.tickets_read import read_source
from retained.evidence.engine.normalising.row_counts import RowsByMonth
from retained.evidence.models import Source
from retained.evidence.queries import batches as evidence_batches
from retained.evidence.queries import reported as evidence_reported
from retained.shared.months import Month


@dataclass(frozen=True)
class SeenEvidence:
    """What some sources say, and the latest stamp of all.

    The tickets of a large source are read only when a service level needs each by itself.
    """

    sources: Mapping[str, Source]
    latest: int | None
    moves: Mapping[str, Moves]
    tickets: dict[str, list[Ticket]]
    rows: dict[str, RowsByMonth]

    def tickets_of(self, level: ServiceLevelTerms) -> list[Ticket]:
        """Return the tickets of a service level's source."""
        if level.source in self.sources and level.source not in self.tickets:
            self.tickets[level.source] = list(read_source(self.sources[level.source]).tickets)
        return self.tickets.get(level.source, [])

    def moves_of(self, level: ServiceLevelTerms) -> Moves | None:
        """Return the moves of a service level's source, if it is a large one."""
        return self.moves.get(level.source)


def sources_of(terms: Iterable[AgreementTerms]) -> list[Source]:
    """Return the sources that the service levels of some versions name, as far as they exist."""
    names = {level.source for one in terms for level in one.service_levels}
    return evidence_batches.sources_named(names)


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
        for batch in evidence_batches.batches_that_count(source)
    ]


def seen_evidence(sources: Iterable[Source]) -> SeenEvidence:
    """Look at everything that some sources say."""
    by_name = {source.name: source for source in sources}
    tickets: dict[str, list[Ticket]] = {}
    moves: dict[str, Moves] = {}
    rows: dict[str, RowsByMonth] = {}
    latest: list[int] = []
    for name, source in by_name.items():
        batches = evidence_batches.batches_that_count(source)
        large = sum(batch.rows_used for batch in batches) >= LARGE_ROWS
        if large and (found := derived.moves_of(name)) is not None:
            moves[name], rows[name] = found, derived.rows_of(name)
            latest += [int(one.latest_at.timestamp()) for one in batches if one.latest_at]
            continue
        read = read_source(source)
        tickets[name], rows[name] = list(read.tickets), read.rows
        latest += [] if read.latest is None else [read.latest]
    return SeenEvidence(by_name, max(latest, default=None), moves, tickets, rows)


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
    for row in evidence_reported.reported_figures(sources, month):
        level_id = labels.get(row.label.strip().casefold())
        if level_id is not None:
            found[level_id] = Reported(row.label, row.met, row.counted, row.percent)
    return found

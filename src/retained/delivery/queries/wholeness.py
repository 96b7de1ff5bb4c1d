"""Is the evidence whole? What looks missing in the sources that an agreement is measured from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from zoneinfo import ZoneInfo

from retained.contracts.engine.agreement import AgreementTerms
from retained.delivery.queries import derived
from retained.delivery.queries.reported import figures_reported
from retained.delivery.queries.terms import Agreed
from retained.evidence import queries as evidence_queries
from retained.evidence.engine import wholeness as engine
from retained.evidence.kept_looks import RULES, Volumes, keep_look, kept_look
from retained.evidence.models import Batch, ReportedFigure, Source
from retained.shared.months import Month
from retained.shared.remarks import Remark

CODE_WORDS = {
    "numbering_gap": "A gap in numbering",
    "quiet_days": "Days without a ticket",
    "export_limit": "A cut export",
    "unusual_volume": "An unusual volume",
    "stated_volume": "Not the provider’s volume",
    "tickets_apart": "In one source only",
}
# A label of the provider's report under which it states its volume rather than a service level.
_VOLUME_LABELS = ("tickets", "volume", "all tickets")


@dataclass(frozen=True)
class SourceLook:
    """One source: its batches, its tickets by month, and what looks missing."""

    source: Source
    batches: tuple[Batch, ...]
    volumes: tuple[tuple[Month, int], ...]
    stated: tuple[tuple[Month, int], ...]
    remarks: tuple[Remark, ...]

    @property
    def rows_read(self) -> int:
        """The rows of all batches."""
        return sum(batch.rows_read for batch in self.batches)

    @property
    def rows_unusable(self) -> int:
        """The rows that could not be used."""
        return sum(batch.rows_unusable for batch in self.batches)

    @property
    def unusable_share(self) -> float:
        """Their share of all."""
        return self.rows_unusable / self.rows_read if self.rows_read else 0.0


@dataclass(frozen=True, slots=True)
class SourcesApart:
    """How many tickets two sources of one agreement share, and how many only one knows."""

    first: str
    second: str
    only_first: int
    only_second: int
    both: int


@dataclass(frozen=True)
class EvidenceLook:
    """Everything that the page says about an agreement's evidence."""

    sources: tuple[SourceLook, ...]
    apart: tuple[SourcesApart, ...]
    missing: tuple[str, ...]  # named by the agreement, and nothing was ever imported

    @property
    def remarks(self) -> int:
        """How many things look odd."""
        return sum(len(one.remarks) for one in self.sources) + len(self.missing)


def evidence_look(agreed: Agreed) -> EvidenceLook:
    """Return what looks missing in an agreement's sources: two queries, however many they are."""
    names = {level.source for row in agreed.versions for level in row.terms.service_levels}
    zone = agreed.latest.zone
    with_rows = evidence_queries.counting_batches_of(names)
    reported = figures_reported(agreed)
    return EvidenceLook(
        sources=tuple(_look(batches, zone, reported) for batches in with_rows),
        apart=tuple(_apart(one, other) for one, other in combinations(with_rows, 2)),
        missing=tuple(sorted(names - {batches[0].source.name for batches in with_rows})),
    )


def remarks_on(
    month: Month, terms: AgreementTerms, reported: Sequence[ReportedFigure]
) -> list[Remark]:
    """Return what looks odd about the sources of a month's terms, of that month or of none."""
    others = [
        one.title for one in (month.plus(offset) for offset in range(-36, 37)) if one != month
    ]
    names = {level.source for level in terms.service_levels}
    found = [
        remark
        for batches in evidence_queries.counting_batches_of(names)
        for remark in _look(batches, terms.zone, reported).remarks
        if month.title in remark.sentence
        or str(month) in remark.sentence
        or not any(title in remark.sentence for title in others)
    ]
    return list(dict.fromkeys(found))


def _look(
    batches: Sequence[Batch], zone: ZoneInfo, reported: Sequence[ReportedFigure]
) -> SourceLook:
    source = batches[0].source
    files = tuple((batch.file_name, batch.rows_read) for batch in batches)
    stated = _stated(source, reported)
    volumes, remarks = _looked_at(derived.histories_of(batches), zone, files, stated)
    return SourceLook(source, tuple(batches), volumes, stated, remarks)


@lru_cache(maxsize=64)
def _looked_at(
    folder: Path, zone: ZoneInfo, files: tuple[tuple[str, int], ...], stated: Volumes
) -> tuple[Volumes, tuple[Remark, ...]]:
    """Return volumes and remarks; the same history always gives the same, so it is kept."""
    kept = derived.beside(folder, "whole", _named(zone, files, stated))
    if kept.exists():
        return kept_look(kept)
    with derived.duck() as connection:
        connection.execute(f"CREATE TEMP VIEW changes AS {_changes(folder)}")
        volumes = engine.monthly_volumes(connection, zone)
        remarks = engine.wholeness(connection, zone=zone, file_rows=files, stated=dict(stated))
    keep_look(kept, volumes, remarks)
    return tuple(volumes), tuple(remarks)


def _named(zone: ZoneInfo, files: tuple[tuple[str, int], ...], stated: Volumes) -> list[object]:
    """Return all that a look at one history depends on."""
    return [RULES, zone.key, files, [(str(month), count) for month, count in stated]]


def _apart(one: Sequence[Batch], other: Sequence[Batch]) -> SourcesApart:
    return _compared(
        one[0].source.name,
        other[0].source.name,
        derived.histories_of(one),
        derived.histories_of(other),
    )


@lru_cache(maxsize=64)
def _compared(first: str, second: str, one: Path, other: Path) -> SourcesApart:
    with derived.duck() as here, derived.duck() as there:
        here.execute(f"CREATE TEMP VIEW changes AS {_changes(one)}")
        there.execute(f"CREATE TEMP VIEW changes AS {_changes(other)}")
        return SourcesApart(first, second, *engine.tickets_apart(here, there))


def _changes(folder: Path) -> str:
    return f"SELECT * FROM read_parquet('{folder / derived.CHANGES}')"  # noqa: S608 - our own path


def _stated(source: Source, reported: Sequence[ReportedFigure]) -> Volumes:
    """Return the volumes that the provider stated, by month."""
    return tuple(
        sorted(
            (Month.parse(row.month), int(row.counted))
            for row in reported
            if row.source_id == source.pk
            and row.counted is not None
            and row.label.strip().casefold() in _VOLUME_LABELS
        )
    )

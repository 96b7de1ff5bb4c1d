"""Is the evidence whole? What looks missing in the sources that an agreement is measured from."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from zoneinfo import ZoneInfo

from retained.contracts.engine.agreement import AgreementTerms
from retained.delivery.queries import derived
from retained.delivery.queries.terms import Agreed
from retained.delivery.sources import sources_of
from retained.evidence.engine import wholeness as engine
from retained.evidence.models import Batch, Source
from retained.evidence.queries import batches as evidence_batches
from retained.evidence.queries import reported as evidence_reported
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
    """Return what looks missing in an agreement's sources."""
    terms = [row.terms for row in agreed.versions]
    sources = sources_of(terms)
    names = {level.source for one in terms for level in one.service_levels}
    zone = agreed.latest.zone
    with_rows = [source for source in sources if evidence_batches.batches_that_count(source)]
    return EvidenceLook(
        sources=tuple(_look(source, zone) for source in with_rows),
        apart=tuple(
            pair
            for one, other in combinations(with_rows, 2)
            if (pair := _apart(one, other)) is not None
        ),
        missing=tuple(sorted(names - {source.name for source in with_rows})),
    )


def remarks_of_level(terms: AgreementTerms, level_id: str, month: Month) -> list[Remark]:
    """Return what looks odd about the source of one service level, of one month or of none."""
    source = evidence_batches.source_named(terms.service_level(level_id).source)
    if source is None:
        return []
    others = [
        one.title for one in (month.plus(offset) for offset in range(-36, 37)) if one != month
    ]
    return [
        remark
        for remark in _look(source, terms.zone).remarks
        if month.title in remark.sentence
        or str(month) in remark.sentence
        or not any(title in remark.sentence for title in others)
    ]


def _look(source: Source, zone: ZoneInfo) -> SourceLook:
    batches = tuple(evidence_batches.batches_that_count(source))
    files = tuple((batch.file_name, batch.rows_read) for batch in batches)
    stated = tuple(evidence_reported.stated_volumes(source).items())
    folder = derived.history_folder(source.name)
    volumes, remarks = _looked_at(folder, zone, files, stated) if folder else ((), ())
    return SourceLook(source, batches, volumes, stated, remarks)


@lru_cache(maxsize=64)
def _looked_at(
    folder: Path,
    zone: ZoneInfo,
    files: tuple[tuple[str, int], ...],
    stated: tuple[tuple[Month, int], ...],
) -> tuple[tuple[tuple[Month, int], ...], tuple[Remark, ...]]:
    """Return volumes and remarks; the same history always gives the same."""
    with derived.duck() as connection:
        connection.execute(f"CREATE TEMP VIEW changes AS {_changes(folder)}")
        volumes = engine.monthly_volumes(connection, zone)
        remarks = engine.wholeness(connection, zone=zone, file_rows=files, stated=dict(stated))
    return tuple(volumes), tuple(remarks)


def _apart(one: Source, other: Source) -> SourcesApart | None:
    first, second = derived.history_folder(one.name), derived.history_folder(other.name)
    return _compared(one.name, other.name, first, second) if first and second else None


@lru_cache(maxsize=64)
def _compared(first: str, second: str, one: Path, other: Path) -> SourcesApart:
    with derived.duck() as here, derived.duck() as there:
        here.execute(f"CREATE TEMP VIEW changes AS {_changes(one)}")
        there.execute(f"CREATE TEMP VIEW changes AS {_changes(other)}")
        return SourcesApart(first, second, *engine.tickets_apart(here, there))


def _changes(folder: Path) -> str:
    return f"SELECT * FROM read_parquet('{folder / derived.CHANGES}')"  # noqa: S608 - our own path

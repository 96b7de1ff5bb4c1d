"""Is the evidence whole? What looks missing in the sources that an agreement is measured from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from retained.contracts.engine.agreement import AgreementTerms
from retained.delivery.queries import derived
from retained.delivery.queries.terms import Agreed
from retained.evidence.engine import wholeness as engine
from retained.evidence.models import Batch, Source
from retained.evidence.queries import batches as evidence_batches
from retained.evidence.queries import reported as evidence_reported
from retained.evidence.queries.batches import those_that_count
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
    """Return what looks missing in an agreement's sources: two queries, however many they are."""
    names = {level.source for row in agreed.versions for level in row.terms.service_levels}
    known = evidence_batches.batches_of_sources(names)
    counting = {name: those_that_count(batches) for name, batches in known.items()}
    with_rows = [batches for batches in counting.values() if batches]
    stated = evidence_reported.volumes_stated_by(names)
    return EvidenceLook(
        sources=tuple(
            _look(batches, agreed.latest, tuple(stated.get(batches[0].source.name, {}).items()))
            for batches in with_rows
        ),
        apart=tuple(
            pair
            for one, other in combinations(with_rows, 2)
            if (pair := _apart(one, other)) is not None
        ),
        missing=tuple(sorted(names - {batches[0].source.name for batches in with_rows})),
    )


def remarks_of_source(
    batches: Sequence[Batch], terms: AgreementTerms, month: Month, *, stated: int | None
) -> list[Remark]:
    """Return what looks odd about a source's batches that count, of one month or of none.

    `stated` is the number of tickets that the provider states for the month.
    """
    look = _look(batches, terms, () if stated is None else ((month, stated),))
    touching = {batch.file_name for batch in batches if touches(batch, month, terms.zone)}
    return [
        remark
        for remark in look.remarks
        if _is_about(remark.sentence, month)
        and (not remark.place.file or remark.place.file in touching)
    ]


def _is_about(sentence: str, month: Month) -> bool:
    """Return whether a sentence names a month, or none at all."""
    others = [one for one in (month.plus(offset) for offset in range(-36, 37)) if one != month]
    return month.title in sentence or not any(one.title in sentence for one in others)


def touches(batch: Batch, month: Month, zone: ZoneInfo) -> bool:
    """Return whether a batch has rows from before the end of a month to after its beginning."""
    if batch.earliest_at is None or batch.latest_at is None:
        return False
    return batch.earliest_at < month.end(zone) and batch.latest_at >= month.start(zone)


def batches_of_month(
    known: Iterable[Batch], terms: AgreementTerms, month: Month, named: Iterable[Mapping[str, Any]]
) -> list[Batch]:
    """Return those of the batches that a measurement or statement names that touch a month."""
    wanted = {(one["source"], one["number"]) for one in named}
    return [
        batch
        for batch in known
        if (batch.source.name, batch.number) in wanted and touches(batch, month, terms.zone)
    ]


def _look(
    batches: Sequence[Batch], terms: AgreementTerms, stated: tuple[tuple[Month, int], ...]
) -> SourceLook:
    files = tuple((batch.file_name, batch.rows_read) for batch in batches)
    folder = derived.histories_of(batches)
    volumes, remarks = (
        _looked_at(folder, terms.zone, files, stated, _holidays(terms, batches))
        if folder
        else ((), ())
    )
    return SourceLook(batches[0].source, tuple(batches), volumes, stated, remarks)


@lru_cache(maxsize=64)
def _looked_at(
    folder: Path,
    zone: ZoneInfo,
    files: tuple[tuple[str, int], ...],
    stated: tuple[tuple[Month, int], ...],
    holidays: frozenset[date],
) -> tuple[tuple[tuple[Month, int], ...], tuple[Remark, ...]]:
    """Return volumes and remarks; the same history always gives the same."""
    with derived.duck() as connection:
        connection.execute(f"CREATE TEMP VIEW changes AS {_changes(folder)}")
        volumes = engine.monthly_volumes(connection, zone)
        remarks = engine.wholeness(
            connection, zone=zone, file_rows=files, stated=dict(stated), holidays=holidays
        )
    return tuple(volumes), tuple(remarks)


def _holidays(terms: AgreementTerms, batches: Sequence[Batch]) -> frozenset[date]:
    """Return the holidays of the agreement's calendars in the years that batches span."""
    moments = [at for batch in batches for at in (batch.earliest_at, batch.latest_at) if at]
    if not moments:
        return frozenset()
    years = range(min(moments).year, max(moments).year + 1)
    return frozenset(
        day
        for name in terms.calendars
        for year in years
        for day in terms.calendar(name).holidays_of(year)
    )


def _apart(one: Sequence[Batch], other: Sequence[Batch]) -> SourcesApart | None:
    first, second = derived.histories_of(one), derived.histories_of(other)
    if first is None or second is None:
        return None
    return _compared(one[0].source.name, other[0].source.name, first, second)


@lru_cache(maxsize=64)
def _compared(first: str, second: str, one: Path, other: Path) -> SourcesApart:
    with derived.duck() as here, derived.duck() as there:
        here.execute(f"CREATE TEMP VIEW changes AS {_changes(one)}")
        there.execute(f"CREATE TEMP VIEW changes AS {_changes(other)}")
        return SourcesApart(first, second, *engine.tickets_apart(here, there))


def _changes(folder: Path) -> str:
    return f"SELECT * FROM read_parquet('{folder / derived.CHANGES}')"  # noqa: S608 - our own path

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
    latest = agreed.latest
    with_rows = [source for source in sources if evidence_batches.batches_that_count(source)]
    return EvidenceLook(
        sources=tuple(_look(source, latest, _stated(source)) for source in with_rows),
        apart=tuple(
            pair
            for one, other in combinations(with_rows, 2)
            if (pair := _apart(one, other)) is not None
        ),
        missing=tuple(sorted(names - {source.name for source in with_rows})),
    )


def remarks_of_level(
    terms: AgreementTerms, level_id: str, month: Month, *, stated: int | None
) -> list[Remark]:
    """Return what looks odd about the source of one service level, of one month or of none.

    `stated` is the number of tickets that the provider states for the month.
    """
    source = evidence_batches.source_named(terms.service_level(level_id).source)
    if source is None:
        return []
    look = _look(source, terms, () if stated is None else ((month, stated),))
    touching = {batch.file_name for batch in look.batches if touches(batch, month, terms.zone)}
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
    terms: AgreementTerms, month: Month, named: Iterable[Mapping[str, Any]]
) -> list[Batch]:
    """Return those of the batches that a measurement or statement names that touch a month."""
    wanted = {(one["source"], one["number"]) for one in named}
    found = Batch.objects.filter(source__name__in={source for source, _ in wanted})
    return [
        batch
        for batch in found.select_related("source").order_by("source__name", "number")
        if (batch.source.name, batch.number) in wanted and touches(batch, month, terms.zone)
    ]


def _look(
    source: Source, terms: AgreementTerms, stated: tuple[tuple[Month, int], ...]
) -> SourceLook:
    batches = tuple(evidence_batches.batches_that_count(source))
    files = tuple((batch.file_name, batch.rows_read) for batch in batches)
    folder = derived.history_folder(source.name)
    volumes, remarks = (
        _looked_at(folder, terms.zone, files, stated, _holidays(terms, batches))
        if folder
        else ((), ())
    )
    return SourceLook(source, batches, volumes, stated, remarks)


def _stated(source: Source) -> tuple[tuple[Month, int], ...]:
    return tuple(evidence_reported.stated_volumes(source).items())


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

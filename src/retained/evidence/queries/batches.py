"""Sources and batches; and everything that a source says, as one history."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import duckdb
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Sum

from retained.directory.models import Organisation
from retained.evidence import batch_files
from retained.evidence.engine.mapping import Format, read_mapping
from retained.evidence.engine.mapping import Mapping as MappingTerms
from retained.evidence.engine.reading import Evidence, ReadableFile, open_evidence, read_staged
from retained.evidence.engine.sql_text import quoted
from retained.evidence.engine.staging.found import part_for
from retained.evidence.engine.staging.staged import ROW, StagedFile
from retained.evidence.models import Batch, MappingVersion, Source, StatedVolume
from retained.shared.months import Month
from retained.shared.remarks import Remark


def source_named(name: str) -> Source | None:
    """Return the source of that name, if there is one."""
    return Source.objects.filter(name=name).first()


def with_figures(sources: QuerySet[Source]) -> QuerySet[Source]:
    """Return sources with what their batches hold."""
    counting = Q(batches__withdrawn_at=None)
    return sources.annotate(
        batch_count=Count("batches", filter=counting),
        row_count=Sum("batches__rows_read", filter=counting),
        unusable_count=Sum("batches__rows_read", filter=counting)
        - Sum("batches__rows_used", filter=counting),
        latest=Max("batches__latest_at", filter=counting),
    )


def sources_named(names: Collection[str]) -> list[Source]:
    """Return the sources of those names that there are, by name: one query."""
    return sorted(Source.objects.filter(name__in=names), key=lambda source: source.name)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source in the list, with what its batches that count hold."""

    name: str
    provider: Organisation | None
    batch_count: int
    row_count: int
    unusable_count: int
    latest: datetime | None


def chosen_sources(sources: QuerySet[Source], words: str) -> QuerySet[Source]:
    """Return the sources in whose name or provider all words are found."""
    for word in words.split():
        sources = sources.filter(Q(name__icontains=word) | Q(provider__name__icontains=word))
    return sources


def source_rows(some: Sequence[Source]) -> list[SourceRow]:
    """Return rows of a page: one more query, however many they are."""
    found = (
        Batch.objects.filter(source__in=some, withdrawn_at=None)
        .order_by()
        .values_list("source")
        .annotate(Count("pk"), Sum("rows_read"), Sum("rows_used"), Max("latest_at"))
    )
    sums = {
        source: (batches, rows, rows - used, latest)
        for source, batches, rows, used, latest in found
    }
    nothing = (0, 0, 0, None)
    return [SourceRow(one.name, one.provider, *sums.get(one.pk, nothing)) for one in some]


def batches_that_count(source: Source) -> list[Batch]:
    """Return the batches that figures are made of, in the order of their import."""
    found = source.batches.filter(withdrawn_at=None).select_related("mapping")
    return list(found.order_by("number"))


def batches_of_sources(
    names: Collection[str], *, stated_in: Month | None = None
) -> dict[str, list[Batch]]:
    """Return every batch of some sources, by the source's name, in order: one query.

    The withdrawn ones are among them, for statements that name them. Each says how many tickets
    the provider states that its source has in the month `stated_in` (`stated`).
    """
    batches = Batch.objects.filter(source__name__in=names).select_related("source", "mapping")
    if stated_in is not None:
        volumes = StatedVolume.objects.filter(
            source=OuterRef("source"), month=str(stated_in), superseded_at=None
        )
        batches = batches.annotate(stated=Subquery(volumes.values("tickets")[:1]))
    found: dict[str, list[Batch]] = {}
    for batch in sorted(batches.order_by("number"), key=lambda one: one.source.name):
        found.setdefault(batch.source.name, []).append(batch)
    return found


def those_that_count(batches: Iterable[Batch]) -> list[Batch]:
    """Return those of some batches that figures are made of."""
    return [batch for batch in batches if batch.withdrawn_at is None]


def all_batches(source: Source) -> QuerySet[Batch]:
    """Return every batch of a source, the newest first."""
    return source.batches.select_related("mapping", "source").order_by("-number")


def mapping_of(version: MappingVersion) -> MappingTerms:
    """Return a stored version as a mapping."""
    mapping = _read(version.document)
    if not isinstance(mapping, MappingTerms):
        raise TypeError(f"{version} is not readable any more: {mapping[0]}")
    return mapping


@lru_cache(maxsize=32)
def _read(document: str) -> MappingTerms | list[Remark]:
    """Read a mapping once: a source's batches share it, month after month."""
    return read_mapping(document)


def evidence_of(source: Source, *, memory: str = "1GB") -> Evidence:
    """Return everything that a source says, as one history; close it after use.

    Rows that came more than once count once; of a corrected row the later import stands.
    """
    return evidence_of_batches(batches_that_count(source), memory=memory)


def evidence_of_batches(batches: Sequence[Batch], *, memory: str = "1GB") -> Evidence:
    """Return what some batches say together."""
    readable = [readable_file(batch) for batch in batches]
    evidence = evidence_of_files(readable, memory=memory)
    try:
        read_staged(evidence, readable)
    except BaseException:
        evidence.close()
        raise
    return evidence


def evidence_of_files(files: Sequence[ReadableFile], *, memory: str = "1GB") -> Evidence:
    """Return evidence that may read the files of some batches, and holds nothing of them yet."""
    parts = ((file.staged.parquet, file.staged.faults) for file in files)
    return open_evidence([path for both in parts for path in both if path], memory=memory)


def tickets_stand_alone(batches: Sequence[Batch]) -> bool:
    """Return whether what batches say of a ticket hangs on that ticket's own rows alone.

    Rows that carry an id of their own may move from one ticket to another in a later file, and
    two mappings may tell of different facts: then only reading all batches at once is right.
    """
    mappings = {batch.mapping_id: batch.mapping for batch in batches}
    parts = [part for version in mappings.values() for part in mapping_of(version).files]
    return len(mappings) <= 1 and not any("row_id" in part.columns for part in parts)


def readable_file(batch: Batch) -> ReadableFile:
    """Return the rows of a batch with the part of the mapping that reads them."""
    mapping = mapping_of(batch.mapping)
    faults: Path | None = batch.path / batch_files.FAULTS
    if faults is not None and not faults.exists():
        faults = None
    staged = StagedFile(
        name=batch.file_name,
        sha256=batch.sha256,
        format=Format(batch.format),
        parquet=batch.path / batch_files.ROWS,
        columns=tuple(batch.columns),
        rows=batch.rows_staged,
        first_row=batch.first_row,
        faults=faults,
        left_rows=batch.rows_read - batch.rows_staged,
    )
    part = part_for(batch.file_name, mapping)
    if part is None:
        raise ValueError(f"{batch} was read by a mapping that does not name its file")
    return ReadableFile(staged, mapping, part)


@dataclass(frozen=True, slots=True)
class RemarkRow:
    """One remark of a batch."""

    severity: str
    code: str
    row: int | None
    column: str
    sentence: str


def remarks_of(batch: Batch, *, most: int | None = None) -> list[RemarkRow]:
    """Return a batch's remarks in the order of its rows, at most `most`."""
    path = batch.path / batch_files.REMARKS
    with duckdb.connect() as connection:
        rows = connection.execute(
            'SELECT severity, code, "row", "column", sentence FROM read_parquet(?) LIMIT ?',
            [str(path), most],
        ).fetchall()
    return [
        RemarkRow(severity, code, row, column or "", sentence)
        for severity, code, row, column, sentence in rows
    ]


def raw_rows(batch: Batch, numbers: Collection[int]) -> Mapping[int, Mapping[str, str]]:
    """Return rows of a batch by their number in the file: each column's text, as it stood there.

    A cell that held nothing is an empty text.
    """
    columns = list(batch.columns)
    asked = ", ".join(quoted(name) for name in (ROW, *columns))
    wanted = ", ".join(f"{number:d}" for number in sorted(numbers))
    relation = readable_file(batch).staged.relation
    with duckdb.connect() as connection:
        found = connection.execute(
            f"SELECT {asked} FROM {relation} WHERE {quoted(ROW)} IN ({wanted})"  # noqa: S608 - quoted names, numbers
        ).fetchall()
    return {
        number: {name: cell or "" for name, cell in zip(columns, cells, strict=True)}
        for number, *cells in found
    }

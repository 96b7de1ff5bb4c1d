"""Reads of evidence: sources and batches, all evidence of a source as one history, previews."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet, Sum

from retained.directory.models import Organisation
from retained.evidence import batch_files
from retained.evidence.engine.fingerprints import fingerprint
from retained.evidence.engine.guess import Guess, guess, values_of
from retained.evidence.engine.mapping import Format, Mapping, read_mapping
from retained.evidence.engine.reading import (
    Evidence,
    ReadableFile,
    open_evidence,
    read_files,
    read_staged,
)
from retained.evidence.engine.staging.found import ChosenFile, part_for
from retained.evidence.engine.staging.heads import head_of
from retained.evidence.engine.staging.staged import StagedFile
from retained.evidence.engine.verdict_files import ReadVerdicts, read_verdicts
from retained.evidence.models import (
    Batch,
    ImportRun,
    MappingVersion,
    ReportedFigure,
    ReportedVerdict,
    Source,
)
from retained.files.models import StoredFile
from retained.files.parquet import duck
from retained.files.storing import path_of
from retained.shared.months import Month
from retained.shared.remarks import Remark


def source_named(name: str) -> Source | None:
    """Return the source of that name, if there is one."""
    return Source.objects.filter(name=name).first()


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
    found = source.batches.filter(withdrawn_at=None).select_related("mapping__source")
    return list(found.order_by("number"))


def counting_batches_of(names: Iterable[str]) -> list[list[Batch]]:
    """Return the batches that figures are made of, of several sources by name: one query."""
    found = Batch.objects.filter(source__name__in=names, withdrawn_at=None)
    by_source: dict[int, list[Batch]] = {}
    found = found.select_related("source").defer("columns", "remark_counts")
    for batch in found.order_by("source__name", "number"):
        by_source.setdefault(batch.source_id, []).append(batch)
    return list(by_source.values())


def all_batches(source: Source) -> QuerySet[Batch]:
    """Return every batch of a source, the newest first."""
    return source.batches.select_related("mapping", "source").order_by("-number")


def imports(limit: int = 20) -> list[ImportRun]:
    """Return the latest imports."""
    found = ImportRun.objects.select_related("file", "batch__source", "mapping__source")
    return list(found.order_by("-id")[:limit])


def mapping_of(version: MappingVersion) -> Mapping:
    """Return a stored version as a mapping."""
    mapping = read_mapping(version.document, str(version))
    if not isinstance(mapping, Mapping):
        raise TypeError(f"{version} is not readable any more: {mapping[0]}")
    return mapping


def recognised_mapping(columns: Sequence[str]) -> MappingVersion | None:
    """Return the newest mapping that was confirmed with this header."""
    found = MappingVersion.objects.filter(fingerprint=fingerprint(columns))
    return found.select_related("source").order_by("-created_at", "-id").first()


def evidence_of(source: Source, *, memory: str = "1GB") -> Evidence:
    """Return everything that a source says, as one history; close it after use.

    Rows that came more than once count once; of a corrected row the later import stands.
    """
    return evidence_of_batches(batches_that_count(source), memory=memory)


def evidence_of_batches(batches: Sequence[Batch], *, memory: str = "1GB") -> Evidence:
    """Return what some batches say together."""
    readable = [_readable(batch) for batch in batches]
    paths = [
        path
        for file in readable
        for path in (file.staged.parquet, file.staged.faults)
        if path is not None
    ]
    evidence = open_evidence(paths, memory=memory)
    try:
        read_staged(evidence, readable)
    except BaseException:
        evidence.close()
        raise
    return evidence


def _readable(batch: Batch) -> ReadableFile:
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
class Preview:
    """What a mapping makes of the beginning of a file; `is_whole`: of all of it."""

    is_whole: bool
    rows_read: int
    rows_used: int
    tickets: int
    states: list[tuple[str, int]]
    changes: list[tuple[str, datetime, str, str]]
    remarks: list[Remark]
    remark_counts: list[tuple[str, int]]


def preview(run: ImportRun, mapping: Mapping) -> Preview:
    """Read the beginning of an import's file by a mapping that nobody has confirmed yet."""
    name = run.file.original_name
    with TemporaryDirectory(prefix="retained-preview-") as folder:
        original = path_of(run.file)
        head = head_of(original, name, Path(folder))
        chosen = ChosenFile(head, part_for(name, mapping) or 0, name)
        with read_files([chosen], mapping) as evidence:
            return _preview_of(evidence, is_whole=head == original)


def _preview_of(evidence: Evidence, *, is_whole: bool) -> Preview:
    def rows(sql: str) -> list[tuple[Any, ...]]:
        return evidence.connection.execute(sql).fetchall()

    first = rows(
        "SELECT ticket, \"at\", coalesce(state, ''), coalesce(priority, '') FROM changes "
        'ORDER BY "row", sequence LIMIT 8'
    )
    return Preview(
        is_whole=is_whole,
        rows_read=evidence.rows_read,
        rows_used=evidence.rows_used,
        tickets=rows("SELECT count(DISTINCT ticket) FROM changes")[0][0],
        states=[
            (state, count)
            for state, count in rows(
                "SELECT state, count(*) FROM changes WHERE state IS NOT NULL "
                "GROUP BY 1 ORDER BY 2 DESC, 1"
            )
        ],
        changes=[
            (ticket, datetime.fromtimestamp(second, tz=UTC), state, priority)
            for ticket, second, state, priority in first
        ],
        remarks=evidence.remarks[:10],
        remark_counts=sorted(evidence.remark_counts.items()),
    )


def header_and_states(run: ImportRun, state_column: str) -> tuple[list[str], list[str]]:
    """Return a file's header, and the values of its state column, the most frequent first."""
    with TemporaryDirectory(prefix="retained-header-") as folder:
        name = run.file.original_name
        head = head_of(path_of(run.file), name, Path(folder))
        return values_of(head, state_column, name=name)


def guess_of(run: ImportRun) -> Guess:
    """Return a proposed mapping: the one confirmed with this header before, or a guess."""
    found = guess(path_of(run.file), name=run.file.original_name, time_zone=_client_zone())
    known = recognised_mapping(found.columns)
    if known is None:
        return found
    fields = mapping_of(known).model_dump(mode="json", by_alias=True, exclude_defaults=True)
    reason = f"The header is known: this is how {known.source} was read the last time."
    return replace(found, fields=fields, reasons=(reason,), unknown_states=())


def _client_zone() -> str:
    client = Organisation.objects.filter(kind=Organisation.Kind.CLIENT).first()
    return client.time_zone if client else "UTC"


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
    with duck(Path(settings.EVIDENCE_ROOT)) as connection:
        rows = connection.execute(
            'SELECT severity, code, "row", "column", sentence FROM read_parquet(?) LIMIT ?',
            [str(path), most],
        ).fetchall()
    return [
        RemarkRow(severity, code, row, column or "", sentence)
        for severity, code, row, column, sentence in rows
    ]


@dataclass(frozen=True, slots=True)
class Reported:
    """The provider's own figure of a month."""

    source: str
    label: str
    met: int | None
    counted: int | None
    percent: Decimal | None


def reported_figures(sources: Sequence[str], month: Month) -> list[Reported]:
    """Return the provider's own figures of a month, the superseded ones left out."""
    rows = ReportedFigure.objects.filter(
        source__name__in=sources, month=str(month), superseded_at=None
    ).select_related("source")
    return [
        Reported(
            source=row.source.name,
            label=row.label,
            met=row.met,
            counted=row.counted,
            percent=Decimal(row.percent) if row.percent else None,
        )
        for row in rows
    ]


def reported_verdicts(source: Source, label: str, month: Month) -> dict[str, str]:
    """Return the provider's verdict of each ticket under a label, for the difference list."""
    rows = ReportedVerdict.objects.filter(
        source=source, label=label, month=str(month), superseded_at=None
    )
    return dict(rows.values_list("ticket", "verdict"))


def figures_of(source: Source) -> QuerySet[ReportedFigure]:
    """Return the provider's own figures of a source, the latest month first."""
    return source.reported_figures.filter(superseded_at=None).order_by("-month", "label")


def verdicts_in(file: StoredFile, *, ticket: str, verdict: str, breached: bool) -> ReadVerdicts:
    """Return what a provider's report says of each ticket."""
    return read_verdicts(
        path_of(file), name=file.original_name, ticket=ticket, verdict=verdict, breached=breached
    )

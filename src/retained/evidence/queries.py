"""Reads of evidence: sources and batches, all evidence of a source as one history, previews."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.db.models import Count, Max, Q, QuerySet, Sum

from retained.evidence import batch_files
from retained.evidence.engine.fingerprints import fingerprint
from retained.evidence.engine.mapping import Format, Mapping, read_mapping
from retained.evidence.engine.reading import Evidence, ReadableFile, open_evidence, read_staged
from retained.evidence.engine.staging.found import part_for
from retained.evidence.engine.staging.staged import StagedFile
from retained.evidence.models import Batch, ImportRun, MappingVersion, ReportedFigure, Source
from retained.shared.months import Month


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


def batches_that_count(source: Source) -> list[Batch]:
    """Return the batches that figures are made of, in the order of their import."""
    found = source.batches.filter(withdrawn_at=None).select_related("mapping")
    return list(found.order_by("number"))


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

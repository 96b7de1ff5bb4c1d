"""Writes of evidence: importing a file, withdrawing a batch, keeping the provider's own figures."""

import shutil
from collections.abc import Mapping as Verdicts
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.db import transaction
from django.db.models import Max

from retained.audit.record import Actor, record
from retained.directory.models import Organisation
from retained.evidence import batch_files
from retained.evidence.engine.fingerprints import fingerprint
from retained.evidence.engine.mapping import Mapping, mapping_text, read_mapping
from retained.evidence.engine.normalising.found_remarks import write_remarks
from retained.evidence.engine.reading import Evidence, read_files
from retained.evidence.engine.staging.found import ChosenFile, part_for
from retained.evidence.models import (
    Batch,
    ImportRun,
    ImportState,
    MappingVersion,
    ReportedFigure,
    ReportedVerdict,
    Source,
)
from retained.files.models import StoredFile
from retained.files.storing import path_of
from retained.jobs.progress import Progress
from retained.jobs.queue import enqueue
from retained.shared.errors import DomainError
from retained.shared.months import Month

_FUTURE = timedelta(days=3653)


@transaction.atomic
def start_import(file: StoredFile, *, by: Actor, at: datetime) -> ImportRun:
    """Begin the import of a stored file; it waits for its mapping."""
    run = ImportRun.objects.create(file=file, started_at=at, started_by_key=by.actor_key)
    record("sent", run, by=by, at=at, after={"sha256": file.sha256})
    return run


@transaction.atomic
def confirm_import(
    run: ImportRun,
    document: str,
    *,
    columns: Sequence[str],
    by: Actor,
    at: datetime,
    provider: Organisation | None = None,
) -> ImportRun:
    """Read the file by the mapping `document` (YAML), in the background.

    The mapping becomes the source's newest version, unless it says what the newest says already.
    """
    run = ImportRun.objects.select_for_update().select_related("file").get(pk=run.pk)
    if run.state != ImportState.SENT:
        raise DomainError("This file is on its way in already: look at its import.")
    mapping = usable_mapping(document)
    if part_for(run.file.original_name, mapping) is None:
        raise DomainError(
            f"No pattern of the mapping names “{run.file.original_name}”: "
            "change the pattern, for example to *."
        )
    source = _source_named(mapping.source, provider=provider, by=by, at=at)
    run.mapping = _mapping_version(source, mapping, columns=columns, by=by, at=at)
    run.state = ImportState.QUEUED
    from retained.evidence.jobs import import_file  # noqa: PLC0415 - jobs call commands

    run.job_key = enqueue(import_file, by=by, import_id=run.pk).key
    run.save()
    return run


def usable_mapping(document: str) -> Mapping:
    """Return the mapping that a text writes; raise DomainError with every reason why it is none."""
    mapping = read_mapping(document)
    if not isinstance(mapping, Mapping):
        raise DomainError("\n".join(str(remark) for remark in mapping))
    return mapping


def _source_named(name: str, *, provider: Organisation | None, by: Actor, at: datetime) -> Source:
    source, is_new = Source.objects.get_or_create(
        name=name, defaults={"created_at": at, "provider": provider}
    )
    if is_new:
        record("added", source, by=by, at=at, after={"provider": str(provider or "")})
    return source


def _mapping_version(
    source: Source, mapping: Mapping, *, columns: Sequence[str], by: Actor, at: datetime
) -> MappingVersion:
    document, header = mapping_text(mapping), fingerprint(columns)
    newest = source.mappings.last()
    if newest is not None and (newest.document, newest.fingerprint) == (document, header):
        return newest
    version = MappingVersion.objects.create(
        source=source,
        number=1 if newest is None else newest.number + 1,
        document=document,
        fingerprint=header,
        created_at=at,
        created_by_key=by.actor_key,
    )
    record("mapped", version, by=by, at=at, after={"fingerprint": header})
    return version


def read_import(run: ImportRun, *, progress: Progress, at: datetime) -> None:
    """Read a confirmed import: all of it becomes a batch, or nothing changes.

    Files are written aside and made durable first; then one transaction makes them count.
    """
    run.refresh_from_db()
    if run.state != ImportState.QUEUED or run.mapping is None:
        return
    if _counts_already(run):
        with progress.finishing("Nothing changed: this file is in already."):
            _end(run, ImportState.UNCHANGED, "This file is in already, read by this mapping.")
        return
    folder = batch_files.incoming_folder()
    try:
        facts = _read_into(folder, run, progress=progress, at=at)
        if isinstance(facts, str):
            with progress.finishing(facts[:300]):
                _end(run, ImportState.REFUSED, facts)
                record("refused", run, by=progress.by, at=at, after={"sha256": run.file.sha256})
            return
        place = batch_files.move_into_place(folder)
    finally:
        batch_files.discard(folder)
    try:
        with progress.finishing(f"{facts.rows_used:,} of {facts.rows_read:,} rows are in."):
            _keep_batch(run, facts, place, by=progress.by, at=at)
    except BaseException:
        batch_files.remove(place)
        raise


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a batch says about itself."""

    format: str
    columns: list[str]
    first_row: int | None
    rows_staged: int
    rows_read: int
    rows_used: int
    tickets: int
    earliest_at: datetime | None
    latest_at: datetime | None
    remark_counts: dict[str, int]


def _counts_already(run: ImportRun) -> bool:
    return Batch.objects.filter(
        mapping=run.mapping, sha256=run.file.sha256, withdrawn_at=None
    ).exists()


def _read_into(folder: Path, run: ImportRun, *, progress: Progress, at: datetime) -> _Facts | str:
    """Write rows and remarks into `folder`, or return the sentences that refuse the file."""
    mapping = usable_mapping(run.mapping.document) if run.mapping else None
    part = part_for(run.file.original_name, mapping) if mapping else None
    if mapping is None or part is None:
        return "The mapping does not name this file."
    progress.report(0, 3, "Reading the file")
    chosen = ChosenFile(path_of(run.file), part, run.file.original_name)
    with read_files([chosen], mapping, not_after=at + _FUTURE) as evidence:
        if evidence.refusals:
            return "\n".join(remark.sentence for remark in evidence.refusals)
        if not evidence.rows_used:
            return _nothing_usable(evidence)
        progress.report(1, 3, "Keeping rows and remarks")
        staged = evidence.staged[0]
        shutil.move(staged.parquet, folder / batch_files.ROWS)
        if staged.faults is not None:
            shutil.move(staged.faults, folder / batch_files.FAULTS)
        remarks = evidence.folder / batch_files.REMARKS
        write_remarks(evidence.connection, remarks, form="parquet")
        shutil.move(remarks, folder / batch_files.REMARKS)
        progress.report(2, 3, "Making the batch count")
        tickets, earliest, latest = evidence.connection.execute(
            'SELECT count(DISTINCT ticket), min("at"), max("at") FROM changes'
        ).fetchall()[0]
        return _Facts(
            format=staged.format,
            columns=list(staged.columns),
            first_row=staged.first_row,
            rows_staged=staged.rows,
            rows_read=evidence.rows_read,
            rows_used=evidence.rows_used,
            tickets=tickets,
            earliest_at=_moment(earliest),
            latest_at=_moment(latest),
            remark_counts=evidence.remark_counts,
        )


def _nothing_usable(evidence: Evidence) -> str:
    reasons = "; ".join(str(remark) for remark in evidence.remarks[:3])
    return f"No row of the file can be used: {reasons or 'it holds only a header'}."


def _moment(second: int | None) -> datetime | None:
    return None if second is None else datetime.fromtimestamp(second, tz=UTC)


def _keep_batch(run: ImportRun, facts: _Facts, place: str, *, by: Actor, at: datetime) -> None:
    """Make the batch count; an earlier reading of the same content by another mapping ends."""
    if run.mapping is None:
        raise ValueError("an import without a mapping is not read")
    source = run.mapping.source
    for earlier in source.batches.filter(sha256=run.file.sha256, withdrawn_at=None):
        _withdraw(earlier, f"Read anew by mapping {run.mapping.number}.", by=by, at=at)
    last = source.batches.aggregate(last=Max("number"))["last"] or 0
    batch = Batch.objects.create(
        source=source,
        number=last + 1,
        mapping=run.mapping,
        file=run.file,
        file_name=run.file.original_name,
        sha256=run.file.sha256,
        folder=place,
        format=facts.format,
        columns=facts.columns,
        first_row=facts.first_row,
        rows_staged=facts.rows_staged,
        rows_read=facts.rows_read,
        rows_used=facts.rows_used,
        tickets=facts.tickets,
        earliest_at=facts.earliest_at,
        latest_at=facts.latest_at,
        remark_counts=facts.remark_counts,
        imported_at=at,
        imported_by_key=by.actor_key,
    )
    run.batch = batch
    _end(run, ImportState.DONE, f"{facts.rows_used:,} of {facts.rows_read:,} rows can be used.")
    after = {"sha256": batch.sha256, "rows_read": batch.rows_read, "rows_used": batch.rows_used}
    record("imported", batch, by=by, at=at, after=after)
    _have_looked_at(source, by=by)


def _end(run: ImportRun, state: ImportState, sentence: str) -> None:
    run.state, run.sentence = state, sentence
    run.save()


@transaction.atomic
def withdraw_batch(batch: Batch, *, reason: str, by: Actor, at: datetime) -> Batch:
    """Take a batch out of the figures; its rows and its place in the record stay."""
    batch = Batch.objects.select_for_update().select_related("source").get(pk=batch.pk)
    if batch.withdrawn_at is not None:
        raise DomainError(f"Batch {batch.number} is withdrawn already.")
    if not reason.strip():
        raise DomainError("Say why: the reason stands beside the batch from now on.")
    _withdraw(batch, reason.strip(), by=by, at=at)
    _have_looked_at(batch.source, by=by)
    return batch


def _have_looked_at(source: Source, *, by: Actor) -> None:
    """Have the evidence of a source looked at in the background, once its batches changed."""
    from retained.evidence.jobs import look_at_source  # noqa: PLC0415 - jobs call commands

    enqueue(look_at_source, by=by, source_id=source.pk)


def _withdraw(batch: Batch, reason: str, *, by: Actor, at: datetime) -> None:
    batch.withdrawn_at = at
    batch.withdrawn_by_key = by.actor_key
    batch.withdrawal_reason = reason[:500]
    batch.save()
    record("withdrawn", batch, by=by, at=at, reason=reason)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as the provider reports it: counts, a percentage, or both."""

    label: str
    month: Month
    met: int | None = None
    counted: int | None = None
    percent: str = ""


@transaction.atomic
def keep_reported_figures(
    source: Source,
    figures: Sequence[Figure],
    *,
    by: Actor,
    at: datetime,
    file: StoredFile | None = None,
) -> list[ReportedFigure]:
    """Keep the provider's own figures; one for the same label and month supersedes the earlier."""
    kept = []
    for figure in figures:
        _must_be_possible(figure)
        same = ReportedFigure.objects.filter(
            source=source, label=figure.label, month=str(figure.month), superseded_at=None
        )
        same.update(superseded_at=at)
        row = ReportedFigure.objects.create(
            source=source,
            label=figure.label,
            month=str(figure.month),
            met=figure.met,
            counted=figure.counted,
            percent=figure.percent,
            file=file,
            reported_at=at,
            reported_by_key=by.actor_key,
        )
        after = {"met": figure.met, "counted": figure.counted, "percent": figure.percent}
        record("reported", row, by=by, at=at, after=after)
        kept.append(row)
    return kept


def _must_be_possible(figure: Figure) -> None:
    where = f"“{figure.label}” of {figure.month}"
    if not figure.label.strip():
        raise DomainError("Give the figure the name that it has in the provider's report.")
    if figure.percent:
        try:
            percent = Decimal(figure.percent)
        except InvalidOperation:
            raise DomainError(f"{where}: “{figure.percent}” is not a percentage.") from None
        if not (percent.is_finite() and 0 <= percent <= 100):
            raise DomainError(f"{where}: a percentage lies between 0 and 100.")
    elif figure.met is None or figure.counted is None:
        raise DomainError(f"{where}: give met and counted tickets, or a percentage.")
    if figure.met is not None and not 0 <= figure.met <= (figure.counted or 0):
        raise DomainError(f"{where}: more tickets met than counted cannot be.")


@transaction.atomic
def keep_reported_verdicts(
    source: Source,
    label: str,
    month: Month,
    verdicts: Verdicts[str, str],
    *,
    file: StoredFile,
    by: Actor,
    at: datetime,
) -> int:
    """Keep the provider's verdict of each ticket, and the figure that they add up to.

    A later report of the same label and month supersedes the earlier one as a whole.
    """
    if not verdicts:
        raise DomainError("No row of the report says met or missed: look at the chosen columns.")
    ReportedVerdict.objects.filter(
        source=source, label=label, month=str(month), superseded_at=None
    ).update(superseded_at=at)
    ReportedVerdict.objects.bulk_create(
        [
            ReportedVerdict(
                source=source,
                label=label,
                month=str(month),
                ticket=ticket,
                verdict=verdict,
                file=file,
            )
            for ticket, verdict in sorted(verdicts.items())
        ],
        batch_size=1000,
    )
    met = sum(verdict == "met" for verdict in verdicts.values())
    figure = Figure(label, month, met=met, counted=len(verdicts))
    keep_reported_figures(source, [figure], by=by, at=at, file=file)
    return len(verdicts)

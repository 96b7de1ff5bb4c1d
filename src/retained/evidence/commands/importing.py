"""Importing a file: sent, mapped, read in the background, and then a batch or nothing at all."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
from django.db import DatabaseError, transaction
from django.db.models import Max

from retained.audit.record import Actor, Personal, record
from retained.directory.models import Organisation
from retained.evidence import batch_files
from retained.evidence.commands.batches import take_out
from retained.evidence.engine.fingerprints import fingerprint
from retained.evidence.engine.guessing.proposal import pattern_of
from retained.evidence.engine.mapping import Mapping, mapping_text, read_mapping
from retained.evidence.engine.normalising.found_remarks import write_remarks
from retained.evidence.engine.reading import Evidence, read_files
from retained.evidence.engine.staging.found import ChosenFile, part_for
from retained.evidence.engine.staging.stage import must_be_a_table_by_name
from retained.evidence.models import Batch, ImportRun, ImportState, MappingVersion, Source
from retained.files.models import StoredFile
from retained.files.storing import Stream, discard, path_of, store_upload
from retained.jobs.progress import Progress
from retained.jobs.queries import progress_by_key
from retained.jobs.queue import enqueue
from retained.shared.errors import DomainError
from retained.shared.room import said_when_full

_FUTURE = timedelta(days=3653)


def take_in(stream: Stream, *, name: str, by: Actor, at: datetime) -> ImportRun:
    """Store a file that somebody sends and begin its import, unless its name says no table."""
    must_be_a_table_by_name(name)
    return start_import(store_upload(stream, name=name, by=by, at=at), by=by, at=at)


@transaction.atomic
def start_import(file: StoredFile, *, by: Actor, at: datetime) -> ImportRun:
    """Begin the import of a stored file; it waits for its mapping."""
    run = ImportRun.objects.create(file=file, started_at=at, started_by_key=by.actor_key)
    record("sent", run, by=by, at=at, after={"sha256": file.sha256})
    return run


@transaction.atomic
def discard_import(run: ImportRun, *, reason: str, by: Actor, at: datetime) -> None:
    """Remove a file that nobody mapped; the record keeps its name, its hash and the reason."""
    run = ImportRun.objects.select_for_update().select_related("file").get(pk=run.pk)
    if run.state != ImportState.SENT:
        raise DomainError("This file is mapped already: withdraw its batch instead.")
    if not reason.strip():
        raise DomainError("Say why: the reason stands in the record beside the file's name.")
    before = {"name": Personal(run.file.original_name), "sha256": run.file.sha256}
    record("discarded", run, by=by, at=at, before=before, reason=reason.strip())
    file = run.file
    run.delete()
    discard(file, by=by, at=at, reason=reason.strip())


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
        name, usual = run.file.original_name, ", ".join(part.pattern for part in mapping.files)
        raise DomainError(
            f"Files of {mapping.source} are named like {usual}, and this one is “{name}”. Is it of "
            f"another source? Then say which. If not, widen the names, to {pattern_of(name)}."
        )
    source = _source_named(mapping.source, provider=provider, by=by, at=at)
    run.mapping = _mapping_version(source, mapping, columns=columns, by=by, at=at)
    run.state = ImportState.QUEUED
    _queue(run, by=by)
    return run


def _queue(run: ImportRun, *, by: Actor) -> None:
    from retained.evidence.jobs import import_file  # noqa: PLC0415 - jobs call commands

    run.job_key = enqueue(import_file, by=by, import_id=run.pk).key
    run.save()


@transaction.atomic
def read_again(run: ImportRun, *, by: Actor, at: datetime) -> ImportRun:
    """Read a confirmed import once more whose job failed: for want of room, by a fault of ours."""
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    job = progress_by_key([run.job_key]).get(run.job_key)
    if run.state != ImportState.QUEUED or (job is not None and not job.is_over):
        raise DomainError("This file is read already, or will be in a moment: look at its import.")
    _queue(run, by=by)
    record("asked to read again", run, by=by, at=at)
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
    Raises NoRoomError where the disk is full; the import can then be read again.
    """
    run.refresh_from_db()
    if run.state != ImportState.QUEUED or run.mapping is None:
        return
    if _counts_already(run):
        with progress.finishing("Nothing changed: this file is in already."):
            _end(run, ImportState.UNCHANGED, "This file is in already, read by this mapping.")
        return
    with said_when_full(_no_room(run), duckdb.Error, DatabaseError):
        _read_whole(run, progress=progress, at=at)


def _no_room(run: ImportRun) -> str:
    return (
        f"There is no room left on the disk to read “{run.file.original_name}”: nothing of it "
        "counts, and what was in before stands as it was. Ask your administrator to make room, "
        "then let it be read again; the file itself is kept."
    )


def _read_whole(run: ImportRun, *, progress: Progress, at: datetime) -> None:
    """Write the files of a batch aside and make them count; after any fault nothing is left."""
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
        take_out(earlier, f"Read anew by mapping {run.mapping.number}.", by=by, at=at)
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


def _end(run: ImportRun, state: ImportState, sentence: str) -> None:
    run.state, run.sentence = state, sentence
    run.save()

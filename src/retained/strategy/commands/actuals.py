"""Writes of what came true: how files are read, a file taken in, looked at, replaced, withdrawn."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from retained.audit.record import record
from retained.directory import access as directory_access
from retained.directory.models import Person
from retained.directory.versions import only_once
from retained.evidence.engine.staging.stage import must_be_a_table_by_name
from retained.files.storing import SentFile, discard, store_upload
from retained.shared.errors import ChangedMeanwhileError, DomainError
from retained.shared.money import Money
from retained.strategy.commands.actuals_reading import drop, keep_read, read_stored
from retained.strategy.engine.actuals_fit import must_fit
from retained.strategy.engine.actuals_terms import ActualsTerms, write_actuals_mapping
from retained.strategy.engine.booked import actuals_of
from retained.strategy.jobs import ask_to_rerun
from retained.strategy.models import (
    ActualsFile,
    ActualsMapping,
    BusinessCase,
)
from retained.strategy.queries.actuals import (
    counting_files,
    mapping_of,
    mapping_written_in,
    signed_terms,
    sums_in,
)

FOLDER = "actuals"


@dataclass(frozen=True, slots=True)
class Given:
    """A file of actuals; one that was there already `is_new` no longer, and changed nothing."""

    file: ActualsFile
    is_new: bool


@transaction.atomic
def set_actuals_mapping(
    case: BusinessCase, terms: ActualsTerms, *, by: Person, at: datetime, expected_number: int
) -> ActualsMapping:
    """Say how the files of a signed case are read, and which accounts make up which line.

    Accounts and lines count for all files, columns for those that come. Raises
    ActualsRefusedError where it does not fit the case, ChangedMeanwhileError where the newest
    mapping is no longer `expected_number` (0: none yet).
    """
    directory_access.must(by, "give_actuals")
    must_fit(terms, signed_terms(case), chosen=case.chosen)
    newest = mapping_of(case)
    if (newest.number if newest else 0) != expected_number:
        raise ChangedMeanwhileError(f"The mapping of {case.reference}")
    document = write_actuals_mapping(terms)
    if newest is not None and newest.document == document:
        raise DomainError(f"Nothing differs from mapping {newest.number}: nothing is to be saved.")
    with only_once(f"Somebody saved a mapping of {case.reference} at the same moment: try again."):
        mapping = ActualsMapping.objects.create(
            case=case,
            number=expected_number + 1,
            document=document,
            sha256=hashlib.sha256(document.encode()).hexdigest(),
            created_by_key=by.actor_key,
            created_at=at,
        )
    after = {"mapping": mapping.number, "sha256": mapping.sha256}
    record("mapped actuals", case, by=by, at=at, after=after)
    ask_to_rerun(case, by=by)
    return mapping


def take_actuals(
    case: BusinessCase,
    sent: SentFile,
    *,
    control: Money | None = None,
    replaces: ActualsFile | None = None,
    by: Person,
    at: datetime,
) -> Given:
    """Read a file of actuals, and let it wait until somebody has looked at it.

    Of a file that is in already nothing changes. Raises DomainError with every reason why it
    cannot be read, or where it does not add up to `control`; then nothing of it is kept.
    """
    directory_access.must(by, "give_actuals")
    must_be_a_table_by_name(sent.name)
    terms = signed_terms(case)
    mapping = mapping_of(case)
    if mapping is None:
        raise DomainError("Say first how files are read: save a mapping of columns and accounts.")
    file = store_upload(sent.stream, name=sent.name, by=by, at=at, folder=FOLDER)
    try:
        there = case.actuals_files.filter(sha256=file.sha256, superseded_at=None).first()
        if there is None:
            read = read_stored(file, mapping.document, terms, control)
            waiting = keep_read(
                mapping, file, read, control=control, replaces=replaces, by=by, at=at
            )
            return Given(waiting, is_new=True)
    except BaseException:
        drop(file)
        raise
    drop(file)
    return Given(there, is_new=False)


@transaction.atomic
def let_count(file: ActualsFile, *, by: Person, at: datetime) -> None:
    """Let a file count that was looked at; one that it replaces counts no more."""
    directory_access.must(by, "give_actuals")
    waiting = ActualsFile.objects.filter(pk=file.pk, counts_since=None, superseded_at=None)
    if not waiting.update(counts_since=at):
        raise DomainError("This file counts already, or was withdrawn: look at the list of files.")
    file.counts_since = at
    replaced = file.replaces
    if replaced is not None:
        _supersede(replaced, at)
    _must_go_together(file.case)
    after = {
        "sha256": file.sha256,
        "rows": file.rows,
        "unusable": file.unusable,
        "total_minor": file.total_minor,
        "replaces": replaced.sha256 if replaced else "",
    }
    record("gave actuals", file.case, by=by, at=at, after=after)
    ask_to_rerun(file.case, by=by)


def give_actuals(
    case: BusinessCase,
    sent: SentFile,
    *,
    control: Money | None = None,
    replaces: ActualsFile | None = None,
    by: Person,
    at: datetime,
) -> Given:
    """Take a file in and let it count at once, as programs do."""
    given = take_actuals(case, sent, control=control, replaces=replaces, by=by, at=at)
    if not given.file.counts:
        try:
            let_count(given.file, by=by, at=at)
        except DomainError as error:
            discard_actuals(given.file, reason=error.message, by=by, at=at)
            raise
    return given


@transaction.atomic
def discard_actuals(file: ActualsFile, *, reason: str, by: Person, at: datetime) -> None:
    """Remove a file that never counted; the record keeps its hash and the reason."""
    directory_access.must(by, "give_actuals")
    waiting = ActualsFile.objects.select_for_update().filter(pk=file.pk, counts_since=None)
    found = waiting.select_related("file").first()
    if found is None:
        raise DomainError("This file counts: withdraw it with a reason, and it stays readable.")
    record("discarded actuals", file.case, by=by, at=at, before={"sha256": file.sha256})
    found.entries.all().delete()
    found.delete()
    discard(found.file, by=by, at=at, reason=reason)


@transaction.atomic
def withdraw_actuals(file: ActualsFile, *, reason: str, by: Person, at: datetime) -> None:
    """Take a file that was wrong out of the case; it stays readable."""
    directory_access.must(by, "give_actuals")
    if not reason.strip():
        raise DomainError("Say why the file is withdrawn: the reason stays in the record.")
    _supersede(file, at)
    before = {"sha256": file.sha256, "rows": file.rows}
    record("withdrew actuals", file.case, by=by, at=at, before=before, reason=reason.strip())
    ask_to_rerun(file.case, by=by)


def _supersede(file: ActualsFile, at: datetime) -> None:
    counting = ActualsFile.objects.filter(pk=file.pk, superseded_at=None)
    if not counting.exclude(counts_since=None).update(superseded_at=at):
        raise DomainError("This file does not count: look at the list of files.")
    file.superseded_at = at


def _must_go_together(case: BusinessCase) -> None:
    """Raise ActualsRefusedError where files tell different figures of one driver and month."""
    mapping = mapping_of(case)
    if mapping is not None:
        currency = signed_terms(case).currency
        entries = sums_in(counting_files(case), currency)
        actuals_of(entries, mapping_written_in(mapping.document), currency=currency)

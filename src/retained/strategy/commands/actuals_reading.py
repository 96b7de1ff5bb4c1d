"""Reading a stored file of actuals, and keeping what was read until somebody looked at it."""

from datetime import datetime

from django.db import transaction

from retained.audit.record import record
from retained.directory.models import Person
from retained.directory.versions import only_once
from retained.files.child import run_limited
from retained.files.models import StoredFile
from retained.files.storing import path_of
from retained.shared.errors import DomainError
from retained.shared.money import Money
from retained.strategy.engine.actuals import Entry, ReadActuals, earliest_month, must_agree
from retained.strategy.engine.actuals_files import from_plain, read_as_plain
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.models import ActualEntry, ActualsFile, ActualsMapping

_IN_ONE_GO = 1000


def read_stored(
    file: StoredFile, document: str, terms: CaseTerms, control: Money | None
) -> ReadActuals:
    """Return what a file says by the mapping that `document` writes, in a process of its own.

    Raises DomainError where none of its rows can be used, or they do not add up to `control`.
    """
    since = str(earliest_month(terms.first_month))
    plain = run_limited(
        read_as_plain, str(path_of(file)), file.original_name, document, terms.currency,
        since,
    )  # fmt: skip
    read = from_plain(plain, file=file.original_name, currency=terms.currency)
    if not read.entries:
        reasons = "; ".join(str(remark) for remark in read.remarks[:3])
        raise DomainError(f"No row of the file can be used: {reasons or 'it has only a header'}.")
    if control is not None:
        must_agree([read], control)
    return read


@transaction.atomic
def keep_read(
    mapping: ActualsMapping,
    file: StoredFile,
    read: ReadActuals,
    *,
    control: Money | None,
    replaces: ActualsFile | None,
    by: Person,
    at: datetime,
) -> ActualsFile:
    """Keep what was read of a file; it waits until somebody has looked at it."""
    waiting = ActualsFile(
        case=mapping.case,
        mapping=mapping,
        file=file,
        sha256=file.sha256,
        replaces=replaces,
        rows=read.rows,
        unusable=read.unusable,
        total_minor=read.total.minor,
        control_minor=control.minor if control else None,
        remarks=[remark.as_plain() for remark in read.remarks],
        given_by_key=by.actor_key,
        given_at=at,
    )
    with only_once("Somebody gave this very file at the same moment: look at the list of files."):
        waiting.save(force_insert=True)
    ActualEntry.objects.bulk_create(
        (_row(waiting, entry) for entry in read.entries), batch_size=_IN_ONE_GO
    )
    after = {"sha256": waiting.sha256, "rows": waiting.rows}
    record("took in actuals", mapping.case, by=by, at=at, after=after)
    return waiting


def _row(file: ActualsFile, entry: Entry) -> ActualEntry:
    return ActualEntry(
        file=file,
        row=entry.row,
        month=str(entry.month),
        cost_centre=entry.cost_centre,
        account=entry.account,
        text=entry.text,
        amount_minor=None if entry.amount is None else entry.amount.minor,
        driver=entry.driver,
        value=entry.value,
    )


def drop(file: StoredFile) -> None:
    """Remove a file of which nothing is kept."""
    path_of(file).unlink(missing_ok=True)
    StoredFile.objects.filter(pk=file.pk).delete()

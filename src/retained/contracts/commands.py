"""Writes of agreements: register, change the terms, freeze holidays, keep documents."""

import hashlib
from datetime import date, datetime

from django.db import transaction

from retained.audit.record import record
from retained.contracts import parties, queries
from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.holidays import frozen, unfrozen_calendars
from retained.contracts.engine.reading import write_agreement
from retained.contracts.engine.term import months_before
from retained.contracts.models import Agreement, AgreementDocument, AgreementVersion
from retained.directory import access as directory_access
from retained.directory.models import Person
from retained.directory.versions import only_once, save_version
from retained.files.models import StoredFile
from retained.files.storing import Stream, path_of, store_upload
from retained.shared.days import day_in_words
from retained.shared.errors import DomainError
from retained.shared.money import Money

DOCUMENTS_FOLDER = "agreements"
RESERVED = frozenset({"new", "import"})  # addresses of pages, beside those of agreements


@transaction.atomic
def register_agreement(
    terms: AgreementTerms,
    *,
    by: Person,
    at: datetime,
    note: str = "",
    add_provider: bool = False,
) -> Agreement:
    """Register a new agreement; its first version counts from the first day of its term.

    Its provider must be in the directory, unless `add_provider` confirms that it is added.
    """
    directory_access.must(by, "register_agreements")
    if terms.reference.lower() in RESERVED:
        raise DomainError(f"reference: “{terms.reference}” is a word of this product's own pages.")
    parties.must_name_the_client(terms)
    provider = parties.provider_in(terms, add=add_provider, by=by, at=at)
    taken = f"There is an agreement {terms.reference} already: open it, or choose a free reference."
    with only_once(taken):
        agreement = Agreement.objects.create(
            reference=terms.reference, title=terms.title, provider=provider, created_at=at
        )
    version = _add_version(agreement, terms, terms.start, note=note, by=by, at=at)
    record("registered", agreement, by=by, at=at, after=_recorded(version), reason=note)
    return agreement


@transaction.atomic
def change_terms(
    agreement: Agreement,
    terms: AgreementTerms,
    effective_from: date,
    *,
    note: str,
    by: Person,
    at: datetime,
    expected_version: int,
) -> AgreementVersion:
    """Add a version of the terms that counts from `effective_from`.

    A second version from the same day corrects the first and must say why. Raises
    ChangedMeanwhileError if the agreement is no longer at `expected_version`.
    """
    directory_access.must(by, "change_agreements", agreement.reference)
    _must_be_of(agreement, terms, effective_from)
    _take_turn(agreement, expected_version)
    version = _add_version(agreement, terms, effective_from, note=note, by=by, at=at)
    name_as_in_force(agreement, at=at)
    record("changed terms", agreement, by=by, at=at, after=_recorded(version), reason=note)
    return version


def name_as_in_force(agreement: Agreement, *, at: datetime) -> bool:
    """Give the agreement the title that its terms have on the day of `at`; say if it is another.

    A version that counts later renames the agreement on its day and not before.
    """
    rows = queries.versions(agreement)
    title = queries.shown_version(rows, at.astimezone(rows[0].terms.zone).date()).terms.title
    if title == agreement.title:
        return False
    # Not a change by anybody: whoever edits the terms at this moment is not refused for it.
    Agreement.objects.filter(pk=agreement.pk).update(title=title)
    agreement.title = title
    return True


@transaction.atomic
def freeze_holidays(
    agreement: Agreement, year: int, *, by: Person, at: datetime, expected_version: int
) -> list[AgreementVersion]:
    """Write the public holidays of `year` into the terms, so that they can change no more.

    Lists of holidays are corrected by later releases, and a month must not change with them.
    The version in force when the year begins gets a successor from that day, and every later
    version a correction.
    """
    directory_access.must(by, "change_agreements", agreement.reference)
    rows = queries.versions_that_count(agreement)
    first_day = max(date(year, 1, 1), rows[0].effective_from)
    starts = [first_day, *(row.effective_from for row in rows if row.effective_from > first_day)]
    changes = [(day, queries.in_force(rows, day).terms) for day in starts]
    changes = [(day, terms) for day, terms in changes if unfrozen_calendars(terms, year)]
    if not changes:
        raise DomainError(f"No calendar of this agreement has holidays of {year} left to freeze.")
    _take_turn(agreement, expected_version)
    note = f"Public holidays of {year} frozen."
    versions = [
        _add_version(agreement, frozen(terms, year), day, note=note, by=by, at=at)
        for day, terms in changes
    ]
    for version in versions:
        record("froze holidays", agreement, by=by, at=at, after=_recorded(version), reason=note)
    return versions


def attach_document(
    agreement: Agreement,
    stream: Stream,
    *,
    name: str,
    kind: str,
    title: str,
    shared_with_provider: bool,
    by: Person,
    at: datetime,
) -> AgreementDocument:
    """Keep a paper with the agreement: the signed contract, an amendment, an annex."""
    directory_access.must(by, "keep_agreement_documents", agreement.reference)
    file = store_upload(stream, name=name, by=by, at=at, folder=DOCUMENTS_FOLDER)
    try:
        return _attach(
            AgreementDocument(
                agreement=agreement,
                file=file,
                kind=AgreementDocument.Kind(kind).value,
                title=title.strip() or file.original_name[:120],
                shared_with_provider=shared_with_provider,
                attached_at=at,
            ),
            by=by,
            at=at,
        )
    except BaseException:
        _drop(file)
        raise


@transaction.atomic
def withdraw_document(
    agreement: Agreement, document: AgreementDocument, *, reason: str, by: Person, at: datetime
) -> None:
    """Take a paper that was attached by mistake from the agreement; the record keeps its hash."""
    directory_access.must(by, "keep_agreement_documents", agreement.reference)
    if not reason.strip():
        raise DomainError("Say why the document is withdrawn: the reason stays in the record.")
    open_one = AgreementDocument.objects.filter(pk=document.pk, withdrawn_at=None)
    if not open_one.update(withdrawn_at=at):
        raise DomainError("This document was withdrawn already.")
    before = {"document": document.title, "sha256": document.file.sha256}
    record("withdrew a document", agreement, by=by, at=at, before=before, reason=reason)


@transaction.atomic
def _attach(document: AgreementDocument, *, by: Person, at: datetime) -> AgreementDocument:
    """Insert the row of a stored document and record it."""
    document.save(force_insert=True)
    after = {
        "document": document.title,
        "kind": document.kind,
        "sha256": document.file.sha256,
        "shared_with_provider": document.shared_with_provider,
    }
    record("attached a document", document.agreement, by=by, at=at, after=after)
    return document


def _drop(file: StoredFile) -> None:
    """Remove a file whose document could not be attached."""
    path_of(file).unlink(missing_ok=True)
    StoredFile.objects.filter(pk=file.pk).delete()


def _must_be_of(agreement: Agreement, terms: AgreementTerms, effective_from: date) -> None:
    """Raise DomainError unless these terms can be the agreement's from that day."""
    if terms.reference != agreement.reference:
        raise DomainError(
            f"reference: this is agreement {agreement.reference}, but the document is of "
            f"{terms.reference}. Open that one, or correct the reference."
        )
    if effective_from < terms.start:
        raise DomainError(
            f"The agreement begins on {day_in_words(terms.start)}: its terms cannot count from "
            f"{day_in_words(effective_from)}. Choose that day or a later one."
        )
    rows = queries.versions_that_count(agreement)
    before = queries.shown_version(rows, effective_from)
    parties.must_name_the_client(terms)
    parties.must_name_the_provider(terms, agreement.provider, as_before=before.terms.provider)
    if before.effective_from <= effective_from and before.document == write_agreement(terms):
        raise DomainError(
            f"Nothing differs from version {before.number}, which is in force on "
            f"{day_in_words(effective_from)}: there is nothing to save."
        )


def _take_turn(agreement: Agreement, expected_version: int) -> None:
    """Take the agreement's next version number: of two who save at once, one is refused."""
    save_version(agreement, {"title": agreement.title}, version=expected_version)


def _add_version(
    agreement: Agreement,
    terms: AgreementTerms,
    effective_from: date,
    *,
    note: str,
    by: Person,
    at: datetime,
) -> AgreementVersion:
    """Insert the next version."""
    correction = agreement.versions.filter(effective_from=effective_from).count()
    if correction and not note.strip():
        raise DomainError(
            f"There is a version from {day_in_words(effective_from)} already. Say in the note why "
            "this one corrects it, or let it count from another day."
        )
    document = write_agreement(terms)
    renewal = terms.renewal
    notice_months = renewal.notice_months if renewal else 0
    return AgreementVersion.objects.create(
        agreement=agreement,
        number=agreement.versions.count() + 1,
        effective_from=effective_from,
        correction=correction,
        document=document,
        sha256=hashlib.sha256(document.encode("utf-8")).hexdigest(),
        starts_on=terms.start,
        ends_on=terms.until,
        renewal_months=renewal.by_months if renewal else 0,
        notice_months=notice_months,
        notice_on=months_before(terms.until, notice_months) if notice_months else None,
        service_level_count=len(terms.service_levels),
        currency=terms.currency,
        monthly_minor=_monthly_minor(terms),
        note=note.strip(),
        created_by_key=by.actor_key,
        created_at=at,
    )


def _monthly_minor(terms: AgreementTerms) -> int | None:
    """Return the usual monthly amount in minor units."""
    base = terms.credit_base
    return Money(base.amount, terms.currency).minor if base else None


def _recorded(version: AgreementVersion) -> dict[str, object]:
    """Return what the record holds of a version: enough to prove its document."""
    return {
        "version": version.number,
        "effective_from": version.effective_from.isoformat(),
        "sha256": version.sha256,
    }

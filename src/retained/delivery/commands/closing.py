"""Closing a month: checked by one person, confirmed by a second, then sent; frozen ever since."""

import io
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from retained.audit import chain
from retained.audit.record import record
from retained.contracts import queries as contracts_queries
from retained.contracts.models import Agreement
from retained.delivery.commands.credits import credit_of_close, supersede_credit
from retained.delivery.commands.earning_back import (
    earn_back_of_close,
    must_rest_on_closed_months,
)
from retained.delivery.commands.measuring import Look, look
from retained.delivery.commands.standings import keep_standing
from retained.delivery.engine.statements import (
    Basis,
    canonical,
    sha256_of,
    statement,
    tickets_csv,
    unusable_above_limit,
)
from retained.delivery.models import CloseState, Exclusion, ExclusionState, MonthClose
from retained.delivery.queries.statements import content
from retained.delivery.queries.what_counts import month_earned_back
from retained.delivery.sources import reported_figures
from retained.directory import access as directory_access
from retained.directory.models import Person
from retained.directory.versions import only_once, save_version
from retained.evidence.engine.normalising.row_counts import RowCount
from retained.files.models import StoredFile
from retained.files.storing import store_upload
from retained.shared.errors import DomainError
from retained.shared.months import Month

FOLDER = "closes"
_MOST_TICKETS_BYTES = 2_000_000_000


@transaction.atomic
def check_month(
    agreement: Agreement, month: Month, *, reason: str, by: Person, at: datetime
) -> MonthClose:
    """Freeze what the month gives as it stands; a second person then confirms these very bytes.

    `reason` is needed to correct a closed month, to close above 2 % unusable tickets, and to
    close without the provider's figure.
    """
    directory_access.must(by, "check_months", agreement.reference)
    seen = look(agreement, at=at)
    _must_be_closable(agreement, month, seen)
    document = document_of(agreement, month, seen)
    current = MonthClose.objects.filter(agreement=agreement, month=str(month), is_current=True)
    supersedes = current.first()
    must_rest_on_closed_months(agreement, document)
    _must_have_reason(document, supersedes, reason)
    text = canonical(document)
    if supersedes is not None and supersedes.sha256 == sha256_of(text):
        raise DomainError(f"{month.title} would not change: there is nothing to correct.")
    with only_once(f"{month.title} is checked already: confirm that check, or drop it first."):
        close = MonthClose.objects.create(
            agreement=agreement,
            month=str(month),
            number=_next_number(agreement, month),
            state=CloseState.CHECKED,
            supersedes=supersedes,
            reason=reason.strip(),
            document=text,
            sha256=sha256_of(text),
            tickets=_frozen_tickets(seen, month, by=by, at=at),
            checked_by_key=by.actor_key,
            checked_at=at,
        )
    keep_standing(agreement)
    record("checked", close, by=by, at=at, after={"sha256": close.sha256}, reason=reason)
    return close


@transaction.atomic
def confirm_month(close: MonthClose, *, by: Person, at: datetime, version: int) -> MonthClose:
    """Confirm a checked month as a second person; its credit is due from then on."""
    directory_access.must(by, "confirm_months", close.agreement.reference)
    if close.state != CloseState.CHECKED:
        raise DomainError(f"This month was {close.get_state_display()} already.")
    if close.checked_by_key == by.actor_key:
        raise DomainError("You checked this month yourself: a second person confirms it.")
    _must_still_be_so(close, at=at)
    head = chain.head()
    earlier = close.supersedes
    if earlier is not None:
        save_version(earlier, {"is_current": False}, version=earlier.version)
        supersede_credit(earlier)
    values = {
        "state": CloseState.CONFIRMED,
        "is_current": True,
        "confirmed_by_key": by.actor_key,
        "confirmed_at": at,
        "record_number": head.number,
        "record_hash": head.hash,
    }
    save_version(close, values, version=version)
    earn_back_of_close(close, by=by, at=at)
    credit_of_close(close, content(close).net, at=at)
    keep_standing(close.agreement)
    after = {"sha256": close.sha256, "supersedes": earlier.record_key if earlier else ""}
    record("closed", close, by=by, at=at, after=after, reason=close.reason)
    return close


@transaction.atomic
def drop_check(
    close: MonthClose, *, reason: str, by: Person, at: datetime, version: int
) -> MonthClose:
    """Drop a check that was never confirmed, so that the month can be checked anew."""
    directory_access.must(by, "check_months", close.agreement.reference)
    if close.state != CloseState.CHECKED:
        raise DomainError("A confirmed month stays: correct it by closing it anew.")
    save_version(close, {"state": CloseState.DROPPED, "supersedes": None}, version=version)
    keep_standing(close.agreement)
    record("dropped check", close, by=by, at=at, reason=reason)
    return close


@transaction.atomic
def send_statement(close: MonthClose, *, by: Person, at: datetime, version: int) -> MonthClose:
    """Open a confirmed statement to the provider, and set the day by which it answers."""
    directory_access.must(by, "send_statements", close.agreement.reference)
    if close.state != CloseState.CONFIRMED:
        raise DomainError("Only a confirmed month is sent: have a second person confirm it first.")
    terms = contracts_queries.terms_in_force(close.agreement, Month.parse(close.month).first_day)
    due = at.astimezone(terms.zone).date() + timedelta(days=terms.answer.within_days)
    values = {
        "state": CloseState.SENT,
        "sent_by_key": by.actor_key,
        "sent_at": at,
        "answer_due": due,
    }
    save_version(close, values, version=version)
    keep_standing(close.agreement)
    record("sent", close, by=by, at=at, after={"answer_due": due.isoformat()})
    return close


def document_of(agreement: Agreement, month: Month, seen: Look) -> dict[str, Any]:
    """Return the statement of a month from one look at the evidence."""
    version = contracts_queries.in_force(
        contracts_queries.versions(agreement),
        max(month.first_day, seen.over_time.versions[0][0]),
    )
    excluded = Exclusion.objects.filter(
        agreement=agreement, month=str(month), state=ExclusionState.AGREED
    ).order_by("service_level", "ticket")
    basis = Basis(
        agreement_version=version.number,
        agreement_sha256=version.sha256,
        evidence=seen.batches,
        exclusions=[
            {"service_level": row.service_level, "ticket": row.ticket, "reason": row.reason}
            for row in excluded
        ],
        reported=reported_figures(version.terms, month),
        without_exclusions=seen.without_exclusions,
        earned_back=month_earned_back(agreement, month, seen.measurement),
        rows={source: months.get(month, RowCount()) for source, months in seen.rows.items()},
    )
    return statement(seen.measurement, version.terms, month, basis)


def _must_be_closable(agreement: Agreement, month: Month, seen: Look) -> None:
    if month >= seen.running:
        raise DomainError(f"{month.title} is not over yet: its figures are “so far”.")
    months = {figure.month for row in seen.measurement.figures.values() for figure in row}
    if month not in months:
        raise DomainError(f"There is no evidence for {month.title}: import its ticket file first.")
    asked = Exclusion.objects.filter(
        agreement=agreement, month=str(month), state=ExclusionState.ASKED
    ).count()
    if asked:
        raise DomainError(
            f"{asked} exclusion{'s are' if asked > 1 else ' is'} not answered yet: "
            "agree or refuse first."
        )


def _must_have_reason(document: dict[str, Any], supersedes: MonthClose | None, reason: str) -> None:
    if reason.strip():
        return
    if supersedes is not None:
        raise DomainError("This month is closed: say why it is corrected.")
    unusable = unusable_above_limit(document)
    if unusable:
        raise DomainError(
            f"More than 2 % of the rows or tickets could not be used ({', '.join(unusable)}): "
            "say why the month is closed all the same."
        )
    missing = [level["title"] for level in document["service_levels"] if level["reported"] is None]
    if missing:
        raise DomainError(
            f"The provider's figure is missing ({', '.join(missing)}): enter it, "
            "or say why the month is closed without it."
        )


def _must_still_be_so(close: MonthClose, *, at: datetime) -> None:
    """Refuse to confirm what the evidence no longer says."""
    month = Month.parse(close.month)
    now = canonical(document_of(close.agreement, month, look(close.agreement, at=at)))
    if sha256_of(now) != close.sha256:
        raise DomainError(
            "Evidence, agreement, exclusions or credits changed since this month was checked: "
            "drop the check and check it anew."
        )


def _next_number(agreement: Agreement, month: Month) -> int:
    highest = MonthClose.objects.filter(agreement=agreement, month=str(month)).aggregate(
        highest=Max("number")
    )["highest"]
    return (highest or 0) + 1


def _frozen_tickets(seen: Look, month: Month, *, by: Person, at: datetime) -> StoredFile:
    content = tickets_csv(seen.measurement.results, month).encode()
    return store_upload(
        io.BytesIO(content),
        name=f"tickets-{month}.csv",
        folder=FOLDER,
        limit_bytes=_MOST_TICKETS_BYTES,
        by=by,
        at=at,
    )

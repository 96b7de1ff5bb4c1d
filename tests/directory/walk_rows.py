"""Many rows of every kind, for the walk that counts queries.

`add_rows` writes the same rows for each number, so that a page which takes more queries after
more numbers pays for its rows. Whoever adds a table that a page lists adds a writer.
"""

from collections.abc import Callable, Iterable
from copy import copy
from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.utils.timezone import now

from contracts.agreement_texts import BRIGHTDESK
from directory.cast import AT, Cast, make_organisation, make_person
from directory.walk_cases import WITH_BENEFIT, own_case
from directory.walk_confirmations import owned_case
from directory.walk_living import own_lived_case
from evidence.importing import HEADER, MAPPING, imported
from retained.audit.record import record
from retained.contracts.models import Agreement, AgreementDocument, AgreementVersion
from retained.delivery.commands.credits import credit_of_close
from retained.delivery.commands.standings import keep_standing
from retained.delivery.models import (
    Exclusion,
    Measured,
    MeasuredMonth,
    MonthClose,
    ProviderAnswer,
)
from retained.directory.engine.roles import Role
from retained.directory.models import (
    ApiToken,
    Goal,
    Invitation,
    LegalEntity,
    Organisation,
    Person,
    RoleGrant,
    Site,
)
from retained.evidence.models import Batch, ImportRun, ReportedFigure, ReportedVerdict
from retained.files.models import StoredFile
from retained.jobs.jobs import seal_record
from retained.jobs.queue import enqueue
from retained.shared.money import Money
from retained.shared.months import Month
from retained.strategy.commands.actuals import give_actuals
from retained.strategy.commands.case_runs import keep_run
from retained.strategy.commands.cases import change_case, create_case, sign_case
from retained.strategy.commands.confirmations import confirm_assumptions
from retained.strategy.commands.months import MonthFound, note_month
from retained.strategy.commands.reruns import keep_rerun
from retained.strategy.engine.case_files import read_case
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.confirming import content_hash
from retained.strategy.engine.missing import Missing
from retained.strategy.queries.cases import terms_written_in, version_of
from strategy.case_texts import SURE
from strategy.signed_cases import LEDGER, sent

OWN = "AG-walk-0"  # the agreement that the walk opens

Writer = Callable[[Cast, Person, int], None]
_writers: list[Writer] = []


def add_rows(cast: Cast, reader: Person, numbers: Iterable[int]) -> None:
    """Write one row of every kind for each number."""
    for number in numbers:
        for write in _writers:
            write(cast, reader, number)


def kind(writer: Writer) -> Writer:
    """Register the writer of one kind of row; they write in the order of this file."""
    _writers.append(writer)
    return writer


@kind
def _evidence(cast: Cast, reader: Person, number: int) -> None:
    """Another batch of the own source, and another source; their jobs measure anew."""
    by, row = cast.service_manager, f"INC-1{number:03};2026-10-06 09:00;New;2\n"
    imported(by, HEADER + row, name=f"tickets-{number}.csv")
    mapping = MAPPING.replace("brightdesk", f"source {number}")
    imported(by, HEADER + row, mapping=mapping)
    run = ImportRun.objects.latest("pk")
    _again(run)


@kind
def _reported(cast: Cast, reader: Person, number: int) -> None:
    batch = Batch.objects.earliest("pk")
    by = {"reported_at": AT, "reported_by_key": reader.actor_key}
    ReportedFigure.objects.create(
        source=batch.source, label=f"Label {number}", month="2026-09", met=1, counted=2, **by
    )
    ReportedVerdict.objects.create(
        source=batch.source, label="in-time", month="2026-10", ticket=f"INC-9{number}",
        verdict="met", file=batch.file,
    )  # fmt: skip


@kind
def _organisations(cast: Cast, reader: Person, number: int) -> None:
    make_organisation(f"Provider {number}", Organisation.Kind.PROVIDER)
    above = Organisation.objects.filter(name__startswith="Under").order_by("-pk").first()
    make_organisation(f"Under {number}", Organisation.Kind.SUBCONTRACTOR, above or cast.own)
    for owner in (cast.own, cast.client):
        LegalEntity.objects.create(organisation=owner, name=f"Entity {number}")
        Site.objects.create(organisation=owner, name=f"Site {number}", time_zone="UTC")
    Goal.objects.create(kind="goal", name=f"Goal {number}", weight=10, starts_on=AT.date())


@kind
def _cases(cast: Cast, reader: Person, number: int) -> None:
    """Another case, and another version of the one that the walk opens, with its signature."""
    by = cast.people[Role.FINANCE]
    create_case(read_case(SURE.replace("SURE", f"SURE-{number}")), by=by, at=AT)
    own = own_case(cast)
    text = WITH_BENEFIT.replace("{value: 90", f"{{value: {100 + number}")
    version = change_case(
        own, read_case(text), note=f"Version {number}", by=by, at=AT, expected_version=own.version
    )
    run = keep_run(version, at=AT)
    sign_case(
        own, run, chosen="offer", reasons="Cheaper", by=by, at=AT, expected_version=own.version
    )


@kind
def _confirmations(cast: Cast, reader: Person, number: int) -> None:
    """Another draft that names the reader, and two more of the case that the walk opens."""
    finance, own = cast.people[Role.FINANCE], owned_case(cast)
    text = SURE.replace("unit: EUR a month", f"owner: {reader.email}")
    create_case(read_case(text.replace("SURE", f"OWNED-{number}")), by=finance, at=AT)
    before = terms_written_in(version_of(own).document).as_document()
    assumptions = before["assumptions"] | {
        f"waits_{number}": {"value": "1", "owner": reader.email},
        f"done_{number}": {"value": "1", "owner": finance.email},
    }
    terms = CaseTerms.model_validate(before | {"assumptions": assumptions})
    own.refresh_from_db()
    change_case(own, terms, note="", by=finance, at=AT, expected_version=own.version)
    done = f"done_{number}"
    confirm_assumptions(own, {done: content_hash(terms.assumptions[done])}, by=finance, at=AT)


@kind
def _actuals(cast: Cast, reader: Person, number: int) -> None:
    """Another month of the ledger of the signed case, and its re-runs: one is by the clock."""
    own, by = own_lived_case(cast), cast.people[Role.FINANCE]
    ledger = LEDGER.replace("2026-03", f"2026-{4 + number:02}")
    give_actuals(own, sent(ledger, f"ledger-{number}.csv"), by=by, at=AT)
    missing = Missing(ledger=True, drivers=True)
    found = MonthFound(Month(2026, 6 + number), keep_rerun(own, at=AT), missing)
    with transaction.atomic():
        note_month(own, found, by=by, at=AT)


@kind
def _people(cast: Cast, reader: Person, number: int) -> None:
    for owner, role in ((cast.own, Role.CONTRIBUTOR), (cast.client, Role.SERVICE_MANAGER)):
        person = make_person(owner, f"Person {number} of {owner}", role=role)
        Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
    RoleGrant.objects.create(
        person=cast.account_manager, role=Role.CONTRIBUTOR, side="provider",
        agreement_reference=f"AG-1{number:03}", granted_at=AT,
    )  # fmt: skip
    Invitation.objects.create(
        token_hash=f"walk {number}", email=f"guest{number}@example.org", name="Guest",
        organisation=cast.own, role=Role.CONTRIBUTOR, invited_by_key=reader.actor_key,
        created_at=AT, expires_at=AT + timedelta(days=999),
    )  # fmt: skip


@kind
def _own_account(cast: Cast, reader: Person, number: int) -> None:
    ApiToken.objects.create(
        person=reader, name=f"Token {number}", prefix="p", secret_hash=f"walk {number}",
        created_at=AT, expires_at=AT + timedelta(days=999),
    )  # fmt: skip
    browser = Client()
    browser.force_login(reader)
    UserSession.objects.create(
        user=reader, ip="127.0.0.1", session_key=browser.session.session_key, user_agent="Firefox/1"
    )
    enqueue(seal_record, by=reader)


@kind
def _own_agreement(cast: Cast, reader: Person, number: int) -> None:
    agreement = Agreement.objects.get(reference=OWN)
    first = agreement.versions.earliest("number")
    _again(
        first, number=number + 2, effective_from=date(2027, 1, 1) + timedelta(days=number),
        document=first.document.replace("brightdesk", f"source {number}"),
    )  # fmt: skip
    file = _again(StoredFile.objects.latest("pk"), key=f"walk{number}")
    AgreementDocument.objects.create(
        agreement=agreement, file=file, kind="annex", title=f"Annex {number}",
        shared_with_provider=True, attached_at=AT,
    )  # fmt: skip
    _exclusions(agreement, cast, number)
    measured = Measured.objects.get(agreement=agreement)
    month = measured.months.filter(month="2026-10").first()
    assert month is not None
    _again(month, month=f"2026-{number + 1:02}")


@kind
def _other_agreement(cast: Cast, reader: Person, number: int) -> None:
    """An agreement of the own provider: measured, its month closed, sent, disputed and owed."""
    agreement = Agreement.objects.create(
        reference=f"AG-1{number:03}", title=f"Agreement {number}", provider=cast.own, created_at=AT
    )
    document = BRIGHTDESK.replace("AG-7", agreement.reference)
    first = AgreementVersion.objects.earliest("pk")
    soon = AT.date() + timedelta(days=30)
    _again(first, agreement=agreement, document=document, notice_on=soon)
    measured = _again(Measured.objects.get(agreement__reference=OWN), agreement=agreement)
    for row in list(MeasuredMonth.objects.filter(measured__agreement__reference=OWN)):
        _again(row, measured=measured)
    _exclusions(agreement, cast, number)
    _closes(agreement)
    keep_standing(agreement)


def _exclusions(agreement: Agreement, cast: Cast, number: int) -> None:
    """Ask to leave a ticket out from either side."""
    for by in (cast.service_manager, cast.account_manager):
        Exclusion.objects.create(
            agreement=agreement, service_level="in-time", ticket=f"INC-{by.side}-{number}",
            month="2026-10", reason="Fire", asked_by_key=by.actor_key, asked_side=by.side.value,
            asked_at=AT,
        )  # fmt: skip


def _closes(agreement: Agreement) -> None:
    """Close four months of an agreement, each in another state, with answers and credits."""
    example = MonthClose.objects.filter(agreement__reference=OWN).earliest("pk")
    for month, state in enumerate(("checked", "confirmed", "sent", "answered"), start=7):
        close = _again(
            example, agreement=agreement, month=f"2026-{month:02}", state=state,
            is_current=state != "checked",
        )  # fmt: skip
        credit_of_close(close, Money.of_minor(100, "EUR"), at=AT)
        ProviderAnswer.objects.create(
            close=close, kind="disputed", sentence="No.", by_key="x", by_side="provider", at=AT
        )


@kind
def _acts(cast: Cast, reader: Person, number: int) -> None:
    with transaction.atomic():
        record("walked", cast.own, by=reader, at=now(), after={"number": number}, reason="walk")


def _again(row: Any, **changed: Any) -> Any:
    """Insert a copy of a row with some columns changed."""
    another: Model = copy(row)
    another.pk = None
    another._state.adding = True
    for name, value in changed.items():
        setattr(another, name, value)
    another.save(force_insert=True)
    return another

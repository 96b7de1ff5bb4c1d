"""Commands of agreements, on a real database."""

import io
from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from contracts.agreement_texts import BRIGHTDESK, CORVALE
from retained.audit.models import Entry
from retained.audit.unchanging import ImmutableRowError
from retained.contracts import commands, queries
from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.reading import read_agreement
from retained.contracts.jobs import titles_in_force
from retained.contracts.models import Agreement, AgreementVersion
from retained.contracts.parties import UnknownProviderError
from retained.directory.models import LegalEntity, Organisation, Person
from retained.jobs.queue import enqueue
from retained.jobs.worker import run_waiting
from retained.shared import clock
from retained.shared.errors import ChangedMeanwhileError, DomainError, NotAllowedError

pytestmark = pytest.mark.django_db


def changed(old: str, new: str) -> AgreementTerms:
    assert old in BRIGHTDESK
    return read_agreement(BRIGHTDESK.replace(old, new))


def test_registering_keeps_the_terms_and_records_their_hash(
    agreement: Agreement, terms: AgreementTerms
) -> None:
    [version] = queries.versions(agreement)
    entry = Entry.objects.get(verb="registered")
    assert version.terms == terms
    assert version.effective_from == date(2026, 1, 1)
    assert version.sha256 in entry.after
    assert (entry.object_kind, entry.object_key) == ("agreement", "AG-7")


def test_a_reference_is_given_once(agreement: Agreement, lead: Person, at: datetime) -> None:
    with pytest.raises(DomainError, match="There is an agreement AG-7 already"):
        commands.register_agreement(read_agreement(BRIGHTDESK), by=lead, at=at)
    assert Agreement.objects.count() == 1


def test_an_unknown_provider_is_added_only_when_that_is_confirmed(
    client_organisation: Organisation, terms: AgreementTerms, lead: Person, at: datetime
) -> None:
    with pytest.raises(UnknownProviderError, match="Brightdesk"):
        commands.register_agreement(terms, by=lead, at=at)
    agreement = commands.register_agreement(terms, by=lead, at=at, add_provider=True)
    assert agreement.provider.name == "Brightdesk"
    assert agreement.provider.kind == "provider"


def test_a_provider_is_found_by_the_name_of_its_legal_entity(
    brightdesk: Organisation, lead: Person, at: datetime
) -> None:
    LegalEntity.objects.create(organisation=brightdesk, name="Brightdesk Services B.V.")
    terms = changed("provider: Brightdesk", "provider: Brightdesk Services B.V.")
    assert commands.register_agreement(terms, by=lead, at=at).provider == brightdesk


def test_another_companys_agreement_is_refused(
    brightdesk: Organisation, lead: Person, at: datetime
) -> None:
    terms = changed("client: Lindenhof Bank", "client: Elsewhere Bank")
    with pytest.raises(DomainError, match="belongs to “Lindenhof Bank”"):
        commands.register_agreement(terms, by=lead, at=at)


@pytest.mark.parametrize("role", ["service_manager", "auditor", "administrator", "finance"])
def test_only_sourcing_and_legal_may_register(
    brightdesk: Organisation, terms: AgreementTerms, person: object, at: datetime, role: str
) -> None:
    with pytest.raises(NotAllowedError):
        commands.register_agreement(terms, by=person(role), at=at)  # type: ignore[operator]


def test_a_role_limited_to_an_agreement_changes_that_one_and_registers_none(
    agreement: Agreement, person: object, at: datetime, terms: AgreementTerms
) -> None:
    limited = person("legal", agreement="AG-7")  # type: ignore[operator]
    commands.change_terms(
        agreement, changed("95 %", "96 %"), date(2027, 1, 1),
        note="", by=limited, at=at, expected_version=1,
    )  # fmt: skip
    with pytest.raises(NotAllowedError):
        commands.register_agreement(read_agreement(CORVALE), by=limited, at=at)


def test_changed_terms_count_from_their_day_and_the_old_ones_until_the_day_before(
    agreement: Agreement, lead: Person, at: datetime
) -> None:
    pauses = changed("[waiting_client]", "[waiting_client, waiting_third_party]")
    commands.change_terms(
        agreement, pauses, date(2027, 1, 1),
        note="Amendment 1", by=lead, at=at, expected_version=1,
    )  # fmt: skip
    first, second = queries.versions(agreement)
    assert (first.until, second.effective_from) == (date(2026, 12, 31), date(2027, 1, 1))
    assert queries.terms_in_force(agreement, date(2026, 12, 31)) == first.terms
    assert queries.terms_in_force(agreement, date(2027, 1, 1)) == pauses


def test_a_version_to_come_renames_the_agreement_on_its_day_and_not_before(
    agreement: Agreement, lead: Person, at: datetime
) -> None:
    before, to_come = agreement.title, changed("title: Service desk", "title: Desk of tomorrow")
    start = (at + timedelta(days=22)).date()
    commands.change_terms(
        agreement, to_come, start, note="", by=lead, at=at, expected_version=agreement.version
    )
    assert Agreement.objects.get().title == before
    for moment, title in ((at, before), (at + timedelta(days=22), "Desk of tomorrow")):
        with clock.held_at(moment):
            enqueue(titles_in_force, by=None)
            run_waiting()
        assert Agreement.objects.get().title == title


def test_a_second_version_from_the_same_day_corrects_the_first_and_says_why(
    agreement: Agreement, lead: Person, at: datetime
) -> None:
    correction = changed("95 %", "96 %")
    day = date(2026, 1, 1)
    with pytest.raises(DomainError, match="Say in the note why"):
        commands.change_terms(
            agreement, correction, day, note=" ", by=lead, at=at, expected_version=1
        )
    commands.change_terms(
        agreement, correction, day, note="Typed wrongly", by=lead, at=at, expected_version=1
    )
    first, second = queries.versions(agreement)
    assert (first.corrected_by, second.corrected_by) == (2, None)
    assert queries.terms_in_force(agreement, date(2026, 6, 1)) == correction


def test_of_two_who_save_at_once_the_second_is_refused_and_nothing_of_it_stays(
    agreement: Agreement, lead: Person, at: datetime
) -> None:
    opened_by_both = agreement.version
    for number, expected in ((1, None), (2, ChangedMeanwhileError)):
        terms = changed("95 %", f"9{number + 5} %")
        day = date(2027, number, 1)
        if expected is None:
            commands.change_terms(
                agreement, terms, day, note="", by=lead, at=at, expected_version=opened_by_both
            )
            continue
        with pytest.raises(expected):
            commands.change_terms(
                agreement, terms, day, note="", by=lead, at=at, expected_version=opened_by_both
            )
    assert len(queries.versions(agreement)) == 2
    assert Entry.objects.filter(verb="changed terms").count() == 1


def test_saving_what_is_in_force_already_is_refused(
    agreement: Agreement, terms: AgreementTerms, lead: Person, at: datetime
) -> None:
    with pytest.raises(DomainError, match="Nothing differs from version 1"):
        commands.change_terms(
            agreement, terms, date(2026, 5, 1), note="", by=lead, at=at, expected_version=1
        )


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("reference: AG-7", "reference: AG-8", "this is agreement AG-7"),
        ("provider: Brightdesk", "provider: Corvale", "this agreement is with “Brightdesk”"),
        ("from: 2026-01-01", "from: 2027-06-01", "begins on 1 June 2027"),
    ],
)
def test_terms_of_another_agreement_are_refused(
    agreement: Agreement, lead: Person, at: datetime, old: str, new: str, says: str
) -> None:
    with pytest.raises(DomainError, match=says):
        commands.change_terms(
            agreement, changed(old, new), date(2027, 1, 1),
            note="", by=lead, at=at, expected_version=1,
        )  # fmt: skip


def test_a_provider_that_took_a_new_name_keeps_its_agreement(
    agreement: Agreement, brightdesk: Organisation, lead: Person, at: datetime
) -> None:
    Organisation.objects.filter(pk=brightdesk.pk).update(name="Brightdesk Europe")
    agreement.refresh_from_db()
    terms = changed("95 %", "96 %")
    commands.change_terms(
        agreement, terms, date(2027, 1, 1), note="", by=lead, at=at, expected_version=1
    )
    assert len(queries.versions(agreement)) == 2


def test_frozen_holidays_are_written_into_every_version_of_the_year(
    agreement: Agreement, lead: Person, at: datetime
) -> None:
    commands.change_terms(
        agreement, changed("95 %", "96 %"), date(2026, 7, 1),
        note="", by=lead, at=at, expected_version=1,
    )  # fmt: skip
    made = commands.freeze_holidays(agreement, 2026, by=lead, at=at, expected_version=2)
    assert [version.effective_from for version in made] == [date(2026, 1, 1), date(2026, 7, 1)]
    for day in (date(2026, 2, 1), date(2026, 8, 1)):
        holidays = queries.terms_in_force(agreement, day).calendars["office"].holidays
        assert holidays is not None
        assert date(2026, 4, 27) in holidays.frozen[2026]  # King's Day
    with pytest.raises(DomainError, match="left to freeze"):
        commands.freeze_holidays(agreement, 2026, by=lead, at=at, expected_version=3)


def test_code_cannot_change_a_version(agreement: Agreement) -> None:
    version = AgreementVersion.objects.get()
    version.note = "other"
    with pytest.raises(ImmutableRowError):
        version.save()
    with pytest.raises(ImmutableRowError):
        version.delete()


def test_the_database_itself_refuses_to_change_a_version(agreement: Agreement) -> None:
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        AgreementVersion.objects.update(note="other")


def test_a_document_is_kept_with_its_hash_and_withdrawn_with_a_reason(
    agreement: Agreement, lead: Person, at: datetime
) -> None:
    document = commands.attach_document(
        agreement, io.BytesIO(b"%PDF-1.7 signed"),
        name="signed.pdf", kind="master", title="", shared_with_provider=True, by=lead, at=at,
    )  # fmt: skip
    assert document.title == "signed.pdf"
    with pytest.raises(DomainError, match="Say why"):
        commands.withdraw_document(agreement, document, reason="", by=lead, at=at)
    commands.withdraw_document(agreement, document, reason="wrong file", by=lead, at=at)
    with pytest.raises(DomainError, match="withdrawn already"):
        commands.withdraw_document(agreement, document, reason="again", by=lead, at=at)
    assert Entry.objects.filter(object_key="AG-7", verb="withdrew a document").count() == 1

"""Who reaches which agreement."""

import io
from datetime import datetime

import pytest

from retained.contracts import access, commands
from retained.contracts.models import Agreement
from retained.directory.models import Organisation, Person
from retained.shared.errors import NotAllowedError, NotThereError

pytestmark = pytest.mark.django_db


def references(person: Person) -> list[str]:
    return [agreement.reference for agreement in access.agreements_to_read(person)]


@pytest.mark.parametrize(
    "role",
    ["administrator", "sourcing_lead", "service_manager", "finance", "legal", "security",
     "executive", "auditor"],
)  # fmt: skip
def test_every_client_role_reads_every_agreement(
    agreement: Agreement, other_agreement: Agreement, person: object, role: str
) -> None:
    assert references(person(role)) == ["AG-2", "AG-7"]  # type: ignore[operator]


def test_a_role_limited_to_one_agreement_reads_that_one(
    agreement: Agreement, other_agreement: Agreement, person: object
) -> None:
    manager = person("service_manager", agreement="AG-7")  # type: ignore[operator]
    assert references(manager) == ["AG-7"]
    with pytest.raises(NotThereError):
        access.agreement_to_read(manager, "AG-2")


@pytest.mark.parametrize("role", ["account_manager", "contributor"])
def test_a_providers_person_reads_only_what_its_own_organisation_signed(
    agreement: Agreement,
    other_agreement: Agreement,
    brightdesk: Organisation,
    person: object,
    role: str,
) -> None:
    theirs = person(role, of=brightdesk)  # type: ignore[operator]
    assert references(theirs) == ["AG-7"]
    with pytest.raises(NotThereError):
        access.agreement_to_read(theirs, "AG-2")


def test_naming_a_rivals_agreement_in_a_role_opens_nothing(
    agreement: Agreement, other_agreement: Agreement, brightdesk: Organisation, person: object
) -> None:
    theirs = person("account_manager", of=brightdesk, agreement="AG-2")  # type: ignore[operator]
    assert references(theirs) == []


def test_what_is_foreign_and_what_is_not_there_sound_the_same(
    agreement: Agreement, other_agreement: Agreement, brightdesk: Organisation, person: object
) -> None:
    theirs = person("account_manager", of=brightdesk)  # type: ignore[operator]
    said = []
    for reference in ("AG-2", "AG-999"):
        with pytest.raises(NotThereError) as refused:
            access.agreement_to_read(theirs, reference)
        said.append(refused.value.message)
    assert said[0] == said[1]


def test_somebody_deactivated_reaches_nothing(agreement: Agreement, lead: Person) -> None:
    lead.is_active = False
    lead.save()
    assert references(lead) == []


def test_reading_is_not_changing(agreement: Agreement, person: object) -> None:
    auditor = person("auditor")  # type: ignore[operator]
    assert access.agreement_to_read(auditor, "AG-7") == agreement
    with pytest.raises(NotAllowedError):
        access.agreement_to_change(auditor, "AG-7")


def test_a_document_reaches_the_provider_only_when_it_is_shared(
    agreement: Agreement, lead: Person, brightdesk: Organisation, person: object, at: datetime
) -> None:
    theirs = person("account_manager", of=brightdesk)  # type: ignore[operator]
    for shared in (True, False):
        commands.attach_document(
            agreement, io.BytesIO(b"%PDF-1.7"),
            name=f"{shared}.pdf", kind="annex", title=str(shared), shared_with_provider=shared,
            by=lead, at=at,
        )  # fmt: skip
    assert [document.title for document in access.documents_to_read(theirs, agreement)] == ["True"]
    hidden = access.documents_to_read(lead, agreement).get(title="False")
    with pytest.raises(NotThereError):
        access.document_to_read(theirs, "AG-7", hidden.file.key)

"""The only way from a person to an agreement, and to the documents that belong to it."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from retained.contracts.models import Agreement, AgreementDocument, AgreementVersion
from retained.directory import access as directory_access
from retained.directory.engine.roles import Side
from retained.directory.models import Person
from retained.shared.errors import NotThereError

Row = TypeVar("Row", bound=Model)


def agreements_to_read(person: Person, action: str = "read_agreements") -> QuerySet[Agreement]:
    """Return the agreements for which `person` may do `action`.

    The client's people reach every agreement, or those that their roles are limited to; a
    provider's people only what their own organisation has signed, whatever a role names.
    """
    reached = directory_access.agreements_reached(person, action)
    agreements = Agreement.objects.select_related("provider")
    if person.side is Side.PROVIDER:
        agreements = agreements.filter(provider_id=person.organisation_id)
    return agreements if reached is None else agreements.filter(reference__in=reached)


def of_agreements(rows: QuerySet[Row], person: Person, action: str) -> QuerySet[Row]:
    """Return those of `rows` whose agreement is one for which `person` may do `action`.

    Who reaches every agreement gets them all without a look at agreements: asked to prove of
    each row what holds for all, a database would not take the index that gives them in order.
    """
    is_client = person.side is Side.CLIENT
    if is_client and directory_access.agreements_reached(person, action) is None:
        return rows
    return rows.filter(agreement__in=agreements_to_read(person, action))


def versions_to_read(person: Person, action: str = "read_agreements") -> QuerySet[AgreementVersion]:
    """Return the versions of the agreements for which `person` may do `action`."""
    return of_agreements(AgreementVersion.objects.all(), person, action)


def agreement_to_read(person: Person, reference: str) -> Agreement:
    """Return the agreement of that reference; raise NotThereError if it is not this person's."""
    found = agreements_to_read(person).filter(reference=reference).first()
    if found is None:
        raise NotThereError("This agreement")
    return found


def agreement_to_change(person: Person, reference: str) -> Agreement:
    """Return the agreement for somebody who may change what it promises."""
    return _agreement_for(person, reference, "change_agreements")


def agreement_to_file(person: Person, reference: str) -> Agreement:
    """Return the agreement for somebody who may keep its documents."""
    return _agreement_for(person, reference, "keep_agreement_documents")


def _agreement_for(person: Person, reference: str, action: str) -> Agreement:
    """Return an agreement that the person may read, once it is sure that it may do `action`."""
    agreement = agreement_to_read(person, reference)
    directory_access.must(person, action, reference)
    return agreement


def documents_to_read(person: Person, agreement: Agreement) -> QuerySet[AgreementDocument]:
    """Return the documents of an agreement that `person` may open.

    The client's people see all that count, the provider's people those shared with them.
    """
    documents = agreement.documents.filter(withdrawn_at=None).select_related("file")
    if person.side is Side.PROVIDER:
        return documents.filter(shared_with_provider=True)
    return documents


def document_to_read(person: Person, reference: str, key: str) -> AgreementDocument:
    """Return one document by the random key of its file."""
    agreement = agreement_to_read(person, reference)
    found = documents_to_read(person, agreement).filter(file__key=key).first()
    if found is None:
        raise NotThereError("This document")
    return found


def document_to_withdraw(person: Person, reference: str, key: str) -> AgreementDocument:
    """Return one document for somebody who may keep the agreement's documents."""
    agreement_to_file(person, reference)
    return document_to_read(person, reference, key)

"""The parties that a document names, found in the directory by name or by legal entity."""

from datetime import datetime

from django.db.models import Q, QuerySet

from retained.contracts.engine.agreement import AgreementTerms
from retained.directory.commands.organisations import OrganisationDetails, add_provider
from retained.directory.models import Organisation, Person
from retained.shared.errors import DomainError


class UnknownProviderError(DomainError):
    """The document names a provider that the directory does not know."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"“{name}” is not among the providers: add it, or confirm that it shall be added "
            "with this agreement, or write the name as the directory has it."
        )
        self.name = name


def must_name_the_client(terms: AgreementTerms) -> None:
    """Raise DomainError unless the document's client is this installation's."""
    client = Organisation.objects.filter(kind=Organisation.Kind.CLIENT).first()
    if client is None:
        raise DomainError("This installation has no client organisation yet: set it up first.")
    if not _named(Organisation.objects.filter(pk=client.pk), terms.client):
        raise DomainError(
            f"client: this installation belongs to “{client.name}”, but the document names "
            f"“{terms.client}”. Write {client.name}, or add a legal entity of that name to it."
        )


def provider_in(terms: AgreementTerms, *, add: bool, by: Person, at: datetime) -> Organisation:
    """Return the provider that the document names; `add` it if the directory lacks it."""
    found = _named(Organisation.objects.filter(kind=Organisation.Kind.PROVIDER), terms.provider)
    if found is None and not add:
        raise UnknownProviderError(terms.provider)
    return found or add_provider(
        OrganisationDetails(terms.provider, time_zone=terms.time_zone), by=by, at=at
    )


def must_name_the_provider(
    terms: AgreementTerms, provider: Organisation, *, as_before: str
) -> None:
    """Raise DomainError unless the document's provider is still that of the agreement.

    The name that the version before wrote is good too: companies change their names.
    """
    mine = Organisation.objects.filter(pk=provider.pk)
    if terms.provider != as_before and _named(mine, terms.provider) is None:
        raise DomainError(
            f"provider: this agreement is with “{provider.name}”, but the document names "
            f"“{terms.provider}”. Another provider's promise is another agreement."
        )


def _named(organisations: QuerySet[Organisation], name: str) -> Organisation | None:
    """Return the organisation that bears `name`, or whose legal entity does."""
    wanted = name.strip()
    by_name = organisations.filter(name__iexact=wanted).first()
    by_entity = Q(legal_entities__name__iexact=wanted)
    return by_name or organisations.filter(by_entity).distinct().first()

"""The cast of the contracts tests: one client, two providers, people on both sides."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client

from contracts.agreement_texts import BRIGHTDESK, CORVALE
from contracts.editing import EVERYTHING
from retained.contracts.commands import register_agreement
from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.reading import read_agreement
from retained.contracts.models import Agreement
from retained.directory.models import Organisation, Person, RoleGrant
from retained.shared import clock

AT = datetime(2026, 11, 9, 9, 0, tzinfo=UTC)
MakePerson = Callable[..., Person]


def organisation(kind: str, name: str) -> Organisation:
    slug = name.lower().replace(" ", "-")
    return Organisation.objects.create(
        kind=kind, name=name, slug=slug, time_zone="Europe/Amsterdam", created_at=AT
    )


@pytest.fixture
def at() -> datetime:
    return AT


@pytest.fixture
def client_organisation(db: None) -> Organisation:
    return organisation("client", "Lindenhof Bank")


@pytest.fixture
def brightdesk(db: None) -> Organisation:
    return organisation("provider", "Brightdesk")


@pytest.fixture
def corvale(db: None) -> Organisation:
    return organisation("provider", "Corvale")


@pytest.fixture
def person(client_organisation: Organisation) -> MakePerson:
    """Make a person with a role, at the client unless told otherwise."""

    def make(
        role: str, *, of: Organisation | None = None, agreement: str = "", name: str = ""
    ) -> Person:
        home = of or client_organisation
        name = name or f"{role} {Person.objects.count()}"
        made = Person.objects.create(
            email=f"{name.replace(' ', '.').lower()}@{home.slug}.example",
            name=name,
            organisation=home,
            created_at=AT,
        )
        RoleGrant.objects.create(
            person=made,
            role=role,
            side=home.side.value,
            agreement_reference=agreement,
            granted_at=AT,
        )
        return made

    return make


@pytest.fixture
def lead(person: MakePerson) -> Person:
    return person("sourcing_lead", name="Ilse Vermeer")


@pytest.fixture
def terms() -> AgreementTerms:
    return read_agreement(BRIGHTDESK)


@pytest.fixture
def agreement(brightdesk: Organisation, terms: AgreementTerms, lead: Person) -> Agreement:
    return register_agreement(terms, by=lead, at=AT)


@pytest.fixture
def other_agreement(corvale: Organisation, lead: Person) -> Agreement:
    return register_agreement(read_agreement(CORVALE), by=lead, at=AT)


@pytest.fixture
def browser(lead: Person, at: datetime) -> Iterator[Client]:
    """A browser of the sourcing lead, at the story's date."""
    made = Client()
    made.force_login(lead)
    with clock.held_at(at):
        yield made


@pytest.fixture
def everything(brightdesk: Organisation, lead: Person, at: datetime) -> Agreement:
    return register_agreement(read_agreement(EVERYTHING), by=lead, at=at)

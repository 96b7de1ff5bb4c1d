"""The cast of the portfolio's tests: a client with a company, a site and people of each role."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client

from retained.directory.models import LegalEntity, Organisation, Person, RoleGrant, Site
from retained.shared import clock
from retained.strategy.commands.business_functions import (
    BusinessFunctionDetails,
    add_business_function,
)
from retained.strategy.commands.portfolio import add_function
from retained.strategy.engine.function_files import read_function
from retained.strategy.models import BusinessFunction, ItFunction
from strategy.portfolio.function_texts import SERVICE_DESK, function

AT = datetime(2026, 11, 9, 9, 0, tzinfo=UTC)
MakePerson = Callable[..., Person]
MakeFunction = Callable[..., ItFunction]


def _organisation(kind: str, name: str) -> Organisation:
    slug = name.lower().replace(" ", "-")
    return Organisation.objects.create(
        kind=kind, name=name, slug=slug, time_zone="Europe/Amsterdam", created_at=AT
    )


@pytest.fixture
def at() -> datetime:
    return AT


@pytest.fixture
def bank(db: None) -> Organisation:
    bank = _organisation("client", "Lindenhof Bank")
    LegalEntity.objects.create(organisation=bank, name="Lindenhof Bank N.V.")
    Site.objects.create(organisation=bank, name="Head office, Utrecht", time_zone="UTC")
    return bank


@pytest.fixture
def brightdesk(db: None) -> Organisation:
    return _organisation("provider", "Brightdesk")


@pytest.fixture
def person(bank: Organisation) -> MakePerson:
    """Make a person with a role, at the bank unless told otherwise."""

    def make(role: str, *, of: Organisation | None = None, name: str = "") -> Person:
        home = of or bank
        name = name or f"{role} {Person.objects.count()}"
        email = f"{name.replace(' ', '.').lower()}@{home.slug}.example"
        made = Person.objects.create(email=email, name=name, organisation=home, created_at=AT)
        RoleGrant.objects.create(person=made, role=role, side=home.side.value, granted_at=AT)
        return made

    return make


@pytest.fixture
def lead(person: MakePerson) -> Person:
    return person("sourcing_lead", name="Femke de Boer")


@pytest.fixture
def payments(lead: Person) -> BusinessFunction:
    details = BusinessFunctionDetails("Payments", "vital", 120, 0)
    return add_business_function("payments", details, by=lead, at=AT)


@pytest.fixture
def desk(lead: Person, payments: BusinessFunction) -> ItFunction:
    return add_function(read_function(SERVICE_DESK), by=lead, at=AT)


@pytest.fixture
def add(lead: Person) -> MakeFunction:
    """Add a function of a few lines, below another one if that is named."""

    def make(reference: str, *, parent: str = "", more: str = "") -> ItFunction:
        text = function(reference, parent=parent, more=more)
        return add_function(read_function(text), by=lead, at=AT)

    return make


@pytest.fixture
def browser(lead: Person) -> Iterator[Client]:
    """A browser of the sourcing lead, at the story's date."""
    made = Client()
    made.force_login(lead)
    with clock.held_at(AT):
        yield made

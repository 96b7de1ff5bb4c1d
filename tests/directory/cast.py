"""The cast of the directory's tests: a client, two providers that must not know of each other.

Other rooms use it too: `from directory.cast import make_cast`. Every name of the second provider
holds CANARY, so that a page which shows any of it to the first one is found.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from allauth.account.models import EmailAddress

from retained.directory.engine.roles import CLIENT_ROLES, Role
from retained.directory.models import LegalEntity, Organisation, Person, RoleGrant, Site

AT = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
CANARY = "Quetzalfeather"
PASSWORD = "four unrelated words here"


@dataclass(frozen=True)
class Cast:
    """Everybody, by role; `account_manager` belongs to `own`, `rival` to `foreign`."""

    client: Organisation
    own: Organisation
    foreign: Organisation
    people: dict[Role, Person]
    rival: Person

    @property
    def administrator(self) -> Person:
        return self.people[Role.ADMINISTRATOR]

    @property
    def service_manager(self) -> Person:
        return self.people[Role.SERVICE_MANAGER]

    @property
    def account_manager(self) -> Person:
        return self.people[Role.ACCOUNT_MANAGER]


def make_cast() -> Cast:
    """Create the cast in the database."""
    client = make_organisation("Lindenhof Bank", Organisation.Kind.CLIENT)
    own = make_organisation("Brightdesk", Organisation.Kind.PROVIDER)
    foreign = make_organisation(f"Osprey {CANARY}", Organisation.Kind.PROVIDER)
    people = {
        role: make_person(client if role in CLIENT_ROLES else own, role.label, role=role)
        for role in Role
    }
    rival = make_person(foreign, f"Rita {CANARY}", role=Role.ACCOUNT_MANAGER)
    for owner in (own, foreign):
        Site.objects.create(organisation=owner, name=f"{owner} yard", time_zone="Europe/Berlin")
        LegalEntity.objects.create(organisation=owner, name=f"{owner} Ltd")
    return Cast(client, own, foreign, people, rival)


def make_organisation(
    name: str, kind: Organisation.Kind, parent: Organisation | None = None
) -> Organisation:
    """Create an organisation."""
    return Organisation.objects.create(
        kind=kind,
        name=name,
        slug=name.lower().replace(" ", "-"),
        time_zone="Europe/Amsterdam",
        parent=parent,
        created_at=AT,
    )


def make_person(
    organisation: Organisation, name: str, *, role: Role | None = None, password: str = PASSWORD
) -> Person:
    """Create a person with a verified address and at most one role."""
    person = Person(
        email=f"{name.lower().replace(' ', '.')}@{organisation.slug}.example",
        name=name,
        organisation=organisation,
        created_at=AT,
    )
    person.set_password(password)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    if role:
        RoleGrant.objects.create(person=person, role=role, side=person.side, granted_at=AT)
    return person

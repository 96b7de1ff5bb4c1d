"""The cast of the story: the bank, its providers, and the people on both sides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import transaction

from retained.audit.actors import SystemActor
from retained.directory.commands import goals, organisations, people
from retained.directory.commands.goals import GoalDetails
from retained.directory.commands.organisations import (
    LegalEntityDetails,
    OrganisationDetails,
    SiteDetails,
)
from retained.directory.engine.lei import check_digits
from retained.directory.engine.roles import Role
from retained.directory.models import Organisation, Person

BEGINNING = datetime(2025, 12, 1, 8, 0, tzinfo=UTC)
_SYSTEM = SystemActor("demonstration")
_ZONE = "Europe/Amsterdam"


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody by first name, and the providers by name."""

    bank: Organisation
    providers: Mapping[str, Organisation]
    people: Mapping[str, Person]

    def __getitem__(self, name: str) -> Person:
        return self.people[name]


# First name, surname, role.
_BANK = (
    ("Daan", "Verhoeven", Role.ADMINISTRATOR),
    ("Femke", "de Boer", Role.SOURCING_LEAD),
    ("Jeroen", "Kuipers", Role.SERVICE_MANAGER),
    ("Anouk", "Visser", Role.FINANCE),
    ("Ruben", "Dekker", Role.LEGAL),
    ("Sanne", "Mulder", Role.SECURITY),
    ("Willem", "Hartog", Role.EXECUTIVE),
    ("Marit", "Postma", Role.AUDITOR),
)
_PROVIDERS = {
    "Brightdesk": (("Priya", "Raman", Role.ACCOUNT_MANAGER), ("Tom", "Ellery", Role.CONTRIBUTOR)),
    "Corvale": (("Lena", "Brandt", Role.ACCOUNT_MANAGER),),
    "Osprey": (("Nils", "Okafor", Role.ACCOUNT_MANAGER),),
    "Tallis": (),
    "Meros": (),
}
# Name, kind, meaning, weight.
_GOALS = (
    ("Lower run cost", "goal", "Run cost of IT falls by a tenth in three years.", 30),
    ("Reliable service", "goal", "People at the counter never wait for IT.", 30),
    ("Access to skills", "goal", "Scarce skills are there when a project needs them.", 15),
    ("Data sovereignty", "value", "Clients' data stays in the European Union.", 15),
    ("Fair work", "value", "Who works for us is treated as we treat our own people.", 10),
)


@transaction.atomic
def bring_cast() -> Cast:
    """Found the bank and its providers, and enrol everybody."""
    bank = organisations.found_client(
        OrganisationDetails("Lindenhof Bank", _ZONE, "NL"), by=_SYSTEM, at=BEGINNING
    )
    enrolled = {
        first: _enrol(bank, first, last, role, domain="lindenhof.example")
        for first, last, role in _BANK
    }
    lead = enrolled["Femke"]
    _describe(bank, by=lead)
    providers = {}
    for name, staff in _PROVIDERS.items():
        provider = organisations.add_provider(
            OrganisationDetails(name, _ZONE, "NL"), by=lead, at=BEGINNING
        )
        providers[name] = provider
        for first, last, role in staff:
            domain = f"{name.lower()}.example"
            enrolled[first] = _enrol(provider, first, last, role, domain=domain)
    return Cast(bank, providers, enrolled)


def _enrol(organisation: Organisation, first: str, last: str, role: Role, *, domain: str) -> Person:
    person = people.enrol(
        organisation,
        email=f"{first.lower()}@{domain}",
        name=f"{first} {last}",
        password=None,
        by=_SYSTEM,
        at=BEGINNING,
    )
    people.give_role(person, role, by=_SYSTEM, at=BEGINNING)
    return person


def _describe(bank: Organisation, *, by: Person) -> None:
    for name, code in (("Lindenhof Bank N.V.", "LIND"), ("Lindenhof Hypotheken B.V.", "LHYP")):
        stem = f"724500DEMO{code}0000"
        entity = LegalEntityDetails(name, stem + check_digits(stem), "NL")
        organisations.add_legal_entity(bank, entity, by=by, at=BEGINNING)
    for name in ("Head office, Utrecht", "Operations centre, Zwolle"):
        organisations.add_site(bank, SiteDetails(name, _ZONE, "NL"), by=by, at=BEGINNING)
    for name, kind, meaning, weight in _GOALS:
        details = GoalDetails(kind, name, meaning, weight, date(2026, 1, 1))
        goals.add_goal(details, by=by, at=BEGINNING)

"""The first steps of an empty installation: what comes next, who may do it, what is done."""

from dataclasses import dataclass

from django.db.models import Exists, Q
from django.urls import reverse

from retained.contracts.models import Agreement
from retained.directory.engine.roles import Side
from retained.directory.models import LegalEntity, Organisation, Person
from retained.directory.permission_table import permission_table
from retained.evidence.models import Batch, Source


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One step; `url` is blank where the reader's roles do not open it."""

    title: str
    text: str
    done: bool
    url: str
    who: str


# What is asked of the tables, title, what it is good for, the address.
_STEPS = (
    ("described", "Describe your organisation", "Legal entities, sites, goals.", "directory"),
    ("provider", "Add a provider", "Whoever you handed IT to.", "organisation_new"),
    ("people", "Invite people", "Closing a month takes two of them.", "person_invite"),
    ("agreement", "Write down an agreement", "What both sides promised: service levels, calendars, "
     "credits.", "agreement_new"),
    ("source", "Name a source", "The ticket system that evidence comes from, and how its columns "
     "are read: you do it with the first file.", "evidence_send"),
    ("file", "Send the first file", "Any export of tickets; figures follow within a minute.",
     "evidence_send"),
)  # fmt: skip


def first_steps(person: Person) -> list[FirstStep]:
    """Return the steps with what is done, or nothing once all are: one query."""
    if person.side is not Side.CLIENT:
        return []
    done = _done(person)
    steps = [
        FirstStep(title, text, done[key], _url(person, name), _who(name))
        for key, title, text, name in _STEPS
    ]
    return [] if all(step.done for step in steps) else steps


def _done(person: Person) -> dict[str, bool]:
    """Return which steps are done."""
    client = Q(organisation=person.organisation_id)
    found = Person.objects.filter(pk=person.pk).values_list(
        Exists(LegalEntity.objects.filter(client)),
        Exists(Organisation.objects.exclude(pk=person.organisation_id)),
        Exists(Person.objects.filter(client).exclude(pk=person.pk)),
        Exists(Agreement.objects.all()),
        Exists(Source.objects.all()),
        Exists(Batch.objects.all()),
    )
    return dict(zip((key for key, *_ in _STEPS), map(bool, found.get()), strict=True))


def _url(person: Person, name: str) -> str:
    audience = permission_table().addresses[name]["GET"]
    return reverse(name) if audience.admits(person.roles) else ""


def _who(name: str) -> str:
    """Return who may do it, in words."""
    if name == "directory":
        name = "organisation_new"  # everybody reads the directory; these change it
    return str(permission_table().addresses[name]["GET"])

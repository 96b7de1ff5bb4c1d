"""What the search over names finds in the directory, for whoever asks."""

from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.urls import reverse

from retained.directory import access
from retained.directory.models import Person
from retained.pages.search import MOST_HITS_A_SOURCE, Hit

Row = TypeVar("Row", bound=Model)


def organisations(person: Person, words: Sequence[str]) -> list[Hit]:
    """Return organisations by name; a provider's person has no pages about them."""
    if not access.may(person, "read_directory"):
        return []
    return [
        Hit(row.get_kind_display(), row.name, reverse("organisation", args=[row.slug]))
        for row in _named(access.organisations_to_read(person), words)
    ]


def people(person: Person, words: Sequence[str]) -> list[Hit]:
    """Return people by name."""
    if not access.may(person, "read_directory"):
        return []
    return [
        Hit("Person", row.name, reverse("person", args=[row.actor_key]), row.organisation.name)
        for row in _named(access.people_to_read(person), words)
    ]


def goals(person: Person, words: Sequence[str]) -> list[Hit]:
    """Return goals and values by name."""
    return [
        Hit(row.get_kind_display(), row.name, reverse("goals"))
        for row in _named(access.goals_to_read(person), words)
    ]


def _named(rows: QuerySet[Row], words: Sequence[str]) -> QuerySet[Row]:
    """Return the rows whose names hold all words."""
    for word in words:
        rows = rows.filter(name__icontains=word)
    return rows[:MOST_HITS_A_SOURCE]

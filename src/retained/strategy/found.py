"""What this stage brings to the search over names."""

from collections.abc import Sequence

from django.urls import reverse

from retained.directory.models import Person
from retained.pages.search import MOST_HITS_A_SOURCE, Hit
from retained.strategy.access.portfolio import functions_to_read
from retained.strategy.queries.portfolio import functions_named


def functions_found(person: Person, words: Sequence[str]) -> list[Hit]:
    """Return IT functions in whose reference or title the words are found."""
    found = functions_named(functions_to_read(person).filter(retired_at=None), words)
    return [
        Hit("IT function", one.title, reverse("function", args=[one.reference]), one.reference)
        for one in found[:MOST_HITS_A_SOURCE]
    ]

"""Finding a ticket by its number, among what was measured of agreements that a person watches."""

from collections.abc import Sequence

from django.urls import reverse

from retained.delivery import access
from retained.delivery.models import Measured
from retained.delivery.queries import derived
from retained.directory.models import Person
from retained.pages.search import MOST_HITS_A_SOURCE, Hit
from retained.shared.months import Month

_LONGEST = 100
_FOUND = (
    "SELECT DISTINCT ticket, service_level, coalesce(month, '') FROM read_parquet(?) "
    "WHERE ticket IN (?, ?, ?) ORDER BY 1, 2 LIMIT ?"
)


def found_tickets(person: Person, words: Sequence[str]) -> list[Hit]:
    """Return the tickets of exactly this number, each under the service levels that count it."""
    number = " ".join(words)
    if len(number) > _LONGEST or not any(letter.isdigit() for letter in number):
        return []  # no number: every agreement's tickets would be read for nothing
    found: list[Hit] = []
    for measured in _watched(person):
        found += _of(measured, number)
        if len(found) >= MOST_HITS_A_SOURCE:
            break
    return found


def _watched(person: Person) -> list[Measured]:
    watched = Measured.objects.filter(agreement__in=access.agreements_to_watch(person))
    return list(watched.select_related("agreement").defer("inputs", "triggers"))


def _of(measured: Measured, number: str) -> list[Hit]:
    path = derived.derived_folder() / measured.results_name
    if not path.exists():  # derived files may be gone; its agreement's page says how to go on
        return []
    wanted = [str(path), number, number.upper(), number.lower(), MOST_HITS_A_SOURCE]
    agreement = measured.agreement
    return [
        Hit(
            "Ticket",
            ticket,
            reverse("ticket", args=[agreement.reference, level, ticket]),
            ", ".join([agreement.title, level, *([Month.parse(month).title] if month else [])]),
        )
        for ticket, level, month in derived.rows(_FOUND, wanted)
    ]

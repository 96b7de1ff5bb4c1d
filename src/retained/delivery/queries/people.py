"""Names of those who acted, by the key that rows keep."""

from collections.abc import Iterable, Mapping

from django.db.models import OuterRef, Subquery

from retained.directory.models import Person
from retained.directory.queries import people

_SCHEDULE = "the schedule"


def names_of(keys: Iterable[str]) -> Mapping[str, str]:
    """Return the names of people by actor key; the product itself is called the schedule."""
    wanted = {key for key in keys if key}
    return dict.fromkeys(wanted, _SCHEDULE) | people.names_of(wanted)


def name_behind(field: str) -> Subquery:
    """Return the name of whoever acted, by the key in `field`, as a column of the same question."""
    return Subquery(Person.objects.filter(actor_key=OuterRef(field)).values("name")[:1])


def name_read(name: str | None, key: str) -> str:
    """Return the name that `name_behind` found; whom nobody knows any more is called so."""
    if name or not key:
        return name or ""
    return _SCHEDULE if key.startswith("system:") else people.FORMER

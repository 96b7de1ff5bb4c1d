"""Names of those who acted, by the key that rows keep."""

from collections.abc import Iterable, Mapping

from retained.directory.models import Person

_SCHEDULE = {"system:schedule": "the schedule"}


def names_of(keys: Iterable[str]) -> Mapping[str, str]:
    """Return the names of people by actor key; the product itself is called the schedule."""
    wanted = {key for key in keys if key}
    found = dict(Person.objects.filter(actor_key__in=wanted).values_list("actor_key", "name"))
    return {key: found.get(key) or _SCHEDULE.get(key, "the schedule") for key in wanted}

"""Names of those who acted, by the key that rows keep."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from retained.delivery.models import MonthClose
from retained.directory.models import Person


def names_of(keys: Iterable[str]) -> Mapping[str, str]:
    """Return the names of people by actor key; the product itself is called the schedule."""
    wanted = {key for key in keys if key}
    found = dict(Person.objects.filter(actor_key__in=wanted).values_list("actor_key", "name"))
    return {key: name_or_schedule(found.get(key), key) for key in wanted}


def name_behind(field: str) -> Subquery:
    """Return the name of whoever acted, by the key in `field`, as a column of the same question."""
    return Subquery(Person.objects.filter(actor_key=OuterRef(field)).values("name")[:1])


def with_names(closes: QuerySet[MonthClose]) -> QuerySet[MonthClose]:
    """Return closes with the names of those who made them, for `names_behind`."""
    return closes.annotate(
        checked_by=name_behind("checked_by_key"),
        confirmed_by=name_behind("confirmed_by_key"),
        sent_by=name_behind("sent_by_key"),
    )


def names_behind(closes: Iterable[Any]) -> dict[str, str]:
    """Return by key the names of those who made closes, which were read `with_names`."""
    found: dict[str, str] = {}
    for close in closes:
        for act in ("checked_by", "confirmed_by", "sent_by"):
            key = getattr(close, f"{act}_key")
            found[key] = name_or_schedule(getattr(close, act), key)
    return found


def name_or_schedule(name: str | None, key: str) -> str:
    """Return the name that `name_behind` found; what nobody did, the schedule did."""
    return name or ("the schedule" if key else "")

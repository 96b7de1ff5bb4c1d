"""Reads of the directory for machines: plain values, paged by key."""

from typing import Any

from retained.directory import access
from retained.directory.models import Organisation, Person
from retained.directory.queries.forgetting import traces_of


def person(row: Person) -> dict[str, Any]:
    """Return a person with its roles."""
    return {
        "key": row.actor_key,
        "name": row.name,
        "email": row.email,
        "organisation": row.organisation.slug,
        "is_active": row.is_active,
        "roles": [
            {"role": grant.role, "agreement_reference": grant.agreement_reference or None}
            for grant in row.role_grants.all()
        ],
    }


def providers(reader: Person, *, after: str, limit: int) -> dict[str, Any]:
    """Return the providers that `reader` may know of, by slug."""
    rows = access.organisations_to_read(reader).filter(
        kind=Organisation.Kind.PROVIDER, slug__gt=after
    )
    found = list(rows.order_by("slug")[: limit + 1])
    items = [
        {"slug": r.slug, "name": r.name, "country": r.country, "time_zone": r.time_zone}
        for r in found[:limit]
    ]
    return {"items": items, "next": items[-1]["slug"] if len(found) > limit else None}


def people(reader: Person, *, after: str, limit: int) -> dict[str, Any]:
    """Return the people that `reader` may know of, by key."""
    rows = access.people_to_read(reader).filter(actor_key__gt=after)
    found = list(rows.order_by("actor_key").prefetch_related("role_grants")[: limit + 1])
    items = [person(row) for row in found[:limit]]
    return {"items": items, "next": items[-1]["key"] if len(found) > limit else None}


def traces(row: Person) -> dict[str, Any]:
    """Return what of a person is here; entries of others by seal number, once they have one."""
    found = traces_of(row)
    counts = ("acts", "words", "invitations", "sessions", "tokens", "factors")
    lists = {"naming": found.naming, "doubtful": found.doubtful}
    return {name: getattr(found, name) for name in counts} | {
        name: [entry.number for entry in rows if entry.number] for name, rows in lists.items()
    }

"""The directory as plain rows: what the command line prints and the API sends, the same in both."""

from datetime import date
from typing import Any

from retained.directory import access
from retained.directory.engine.roles import Role
from retained.directory.models import Organisation, Person, RoleGrant
from retained.directory.queries import organisations as queries
from retained.directory.queries.organisations import WeightedGoal
from retained.shared.errors import DomainError, NotThereError

Row = dict[str, Any]


def organisation_rows(reader: Person) -> list[Row]:
    """Return the organisations that `reader` may know of, by name."""
    found = access.organisations_to_read(reader).select_related("parent").order_by("name")
    return [organisation_row(one) for one in found]


def organisations_after(reader: Person, slug: str, limit: int) -> tuple[list[Row], str | None]:
    """Return up to `limit` of them by slug, those after `slug`, and which slug is the last."""
    known = access.organisations_to_read(reader).select_related("parent")
    found = list(known.filter(slug__gt=slug).order_by("slug")[: limit + 1])
    rows = [organisation_row(one) for one in found[:limit]]
    return rows, rows[-1]["slug"] if len(found) > limit else None


def organisation_row(one: Organisation) -> Row:
    """Return an organisation."""
    names = ("slug", "kind", "name", "country", "time_zone", "version")
    row = {name: getattr(one, name) for name in names}
    return {**row, "parent": one.parent.slug if one.parent else ""}


def organisation_page(reader: Person, one: Organisation) -> Row:
    """Return an organisation with its legal entities, its sites and who works for it."""
    page = queries.organisation_page(reader, one)
    return {
        **organisation_row(one),
        "legal_entities": page.legal_entities,
        "sites": page.sites,
        "chain": [
            {"rank": link.rank, "slug": link.organisation.slug, "name": link.organisation.name,
             "works_for": link.works_for}
            for link in page.chain.links
        ],
    }  # fmt: skip


def goal_rows(reader: Person, *, on: date) -> list[Row]:
    """Return goals and values with their shares on a day."""
    return [_goal(one) for one in queries.goals(reader, on=on)]


def goal_row(reader: Person, key: int, *, on: date) -> Row:
    """Return one goal or value."""
    for one in queries.goals(reader, on=on):
        if one.goal.pk == key:
            return _goal(one)
    raise NotThereError("This goal")


def role_named(name: str) -> Role:
    """Return the role of that name, or raise DomainError with those that there are."""
    if name not in set(Role):
        raise DomainError(f"“{name}” is no role; there are {', '.join(Role)}.")
    return Role(name)


def grant_of(person: Person, role: Role, agreement_reference: str) -> RoleGrant:
    """Return the role that a person holds; raises DomainError if it does not."""
    for grant in person.grants:
        if (grant.role, grant.agreement_reference) == (role.value, agreement_reference):
            return grant
    where = f" for {agreement_reference}" if agreement_reference else ""
    raise DomainError(f"{person.name} does not hold the role {role.value}{where}.")


def _goal(one: WeightedGoal) -> Row:
    names = ("kind", "name", "meaning", "weight", "starts_on", "ends_on", "version")
    return {
        "id": one.goal.pk,
        **{name: getattr(one.goal, name) for name in names},
        "share": None if one.share is None else f"{one.share:.4f}",
    }

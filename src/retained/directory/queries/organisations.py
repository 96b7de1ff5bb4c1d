"""Reads about organisations, the chain of who works for whom, and goals."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from retained.directory import access
from retained.directory.models import Goal, LegalEntity, Organisation, Person, Site
from retained.shared.errors import DomainError

_DEEPEST = 12  # no chain of subcontractors is followed further


@dataclass(frozen=True, slots=True)
class Link:
    """A company in the chain: the provider has rank 1, its subcontractor rank 2, and so on."""

    rank: int
    organisation: Organisation
    works_for: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Who works for an organisation, in the order of the chain, and its own rank in it.

    The client has rank 0, a provider 1.
    """

    rank: int
    links: list[Link]


def chain(organisation: Organisation) -> Chain:
    """Return the chain around an organisation: one question, however long it is."""
    if organisation.kind == Organisation.Kind.CLIENT:
        return Chain(0, [])
    near: list[Any] = list(Organisation.objects.raw(_NEAR, [organisation.pk, organisation.pk]))
    rank = 1 + sum(one.step < 0 for one in near)
    children: dict[int, list[Organisation]] = {}
    for one in near:
        if one.step > 0:
            children.setdefault(one.parent_id or 0, []).append(one)
    return Chain(rank, _under(organisation, children, rank=rank + 1))


_NEAR = f"""
    WITH RECURSIVE above(id, parent_id, step) AS (
        SELECT id, parent_id, 0 FROM organisation WHERE id = %s
        UNION ALL
        SELECT one.id, one.parent_id, above.step - 1
        FROM organisation AS one JOIN above ON one.id = above.parent_id
        WHERE above.step > -{_DEEPEST}
    ), below(id, step) AS (
        SELECT id, 0 FROM organisation WHERE id = %s
        UNION ALL
        SELECT one.id, below.step + 1
        FROM organisation AS one JOIN below ON one.parent_id = below.id
        WHERE below.step < {_DEEPEST}
    ), near(id, step) AS (
        SELECT id, step FROM above WHERE step < 0
        UNION ALL
        SELECT id, step FROM below WHERE step > 0
    )
    SELECT organisation.*, near.step FROM organisation JOIN near ON near.id = organisation.id
    ORDER BY organisation.name
"""  # noqa: S608 - a number of ours


def _under(parent: Organisation, children: dict[int, list[Organisation]], rank: int) -> list[Link]:
    """Return the links below `parent`, each followed by its own."""
    found: list[Link] = []
    for child in children.get(parent.pk, []):
        found.append(Link(rank, child, parent.name))
        found += _under(child, children, rank + 1)
    return found


def providers(person: Person, *, words: str = "") -> QuerySet[Organisation]:
    """Return the providers that `person` may know of, with counts, narrowed to `words`."""
    found = access.organisations_to_read(person).filter(kind=Organisation.Kind.PROVIDER)
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | Q(country__iexact=word))
    return found.annotate(
        subcontractor_count=_count_of(Organisation.objects.filter(parent=OuterRef("pk"))),
        people_count=_count_of(Person.objects.filter(organisation=OuterRef("pk"), is_active=True)),
    )


def _count_of(rows: QuerySet[Any]) -> Coalesce:
    """Return how many `rows` there are: counted for the lines of a page only, not for a join."""
    counted = rows.order_by().annotate(count=Func(F("pk"), function="count")).values("count")
    return Coalesce(Subquery(counted), 0)


def organisation_called(person: Person, words: str) -> Organisation:
    """Return the organisation of that address or name; raises DomainError."""
    known = access.organisations_to_read(person)
    found = known.filter(Q(slug=words) | Q(name__iexact=words.strip())).first()
    if found is None:
        raise DomainError(
            f"No organisation is called “{words}”: choose one from the list, or add it first."
        )
    return found


def organisation_names(person: Person) -> list[tuple[str, str]]:
    """Return name and kind of every organisation that `person` may know of, in words."""
    kinds = dict(Organisation.Kind.choices)
    known = access.organisations_to_read(person).values_list("name", "kind")
    return [(name, str(kinds[kind]).lower()) for name, kind in known]


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """What the page of an organisation shows of the directory."""

    organisation: Organisation
    legal_entities: list[LegalEntity]
    sites: list[Site]
    chain: Chain
    people: list[Person]


def organisation_page(person: Person, organisation: Organisation) -> OrganisationPage:
    """Return legal entities, sites, chain and the people of an organisation."""
    people = access.people_to_read(person).filter(organisation=organisation, is_active=True)
    return OrganisationPage(
        organisation,
        list(organisation.legal_entities.all()),
        list(organisation.sites.all()),
        chain(organisation),
        list(people.prefetch_related("role_grants")[:50]),
    )


@dataclass(frozen=True, slots=True)
class WeightedGoal:
    """A goal or value; its share among those of its kind that hold on the day, if it holds."""

    goal: Goal
    share: Decimal | None


def goals(person: Person, *, on: date) -> list[WeightedGoal]:
    """Return the client's goals and values with their shares on a day."""
    rows = list(access.goals_to_read(person))
    sums: dict[str, int] = {}
    for goal in rows:
        if _holds(goal, on):
            sums[goal.kind] = sums.get(goal.kind, 0) + goal.weight
    return [
        WeightedGoal(goal, Decimal(goal.weight) / sums[goal.kind] if _holds(goal, on) else None)
        for goal in rows
    ]


def goals_on(on: date) -> QuerySet[Goal]:
    """Return the goals and values that hold on a day, whoever asks."""
    return Goal.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), starts_on__lte=on)


def _holds(goal: Goal, on: date) -> bool:
    """Return whether the goal is in force on that day."""
    return goal.starts_on <= on and (goal.ends_on is None or on < goal.ends_on)

"""Reads about organisations, the chain of who works for whom, and goals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from retained.directory import access
from retained.directory.models import Goal, LegalEntity, Organisation, Person, Site

_DEEPEST = 12  # no chain of subcontractors is followed further


@dataclass(frozen=True, slots=True)
class Link:
    """A company in the chain: the provider has rank 1, its subcontractor rank 2, and so on."""

    rank: int
    organisation: Organisation
    works_for: str


def chain(organisation: Organisation) -> list[Link]:
    """Return who works for `organisation`, and for them, in the order of the chain."""
    levels: list[Sequence[Organisation]] = [[organisation]]
    while levels[-1] and len(levels) < _DEEPEST:
        above = levels[-1]
        levels.append(list(Organisation.objects.filter(parent__in=above).select_related("parent")))
    children: dict[int, list[Organisation]] = {}
    for level in levels[1:]:
        for child in level:
            children.setdefault(child.parent_id or 0, []).append(child)
    return _under(organisation, children, rank=rank(organisation) + 1)


def _under(parent: Organisation, children: dict[int, list[Organisation]], rank: int) -> list[Link]:
    """Return the links below `parent`, each followed by its own."""
    found: list[Link] = []
    for child in children.get(parent.pk, []):
        found.append(Link(rank, child, parent.name))
        found += _under(child, children, rank + 1)
    return found


def rank(organisation: Organisation) -> int:
    """Return the organisation's place in the chain: the client 0, a provider 1."""
    if organisation.kind == Organisation.Kind.CLIENT:
        return 0
    place, above = 1, organisation.parent
    while above is not None and place < _DEEPEST:
        place, above = place + 1, above.parent
    return place


def providers(person: Person, *, words: str = "") -> QuerySet[Organisation]:
    """Return the providers that `person` may know of, with counts, narrowed to `words`."""
    found = access.organisations_to_read(person).filter(kind=Organisation.Kind.PROVIDER)
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | Q(country__iexact=word))
    return found.annotate(
        subcontractor_count=Count("subcontractors", distinct=True),
        people_count=Count("people", filter=Q(people__is_active=True), distinct=True),
    )


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """What the page of an organisation shows of the directory."""

    organisation: Organisation
    legal_entities: list[LegalEntity]
    sites: list[Site]
    chain: list[Link]
    people: list[Person]


def organisation_page(person: Person, organisation: Organisation) -> OrganisationPage:
    """Return legal entities, sites, chain and the people of an organisation."""
    people = access.people_to_read(person).filter(organisation=organisation, is_active=True)
    return OrganisationPage(
        organisation,
        list(organisation.legal_entities.all()),
        list(organisation.sites.all()),
        [] if organisation.kind == Organisation.Kind.CLIENT else chain(organisation),
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


def _holds(goal: Goal, on: date) -> bool:
    """Return whether the goal is in force on that day."""
    return goal.starts_on <= on and (goal.ends_on is None or on < goal.ends_on)

"""Reads about people: the list, one person's page, open invitations."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet

from retained.directory import access
from retained.directory.engine.roles import Role, Side
from retained.directory.models import Invitation, Person, RoleGrant
from retained.directory.permission_table import permission_table

_FACTORS = {
    Authenticator.Type.TOTP.value: "authenticator app",
    Authenticator.Type.WEBAUTHN.value: "passkey",
}
FORMER = "a former person"


def names_of(keys: Iterable[str]) -> dict[str, str]:
    """Return the names of people by actor key; who was forgotten has none.

    What acts by itself (`system:schedule`) is no person and is left out.
    """
    wanted = {key for key in keys if key and not key.startswith("system:")}
    found = dict(Person.objects.filter(actor_key__in=wanted).values_list("actor_key", "name"))
    return {key: found.get(key, FORMER) for key in wanted}


def client_people_who_may(reader: Person, action: str) -> dict[str, str]:
    """Return names by actor key of the client's people who may do `action` without limits.

    Only those whom `reader` may know of; one query, in the order of their names.
    """
    roles = permission_table().action(action).audience.roles
    found = access.people_to_read(reader).filter(
        is_active=True,
        organisation__kind=Side.CLIENT.value,
        role_grants__role__in=[role.value for role in roles],
        role_grants__agreement_reference="",
    )
    return dict(found.order_by("name").distinct().values_list("actor_key", "name"))


@dataclass(frozen=True, slots=True)
class Named:
    """A person of the client whom a document names."""

    key: str
    name: str
    email: str


def client_people_named(words: Iterable[str]) -> dict[str, Named]:
    """Return the client's active people whom `words` name: by e-mail address or by whole name.

    A name that several people have names nobody: the address tells them apart. One query.
    """
    asked = {word: word.strip() for word in words if word.strip()}
    if not asked:
        return {}
    emails = [word.lower() for word in asked.values()]
    found = _of_the_client().filter(Q(email__in=emails) | Q(name__in=asked.values()))
    people = [Named(*row) for row in found.values_list("actor_key", "name", "email")]
    by_email = {one.email: one for one in people}
    names = Counter(one.name for one in people)
    by_name = {one.name: one for one in people if names[one.name] == 1}
    told = ((word, by_email.get(text.lower()) or by_name.get(text)) for word, text in asked.items())
    return {word: one for word, one in told if one is not None}


def client_people() -> list[Named]:
    """Return the client's active people, in the order of their names."""
    rows = _of_the_client().order_by("name", "email").values_list("actor_key", "name", "email")
    return [Named(*row) for row in rows]


def namesakes_of(person: Person) -> QuerySet[Person]:
    """Return the client's other active people of the same name."""
    return _of_the_client().filter(name=person.name).exclude(pk=person.pk)


def _of_the_client() -> QuerySet[Person]:
    return Person.objects.filter(is_active=True, organisation__kind=Side.CLIENT.value)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as a line of the list."""

    key: str
    name: str
    email: str
    organisation: str
    organisation_slug: str
    roles: str
    factors: str
    state: str
    last_login: datetime | None


def people(person: Person, chosen: Mapping[str, str]) -> QuerySet[Person]:
    """Return the people whom `person` may know of, narrowed to what was chosen."""
    found = access.people_to_read(person).prefetch_related("role_grants")
    for word in chosen.get("words", "").split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(email__icontains=word)
            | Q(organisation__name__icontains=word)
        )
    if chosen.get("role"):
        found = found.filter(
            pk__in=RoleGrant.objects.filter(role=chosen["role"]).values("person_id")
        )
    if chosen.get("side"):
        is_client = Q(organisation__kind=Side.CLIENT.value)
        found = found.filter(is_client if chosen["side"] == Side.CLIENT.value else ~is_client)
    if chosen.get("state"):
        found = found.filter(is_active=chosen["state"] == "open")
    return found


def person_rows(found: Iterable[Person]) -> list[PersonRow]:
    """Return people as lines of the list; second factors are read for all at once."""
    people_found = list(found)
    factors = _factors_of(people_found)
    return [
        PersonRow(
            key=person.actor_key,
            name=person.name,
            email=person.email,
            organisation=person.organisation.name,
            organisation_slug=person.organisation.slug,
            roles=", ".join(str(grant) for grant in person.role_grants.all()),
            factors=factors.get(person.pk, ""),
            state="open" if person.is_active else "closed",
            last_login=person.last_login,
        )
        for person in people_found
    ]


def _factors_of(found: list[Person]) -> dict[int, str]:
    """Return the second factors of people, in words."""
    kinds: dict[int, set[str]] = {}
    rows = Authenticator.objects.filter(user__in=found, type__in=_FACTORS)
    for owner, kind in rows.values_list("user_id", "type"):
        kinds.setdefault(owner, set()).add(_FACTORS[kind])
    return {owner: ", ".join(sorted(words)) for owner, words in kinds.items()}


@dataclass(frozen=True, slots=True)
class PersonPage:
    """What the page of a person shows."""

    person: Person
    grants: tuple[RoleGrant, ...]
    factors: str
    roles_to_give: list[Role]


def person_page(person: Person) -> PersonPage:
    """Return a person with roles and second factors."""
    held_everywhere = {grant.role for grant in person.grants if not grant.agreement_reference}
    to_give = [r for r in Role if r.side is person.side and r.value not in held_everywhere]
    return PersonPage(person, person.grants, _factors_of([person]).get(person.pk, ""), to_give)


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation that nobody has used yet."""

    key: int
    email: str
    name: str
    organisation: str
    role: str
    expires_at: datetime
    has_lapsed: bool


def open_invitations(person: Person, *, at: datetime) -> list[OpenInvitation]:
    """Return who was invited and has not come yet, for somebody who looks after people."""
    waiting = access.invitations_to_look_after(person).filter(
        purpose=Invitation.Purpose.JOIN, used_at__isnull=True, withdrawn_at__isnull=True
    )
    return [
        OpenInvitation(
            invitation.pk,
            invitation.email,
            invitation.name,
            str(invitation.organisation),
            Role(invitation.role).label,
            invitation.expires_at,
            invitation.expires_at <= at,
        )
        for invitation in waiting
    ]

"""The only way from a person to a row of the directory, and the one question “may this person?”."""

from django.db.models import QuerySet

from retained.directory.engine import permissions
from retained.directory.engine.permissions import Grant
from retained.directory.engine.roles import Role, Side
from retained.directory.models import (
    ApiToken,
    Goal,
    Invitation,
    LegalEntity,
    Organisation,
    Person,
    RoleGrant,
    Site,
)
from retained.directory.permission_table import permission_table
from retained.shared.errors import NotAllowedError, NotThereError


def grants_of(person: Person) -> list[Grant]:
    """Return the roles that a person holds; somebody deactivated holds none."""
    if not person.is_active:
        return []
    return [Grant(Role(grant.role), grant.agreement_reference) for grant in person.grants]


def may_open(person: Person | None, url_name: str, method: str = "GET") -> bool:
    """Return whether the permission table opens an address to a person's roles."""
    audience = permission_table().addresses.get(url_name, {}).get(method)
    return person is not None and audience is not None and audience.admits(person.roles)


def may(person: Person, action: str, agreement_reference: str | None = None) -> bool:
    """Return whether the permission table lets `person` do `action`.

    With a reference: on that agreement. Without: at all, for what belongs to an agreement;
    everywhere, for what does not.
    """
    rule = permission_table().action(action)
    return person.is_active and permissions.allowed(grants_of(person), rule, agreement_reference)


def must(person: Person, action: str, agreement_reference: str | None = None) -> None:
    """Raise NotAllowedError, with who may do it, unless `person` may do `action`."""
    if not may(person, action, agreement_reference):
        audience = permission_table().action(action).audience
        raise NotAllowedError(
            f"Your role does not include this. It is open to: {audience}. "
            "An administrator can give you the role."
        )


def agreements_reached(person: Person, action: str) -> frozenset[str] | None:
    """Return the references for which `person` may do `action`; None means every agreement."""
    return permissions.agreements_reached(grants_of(person), permission_table().action(action))


def organisations_to_read(person: Person) -> QuerySet[Organisation]:
    """Return the organisations that `person` may know of: a provider's person, its own only."""
    everything = Organisation.objects.all()
    if person.side is Side.CLIENT and may(person, "read_directory"):
        return everything
    return everything.filter(pk=person.organisation_id)


def organisation_to_read(person: Person, slug: str) -> Organisation:
    """Return the organisation of that address."""
    found = organisations_to_read(person).filter(slug=slug).first()
    if found is None:
        raise NotThereError("This organisation")
    return found


def organisation_to_edit(person: Person, slug: str) -> Organisation:
    """Return the organisation of that address, for somebody who may change it."""
    organisation = organisation_to_read(person, slug)
    must(person, "edit_organisations")
    return organisation


def legal_entity_to_edit(person: Person, key: int) -> LegalEntity:
    """Return a legal entity for somebody who may change it."""
    found = LegalEntity.objects.filter(
        pk=key, organisation__in=organisations_to_read(person)
    ).first()
    if found is None:
        raise NotThereError("This legal entity")
    must(person, "edit_legal_entities")
    return found


def site_to_edit(person: Person, key: int) -> Site:
    """Return a site for somebody who may change it."""
    found = Site.objects.filter(pk=key, organisation__in=organisations_to_read(person)).first()
    if found is None:
        raise NotThereError("This site")
    must(person, "edit_organisations")
    return found


def goals_to_read(person: Person) -> QuerySet[Goal]:
    """Return the client's goals and values, for the client's people."""
    return Goal.objects.all() if may(person, "read_directory") else Goal.objects.none()


def goal_to_edit(person: Person, key: int) -> Goal:
    """Return a goal or value for somebody who may change it."""
    found = goals_to_read(person).filter(pk=key).first()
    if found is None:
        raise NotThereError("This goal")
    must(person, "edit_goals")
    return found


def people_to_read(person: Person) -> QuerySet[Person]:
    """Return the people that `person` may know of: a provider's person, only itself."""
    if person.side is Side.CLIENT and may(person, "read_directory"):
        return Person.objects.all()
    return Person.objects.filter(pk=person.pk)


def person_to_read(person: Person, key: str) -> Person:
    """Return the person of that key."""
    found = people_to_read(person).filter(actor_key=key).first()
    if found is None:
        raise NotThereError("This person")
    return found


def person_to_look_after(person: Person, key: str) -> Person:
    """Return the person of that key, for somebody who looks after people."""
    found = person_to_read(person, key)
    must(person, "look_after_people")
    return found


def person_to_forget(person: Person, key: str) -> Person:
    """Return the person of that key, for somebody who may forget people."""
    found = person_to_read(person, key)
    must(person, "forget_people")
    return found


def grant_to_revoke(person: Person, key: int) -> RoleGrant:
    """Return a role that somebody holds, for somebody who looks after people."""
    must(person, "look_after_people")
    found = RoleGrant.objects.select_related("person").filter(pk=key).first()
    if found is None:
        raise NotThereError("This role")
    return found


def invitations_to_look_after(person: Person) -> QuerySet[Invitation]:
    """Return the invitations, for somebody who looks after people."""
    must(person, "look_after_people")
    return Invitation.objects.select_related("organisation")


def invitation_to_look_after(person: Person, key: int) -> Invitation:
    """Return an invitation, for somebody who looks after people."""
    found = invitations_to_look_after(person).filter(pk=key).first()
    if found is None:
        raise NotThereError("This invitation")
    return found


def tokens_of(person: Person) -> QuerySet[ApiToken]:
    """Return the API tokens of a person: its own only."""
    return ApiToken.objects.filter(person=person)


def token_to_revoke(person: Person, key: int) -> ApiToken:
    """Return one of the person's own API tokens."""
    found = tokens_of(person).filter(pk=key).first()
    if found is None:
        raise NotThereError("This token")
    return found

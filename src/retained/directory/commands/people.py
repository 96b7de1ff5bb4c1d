"""Commands about people: who they are, which roles they hold, whether they may come in."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from retained.audit.actors import Actor
from retained.audit.record import Personal, record
from retained.directory import access, limits
from retained.directory.engine.roles import Role
from retained.directory.models import Organisation, Person, RoleGrant
from retained.directory.versions import only_once, save_version
from retained.shared.errors import DomainError


@transaction.atomic
def add_person(
    organisation: Organisation,
    *,
    email: str,
    name: str,
    password: str | None = None,
    by: Person,
    at: datetime,
) -> Person:
    """Create a person without an invitation; without a password it can only come by a link."""
    access.must(by, "look_after_people")
    return enrol(organisation, email=email, name=name, password=password, by=by, at=at)


def enrol(
    organisation: Organisation,
    *,
    email: str,
    name: str,
    password: str | None,
    by: Actor | None,
    at: datetime,
) -> Person:
    """Create a person whose e-mail address counts as verified; `by` None: the person itself.

    For commands that have settled whether this is allowed, inside their transaction.
    """
    person = Person(
        email=email.strip().lower(), name=name.strip(), organisation=organisation, created_at=at
    )
    set_password(person, password)
    with only_once("Somebody with this e-mail address is here already."):
        person.save(force_insert=True)
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    after: Mapping[str, object] = {
        "email": Personal(person.email),
        "organisation": organisation.slug,
    }
    record("added", person, by=by or person, at=at, after=after)
    return person


def set_password(person: Person, password: str | None) -> None:
    """Set a password that the validators accept, or none; raise DomainError with their words."""
    if password is not None:
        try:
            validate_password(password, person)
        except ValidationError as error:
            raise DomainError(" ".join(error.messages)) from error
    person.set_password(password)


@transaction.atomic
def edit_person(
    person: Person, *, name: str, email: str, version: int, by: Person, at: datetime
) -> Person:
    """Change name and e-mail address; the new address counts as verified by who changed it."""
    access.must(by, "look_after_people")
    values = {"name": name.strip(), "email": email.strip().lower()}
    with only_once("Somebody with this e-mail address is here already."):
        change = save_version(person, values, version=version)
        if "email" in change.after:
            EmailAddress.objects.filter(user=person).delete()
            EmailAddress.objects.create(
                user=person, email=person.email, verified=True, primary=True
            )
    record(
        "edited",
        person,
        by=by,
        at=at,
        before={field: Personal(value) for field, value in change.before.items()},
        after={field: Personal(value) for field, value in change.after.items()},
    )
    return person


@transaction.atomic
def grant_role(
    person: Person, role: Role, *, agreement_reference: str = "", by: Person, at: datetime
) -> RoleGrant:
    """Give a role to a person, for every agreement or for a named one."""
    access.must(by, "look_after_people")
    return give_role(person, role, agreement_reference=agreement_reference, by=by, at=at)


@transaction.atomic
def grant_role_on(
    person: Person, role: Role, references: Sequence[str], *, by: Person, at: datetime
) -> None:
    """Give a role for each of these agreements, or for every one if none is named: all or none."""
    for reference in references or [""]:
        grant_role(person, role, agreement_reference=reference, by=by, at=at)


def give_role(
    person: Person, role: Role, *, agreement_reference: str = "", by: Actor, at: datetime
) -> RoleGrant:
    """Give a role, for commands that have settled whether this is allowed."""
    _check_role(person, role, agreement_reference)
    with only_once(f"{person.name} holds this role already."):
        grant = RoleGrant.objects.create(
            person=person,
            role=role,
            side=person.side,
            agreement_reference=agreement_reference,
            granted_at=at,
        )
    _forget_grants(person)
    after = {"role": role, "agreement": agreement_reference or "every agreement"}
    record("granted a role to", person, by=by, at=at, after=after)
    return grant


@transaction.atomic
def revoke_role(grant: RoleGrant, *, by: Person, at: datetime) -> None:
    """Take a role from a person; it acts on that person's next request."""
    access.must(by, "look_after_people")
    person = grant.person
    if grant.role == Role.ADMINISTRATOR:
        keep_an_administrator(besides=person)
    before = {"role": grant.role, "agreement": grant.agreement_reference or "every agreement"}
    if not RoleGrant.objects.filter(pk=grant.pk).delete()[0]:
        raise DomainError(f"{person.name} does not hold this role any more. Nothing was changed.")
    _forget_grants(person)
    record("revoked a role of", person, by=by, at=at, before=before)


@transaction.atomic
def deactivate(person: Person, *, reason: str = "", by: Person, at: datetime) -> None:
    """Close the door to a person: every session and token ends with its next request."""
    access.must(by, "look_after_people")
    if person.pk == by.pk:
        raise DomainError("You cannot close your own account. Ask another administrator.")
    if Role.ADMINISTRATOR in person.roles:
        keep_an_administrator(besides=person)
    _set_active(person, active=False, reason=reason, by=by, at=at)


@transaction.atomic
def reactivate(person: Person, *, by: Person, at: datetime) -> None:
    """Open the door again; old sessions stay ended."""
    access.must(by, "look_after_people")
    _set_active(person, active=True, reason="", by=by, at=at)


@transaction.atomic
def drop_second_factors(person: Person, *, reason: str, by: Person, at: datetime) -> None:
    """Remove the second factors of somebody who lost them all, and end its sessions."""
    access.must(by, "look_after_people")
    dropped, _ = Authenticator.objects.filter(user=person).delete()
    if not dropped:
        raise DomainError(f"{person.name} has no second factor. Nothing was changed.")
    end_sessions(person)
    record("dropped the second factors of", person, by=by, at=at, reason=reason)


def end_sessions(person: Person) -> None:
    """Sign the person out everywhere."""
    Person.objects.filter(pk=person.pk).update(session_epoch=F("session_epoch") + 1)
    person.session_epoch += 1


def _set_active(person: Person, *, active: bool, reason: str, by: Person, at: datetime) -> None:
    """Open or close the door, once."""
    if not Person.objects.filter(pk=person.pk, is_active=not active).update(is_active=active):
        state = "open" if active else "closed"
        raise DomainError(f"The account of {person.name} is {state} already. Nothing was changed.")
    person.is_active = active
    end_sessions(person)
    verb = "reactivated" if active else "deactivated"
    record(verb, person, by=by, at=at, reason=reason)


def _check_role(person: Person, role: Role, agreement_reference: str) -> None:
    """Raise DomainError if the person cannot hold the role in this way."""
    if role.side is not person.side:
        raise DomainError(
            f"{role.label} is a role of the {role.side.value}'s side; "
            f"{person.name} belongs to {person.organisation}. Choose a role of that side."
        )
    if agreement_reference and not role.may_be_limited:
        raise DomainError(f"{role.label} looks after everything and cannot be limited.")
    limits.must_be_known(person.organisation, [agreement_reference])


def keep_an_administrator(*, besides: Person) -> None:
    """Raise DomainError if nobody but `besides` looks after the installation.

    The rows are locked, so that two administrators cannot take the role from each other at once.
    """
    administrators = RoleGrant.objects.select_for_update().filter(
        role=Role.ADMINISTRATOR, person__is_active=True
    )
    if all(grant.person_id == besides.pk for grant in administrators):
        raise DomainError("This is the last administrator. Give the role to somebody else first.")


def _forget_grants(person: Person) -> None:
    """Let the next question read the roles anew."""
    person.__dict__.pop("grants", None)

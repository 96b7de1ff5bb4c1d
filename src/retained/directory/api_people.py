"""People as JSON: who joins, in which role and for which agreements, and whose account closes."""

from typing import Any

from ninja import Router, Schema, Status

from retained.directory import access
from retained.directory.api import PersonOut
from retained.directory.commands import invitations
from retained.directory.commands import people as commands
from retained.directory.engine.roles import Role
from retained.directory.models import Person
from retained.directory.queries import machines, plain
from retained.pages.request import Request
from retained.shared import clock

router = Router(tags=["directory"])


class InvitationIn(Schema):
    """Who may join an organisation, in which role, and for which agreements (none: every one)."""

    email: str
    name: str
    organisation: str
    role: str
    agreements: tuple[str, ...] = ()


class LinkMadeOut(Schema):
    """A link that works once: hand it on by a way that only its reader sees."""

    url: str


class RoleIn(Schema):
    """A role, for one agreement or for every one."""

    role: str
    agreement: str = ""


class CloseIn(Schema):
    """Why an account is closed."""

    reason: str = ""


@router.get("/people/{person}", response=PersonOut, url_name="person", summary="One person")
def person(request: Request, person: str) -> Any:
    """Return one person with its roles."""
    return machines.person(access.person_to_read(request.person, person))


@router.post(
    "/invitations", response={201: LinkMadeOut}, url_name="person_invite", summary="Invite somebody"
)
def invite(request: Request, sent: InvitationIn) -> Any:
    """Make the link by which one e-mail address may join one organisation, in one role."""
    guest = invitations.Guest(sent.email, sent.name, plain.role_named(sent.role), sent.agreements)
    organisation = access.organisation_to_read(request.person, sent.organisation)
    made = invitations.invite(organisation, guest, by=request.person, at=clock.now())
    return Status(201, {"url": made.url})


@router.post(
    "/people/{person}/roles", response=PersonOut, url_name="person_grant", summary="Give a role"
)
def grant(request: Request, person: str, sent: RoleIn) -> Any:
    """Give a role to a person, for one agreement or for every one."""
    found = access.person_to_look_after(request.person, person)
    commands.grant_role(
        found, plain.role_named(sent.role), agreement_reference=sent.agreement,
        by=request.person, at=clock.now(),
    )  # fmt: skip
    return _fresh(request, person)


@router.post(
    "/people/{person}/roles/revoke",
    response=PersonOut,
    url_name="person_revoke",
    summary="Take a role",
)
def revoke(request: Request, person: str, sent: RoleIn) -> Any:
    """Take a role from a person; it acts on that person's next request."""
    found = access.person_to_look_after(request.person, person)
    held = plain.grant_of(found, Role(plain.role_named(sent.role)), sent.agreement)
    commands.revoke_role(held, by=request.person, at=clock.now())
    return _fresh(request, person)


@router.post(
    "/people/{person}/deactivate",
    response=PersonOut,
    url_name="person_deactivate",
    summary="Close an account",
)
def deactivate(request: Request, person: str, sent: CloseIn) -> Any:
    """Close the door to a person: sessions and tokens end with their next request."""
    found = access.person_to_look_after(request.person, person)
    commands.deactivate(found, reason=sent.reason, by=request.person, at=clock.now())
    return _fresh(request, person)


@router.post(
    "/people/{person}/reactivate",
    response=PersonOut,
    url_name="person_reactivate",
    summary="Open an account again",
)
def reactivate(request: Request, person: str) -> Any:
    """Open the door again; old sessions stay ended."""
    found = access.person_to_look_after(request.person, person)
    commands.reactivate(found, by=request.person, at=clock.now())
    return _fresh(request, person)


def _fresh(request: Request, key: str) -> dict[str, Any]:
    """Return a person as it stands after a change."""
    found: Person = access.person_to_read(request.person, key)
    return machines.person(found)

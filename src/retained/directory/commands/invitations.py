"""Commands about links that may be used once: to join, to set up, to choose a new password.

Only the hash of a link is kept. Without a mail server the link is shown once to who made it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse

from retained.audit.actors import SystemActor
from retained.audit.record import Personal, record
from retained.directory import access, limits
from retained.directory.commands import people
from retained.directory.commands.organisations import OrganisationDetails, found_client
from retained.directory.engine.roles import Role
from retained.directory.engine.secrets import LinkSpentError, new_secret, secret_hash
from retained.directory.models import Invitation, Organisation, Person, RoleGrant
from retained.shared.errors import DomainError

_OPEN_FOR = {
    Invitation.Purpose.JOIN: timedelta(days=7),
    Invitation.Purpose.FIRST_ADMINISTRATOR: timedelta(days=2),
    Invitation.Purpose.NEW_PASSWORD: timedelta(hours=24),
}
_SYSTEM = SystemActor("set-up")


@dataclass(frozen=True, slots=True)
class Guest:
    """Who is invited, and to what."""

    email: str
    name: str
    role: Role
    agreement_references: Sequence[str] = ()  # none: every agreement


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """A link in clear: it exists only here and is never stored."""

    invitation: Invitation
    url: str
    mailed: bool


@dataclass(frozen=True, slots=True)
class SetUp:
    """What the first administrator writes: the company and itself."""

    company: OrganisationDetails
    name: str
    email: str
    password: str


@transaction.atomic
def invite(organisation: Organisation, guest: Guest, *, by: Person, at: datetime) -> IssuedLink:
    """Make the link by which one e-mail address may join one organisation, in one role."""
    access.must(by, "look_after_people")
    email = guest.email.strip().lower()
    _check_guest(organisation, guest, email)
    invitation = Invitation(
        email=email,
        name=guest.name.strip(),
        organisation=organisation,
        role=guest.role,
        agreement_references=list(guest.agreement_references),
    )
    link = _issue(invitation, by_key=by.actor_key, at=at)
    after = {
        "email": Personal(email),
        "organisation": organisation.slug,
        "role": guest.role,
        "agreements": list(guest.agreement_references) or "every agreement",
    }
    record("invited", invitation, by=by, at=at, after=after)
    return link


@transaction.atomic
def new_password_link(person: Person, *, by: Person, at: datetime) -> IssuedLink:
    """Make the link by which somebody who cannot sign in chooses a new password."""
    access.must(by, "look_after_people")
    if not person.is_active:
        raise DomainError(f"The account of {person.name} is closed. Open it first.")
    invitation = Invitation(
        purpose=Invitation.Purpose.NEW_PASSWORD,
        email=person.email,
        name=person.name,
        organisation=person.organisation,
    )
    link = _issue(invitation, by_key=by.actor_key, at=at)
    record("made a password link for", person, by=by, at=at)
    return link


@transaction.atomic
def first_administrator_link(*, at: datetime) -> IssuedLink:
    """Make the link that sets up the installation; an older one stops working.

    Raises DomainError once there is an administrator who can sign in; the demonstration's cast
    cannot, it has no passwords.
    """
    administrators = RoleGrant.objects.filter(role=Role.ADMINISTRATOR, person__is_active=True)
    has_password = ~Q(person__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    if administrators.filter(has_password | Q(person__socialaccount__isnull=False)).exists():
        raise DomainError(
            "There is an administrator already. People are invited on the page People."
        )
    invitation = Invitation(purpose=Invitation.Purpose.FIRST_ADMINISTRATOR, role=Role.ADMINISTRATOR)
    link = _issue(invitation, by_key=_SYSTEM.actor_key, at=at)
    record("made the first administrator's link", invitation, by=_SYSTEM, at=at)
    return link


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: Person, at: datetime) -> None:
    """Make an open link useless."""
    access.must(by, "look_after_people")
    still_open = Invitation.objects.filter(
        pk=invitation.pk, used_at__isnull=True, withdrawn_at__isnull=True
    )
    if not still_open.update(withdrawn_at=at):
        raise DomainError("This invitation was used or withdrawn already. Nothing was changed.")
    record("withdrew", invitation, by=by, at=at)


@transaction.atomic
def accept_invitation(secret: str, *, name: str, password: str, at: datetime) -> Person:
    """Use the link of an invitation: the person is created, verified, and holds its role."""
    invitation = _use(secret, Invitation.Purpose.JOIN, at=at)
    if invitation.organisation is None:
        raise LinkSpentError
    person = people.enrol(
        invitation.organisation,
        email=invitation.email,
        name=name,
        password=password,
        by=None,
        at=at,
    )
    for reference in invitation.agreement_references or [""]:
        people.give_role(
            person, Role(invitation.role), agreement_reference=reference, by=person, at=at
        )
    _note_user(invitation, person, at=at)
    return person


@transaction.atomic
def accept_set_up(secret: str, set_up: SetUp, *, at: datetime) -> Person:
    """Use the first administrator's link: found the client if there is none, create the person."""
    invitation = _use(secret, Invitation.Purpose.FIRST_ADMINISTRATOR, at=at)
    client = Organisation.objects.filter(kind=Organisation.Kind.CLIENT).first()
    if client is None:
        client = found_client(set_up.company, by=_SYSTEM, at=at)
    person = people.enrol(
        client, email=set_up.email, name=set_up.name, password=set_up.password, by=None, at=at
    )
    people.give_role(person, Role.ADMINISTRATOR, by=_SYSTEM, at=at)
    _note_user(invitation, person, at=at)
    return person


@transaction.atomic
def accept_new_password(secret: str, *, password: str, at: datetime) -> Person:
    """Use a password link: the password changes and every session ends; second factors stay."""
    invitation = _use(secret, Invitation.Purpose.NEW_PASSWORD, at=at)
    person = Person.objects.filter(email=invitation.email, is_active=True).first()
    if person is None:
        raise LinkSpentError
    people.set_password(person, password)
    person.save(update_fields=["password"])
    people.end_sessions(person)
    _note_user(invitation, person, at=at)
    return person


def _check_guest(organisation: Organisation, guest: Guest, email: str) -> None:
    """Raise DomainError if the guest cannot join in this way."""
    if Person.objects.filter(email=email).exists():
        raise DomainError(f"{email} has an account already. Give it roles on its page.")
    if guest.role.side is not organisation.side:
        raise DomainError(
            f"{guest.role.label} is a role of the {guest.role.side.value}'s side. "
            f"Choose a role that people of {organisation} can hold."
        )
    if guest.agreement_references and not guest.role.may_be_limited:
        raise DomainError(f"{guest.role.label} looks after everything and cannot be limited.")
    limits.must_be_known(organisation, guest.agreement_references)


def _issue(invitation: Invitation, *, by_key: str, at: datetime) -> IssuedLink:
    """Store a link's hash, let an older one for the same purpose lapse, and mail it if we can."""
    secret = new_secret()
    Invitation.objects.filter(
        email=invitation.email,
        purpose=invitation.purpose,
        used_at__isnull=True,
        withdrawn_at__isnull=True,
    ).update(withdrawn_at=at)
    invitation.token_hash = secret_hash(secret)
    invitation.invited_by_key = by_key
    invitation.created_at = at
    invitation.expires_at = at + _OPEN_FOR[Invitation.Purpose(invitation.purpose)]
    invitation.save(force_insert=True)
    url = settings.BASE_URL.rstrip("/") + reverse("invitation", args=[secret])
    mailed = bool(settings.MAIL_HOST and invitation.email)
    if mailed:
        transaction.on_commit(lambda: _mail(invitation, url))
    return IssuedLink(invitation, url, mailed)


def _mail(invitation: Invitation, url: str) -> None:
    """Send the link to the address that it is bound to."""
    content = {"invitation": invitation, "url": url}
    subject = "Your invitation to Retained"
    if invitation.purpose == Invitation.Purpose.NEW_PASSWORD:
        subject = "Choose a new password for Retained"
    body = render_to_string("directory/mail/link.txt", content)
    send_mail(subject, body, None, [invitation.email])


def _use(secret: str, purpose: Invitation.Purpose, *, at: datetime) -> Invitation:
    """Mark the link as used, or raise LinkSpentError: of two at once, the database lets one win."""
    usable = Invitation.objects.filter(
        token_hash=secret_hash(secret),
        purpose=purpose,
        used_at__isnull=True,
        withdrawn_at__isnull=True,
        expires_at__gt=at,
    )
    if not usable.update(used_at=at):
        raise LinkSpentError
    return Invitation.objects.select_related("organisation").get(token_hash=secret_hash(secret))


def _note_user(invitation: Invitation, person: Person, *, at: datetime) -> None:
    """Keep who used the link."""
    Invitation.objects.filter(pk=invitation.pk).update(used_by=person)
    record("used", invitation, by=person, at=at, after={"purpose": invitation.purpose})

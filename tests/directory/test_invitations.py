"""Links that may be used once: by whom, how long, and what two at once get."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse

from directory.cast import AT, PASSWORD, Cast
from retained.audit.models import Entry, Text
from retained.directory.commands import invitations
from retained.directory.commands.invitations import Guest, IssuedLink
from retained.directory.engine.roles import Role
from retained.directory.engine.secrets import LinkSpentError, secret_hash
from retained.directory.models import Invitation, Organisation, Person
from retained.shared import clock
from retained.shared.errors import DomainError, NotAllowedError

GUEST = Guest("Noor@Brightdesk.example", "Noor Haddad", Role.CONTRIBUTOR)


def secret_of(link: IssuedLink) -> str:
    return link.url.rstrip("/").rsplit("/", 1)[1]


def invite(cast: Cast, guest: Guest = GUEST) -> str:
    return secret_of(invitations.invite(cast.own, guest, by=cast.administrator, at=AT))


def accept(secret: str, **more: object) -> Person:
    written = {"name": "Noor Haddad", "password": PASSWORD, "at": AT, **more}
    return invitations.accept_invitation(secret, **written)  # type: ignore[arg-type]


def test_using_a_link_makes_a_verified_person_with_the_role(cast: Cast) -> None:
    person = accept(invite(cast))
    assert person.email == "noor@brightdesk.example"
    assert person.organisation == cast.own
    assert person.roles == {Role.CONTRIBUTOR}
    assert person.emailaddress_set.get().verified
    assert person.check_password(PASSWORD)


def test_only_the_hash_of_a_link_is_kept(cast: Cast) -> None:
    secret = invite(cast)
    assert Invitation.objects.get().token_hash == secret_hash(secret)
    kept = [*Entry.objects.values_list("after", flat=True), *Text.objects.values_list("text")]
    assert secret not in str(kept)


def test_a_link_works_once(cast: Cast) -> None:
    secret = invite(cast)
    accept(secret)
    with pytest.raises(LinkSpentError):
        accept(secret)


def test_a_link_lapses_after_seven_days(cast: Cast) -> None:
    secret = invite(cast)
    with pytest.raises(LinkSpentError):
        accept(secret, at=AT + timedelta(days=7))
    accept(secret, at=AT + timedelta(days=7, seconds=-1))


def test_a_newer_link_for_the_same_address_replaces_the_older(cast: Cast) -> None:
    older, newer = invite(cast), invite(cast)
    with pytest.raises(LinkSpentError):
        accept(older)
    accept(newer)


def test_a_withdrawn_link_does_not_work(cast: Cast) -> None:
    secret = invite(cast)
    invitation = Invitation.objects.get()
    invitations.withdraw_invitation(invitation, by=cast.administrator, at=AT)
    with pytest.raises(LinkSpentError):
        accept(secret)
    with pytest.raises(DomainError, match="withdrawn already"):
        invitations.withdraw_invitation(invitation, by=cast.administrator, at=AT)


def test_a_link_is_bound_to_its_address_and_organisation(cast: Cast) -> None:
    """What is sent besides name and password changes nothing."""
    secret = invite(cast)
    page = reverse("invitation", args=[secret])
    form = {"name": "Mallory", "password": PASSWORD, "again": PASSWORD}
    more = {"email": "mallory@osprey.example", "organisation": cast.foreign.pk, "role": "auditor"}
    with clock.held_at(AT):
        Client().post(page, form | more)
    person = Person.objects.get(name="Mallory")
    assert (person.email, person.organisation) == ("noor@brightdesk.example", cast.own)
    assert person.roles == {Role.CONTRIBUTOR}


def test_of_two_who_use_a_link_at_once_one_comes_in(cast: Cast) -> None:
    """Both have read the open link; the database lets one mark it."""
    secret = invite(cast)
    held = Invitation.objects.filter(token_hash=secret_hash(secret), used_at__isnull=True)
    assert held.update(used_at=AT) == 1
    with pytest.raises(LinkSpentError):
        accept(secret)
    assert not Person.objects.filter(email="noor@brightdesk.example").exists()


def test_a_refused_password_leaves_the_link_usable(cast: Cast) -> None:
    secret = invite(cast)
    with pytest.raises(DomainError, match="too short"):
        accept(secret, password="short")
    accept(secret)


def test_a_role_of_the_other_side_is_refused(cast: Cast) -> None:
    guest = Guest("x@example.org", "X", Role.FINANCE)
    with pytest.raises(DomainError, match="role of the client's side"):
        invite(cast, guest)


def test_who_has_an_account_is_not_invited_again(cast: Cast) -> None:
    guest = Guest(cast.account_manager.email.upper(), "X", Role.CONTRIBUTOR)
    with pytest.raises(DomainError, match="has an account already"):
        invite(cast, guest)


def test_only_administrators_invite(cast: Cast) -> None:
    with pytest.raises(NotAllowedError):
        invitations.invite(cast.own, GUEST, by=cast.service_manager, at=AT)


def test_a_link_limited_to_agreements_brings_a_limited_role(
    cast: Cast, agreements_there: Callable[..., None]
) -> None:
    agreements_there("SD-2026", "NET-2024")
    guest = Guest("new@lindenhof.example", "New", Role.FINANCE, ["SD-2026", "NET-2024"])
    link = invitations.invite(cast.client, guest, by=cast.administrator, at=AT)
    person = accept(secret_of(link))
    assert {grant.agreement_reference for grant in person.grants} == {"SD-2026", "NET-2024"}


def test_an_invitation_is_recorded_without_the_address_in_the_chain(cast: Cast) -> None:
    invite(cast)
    entry = Entry.objects.get(verb="invited")
    assert "noor" not in entry.after.lower() + entry.object_label.lower()
    assert (
        Text.objects.get(entry_id=entry.pk, place="after.email").text == "noor@brightdesk.example"
    )


@override_settings(
    MAIL_HOST="mail.example", EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"
)
def test_with_a_mail_server_the_link_is_mailed_to_its_address(
    cast: Cast, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        link = invitations.invite(cast.own, GUEST, by=cast.administrator, at=AT)
    assert link.mailed
    assert mail.outbox[0].to == ["noor@brightdesk.example"]
    assert link.url in mail.outbox[0].body


def test_without_a_mail_server_the_page_shows_the_link_once(cast: Cast, browser_of: object) -> None:
    browser = browser_of(cast.administrator)  # type: ignore[operator]
    page = reverse("person_invite") + f"?to={cast.own.slug}"
    form = {"email": "noor@brightdesk.example", "name": "Noor", "role": "contributor"}
    shown = browser.post(page, form).content.decode()
    found = re.search(r"/invitation/([\w-]{43})/", shown)
    assert found
    answer = Client().get(reverse("invitation", args=[found[1]]))
    assert b"Brightdesk" in answer.content
    assert found[1] not in browser.get(reverse("people")).content.decode()


def test_the_organisation_of_a_guest_is_called_by_its_name(cast: Cast, browser_of: object) -> None:
    browser = browser_of(cast.administrator)  # type: ignore[operator]
    page = reverse("person_invite")
    shown = browser.get(page, {"to": " brightdesk "}).content.decode()
    assert "Invite somebody of Brightdesk" in shown
    assert '<option value="Lindenhof Bank">client</option>' in shown
    refused = browser.get(page, {"to": "Nobody Ltd"})
    assert refused.status_code == 422
    assert "No organisation is called “Nobody Ltd”" in refused.content.decode()


@pytest.mark.parametrize("secret", ["never-was", "x" * 43])
def test_a_spent_link_and_one_that_never_was_look_the_same(cast: Cast, secret: str) -> None:
    used = invite(cast)
    accept(used)
    one = Client().get(reverse("invitation", args=[used]))
    other = Client().get(reverse("invitation", args=[secret]))
    assert one.status_code == other.status_code == 404
    assert one.content == other.content


def test_using_a_link_signs_the_person_in(cast: Cast) -> None:
    browser = Client()
    form = {"name": "Noor", "password": PASSWORD, "again": PASSWORD}
    with clock.held_at(AT):
        answer = browser.post(reverse("invitation", args=[invite(cast)]), form)
    assert answer.status_code == 302
    assert browser.get(reverse("overview"), follow=True).context["request"].person.name == "Noor"


def test_a_new_password_ends_every_session_and_keeps_the_second_factor(
    cast: Cast, browser_of: object
) -> None:
    from allauth.mfa.totp.internal.auth import TOTP  # noqa: PLC0415 - used here only

    person = cast.service_manager
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    browser = browser_of(person)  # type: ignore[operator]
    link = invitations.new_password_link(person, by=cast.administrator, at=AT)
    invitations.accept_new_password(secret_of(link), password="another four good words", at=AT)
    assert browser.get(reverse("overview")).status_code == 302
    assert person.authenticator_set.count() == 1
    assert Person.objects.get(pk=person.pk).check_password("another four good words")


@pytest.mark.django_db
def test_the_first_administrator_founds_the_company() -> None:
    link = invitations.first_administrator_link(at=AT)
    form = {
        "company": "Lindenhof Bank",
        "country": "NL",
        "time_zone": "Europe/Amsterdam",
        "name": "Anna de Wit",
        "email": "Anna@Lindenhof.example",
        "password": PASSWORD,
        "again": PASSWORD,
    }
    with clock.held_at(AT):
        answer = Client().post(reverse("invitation", args=[secret_of(link)]), form)
    assert answer.status_code == 302
    person = Person.objects.get(email="anna@lindenhof.example")
    assert person.roles == {Role.ADMINISTRATOR}
    assert person.organisation == Organisation.objects.get(kind="client")
    with pytest.raises(DomainError, match="an administrator already"):
        invitations.first_administrator_link(at=AT)


@pytest.mark.django_db
def test_an_older_link_of_the_first_administrator_stops_working() -> None:
    older = invitations.first_administrator_link(at=AT)
    invitations.first_administrator_link(at=AT)
    assert Client().get(reverse("invitation", args=[secret_of(older)])).status_code == 404

"""Signing in over HTTP: password, second factor, what strangers learn, chairs, tokens."""

import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from directory.cast import AT, PASSWORD, Cast
from retained.audit.models import Entry
from retained.directory.commands import second_factor, tokens
from retained.directory.engine.roles import Role
from retained.directory.models import ApiToken, Person
from retained.shared import clock
from retained.shared.errors import DomainError, NotThereError

SECRET = "JBSWY3DPEHPK3PXP"


def sign_in(browser: Client, email: str, password: str = PASSWORD) -> object:
    return browser.post(reverse("account_login"), {"login": email, "password": password})


def code_of(secret: str = SECRET) -> str:
    counter = int(time.time()) // 30
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def test_an_invited_person_signs_in_with_a_password(cast: Cast) -> None:
    browser = Client()
    sign_in(browser, cast.service_manager.email.upper())
    assert browser.get(reverse("overview")).status_code == 200
    assert Entry.objects.filter(verb="signed in").count() == 1


def test_with_a_second_factor_the_password_alone_opens_nothing(cast: Cast) -> None:
    totp.TOTP.activate(cast.service_manager, SECRET)
    browser = Client()
    answer = sign_in(browser, cast.service_manager.email)
    assert answer["Location"] == reverse("mfa_authenticate")  # type: ignore[index]
    assert browser.get(reverse("overview")).status_code == 302
    answer = browser.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert answer.status_code == 200
    assert browser.get(reverse("overview")).status_code == 302
    browser.post(reverse("mfa_authenticate"), {"code": code_of()})
    assert browser.get(reverse("overview")).status_code == 200


def test_a_recovery_code_opens_once(cast: Cast) -> None:
    totp.TOTP.activate(cast.service_manager, SECRET)
    code = RecoveryCodes.activate(cast.service_manager).get_unused_codes()[0]
    for status in (200, 302):
        browser = Client()
        cache.clear()
        sign_in(browser, cast.service_manager.email)
        browser.post(reverse("mfa_authenticate"), {"code": code})
        assert browser.get(reverse("overview")).status_code == status


def test_a_role_that_asks_for_a_second_factor_leads_to_setting_one_up(
    cast: Cast, browser_of: object
) -> None:
    second_factor.require_second_factor([Role.FINANCE], by=cast.administrator, at=AT)
    browser = browser_of(cast.people[Role.FINANCE])  # type: ignore[operator]
    for name in ("overview", "people", "api_tokens"):
        answer = browser.get(reverse(name))
        assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index"))
    assert browser.get(reverse("mfa_index")).status_code == 200
    totp.TOTP.activate(cast.people[Role.FINANCE], SECRET)
    assert browser.get(reverse("overview")).status_code == 200


def test_a_role_that_does_not_ask_for_it_works_without(cast: Cast, browser_of: object) -> None:
    second_factor.require_second_factor([Role.FINANCE], by=cast.administrator, at=AT)
    browser = browser_of(cast.people[Role.LEGAL])  # type: ignore[operator]
    assert browser.get(reverse("overview")).status_code == 200


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(cast: Cast) -> None:
    def told(email: str) -> list[str]:
        cache.clear()
        answer = sign_in(Client(), email, "a wrong password of ours")
        return list(answer.context["form"].non_field_errors())  # type: ignore[attr-defined]

    assert told(cast.service_manager.email) == told("nobody@lindenhof.example") != []


def test_asking_for_a_new_password_tells_nothing(cast: Cast) -> None:
    def told(email: str) -> tuple[int, str]:
        cache.clear()
        answer = Client().post(reverse("account_reset_password"), {"email": email})
        return answer.status_code, answer["Location"]

    assert told(cast.service_manager.email) == told("nobody@lindenhof.example")


def test_guessing_is_slowed_down(cast: Cast) -> None:
    for _ in range(6):
        sign_in(Client(), cast.service_manager.email, "guess")
    browser = Client()
    sign_in(browser, cast.service_manager.email)
    assert browser.get(reverse("overview")).status_code == 302


def test_nobody_signs_up(cast: Cast) -> None:
    form = {"email": "me@example.org", "password1": PASSWORD, "password2": PASSWORD}
    assert Client().post(reverse("account_signup"), form).status_code == 404
    assert not Person.objects.filter(email="me@example.org").exists()


def test_a_device_is_listed_and_the_others_can_be_signed_out(cast: Cast) -> None:
    here, there = Client(), Client()
    for browser in (here, there):
        sign_in(browser, cast.service_manager.email)
    assert here.get(reverse("usersessions_list")).content.count(b"<tr") >= 2
    here.post(reverse("usersessions_list"))
    assert there.get(reverse("overview")).status_code == 302
    assert here.get(reverse("overview")).status_code == 200


def test_chairs_exist_in_the_demonstration_only(cast: Cast, browser_of: object) -> None:
    browser = browser_of(cast.administrator)  # type: ignore[operator]
    form = {"chair": cast.account_manager.actor_key}
    assert browser.post(reverse("chair_take"), form).status_code == 404
    assert b"chair" not in browser.get(reverse("overview")).content
    with override_settings(DEMONSTRATION=True):
        assert b"Take this person" in browser.get(reverse("overview")).content
        assert browser.post(reverse("chair_take"), form).status_code == 302
        assert browser.get(reverse("people")).status_code == 404
        assert b"this one" in browser.get(reverse("usersessions_list")).content
    entry = Entry.objects.get(verb="took the chair of")
    assert entry.actor_key == cast.administrator.actor_key
    assert entry.object_key == cast.account_manager.actor_key


def test_the_sign_in_says_that_it_is_a_demonstration(db: None) -> None:
    assert b"This is a demonstration" not in Client().get(reverse("account_login")).content
    with override_settings(DEMONSTRATION=True):
        page = Client().get(reverse("account_login")).content.decode()
    assert "This is a demonstration" in page
    assert "link that the first start printed" in page


def test_a_new_token_is_shown_whole_once(cast: Cast, browser_of: object) -> None:
    browser = browser_of(cast.service_manager)  # type: ignore[operator]
    sent = {"name": "import", "scope": "read", "days": "7"}
    page = browser.post(reverse("api_tokens"), sent).content.decode()
    secret = re.search(r"<code [^>]*>(rtn_[^<]+)</code>", page)
    assert secret, page
    assert f'data-copy="{secret[1]}"' in page
    assert secret[1] not in browser.get(reverse("api_tokens")).content.decode()


def test_a_chair_that_nobody_of_the_cast_has_is_not_there(cast: Cast) -> None:
    from retained.directory.commands.chairs import take_chair  # noqa: PLC0415 - used here only

    with override_settings(DEMONSTRATION=True), pytest.raises(NotThereError):
        take_chair("0" * 32, by=cast.administrator, at=AT)


def issue(person: Person, scope: str = "read", days: int = 7) -> str:
    life = timedelta(days=days)
    made = tokens.make_token(
        name="import", scope=ApiToken.Scope(scope), life=life, by=person, at=clock.now()
    )
    return made.secret


def ask(secret: str, name: str = "api:me", method: str = "GET") -> object:
    return Client().generic(method, reverse(name), headers={"authorization": f"Bearer {secret}"})


def test_a_token_acts_as_its_person(cast: Cast) -> None:
    answer = ask(issue(cast.account_manager))
    assert answer.json()["organisation"] == "brightdesk"  # type: ignore[attr-defined]
    assert answer.json()["roles"] == [  # type: ignore[attr-defined]
        {"role": "account_manager", "agreement_reference": None}
    ]


def test_a_token_never_exceeds_the_roles_of_its_person(cast: Cast) -> None:
    answer = ask(issue(cast.account_manager, "write"), "api:people")
    assert answer.status_code == 404  # type: ignore[attr-defined]
    assert ask(issue(cast.administrator), "api:people").status_code == 200  # type: ignore[attr-defined]


def test_a_token_that_may_only_read_changes_nothing(cast: Cast) -> None:
    answer = ask(issue(cast.administrator), "api:me", "POST")
    assert answer.status_code in {403, 405}  # type: ignore[attr-defined]


def test_only_the_hash_of_a_token_is_kept(cast: Cast) -> None:
    secret = issue(cast.administrator)
    kept = ApiToken.objects.get()
    assert secret.startswith(kept.prefix)
    assert secret not in str(vars(kept)) + str(list(Entry.objects.values()))


@pytest.mark.parametrize("how", ["revoked", "lapsed", "closed account", "mistyped", "none"])
def test_a_token_that_is_not_valid_opens_nothing(cast: Cast, how: str) -> None:
    secret = issue(cast.service_manager)
    if how == "revoked":
        tokens.revoke_token(ApiToken.objects.get(), by=cast.service_manager, at=AT)
    elif how == "lapsed":
        ApiToken.objects.update(
            created_at=AT - timedelta(days=9), expires_at=AT - timedelta(days=1)
        )
    elif how == "closed account":
        Person.objects.filter(pk=cast.service_manager.pk).update(is_active=False)
    answer = ask({"mistyped": secret + "x", "none": ""}.get(how, secret))
    assert answer.status_code == 401  # type: ignore[attr-defined]


def test_the_use_of_a_token_is_noted_once_a_minute(cast: Cast) -> None:
    secret = issue(cast.service_manager)
    ask(secret)
    noted = ApiToken.objects.get().last_used_at
    ask(secret)
    assert noted is not None
    assert ApiToken.objects.get().last_used_at == noted


def test_a_token_lives_at_most_a_year(cast: Cast) -> None:
    with pytest.raises(DomainError, match="at most a year"):
        issue(cast.service_manager, days=367)


def test_a_session_reads_the_api_and_changes_nothing_by_it(cast: Cast, browser_of: object) -> None:
    browser = browser_of(cast.administrator)  # type: ignore[operator]
    assert browser.get(reverse("api:me")).status_code == 200
    assert browser.get(reverse("api:openapi-view")).status_code == 200

"""Passkeys and authenticator apps in a real browser, with Chromium's virtual authenticator."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import Page, expect

from directory.cast import PASSWORD, Cast
from journeys.conftest import Visitor


def sign_in(page: Page, email: str) -> None:
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def give_an_authenticator(page: Page) -> None:
    """Plug a virtual authenticator in that holds passkeys and always finds its owner present."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def prove_again(page: Page) -> None:
    """Give the password again, where the page asks for it."""
    if "reauthenticate" in page.url:
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_label("Password").press("Enter")
        page.wait_for_url(lambda url: "reauthenticate" not in url)


def test_a_passkey_is_enrolled_and_opens_the_door_alone(visit: Visitor, cast: Cast) -> None:
    here = visit(None)
    page = here.open("/")
    give_an_authenticator(page)
    sign_in(page, cast.service_manager.email)
    expect(page.get_by_role("heading", name="What needs you today")).to_be_visible()
    here.open("/accounts/2fa/webauthn/add/")
    prove_again(page)
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url(lambda url: "/webauthn/add/" not in url)
    assert Authenticator.objects.filter(user=cast.service_manager, type="webauthn").exists()
    page.context.clear_cookies()
    here.open("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="What needs you today")).to_be_visible()


def test_an_authenticator_app_is_set_up_and_asked_for(visit: Visitor, cast: Cast) -> None:
    here = visit(None)
    page = here.open("/")
    sign_in(page, cast.service_manager.email)
    expect(page.get_by_role("heading", name="What needs you today")).to_be_visible()
    here.open("/accounts/2fa/totp/activate/")
    prove_again(page)
    secret = page.locator("input[readonly], input[disabled]").first.input_value()
    page.get_by_label("Authenticator code").fill(_code(secret))
    page.get_by_role("button", name="Activate").click()
    page.wait_for_url(lambda url: "/totp/activate/" not in url)
    page.context.clear_cookies()
    here.open("/")
    sign_in(page, cast.service_manager.email)
    expect(page.get_by_label("Code")).to_be_visible()
    recovery = Authenticator.objects.get(user=cast.service_manager, type="recovery_codes")
    page.get_by_label("Code").fill(recovery.wrap().get_unused_codes()[0])
    page.get_by_label("Code").press("Enter")
    expect(page.get_by_role("heading", name="What needs you today")).to_be_visible()


def _code(secret: str) -> str:
    """Return the code that an app shows now."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))

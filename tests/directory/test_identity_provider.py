"""Signing in by the company's identity provider, against a small one that runs in the test."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from directory.cast import AT, Cast
from retained.directory.commands import people
from retained.directory.models import Person


class IdentityProvider:
    """Vouches for whoever `claims` names."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.claims: dict[str, object] = {}

    def answer(self, path: str) -> dict[str, object]:
        """Return what the protocol says at `path`."""
        if path.endswith("openid-configuration"):
            return {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "userinfo_endpoint": f"{self.address}/userinfo",
            }
        if path == "/token":
            return {"access_token": "opaque", "token_type": "Bearer"}
        return self.claims


@pytest.fixture
def identity_provider() -> Iterator[IdentityProvider]:
    """Return a running identity provider, with Retained registered at it."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = json.dumps(provider.answer(self.path)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    provider = IdentityProvider(f"http://127.0.0.1:{server.server_port}")
    app = {
        "provider_id": "company",
        "name": "Company",
        "client_id": "retained",
        "secret": "s",
        "settings": {"server_url": provider.address},
    }
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with override_settings(SOCIALACCOUNT_PROVIDERS={"openid_connect": {"APPS": [app]}}):
        yield provider
    server.shutdown()
    server.server_close()


def come_back(provider: IdentityProvider, email: str, *, vouched: bool = True) -> Client:
    """Go to the identity provider and come back as `email`."""
    provider.claims = {"sub": email, "email": email, "email_verified": vouched, "name": "Anybody"}
    browser = Client()
    away = browser.post(reverse("openid_connect_login", args=["company"]))
    state = parse_qs(urlsplit(away["Location"]).query)["state"][0]
    browser.get(reverse("openid_connect_callback", args=["company"]), {"code": "x", "state": state})
    return browser


def is_in(browser: Client) -> bool:
    return browser.get(reverse("overview")).status_code == 200


def test_who_is_known_comes_in(cast: Cast, identity_provider: IdentityProvider) -> None:
    browser = come_back(identity_provider, cast.service_manager.email.upper())
    assert is_in(browser)
    assert browser.get(reverse("api:me")).json()["key"] == cast.service_manager.actor_key


def test_who_was_not_invited_stays_out(cast: Cast, identity_provider: IdentityProvider) -> None:
    before = Person.objects.count()
    assert not is_in(come_back(identity_provider, "somebody@lindenhof.example"))
    assert Person.objects.count() == before


def test_an_address_that_is_not_vouched_for_opens_nothing(
    cast: Cast, identity_provider: IdentityProvider
) -> None:
    assert not is_in(come_back(identity_provider, cast.service_manager.email, vouched=False))


def test_a_closed_account_stays_closed(cast: Cast, identity_provider: IdentityProvider) -> None:
    assert is_in(come_back(identity_provider, cast.service_manager.email))
    people.deactivate(cast.service_manager, by=cast.administrator, at=AT)
    assert not is_in(come_back(identity_provider, cast.service_manager.email))

"""What walks over every address share: the addresses, an example of each, a reader signed in."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from directory import (  # noqa: F401 - they register their builders
    walk_begin,
    walk_cases,
    walk_confirmations,
    walk_delivery,
    walk_living,
    walk_objects,
    walk_portfolio,
    walk_rates,
)
from directory.cast import Cast
from directory.walk_registry import BUILDERS
from retained.directory.models import Person


@dataclass(frozen=True)
class Address:
    """One routed address: the name by which the gate knows it, and the parts in it."""

    name: str
    parts: tuple[str, ...]

    @property
    def is_api(self) -> bool:
        return self.name.startswith("api:")


def addresses() -> list[Address]:
    """Return every address of the resolver, each name once."""
    found = dict.fromkeys(_walk(get_resolver(), namespace="", parts=()))
    return sorted(found, key=lambda address: (address.name, address.parts))


def _walk(resolver: URLResolver, *, namespace: str, parts: tuple[str, ...]) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        here = parts + _parts(pattern)
        if isinstance(pattern, URLPattern):
            yield Address(f"{namespace}{pattern.name or ''}", here)
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern, namespace=inner, parts=here)


def _parts(pattern: URLPattern | URLResolver) -> tuple[str, ...]:
    return tuple(pattern.pattern.regex.groupindex)


def example_url(address: Address, cast: Cast, reader: Person, *, is_own: bool) -> str | None:
    """Return the address of an example object, or None if there is no foreign one."""
    values = {}
    for part in address.parts:
        builder = BUILDERS.get(f"{address.name}.{part}") or BUILDERS.get(part)
        if builder is None:  # test_access_walk names it
            return None
        pair = builder(cast, reader)
        values[part] = pair.own if is_own else pair.foreign
    if not is_own and (not values or None in values.values()):
        return None
    return reverse(address.name, kwargs=values)


def signed_in_cookies(reader: Person) -> dict[str, str]:
    """Return the cookies of a reader who signed in with a second factor just now."""
    TOTP.activate(reader, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(reader)
    browser = Client()
    browser.force_login(reader)
    session = browser.session
    just_now = {"method": "password", "at": time.time(), "reauthenticated": True}
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [just_now]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(reader.pk)
    session.save()
    return {name: morsel.value for name, morsel in browser.cookies.items()}

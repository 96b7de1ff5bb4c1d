"""Every address, by every method, for every role and for a stranger, on own and foreign objects.

The walk reads the URL resolver, so an address that somebody adds without naming it in
permissions.toml, or without an example object, fails here.
"""

from collections.abc import Iterator
from http.cookies import SimpleCookie

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from directory.cast import CANARY, Cast
from directory.walk_delivery import prepare
from directory.walk_objects import limited_to_own, nobody_of
from directory.walk_registry import ABSENT, BUILDERS, OTHER_AGREEMENT, is_limited
from directory.walking import Address, addresses, example_url, signed_in_cookies
from retained.directory.engine.permissions import METHODS, Audience
from retained.directory.engine.roles import Role, Side
from retained.directory.models import Person
from retained.directory.permission_table import permission_table

NOWHERE = "/there-is-nothing-here/"
ALIVE = {200, 204, 302, 303, 400, 401, 403, 409, 422}


def test_the_table_names_every_address_and_no_other() -> None:
    routed = {address.name for address in addresses()}
    named = set(permission_table().addresses)
    assert routed - named == set(), "name these in permissions.toml"
    assert named - routed == set(), "permissions.toml names what is not there"


def test_every_part_of_an_address_has_an_example_object() -> None:
    missing = {
        f"{address.name}.{part}"
        for address in addresses()
        for part in address.parts
        if part not in BUILDERS and f"{address.name}.{part}" not in BUILDERS
    }
    assert missing == set(), "add a builder to walk_objects.py or walk_delivery.py"


@pytest.mark.parametrize("who", ["stranger", "no role", "limited", *[role.value for role in Role]])
def test_each_reader_gets_what_the_table_says_and_nothing_foreign(who: str, cast: Cast) -> None:
    reader = _reader(who, cast)
    prepare(cast)
    walk = Walk(cast, reader)
    faults = [fault for address in addresses() for fault in walk.faults(address)]
    assert not faults, "\n".join(faults)


def _reader(who: str, cast: Cast) -> Person | None:
    if who == "stranger":
        return None
    if who == "limited":
        return limited_to_own(cast)
    return nobody_of(cast) if who == "no role" else cast.people[Role(who)]


class Walk:
    """One reader's walk over all addresses."""

    def __init__(self, cast: Cast, reader: Person | None) -> None:
        self.cast, self.reader = cast, reader
        self.browser = Client()
        self.cookies = signed_in_cookies(reader) if reader else {}
        self.not_there = {False: self._get(NOWHERE), True: self._get("/api/v1/nothing")}

    def faults(self, address: Address) -> Iterator[str]:
        """Yield a sentence for every answer that is not what the table says."""
        named = permission_table().addresses.get(address.name, {})
        for method in METHODS:
            for is_own in (True, False) if method in named else (True,):
                with transaction.atomic():
                    url = self._url(address, is_own=is_own)
                    if url is None:
                        continue
                    answer = self._ask(method, url)
                    transaction.set_rollback(True)
                fault = self._fault(address, named, method, answer=answer, is_own=is_own)
                if answer.streaming:
                    list(answer)  # read to its end, a download closes its file
                if fault:
                    whose = "own" if is_own else "foreign"
                    yield f"{method} {address.name} ({whose}): {answer.status_code}, {fault}"

    def _fault(  # noqa: PLR0911 - one line for each case of the table
        self,
        address: Address,
        named: dict[str, Audience],
        method: str,
        *,
        answer: HttpResponse,
        is_own: bool,
    ) -> str:
        if self._sees_too_much(answer):
            return "shows the name of a rival, or an agreement that is closed to the reader"
        audience = named.get(method)
        if self.reader is None and not (audience and audience.anyone):
            return self._fault_for_a_stranger(address, named, answer)
        roles = self.reader.roles if self.reader else frozenset()
        if audience is None or not audience.admits(roles):
            if audience is None and any(other.admits(roles) for other in named.values()):
                return "" if answer.status_code == 405 else "should be 405"
            return self._unlike_nothing(address, answer)
        if address.is_api and method != "GET":  # refused before any object is looked for
            return "" if answer.status_code == 401 else "should ask for a token"
        if self.reader is not None and is_limited(self.reader):
            return self._fault_for_the_limited(address, answer, is_own=is_own)
        if address.name in ABSENT or not is_own:
            return self._unlike_nothing(address, answer)
        return "" if answer.status_code in ALIVE else "should be open"

    def _fault_for_the_limited(
        self, address: Address, answer: HttpResponse, *, is_own: bool
    ) -> str:
        """What belongs to no agreement asks for a role without limits, before it is looked for."""
        is_refused = answer.status_code == 403 and "reference" not in address.parts
        if is_refused or (is_own and answer.status_code in ALIVE):
            return ""
        return self._unlike_nothing(address, answer)

    def _fault_for_a_stranger(
        self, address: Address, named: dict[str, Audience], answer: HttpResponse
    ) -> str:
        if address.is_api:
            return "" if answer.status_code == 401 else "should be 401"
        if any(audience.signed_in or audience.roles for audience in named.values()):
            leads_in = answer.status_code == 302 and answer["Location"].startswith(
                reverse("account_login")
            )
            return "" if leads_in else "should lead to the sign-in"
        return self._unlike_nothing(address, answer)

    def _unlike_nothing(self, address: Address, answer: HttpResponse) -> str:
        nothing = self.not_there[address.is_api]
        same = answer.status_code == 404 and answer.content == nothing.content
        return "" if same else "should be byte for byte as if it were not there"

    def _sees_too_much(self, answer: HttpResponse) -> bool:
        content = b"".join(answer) if answer.streaming else answer.content
        if self.reader is not None and self.reader.side is Side.CLIENT and self.reader.roles:
            return is_limited(self.reader) and OTHER_AGREEMENT.encode() in content
        return CANARY.encode() in content

    def _url(self, address: Address, *, is_own: bool) -> str | None:
        reader = self.reader or self.cast.account_manager
        return example_url(address, self.cast, reader, is_own=is_own)

    def _ask(self, method: str, url: str) -> HttpResponse:
        """Send one request with fresh cookies; attempts are not counted over the walk."""
        cache.clear()
        self.browser.cookies = SimpleCookie(self.cookies)
        return self.browser.generic(method, url)

    def _get(self, url: str) -> HttpResponse:
        return self._ask("GET", url)

"""Every page's price in queries: twelve at most, and the same however many rows there are.

The walk opens every address that the permission table opens to a reader, among few rows and then
among many, and counts every query from the session to the seal of the record. The reader signed
in with a second factor that the role asks for: that is the dearest way in.
"""

from collections.abc import Iterator
from http.cookies import SimpleCookie

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from directory.cast import make_cast
from directory.walk_delivery import prepare
from directory.walk_registry import ABSENT
from directory.walk_rows import add_rows
from directory.walking import Address, addresses, example_url, signed_in_cookies
from retained.directory.engine.roles import Role
from retained.directory.models import Person, SecondFactorRule
from retained.directory.permission_table import permission_table

MOST_QUERIES = 12
# No list of rows: what needs its reader is asked of each stage, by one question that names few.
# Two for assumptions: which drafts name the reader as an owner, and what of those is confirmed.
JOINS_STAGES = {"overview": 16}
# These show one passkey, which only a device can make.
LEFT_OUT = {"mfa_edit_webauthn", "mfa_remove_webauthn"}
ANSWERED = {200, 302, 401, 422}  # 422: an auditor's pack that nobody had made yet
# Between them they may open every page.
READERS = (Role.ADMINISTRATOR, Role.SOURCING_LEAD, Role.ACCOUNT_MANAGER)


def test_the_readers_of_the_walk_may_open_every_page() -> None:
    for name, methods in permission_table().addresses.items():
        audience = methods.get("GET")
        if audience and (audience.anyone or audience.signed_in or audience.roles):
            assert audience.admits(frozenset(READERS)), name


@pytest.mark.parametrize("role", READERS)
def test_a_page_takes_twelve_queries_at_most_however_many_rows(role: Role, db: None) -> None:
    cast = make_cast()
    prepare(cast)
    reader = cast.people[role]
    SecondFactorRule.objects.create(role=role, required=True)
    walk = Walk(reader)
    pages = {one.name: example_url(one, cast, reader, is_own=True) for one in _open_to(reader)}
    add_rows(cast, reader, range(2))
    few = {name: walk.queries_of(url) for name, url in pages.items() if url}
    add_rows(cast, reader, range(2, 5))
    many = {name: walk.queries_of(url) for name, url in pages.items() if url}
    dear = [
        f"{name}: {count}"
        for name, count in many.items()
        if count > JOINS_STAGES.get(name, MOST_QUERIES)
    ]
    assert not dear, f"more than {MOST_QUERIES} queries: {', '.join(dear)}"
    assert many == few, "these take more queries among many rows"


def _open_to(reader: Person) -> Iterator[Address]:
    """Yield the addresses that the table opens to the reader."""
    for address in addresses():
        audience = permission_table().addresses[address.name].get("GET")
        is_there = address.name not in LEFT_OUT | ABSENT.keys()
        if audience and audience.admits(reader.roles) and is_there:
            yield address


class Walk:
    """One reader's walk."""

    def __init__(self, reader: Person) -> None:
        self.browser = Client()
        self.cookies = signed_in_cookies(reader)

    def queries_of(self, url: str) -> int:
        """Return how many queries a page takes once what a process reads only once is read.

        A savepoint asks the database nothing, and the counts of attempts are no part of a page: on
        SQLite they stand in files.
        """
        self._open(url)
        with CaptureQueriesContext(connection) as asked:
            self._open(url)
        return sum(
            "SAVEPOINT" not in query["sql"] and '"cache_entry"' not in query["sql"]
            for query in asked.captured_queries
        )

    def _open(self, url: str) -> None:
        cache.clear()
        self.browser.cookies = SimpleCookie(self.cookies)
        answer = self.browser.get(url)
        if answer.streaming:
            list(answer)  # read to its end, a download closes its file
        assert answer.status_code in ANSWERED, f"{url}: {answer.status_code}"

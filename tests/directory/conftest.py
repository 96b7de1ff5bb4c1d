"""What the tests of the directory share."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from directory.cast import Cast, make_cast
from retained.directory import limits
from retained.directory.models import Person


@pytest.fixture
def cast(db: None) -> Cast:
    """Return the cast, in the database; nobody has tried to sign in yet."""
    cache.clear()
    return make_cast()


class Visitors:
    """Makes browsers in which somebody is signed in."""

    def __call__(self, person: Person | None) -> Client:
        """Return a browser in which `person` is signed in, or nobody."""
        browser = Client()
        if person is not None:
            browser.force_login(person)
        return browser


@pytest.fixture
def browser_of() -> Visitors:
    """Return what makes browsers."""
    return Visitors()


@pytest.fixture
def agreements_there(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return what says that there are agreements of these references."""

    def say(*references: str) -> None:
        named = [(reference, f"Agreement {reference}") for reference in references]
        monkeypatch.setattr(limits, "agreements", lambda _organisation: named)

    return say

"""Fixtures of evidence: the cast of the directory, and browsers."""

import pytest
from django.core.cache import cache
from django.test import Client

from directory.cast import Cast, make_cast
from retained.directory.models import Person


@pytest.fixture
def cast(db: None) -> Cast:
    """Return the cast, in the database."""
    cache.clear()
    return make_cast()


@pytest.fixture
def manager(cast: Cast) -> Person:
    """Return the service manager, who sends evidence."""
    return cast.service_manager


@pytest.fixture
def browser(manager: Person) -> Client:
    """Return a browser in which the service manager is signed in."""
    client = Client()
    client.force_login(manager)
    return client

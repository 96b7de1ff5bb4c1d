"""The page of service levels, over HTTP."""

from collections.abc import Callable

from django.test import Client

from delivery.conftest import Story
from retained.directory.models import Person

BrowserOf = Callable[[Person | None], Client]
PAGE = "/run/AG-7/"


def test_the_page_shows_what_was_measured_beside_what_was_reported(
    story: Story, browser_of: BrowserOf
) -> None:
    answer = browser_of(story.manager).get(PAGE)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "88.8\u00a0%" in text
    assert "95.4\u00a0%" in text

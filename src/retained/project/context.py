"""What every page's frame shows: navigation, the person's menu, the story's date, the seal."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from retained.directory import access
from retained.directory.access import may
from retained.directory.engine.roles import Side
from retained.pages import navigation
from retained.pages.navigation import NavItem
from retained.project import queries
from retained.shared import clock


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's values; each is worked out only where a template asks for it."""
    return {
        "navigation": SimpleLazyObject(
            lambda: navigation.sections(_may_open(request), path=request.path)
        ),
        "person_menu": SimpleLazyObject(lambda: navigation.own_items(_may_open(request))),
        "initials": SimpleLazyObject(lambda: _initials(request)),
        "seal": SimpleLazyObject(queries.sealed_head),
        "demonstration": settings.DEMONSTRATION,
        "story_now": clock.now(),
    }


def _may_open(request: HttpRequest) -> Callable[[NavItem], bool]:
    """Return the question whether the person who asks may open an item."""
    person = getattr(request, "person", None)

    def may_open(item: NavItem) -> bool:
        if person is None or not access.may_open(person, item.url_name):
            return False
        if item.stage == "overview" and person.side is Side.PROVIDER:
            return False  # a provider's person begins at its statements
        return not item.action or may(person, item.action)

    return may_open


def _initials(request: HttpRequest) -> str:
    """Return the first letters of the first and last word of the person's name."""
    words = str(getattr(request.user, "name", "")).split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

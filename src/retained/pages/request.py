"""The request that every page receives: Django's own, with the person who asks.

The gate of `directory` sets `person` on each request that it lets through to a signed-in page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

from retained.shared.errors import DomainError

if TYPE_CHECKING:
    # The type checker reads AUTH_USER_MODEL here: pages stand below the directory.
    from django.contrib.auth.models import _User as Person


class Request(HttpRequest):
    """A request of a signed-in person."""

    person: Person


def is_fragment(request: HttpRequest) -> bool:
    """Return whether htmx asks for a part of the page and will swap it in."""
    return request.headers.get("HX-Request-Type") == "partial"


def wanted_fragment(request: HttpRequest) -> str:
    """Return the id of the element that htmx will replace, or nothing for a whole page."""
    if not is_fragment(request):
        return ""
    return request.headers.get("HX-Target", "").partition("#")[2]


def text_of(request: HttpRequest) -> str:
    """Return the body as text; raises DomainError where it is none."""
    try:
        return request.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DomainError("The body is not UTF-8 text: send YAML or JSON as UTF-8.") from None

"""Middleware of all pages: refusals become pages, answers carry the headers that keep them safe."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils import timezone

from retained.files.bodies import BODY_FAULT, NO_ROOM, BrokenOffError
from retained.pages.problems import refusal
from retained.pages.request import is_fragment
from retained.shared.errors import DomainError
from retained.shared.room import said_when_full

GetResponse = Callable[[HttpRequest], HttpResponse]

PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class Refusals:
    """A DomainError that a view lets through is shown to the person as it stands."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the refusal of a rule; anything else is a mistake of ours and goes on."""
        return refusal(request, exception) if isinstance(exception, DomainError) else None


class WholeBodies:
    """A form is there as a whole before anybody looks at it; what went wrong on its way is told."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Take the form in, or answer why it did not come."""
        fault = request.META.get(BODY_FAULT)
        if fault is not None:
            return refusal(request, fault)
        try:
            with said_when_full(NO_ROOM):
                _ = request.POST
        except UnreadablePostError:
            return refusal(request, BrokenOffError())
        except DomainError as error:
            return refusal(request, error)
        return None


class FragmentRedirects:
    """A redirect moves the whole page: htmx would swap the other page into a part of this one.

    So somebody whose session ended meanwhile lands on the sign-in page, not in a table's rows.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Tell htmx where to go instead of letting the browser follow unseen."""
        response = self.get_response(request)
        if not is_fragment(request) or response.status_code not in {301, 302, 303}:
            return response
        moved = HttpResponse(headers={"HX-Redirect": response["Location"]})
        moved.cookies = response.cookies
        return moved


class ReaderZone:
    """Times on a page stand on the wall of the reader's own organisation."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the zone hold for this request."""
        person = getattr(request, "person", None)
        if person is None:
            return self.get_response(request)
        with timezone.override(ZoneInfo(person.organisation.time_zone)):
            return self.get_response(request)


class SafeHeaders:
    """Pages are never kept by a browser or a proxy, nor framed, nor given a device."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add what is not set yet."""
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

"""The gate: every request passes the permission table before it reaches a page.

An address that the table does not name is closed. Somebody whose role is not named gets the same
answer as for what is not there, so that nobody learns which pages or objects exist.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import resolve_url
from django.urls import reverse

from retained.directory.commands import tokens
from retained.directory.engine.permissions import Audience
from retained.directory.models import ApiToken, Person
from retained.directory.permission_table import permission_table
from retained.directory.queries import entry
from retained.shared import clock

_API = "/api/"
_SAFE = {"GET", "HEAD", "OPTIONS"}

GetResponse = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponse]


class Gate:
    """The middleware that asks the permission table; it sets `request.person`."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Name the person, and let a machine read that something is not there."""
        token = _token(request)
        person = token.person if token else _signed_in(request)
        request.person = person  # type: ignore[attr-defined] # what pages.request.Request declares
        request.api_token = token  # type: ignore[attr-defined]
        response = self.get_response(request)
        if _is_api(request) and response.status_code == 404:
            return JsonResponse({"detail": "Not found"}, status=404)
        return response

    def process_view(
        self, request: HttpRequest, _view: View, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Return None to let the request pass, or the answer that stands in the page's place."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        methods = permission_table().addresses.get(name)
        if methods is None:
            raise Http404
        if not request.person:  # type: ignore[attr-defined]
            return _for_a_stranger(request, methods)
        person: Person = request.person  # type: ignore[attr-defined]
        factor_missing = entry.read_roles(person)
        audience = methods.get(_method(request))
        if audience is None or not audience.admits(person.roles):
            return _closed(request, methods, person)
        # A token was made by somebody who was let in with the factor, and carries none itself.
        by_token = request.api_token is not None  # type: ignore[attr-defined]
        is_open = name in permission_table().before_second_factor
        if factor_missing and not by_token and not is_open:
            return _ask_for_a_second_factor(request)
        return _too_much_for_the_token(request)


def _method(request: HttpRequest) -> str:
    """Return the method as the table names it."""
    return "GET" if request.method == "HEAD" else str(request.method)


def _is_api(request: HttpRequest) -> bool:
    """Return whether a machine asks."""
    return request.path.startswith(_API)


def _signed_in(request: HttpRequest) -> Person | None:
    """Return the person of the session; somebody deactivated has none from this request on."""
    user = request.user
    return user if user.is_authenticated else None


def _token(request: HttpRequest) -> ApiToken | None:
    """Return the valid token that an API request carries, and note its use."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if not _is_api(request) or scheme.lower() != "bearer":
        return None
    now = clock.now()
    token = entry.valid_token(secret.strip(), at=now)
    if token:
        tokens.note_use(token, at=now)
    return token


def _for_a_stranger(request: HttpRequest, methods: Mapping[str, Audience]) -> HttpResponse | None:
    """Return what somebody who has not signed in gets."""
    audience = methods.get(_method(request))
    if audience is not None and audience.anyone:
        return None
    if _is_api(request):
        return JsonResponse(
            {"detail": "Send a valid token: Authorization: Bearer …"},
            status=401,
            headers={"WWW-Authenticate": "Bearer"},
        )
    if not any(audience.signed_in or audience.roles for audience in methods.values()):
        raise Http404
    path = quote(request.get_full_path()) if _method(request) == "GET" else ""
    sign_in = resolve_url("account_login")
    return HttpResponseRedirect(f"{sign_in}?next={path}" if path else sign_in)


def _closed(request: HttpRequest, methods: Mapping[str, Audience], person: Person) -> HttpResponse:
    """Return 405 to who may use the address by another method; to others it is not there."""
    open_by = [method for method, audience in methods.items() if audience.admits(person.roles)]
    if _method(request) in methods or not open_by:
        raise Http404
    return HttpResponseNotAllowed(open_by)


def _ask_for_a_second_factor(request: HttpRequest) -> HttpResponse:
    """Send the person to the page where a second factor is set up."""
    if _is_api(request):
        return JsonResponse({"detail": "Set up a second factor first."}, status=403)
    messages.warning(
        request, "Your role asks for a second factor. Set one up here, then go on with your work."
    )
    return HttpResponseRedirect(reverse("mfa_index"))


def _too_much_for_the_token(request: HttpRequest) -> HttpResponse | None:
    """Refuse what changes something, unless a token with the scope to write asks for it."""
    if not _is_api(request) or request.method in _SAFE:
        return None
    token: ApiToken | None = request.api_token  # type: ignore[attr-defined]
    if token is None:
        return JsonResponse({"detail": "Changes by the API need a token."}, status=401)
    if token.scope != ApiToken.Scope.WRITE:
        return JsonResponse({"detail": "This token may only read."}, status=403)
    return None

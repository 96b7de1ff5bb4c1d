"""The directory as JSON: who asks, the providers, the people."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.security import HttpBearer
from pydantic import Field

from retained.directory.queries import machines
from retained.pages.request import Request

router = Router(tags=["directory"])

Limit = Annotated[int, Field(ge=1, le=500)]


class TokenOrSession(HttpBearer):
    """A token in the header, or for reading the session of a page: the gate has judged both."""

    def __call__(self, request: HttpRequest) -> Any:
        """Return the person whom the gate named; nobody is a 401."""
        return getattr(request, "person", None)

    def authenticate(self, request: HttpRequest, token: str) -> Any:  # noqa: ARG002 - its contract
        """Return the person of the token, which the gate has read."""
        return getattr(request, "person", None)


class RoleOut(Schema):
    """A role; without an agreement it reaches every one."""

    role: str
    agreement_reference: str | None


class MeOut(Schema):
    """Who the token acts as, and what it may do."""

    key: str
    name: str
    email: str
    organisation: str
    side: str
    roles: list[RoleOut]
    scope: str
    token_expires_at: datetime | None


class ProviderOut(Schema):
    """A provider."""

    slug: str
    name: str
    country: str
    time_zone: str


class PersonOut(Schema):
    """A person."""

    key: str
    name: str
    email: str
    organisation: str
    roles: list[RoleOut]
    is_active: bool


class ProviderPage(Schema):
    """Some providers; `next` is what to send as `after` for those that follow."""

    items: list[ProviderOut]
    next: str | None


class PersonPage(Schema):
    """Some people; `next` is what to send as `after` for those that follow."""

    items: list[PersonOut]
    next: str | None


@router.get("/me", response=MeOut, url_name="me", summary="Who am I")
def me(request: Request) -> dict[str, Any]:
    """Return who the token acts as, its roles and its scope."""
    token = getattr(request, "api_token", None)
    return {
        **machines.person(request.person),
        "side": request.person.side.value,
        "scope": token.scope if token else "read",
        "token_expires_at": token.expires_at if token else None,
    }


@router.get("/providers", response=ProviderPage, url_name="providers", summary="List providers")
def providers(request: Request, after: str = "", limit: Limit = 100) -> dict[str, Any]:
    """Return providers by slug, those after `after`."""
    return machines.providers(request.person, after=after, limit=limit)


@router.get("/people", response=PersonPage, url_name="people", summary="List people")
def people(request: Request, after: str = "", limit: Limit = 100) -> dict[str, Any]:
    """Return people by key, those after `after`."""
    return machines.people(request.person, after=after, limit=limit)

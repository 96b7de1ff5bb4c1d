"""The directory as JSON: who asks, the providers, the people."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.security import HttpBearer
from pydantic import Field

from retained.audit.forgetting import entries_numbered
from retained.directory import access
from retained.directory.commands.forgetting import forget_person
from retained.directory.queries import machines
from retained.directory.queries.forgetting import traces_of
from retained.pages.request import Request
from retained.shared import clock

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


class VersionIn(Schema):
    """The version that the caller has seen."""

    version: int


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


class TracesOut(Schema):
    """What of a person is here; `naming` and `doubtful` are seal numbers of others' entries."""

    acts: int
    words: int
    invitations: int
    sessions: int
    tokens: int
    factors: int
    naming: list[int]
    doubtful: list[int]


class ForgetIn(Schema):
    """Which words of others go too, by seal number, and why (without naming the person)."""

    entries: list[int] = Field(default_factory=list)
    also_naming: bool = True
    reason: str = Field(default="", max_length=1000)


class ForgottenOut(Schema):
    """How many texts of the record were blanked."""

    blanked: int


@router.get(
    "/people/{person}/forget",
    response=TracesOut,
    url_name="person_forget",
    summary="What of a person is here",
)
def traces(request: Request, person: str) -> dict[str, Any]:
    """Return what would go, and the entries of others that name the person or a part of it."""
    return machines.traces(access.person_to_forget(request.person, person))


@router.post(
    "/people/{person}/forget",
    response=ForgottenOut,
    url_name="person_forget",
    summary="Forget a person for ever",
)
def forget(request: Request, person: str, wanted: ForgetIn) -> dict[str, int]:
    """Erase a person's account and words; what it did stays under a key without a name.

    With `also_naming` the words of others that hold its whole name or its address go too.
    """
    found = access.person_to_forget(request.person, person)
    naming = entries_numbered(wanted.entries)
    if wanted.also_naming:
        naming |= {row.id for row in traces_of(found).naming}
    blanked = forget_person(
        found, naming=naming, reason=wanted.reason, by=request.person, at=clock.now()
    )
    return {"blanked": blanked}


@router.get("/people", response=PersonPage, url_name="people", summary="List people")
def people(request: Request, after: str = "", limit: Limit = 100) -> dict[str, Any]:
    """Return people by key, those after `after`."""
    return machines.people(request.person, after=after, limit=limit)

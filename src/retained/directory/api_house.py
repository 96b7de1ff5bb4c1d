"""Organisations, goals and values as JSON, and the acts on them."""

from datetime import date
from typing import Any, Literal

from ninja import Router, Schema, Status

from retained.directory import access
from retained.directory.api import Limit, VersionIn
from retained.directory.commands import goals as goal_commands
from retained.directory.commands import organisations as commands
from retained.directory.commands.goals import GoalDetails
from retained.directory.commands.organisations import (
    LegalEntityDetails,
    OrganisationDetails,
    SiteDetails,
)
from retained.directory.queries import plain
from retained.pages.request import Request
from retained.shared import clock

router = Router(tags=["directory"])


class OrganisationIn(Schema):
    """What is written about an organisation; `country` as two letters, `time_zone` by IANA."""

    name: str
    country: str = ""
    time_zone: str = "UTC"


class OrganisationChangeIn(OrganisationIn, VersionIn):
    """What it becomes, with the version that the caller has seen."""


class OrganisationOut(Schema):
    """An organisation; `parent` is whom it works for, where it is a subcontractor."""

    slug: str
    kind: str
    name: str
    country: str
    time_zone: str
    parent: str
    version: int


class OrganisationPage(Schema):
    """Some organisations; `next` is the slug to ask for the others after, or null."""

    items: list[OrganisationOut]
    next: str | None


class LegalEntityIn(Schema):
    """A company in law; `lei` may stay empty."""

    name: str
    lei: str = ""
    country: str = ""


class LegalEntityChangeIn(LegalEntityIn, VersionIn):
    """What it becomes, with the version that the caller has seen."""


class LegalEntityOut(LegalEntityIn):
    """A company in law."""

    id: int
    version: int


class SiteIn(Schema):
    """A place where an organisation works."""

    name: str
    time_zone: str
    country: str = ""


class SiteChangeIn(SiteIn, VersionIn):
    """What it becomes, with the version that the caller has seen."""


class SiteOut(SiteIn):
    """A place where an organisation works."""

    id: int
    version: int


class LinkOut(Schema):
    """A company in the chain: a provider's subcontractor has rank 2, its own rank 3."""

    rank: int
    slug: str
    name: str
    works_for: str


class OrganisationPageOut(OrganisationOut):
    """An organisation with its legal entities, its sites and who works for it."""

    legal_entities: list[LegalEntityOut]
    sites: list[SiteOut]
    chain: list[LinkOut]


class GoalIn(Schema):
    """A goal or value; `ends_on` is the first day on which it no longer holds."""

    kind: Literal["goal", "value"]
    name: str
    meaning: str = ""
    weight: int
    starts_on: date
    ends_on: date | None = None


class GoalChangeIn(GoalIn, VersionIn):
    """What it becomes, with the version that the caller has seen."""


class GoalOut(GoalIn):
    """A goal or value; `share` is its part of its kind today, null while it does not hold."""

    id: int
    share: str | None
    version: int


@router.get(
    "/organisations",
    response=OrganisationPage,
    url_name="organisations",
    summary="List organisations",
)
def organisations(request: Request, after: str = "", limit: Limit = 100) -> dict[str, Any]:
    """Return the organisations that the reader may know of, by slug, those after `after`."""
    items, last = plain.organisations_after(request.person, after, limit)
    return {"items": items, "next": last}


@router.post(
    "/organisations",
    response={201: OrganisationOut},
    url_name="organisations",
    summary="Add a provider, or with `parent` a subcontractor",
)
def add_organisation(request: Request, sent: OrganisationIn, parent: str = "") -> Any:
    """Add a provider, or a company that works for the organisation `parent`."""
    details = OrganisationDetails(sent.name, sent.time_zone, sent.country)
    if parent:
        above = access.organisation_to_edit(request.person, parent)
        made = commands.add_subcontractor(above, details, by=request.person, at=clock.now())
    else:
        made = commands.add_provider(details, by=request.person, at=clock.now())
    return Status(201, plain.organisation_row(made))


@router.get(
    "/organisations/{slug}",
    response=OrganisationPageOut,
    url_name="organisation",
    summary="One organisation",
)
def organisation(request: Request, slug: str) -> Any:
    """Return an organisation with its legal entities, its sites and who works for it."""
    return plain.organisation_page(
        request.person, access.organisation_to_read(request.person, slug)
    )


@router.put(
    "/organisations/{slug}",
    response=OrganisationOut,
    url_name="organisation",
    summary="Change an organisation",
)
def edit_organisation(request: Request, slug: str, sent: OrganisationChangeIn) -> Any:
    """Change name, country and zone; 409 if somebody saved meanwhile."""
    made = commands.edit_organisation(
        access.organisation_to_edit(request.person, slug),
        OrganisationDetails(sent.name, sent.time_zone, sent.country),
        version=sent.version,
        by=request.person,
        at=clock.now(),
    )
    return plain.organisation_row(made)


@router.post(
    "/organisations/{slug}/legal-entities",
    response={201: LegalEntityOut},
    url_name="legal_entity_new",
    summary="Add a legal entity",
)
def add_legal_entity(request: Request, slug: str, sent: LegalEntityIn) -> Any:
    """Add a company in law to an organisation."""
    made = commands.add_legal_entity(
        access.organisation_to_read(request.person, slug),
        LegalEntityDetails(sent.name, sent.lei, sent.country),
        by=request.person,
        at=clock.now(),
    )
    return Status(201, made)


@router.put(
    "/legal-entities/{legal_entity}",
    response=LegalEntityOut,
    url_name="legal_entity_edit",
    summary="Change a legal entity",
)
def edit_legal_entity(request: Request, legal_entity: int, sent: LegalEntityChangeIn) -> Any:
    """Change a legal entity; 409 if somebody saved meanwhile."""
    return commands.edit_legal_entity(
        access.legal_entity_to_edit(request.person, legal_entity),
        LegalEntityDetails(sent.name, sent.lei, sent.country),
        version=sent.version,
        by=request.person,
        at=clock.now(),
    )


@router.post(
    "/organisations/{slug}/sites",
    response={201: SiteOut},
    url_name="site_new",
    summary="Add a site",
)
def add_site(request: Request, slug: str, sent: SiteIn) -> Any:
    """Add a place where an organisation works."""
    made = commands.add_site(
        access.organisation_to_edit(request.person, slug),
        SiteDetails(sent.name, sent.time_zone, sent.country),
        by=request.person,
        at=clock.now(),
    )
    return Status(201, made)


@router.put("/sites/{site}", response=SiteOut, url_name="site_edit", summary="Change a site")
def edit_site(request: Request, site: int, sent: SiteChangeIn) -> Any:
    """Change a site; 409 if somebody saved meanwhile."""
    return commands.edit_site(
        access.site_to_edit(request.person, site),
        SiteDetails(sent.name, sent.time_zone, sent.country),
        version=sent.version,
        by=request.person,
        at=clock.now(),
    )


@router.get("/goals", response=list[GoalOut], url_name="goals", summary="List goals and values")
def goals(request: Request) -> Any:
    """Return what the client wants to reach and to keep to, with today's shares.

    One list: a company weighs a handful of goals against each other, and shares need all of them.
    """
    return plain.goal_rows(request.person, on=clock.now().date())


@router.post("/goals", response={201: GoalOut}, url_name="goals", summary="Add a goal or value")
def add_goal(request: Request, sent: GoalIn) -> Any:
    """Add what the client wants to reach or to keep to."""
    made = goal_commands.add_goal(GoalDetails(**sent.dict()), by=request.person, at=clock.now())
    return Status(201, plain.goal_row(request.person, made.pk, on=clock.now().date()))


@router.put(
    "/goals/{goal}", response=GoalOut, url_name="goal_edit", summary="Change a goal or value"
)
def edit_goal(request: Request, goal: int, sent: GoalChangeIn) -> Any:
    """Change a goal or value; 409 if somebody saved meanwhile."""
    values = sent.dict()
    version = values.pop("version")
    goal_commands.edit_goal(
        access.goal_to_edit(request.person, goal),
        GoalDetails(**values),
        version=version,
        by=request.person,
        at=clock.now(),
    )
    return plain.goal_row(request.person, goal, on=clock.now().date())

"""Agreements as JSON: list, read, register, put a new version, export as YAML."""

from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from retained.contracts import access, commands, queries, shown
from retained.contracts.engine.reading import read_agreement
from retained.contracts.engine.term import Term
from retained.pages.request import Request, text_of
from retained.shared import clock

router = Router(tags=["agreements"])

Limit = Annotated[int, Field(ge=1, le=500)]
_DOCUMENT = {
    "requestBody": {
        "required": True,
        "description": "A document of the schema retained/agreement/1, as YAML or as JSON.",
        "content": {
            "application/yaml": {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "object"}},
        },
    }
}


class TermOut(Schema):
    """The term as it stands today."""

    starts_on: date
    ends_on: date
    notice_on: date | None
    renewed_until: date | None
    renewals: int


class AgreementOut(Schema):
    """An agreement in a list."""

    reference: str
    title: str
    provider: str
    version: int
    service_levels: int
    term: TermOut

    @staticmethod
    def resolve_provider(row: queries.AgreementRow) -> str:
        """Return the provider's slug."""
        return row.provider_slug


class AgreementPage(Schema):
    """Some agreements; `next` is what to send as `after` for those that follow."""

    items: list[AgreementOut]
    next: str | None


class LevelOut(Schema):
    """A service level read back as sentences."""

    id: str
    title: str
    sentence: str
    levels: str
    credit: str
    counted: str
    source: str
    is_critical: bool


class TermsOut(Schema):
    """What an agreement promises today; `expected_version` is what a PUT must send."""

    reference: str
    expected_version: int
    version: int
    effective_from: date
    sha256: str
    term: TermOut
    service_levels: list[LevelOut]
    document: dict[str, Any]


class VersionOut(Schema):
    """One version of the terms."""

    number: int
    effective_from: date
    until: date | None
    corrected_by: int | None
    sha256: str
    created_at: datetime


class SavedOut(Schema):
    """The version that was saved."""

    reference: str
    version: int
    effective_from: date
    sha256: str
    expected_version: int


@router.get("/agreements", response=AgreementPage, url_name="agreements", summary="List agreements")
def agreements(request: Request, after: str = "", limit: Limit = 100) -> dict[str, Any]:
    """Return the agreements that the reader may read, by reference, those after `after`."""
    day = _today(request)
    readable = queries.agreements_by(access.agreements_to_read(request.person), day)
    found = list(readable.filter(reference__gt=after).order_by("reference")[: limit + 1])
    items = queries.agreement_rows(found[:limit], day)
    return {"items": items, "next": items[-1].reference if len(found) > limit else None}


@router.post(
    "/agreements",
    response={201: SavedOut},
    url_name="agreements",
    summary="Register an agreement",
    openapi_extra=_DOCUMENT,
)
def register(request: Request, add_provider: bool = False, note: str = "") -> Any:
    """Register the agreement in the body; its first version counts from its first day."""
    terms = read_agreement(text_of(request), name="")
    made = commands.register_agreement(
        terms, by=request.person, at=clock.now(), note=note, add_provider=add_provider
    )
    [row] = queries.versions(made)
    return Status(201, _saved(made.reference, row, made.version))


@router.get(
    "/agreements/{reference}", response=TermsOut, url_name="agreement", summary="Read an agreement"
)
def agreement(request: Request, reference: str, on: date | None = None) -> dict[str, Any]:
    """Return what the agreement promises today, or on the day `on`."""
    found = access.agreement_to_read(request.person, reference)
    rows = queries.versions(found)
    row = queries.in_force(rows, on) if on else queries.shown_version(rows, _today(request))
    promise = shown.terms_shown(row.terms, on or _today(request), shown.reader_of(request.person))
    return {
        "reference": found.reference,
        "expected_version": found.version,
        "version": row.number,
        "effective_from": row.effective_from,
        "sha256": row.sha256,
        "term": _term(promise.term),
        "service_levels": promise.levels,
        "document": row.terms.as_document(),
    }


@router.put(
    "/agreements/{reference}",
    response=SavedOut,
    url_name="agreement",
    summary="Save a new version of the terms",
    openapi_extra=_DOCUMENT,
)
def put_terms(
    request: Request,
    reference: str,
    effective_from: date,
    expected_version: int,
    note: str = "",
) -> Any:
    """Save the body as the version from `effective_from`; 409 if somebody saved meanwhile."""
    found = access.agreement_to_change(request.person, reference)
    terms = read_agreement(text_of(request), name="")
    made = commands.change_terms(
        found,
        terms,
        effective_from,
        note=note,
        by=request.person,
        at=clock.now(),
        expected_version=expected_version,
    )
    return _saved(found.reference, queries.version(found, made.number), found.version)


@router.get(
    "/agreements/{reference}/versions",
    response=list[VersionOut],
    url_name="agreement_versions",
    summary="List the versions of an agreement",
)
def versions(request: Request, reference: str) -> list[queries.VersionRow]:
    """Return every version, by the day from which it counts.

    One list: an agreement is changed some tens of times in its life.
    """
    return queries.versions(access.agreement_to_read(request.person, reference))


@router.get(
    "/agreements/{reference}/agreement.yaml",
    url_name="agreement_yaml",
    summary="Export an agreement as YAML",
)
def export(request: HttpRequest, reference: str, version: int | None = None) -> HttpResponse:
    """Return one version (without a number: the one that counts today) as it is stored."""
    person = request.person  # type: ignore[attr-defined] # set by the gate
    found = access.agreement_to_read(person, reference)
    if version is not None:
        row = queries.version(found, version)
    else:
        row = queries.shown_version(queries.versions(found), _today(request))
    return HttpResponse(row.document, content_type="application/yaml; charset=utf-8")


def _saved(reference: str, row: queries.VersionRow, expected_version: int) -> dict[str, Any]:
    return {
        "reference": reference,
        "version": row.number,
        "effective_from": row.effective_from,
        "sha256": row.sha256,
        "expected_version": expected_version,
    }


def _term(term: Term) -> dict[str, Any]:
    return {name: getattr(term, name) for name in TermOut.model_fields}


def _today(request: Any) -> date:
    """Return the day on the wall of the reader's organisation."""
    return clock.now().astimezone(ZoneInfo(request.person.organisation.time_zone)).date()

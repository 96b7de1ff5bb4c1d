"""Business cases as JSON: list, read, keep, change, what came out, sign, withdraw."""

import json
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from retained.pages.request import Request, text_of
from retained.shared import clock
from retained.shared.errors import DomainError, NotThereError
from retained.strategy.access.cases import (
    case_to_change,
    case_to_read,
    case_to_sign,
    cases_to_read,
)
from retained.strategy.commands import cases as commands
from retained.strategy.engine.case_files import read_case
from retained.strategy.engine.results import DEFAULT_DRAWS, DEFAULT_SEED
from retained.strategy.jobs import ask_to_run
from retained.strategy.queries import cases as queries
from retained.strategy.queries.benefits import goals_to_name

router = Router(tags=["business cases"])

Limit = Annotated[int, Field(ge=1, le=500)]
Draws = Annotated[int, Field(ge=1, le=1_000_000)]
Seed = Annotated[int, Field(ge=0, le=2**63 - 1)]
_DOCUMENT = {
    "requestBody": {
        "required": True,
        "description": "A document of the schema retained/case/1, as YAML or as JSON.",
        "content": {
            "application/yaml": {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "object"}},
        },
    }
}


class CaseOut(Schema):
    """A case in a list; the figures are those of its best or signed option, once drawn."""

    reference: str
    title: str
    state: str
    best_title: str
    saving: str | None
    chance: str | None
    changed_at: datetime

    @staticmethod
    def resolve_saving(row: queries.CaseRow) -> str | None:
        """Return the mean saving with its currency."""
        return str(row.saving) if row.saving else None

    @staticmethod
    def resolve_chance(row: queries.CaseRow) -> str | None:
        """Return the chance as a ratio."""
        return None if row.chance is None else str(row.chance)


class CasePage(Schema):
    """Some cases; `next` is what to send as `after` for those that follow."""

    items: list[CaseOut]
    next: str | None


class SignatureOut(Schema):
    """Who stands behind which option."""

    name: str
    chosen: str
    reasons: str
    conditions: str
    signed_at: datetime


class CaseTermsOut(Schema):
    """What a case says; `expected_version` is what a change must send."""

    reference: str
    state: str
    expected_version: int
    version: int
    sha256: str
    chosen: str
    signatures: list[SignatureOut]
    document: dict[str, Any]


class CaseVersionOut(Schema):
    """One version."""

    number: int
    sha256: str
    note: str
    created_by: str
    created_at: datetime


class CaseSavedOut(Schema):
    """The version that was kept."""

    reference: str
    version: int
    sha256: str
    expected_version: int


class RunAskedOut(Schema):
    """The job that makes the draws."""

    job: str


class SignatureIn(Schema):
    """To stand behind an option, by the run whose SHA-256 is sent."""

    chosen: str
    reasons: str
    conditions: str = ""
    run: str
    expected_version: int


class WithdrawalIn(Schema):
    """Why a case is put away."""

    reason: str
    expected_version: int


@router.get("/cases", response=CasePage, url_name="cases", summary="List business cases")
def cases(request: Request, after: str = "", limit: Limit = 100) -> dict[str, Any]:
    """Return the cases by reference, those after `after`."""
    readable = queries.cases_by(cases_to_read(request.person))
    found = list(readable.filter(reference__gt=after).order_by("reference")[: limit + 1])
    items = queries.case_rows(found[:limit])
    return {"items": items, "next": items[-1].reference if len(found) > limit else None}


@router.post(
    "/cases",
    response={201: CaseSavedOut},
    url_name="cases",
    summary="Begin a business case",
    openapi_extra=_DOCUMENT,
)
def begin(request: Request, note: str = "") -> Any:
    """Keep the case in the body; its draws are made in the background."""
    at = clock.now()
    terms = read_case(text_of(request), name="", goals=goals_to_name(None, on=at.date()))
    made = commands.create_case(terms, by=request.person, at=at, note=note)
    return Status(201, _saved(made))


@router.get("/cases/{reference}", response=CaseTermsOut, url_name="case", summary="Read a case")
def case(request: Request, reference: str) -> dict[str, Any]:
    """Return what the newest version of a case says, and who signed it."""
    found = case_to_read(request.person, reference)
    version = queries.version_of(found)
    return {
        "reference": found.reference,
        "state": found.state,
        "expected_version": found.version,
        "version": version.number,
        "sha256": version.sha256,
        "chosen": found.chosen,
        "signatures": queries.signatures(version),
        "document": queries.terms_written_in(version.document).as_document(),
    }


@router.put(
    "/cases/{reference}",
    response=CaseSavedOut,
    url_name="case",
    summary="Save a new version of a case",
    openapi_extra=_DOCUMENT,
)
def put_case(request: Request, reference: str, expected_version: int, note: str = "") -> Any:
    """Save the body as the next version; 409 if somebody saved meanwhile."""
    found = case_to_change(request.person, reference)
    at = clock.now()
    terms = read_case(text_of(request), name="", goals=goals_to_name(found, on=at.date()))
    commands.change_case(
        found,
        terms,
        note=note,
        by=request.person,
        at=at,
        expected_version=expected_version,
    )
    return _saved(found)


@router.get(
    "/cases/{reference}/versions",
    response=list[CaseVersionOut],
    url_name="case_versions",
    summary="List the versions of a case",
)
def versions(request: Request, reference: str) -> list[queries.VersionRow]:
    """Return every version, the newest first.

    One list: a case is changed some tens of times in its life.
    """
    return queries.versions(case_to_read(request.person, reference))


@router.get("/cases/{reference}/case.yaml", url_name="case_yaml", summary="Export a case as YAML")
def export(request: HttpRequest, reference: str, version: int | None = None) -> HttpResponse:
    """Return one version (without a number: the newest) as it is stored."""
    found = case_to_read(request.person, reference)  # type: ignore[attr-defined] # set by the gate
    row = queries.version_of(found, version)
    return HttpResponse(row.document, content_type="application/yaml; charset=utf-8")


@router.get(
    "/cases/{reference}/result",
    response=dict[str, Any],
    url_name="case_result",
    summary="Read what came out of a case",
)
def result(
    request: Request,
    reference: str,
    version: int | None = None,
    draws: Draws = DEFAULT_DRAWS,
    seed: Seed = DEFAULT_SEED,
) -> Any:
    """Return the figures of a run that is kept, with its SHA-256; 404 until it was made."""
    found = case_to_read(request.person, reference)
    run = queries.run_of(queries.version_of(found, version), draws=draws, seed=seed)
    if run is None:
        raise NotThereError("This run")
    return {"sha256": run.sha256, "made_at": run.made_at, "result": json.loads(run.document)}


@router.post(
    "/cases/{reference}/result",
    response={202: RunAskedOut},
    url_name="case_result",
    summary="Have the draws of a case made",
)
def run(
    request: Request,
    reference: str,
    version: int | None = None,
    draws: Draws = DEFAULT_DRAWS,
    seed: Seed = DEFAULT_SEED,
) -> Any:
    """Queue a run; the same version, draws and seed give the same bytes."""
    found = case_to_read(request.person, reference)
    asked = ask_to_run(
        queries.version_of(found, version), by=request.person, draws=draws, seed=seed
    )
    return Status(202, {"job": str(asked.key)})


@router.post(
    "/cases/{reference}/signatures",
    response={201: CaseTermsOut},
    url_name="case_sign",
    summary="Stand behind an option of a case",
)
def sign(request: Request, reference: str, body: SignatureIn) -> Any:
    """Sign the newest version; the second of two people freezes it as the baseline."""
    found = case_to_sign(request.person, reference)
    run = queries.run_of(queries.version_of(found))
    if run is None or run.sha256 != body.run:
        raise DomainError("“run” is not the SHA-256 of what the case says now: read its result.")
    commands.sign_case(
        found,
        run,
        chosen=body.chosen,
        reasons=body.reasons,
        conditions=body.conditions,
        by=request.person,
        at=clock.now(),
        expected_version=body.expected_version,
    )
    return Status(201, case(request, reference))


@router.post(
    "/cases/{reference}/withdrawal",
    response=CaseTermsOut,
    url_name="case_withdraw",
    summary="Withdraw a draft",
)
def withdraw(request: Request, reference: str, body: WithdrawalIn) -> Any:
    """Put a draft away; it stays readable."""
    commands.withdraw_case(
        case_to_change(request.person, reference),
        reason=body.reason,
        by=request.person,
        at=clock.now(),
        expected_version=body.expected_version,
    )
    return case(request, reference)


def _saved(case: Any) -> dict[str, Any]:
    row = queries.version_of(case)
    return {
        "reference": case.reference,
        "version": row.number,
        "sha256": row.sha256,
        "expected_version": case.version,
    }

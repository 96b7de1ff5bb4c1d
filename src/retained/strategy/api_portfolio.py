"""IT functions as JSON: the tree, one function, its versions, lists taken in, the catalogue."""

import json
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from retained.directory.api import Limit
from retained.files.storing import SentFile
from retained.pages.request import Request
from retained.shared import clock
from retained.shared.errors import DomainError
from retained.shared.remarks import Remark
from retained.strategy.access import portfolio as access
from retained.strategy.commands import function_lists
from retained.strategy.commands import portfolio as commands
from retained.strategy.commands.function_lists import ListRefusedError
from retained.strategy.engine.catalogue import catalogue
from retained.strategy.engine.function_files import FunctionRefusedError, read_function
from retained.strategy.engine.function_terms import FunctionTerms
from retained.strategy.queries import plain_functions as plain
from retained.strategy.queries import portfolio as queries

router = Router(tags=["functions"])

_DOCUMENT = {
    "requestBody": {
        "required": True,
        "description": "A document of the schema retained/function/1, as YAML or as JSON.",
        "content": {
            "application/yaml": {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "object"}},
        },
    }
}
Seen = Annotated[int, Field(ge=1)]


class FunctionRowOut(Schema):
    """A function as a line of the tree; `way` is what the answers speak for."""

    reference: str
    title: str
    parent: str | None
    depth: int
    performer: str
    performed_by: str
    owner: str
    people: str
    yearly_cost: str | None
    currency: str | None
    importance: float | None
    risk: float | None
    way: str | None
    answered: int
    retired: bool


class FunctionsPage(Schema):
    """Some functions; `next` is what to send as `after` for those that follow."""

    items: list[FunctionRowOut]
    next: str | None


class TeamOut(Schema):
    """The team that an option leaves; `change` is how many people more than today."""

    option: str
    title: str
    people: str
    change: str
    yearly_cost: str | None


class FunctionOut(Schema):
    """What is known of a function; `expected_version` is what a PUT must send."""

    reference: str
    expected_version: int
    version: int
    sha256: str
    retired: bool
    document: dict[str, Any]
    hand_offs: int
    crossing_hand_offs: int
    retained_teams: list[TeamOut]
    remarks: list[str]


class FunctionVersionOut(Schema):
    """One version."""

    number: int
    sha256: str
    note: str
    created_by: str
    created_at: datetime


class RetireIn(Schema):
    """Why a function is retired, and the version that the caller has seen."""

    reason: str
    expected_version: Seen


class BringBackIn(Schema):
    """The version that the caller has seen."""

    expected_version: Seen


class CatalogueOut(Schema):
    """A function of the starter catalogue."""

    reference: str
    title: str
    parent: str | None
    purpose: str


class TakeIn(Schema):
    """Which functions of the catalogue to take."""

    references: list[str]


class ListIn(Schema):
    """Which column holds what, as a JSON object, where its title does not say it."""

    mapping: str = ""


class TakenInOut(Schema):
    """What a list did."""

    added: int
    changed: int
    same: int


@router.get("/functions", response=FunctionsPage, url_name="functions", summary="List IT functions")
def functions(request: Request, after: str = "", limit: Limit = 100) -> dict[str, Any]:
    """Return the functions in use, by reference, those after `after`."""
    rows = sorted(
        queries.tree(access.functions_to_read(request.person)), key=lambda row: row.reference
    )
    found = [row for row in rows if row.reference > after][: limit + 1]
    items = [plain.function_row(row) for row in found[:limit]]
    return {"items": items, "next": items[-1]["reference"] if len(found) > limit else None}


@router.post(
    "/functions", response={201: FunctionOut}, url_name="functions", summary="Add an IT function",
    openapi_extra=_DOCUMENT,
)  # fmt: skip
def add(request: Request, note: str = "") -> Any:
    """Add the function in the body."""
    terms = _terms_in(request)
    if isinstance(terms, HttpResponse):
        return terms
    made = commands.add_function(terms, note=note, by=request.person, at=clock.now())
    return Status(201, plain.function_document(made))


@router.get(
    "/functions/{function}", response=FunctionOut, url_name="function", summary="One IT function"
)
def one_function(request: Request, function: str) -> Any:
    """Return what is known of a function, and what it adds up to."""
    return plain.function_document(access.function_to_read(request.person, function))


@router.put(
    "/functions/{function}", response=FunctionOut, url_name="function",
    summary="Save a new version of a function", openapi_extra=_DOCUMENT,
)  # fmt: skip
def change(request: Request, function: str, expected_version: int, note: str = "") -> Any:
    """Save the body as the newest version; 409 if somebody saved meanwhile."""
    found = access.function_to_change(request.person, function)
    terms = _terms_in(request)
    if isinstance(terms, HttpResponse):
        return terms
    commands.change_function(
        found, terms, note=note, by=request.person, at=clock.now(),
        expected_version=expected_version,
    )  # fmt: skip
    return plain.function_document(found)


@router.get(
    "/functions/{function}/function.yaml", url_name="function_yaml",
    summary="Export a function as YAML",
)  # fmt: skip
def export(request: HttpRequest, function: str, version: int | None = None) -> HttpResponse:
    """Return one version (without a number: the newest) as it is stored."""
    person = request.person  # type: ignore[attr-defined] # set by the gate
    found = access.function_to_read(person, function)
    row = queries.newest_version(found) if version is None else queries.version(found, version)
    return HttpResponse(row.document, content_type="application/yaml; charset=utf-8")


@router.get(
    "/functions/{function}/versions", response=list[FunctionVersionOut],
    url_name="function_versions", summary="List the versions of a function",
)  # fmt: skip
def versions(request: Request, function: str) -> Any:
    """Return every version, the newest first.

    One list: a function is changed some tens of times in its life.
    """
    return queries.versions(access.function_to_read(request.person, function))


@router.post(
    "/functions/{function}/retire", response=FunctionOut, url_name="function_retire",
    summary="Retire a function",
)  # fmt: skip
def retire(request: Request, function: str, sent: RetireIn) -> Any:
    """Retire a function that is done no more; what was known of it stays."""
    found = access.function_to_change(request.person, function)
    commands.retire_function(
        found, reason=sent.reason, by=request.person, at=clock.now(),
        expected_version=sent.expected_version,
    )  # fmt: skip
    return plain.function_document(found)


@router.post(
    "/functions/{function}/bring-back", response=FunctionOut, url_name="function_bring_back",
    summary="Bring a retired function back",
)  # fmt: skip
def bring_back(request: Request, function: str, sent: BringBackIn) -> Any:
    """Bring a retired function back into use."""
    found = access.function_to_change(request.person, function)
    commands.bring_back_function(
        found, by=request.person, at=clock.now(), expected_version=sent.expected_version
    )
    return plain.function_document(found)


@router.get(
    "/function-catalogue", response=list[CatalogueOut], url_name="function_catalogue",
    summary="The starter catalogue",
)  # fmt: skip
def starter_catalogue(request: Request) -> Any:  # noqa: ARG001 - the same for everybody
    """Return the usual IT functions that may be taken.

    One list: it comes with the product and is short.
    """
    return list(catalogue().values())


@router.post(
    "/function-catalogue", response={201: list[str]}, url_name="function_catalogue",
    summary="Take functions of the starter catalogue",
)  # fmt: skip
def take(request: Request, sent: TakeIn) -> Any:
    """Add functions with those above them; return the references of all that were added."""
    made = commands.take_from_catalogue(sent.references, by=request.person, at=clock.now())
    return Status(201, [one.reference for one in made])


@router.post(
    "/function-lists", response=TakenInOut, url_name="function_list",
    summary="Take in a list of functions",
)  # fmt: skip
def take_in(request: Request, sent: Form[ListIn], file: File[UploadedFile]) -> Any:
    """Add and change every function of a CSV or XLSX, or none: 422 with every remark."""
    sent_file = SentFile(file, file.name or "list.csv")
    mapping = _mapping_in(sent.mapping)
    try:
        return function_lists.take_in_file(sent_file, mapping, by=request.person, at=clock.now())
    except ListRefusedError as error:
        return _refused("Nothing was taken in", error.remarks, row="row")


def _mapping_in(text: str) -> dict[str, str]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise DomainError('mapping: write a JSON object such as {"title": "Service"}.')
    return {str(role): str(column) for role, column in found.items()}


def _terms_in(request: HttpRequest) -> FunctionTerms | HttpResponse:
    """Return the function in the body (JSON is YAML too), or 422 with every remark."""
    try:
        return read_function(request.body.decode("utf-8-sig"), name="")
    except UnicodeDecodeError:
        raise DomainError("The body is not UTF-8 text: send YAML or JSON as UTF-8.") from None
    except FunctionRefusedError as error:
        return _refused("The function cannot be read", error.remarks, row="line")


def _refused(what: str, remarks: list[Remark], *, row: str) -> JsonResponse:
    told = [
        {row: one.place.row, "field": one.place.column, "sentence": one.sentence} for one in remarks
    ]
    return JsonResponse({"detail": f"{what}: {len(remarks)} to mend.", "remarks": told}, status=422)

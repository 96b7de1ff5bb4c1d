"""What came true of cases as JSON: mapping, files, how a case stands, the rows behind a line."""

import json
from datetime import datetime
from typing import Annotated, Any

from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from retained.files.storing import SentFile
from retained.pages.request import Request, text_of
from retained.shared import clock
from retained.shared.errors import DomainError, NotThereError
from retained.shared.money import Money
from retained.shared.months import Month
from retained.shared.quantities import parse_number
from retained.strategy.access.actuals import actuals_file_to_change
from retained.strategy.access.cases import case_to_give_actuals, case_to_read
from retained.strategy.commands import actuals as commands
from retained.strategy.engine.actuals_terms import read_actuals_mapping
from retained.strategy.jobs import ask_to_rerun
from retained.strategy.models import BusinessCase
from retained.strategy.queries import actuals as queries
from retained.strategy.queries.living import standing_of
from retained.strategy.queries.months import month_rows, months_of

router = Router(tags=["business cases"])

MonthText = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Passed = Annotated[int, Field(ge=0)]  # so many rows were read already
Limit = Annotated[int, Field(ge=1, le=1000)]
Number = Annotated[int, Field(ge=0)]
_MAPPING = {
    "requestBody": {
        "required": True,
        "description": "A document of the schema retained/actuals/1, as YAML or as JSON.",
        "content": {
            "application/yaml": {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "object"}},
        },
    }
}


class ActualsFileOut(Schema):
    """A file of actuals; amounts are of the case's currency."""

    id: int
    name: str
    sha256: str
    rows: int
    unusable: int
    total: str
    control: str | None
    state: str
    first: str
    last: str
    given_by: str
    given_at: datetime

    @staticmethod
    def resolve_total(row: queries.FileRow) -> str:
        """Return the sum of its amounts."""
        return str(row.total.amount)

    @staticmethod
    def resolve_control(row: queries.FileRow) -> str | None:
        """Return the control total, if one was given."""
        return str(row.control.amount) if row.control else None


class ActualsOut(Schema):
    """The mapping that counts (number 0: none yet), the files, and what no line takes."""

    currency: str
    mapping_number: int
    mapping: dict[str, Any] | None
    files: list[ActualsFileOut]
    total: str
    unmapped: dict[str, str]


class GivenOut(Schema):
    """The file that was given; `is_new` is false where it was in already."""

    is_new: bool
    file: ActualsFileOut


class MappingSavedOut(Schema):
    """The mapping that counts now."""

    number: int
    sha256: str


class ActualsWithdrawalIn(Schema):
    """Why a file is withdrawn."""

    reason: str


class RerunAskedOut(Schema):
    """The job that runs the case again."""

    job: str


class MonthOut(Schema):
    """A re-run by the clock; `through` is blank where nothing came true at all."""

    month: str
    made_at: datetime
    through: str
    missing: str
    sha256: str


class BookedOut(Schema):
    """A row of a ledger behind a line."""

    file_id: int
    file: str
    row: int
    month: str
    cost_centre: str
    account: str
    text: str
    amount: str

    @staticmethod
    def resolve_amount(row: queries.EntryRow) -> str:
        """Return the amount, exact."""
        return str(row.amount.amount)


class BookedPage(Schema):
    """Some rows; `next` is what to send as `after` for those that follow."""

    items: list[BookedOut]
    next: int | None


@router.get(
    "/cases/{reference}/actuals",
    response=ActualsOut,
    url_name="case_actuals",
    summary="Read what came true of a case",
)
def actuals(request: Request, reference: str) -> dict[str, Any]:
    """Return mapping, files and unmapped sums of a signed case.

    One list: a case is given some tens of files in its life.
    """
    case = case_to_read(request.person, reference)
    currency = queries.signed_terms(case).currency
    mapping, known = queries.mapping_of(case), queries.actuals_now(case)
    terms = queries.mapping_written_in(mapping.document) if mapping else None
    unmapped = known.unmapped if known else {}
    return {
        "currency": currency,
        "mapping_number": mapping.number if mapping else 0,
        "mapping": terms.as_document() if terms else None,
        "files": queries.file_rows(queries.files_of(case), currency),
        "total": str(known.total.amount) if known else "0",
        "unmapped": {account: str(amount.amount) for account, amount in unmapped.items()},
    }


@router.put(
    "/cases/{reference}/actuals/mapping",
    response=MappingSavedOut,
    url_name="case_actuals_mapping",
    summary="Say how files of actuals are read",
    openapi_extra=_MAPPING,
)
def put_mapping(request: Request, reference: str, expected_number: Number) -> Any:
    """Save the mapping in the body; 409 if somebody saved meanwhile, 422 with every remark."""
    case = case_to_give_actuals(request.person, reference)
    return commands.set_actuals_mapping(
        case,
        read_actuals_mapping(text_of(request), name=""),
        by=request.person,
        at=clock.now(),
        expected_number=expected_number,
    )


@router.post(
    "/cases/{reference}/actuals",
    response={200: GivenOut, 201: GivenOut},
    url_name="case_actuals",
    summary="Give a ledger, or volumes and headcount",
)
def give(
    request: Request,
    reference: str,
    file: File[UploadedFile],
    control: Form[str] = "",
    replaces: Form[int | None] = None,
) -> Any:
    """Let a file count; 200 where it was in already, 422 where it differs from `control`."""
    case = case_to_give_actuals(request.person, reference)
    replaced = actuals_file_to_change(request.person, reference, replaces) if replaces else None
    given = commands.give_actuals(
        case,
        SentFile(file, file.name or "file"),
        control=_control(case, control),
        replaces=replaced,
        by=request.person,
        at=clock.now(),
    )
    currency = queries.signed_terms(case).currency
    found = queries.files_of(case).filter(pk=given.file.pk)
    [row] = queries.file_rows(found, currency)
    return Status(201 if given.is_new else 200, {"is_new": given.is_new, "file": row})


@router.post(
    "/cases/{reference}/actuals/{file}/withdrawal",
    response={204: None},
    url_name="case_actuals_withdraw",
    summary="Withdraw a file of actuals",
)
def withdraw(request: Request, reference: str, file: int, body: ActualsWithdrawalIn) -> Any:
    """Take a file that was wrong out of the case; it stays readable."""
    found = actuals_file_to_change(request.person, reference, file)
    commands.withdraw_actuals(found, reason=body.reason, by=request.person, at=clock.now())
    return Status(204, None)


@router.get(
    "/cases/{reference}/living",
    response=dict[str, Any],
    url_name="case_living",
    summary="Read how a signed case stands",
)
def living(request: Request, reference: str) -> Any:
    """Return the newest re-run; `is_current` is false while another one is on its way."""
    run, is_current = standing_of(case_to_read(request.person, reference))
    if run is None:
        raise NotThereError("This re-run")
    result = json.loads(run.document)
    return {"sha256": run.sha256, "is_current": is_current, "result": result}


@router.post(
    "/cases/{reference}/living",
    response={202: RerunAskedOut},
    url_name="case_living",
    summary="Have a signed case run again",
)
def rerun(request: Request, reference: str, through: MonthText | None = None) -> Any:
    """Queue a re-run through a month, by default the last that is known."""
    case = case_to_give_actuals(request.person, reference)
    queries.signed_terms(case)
    month = Month.parse(through) if through else None
    asked = ask_to_rerun(case, by=request.person, through=month)
    return Status(202, {"job": str(asked.key)})


@router.get(
    "/cases/{reference}/months",
    response=list[MonthOut],
    url_name="case_months",
    summary="Read the monthly re-runs of a signed case",
)
def months(request: Request, reference: str) -> Any:
    """Return each month's re-run by the clock, the newest first, with what was missing then.

    One list: a case has one a month of its term.
    """
    case = case_to_read(request.person, reference)
    queries.signed_terms(case)
    return month_rows(months_of(case))


@router.get(
    "/cases/{reference}/living/{line}",
    response=BookedPage,
    url_name="case_living_line",
    summary="Read the rows behind a line",
)
def booked(
    request: Request, reference: str, line: str, after: Passed = 0, limit: Limit = 100
) -> dict[str, Any]:
    """Return the ledger rows of a line, of “unmapped”, “left_out” or “elsewhere”, by month."""
    case = case_to_read(request.person, reference)
    terms = queries.signed_terms(case)
    queries.title_of(terms, line)
    found = queries.entries_behind(case, line)[after : after + limit + 1]
    rows = queries.entry_rows(found, terms.currency)
    return {"items": rows[:limit], "next": after + limit if len(rows) > limit else None}


def _control(case: BusinessCase, text: str) -> Money | None:
    if not text.strip():
        return None
    try:
        return Money(parse_number(text), queries.signed_terms(case).currency)
    except ValueError as error:
        raise DomainError(f"control: {error}.") from None

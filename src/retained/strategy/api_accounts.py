"""The mapping of accounts as JSON: a look at a file, accounts with their lines, and choices."""

from typing import Annotated, Any

from ninja import File, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from retained.files.storing import SentFile
from retained.pages.request import Request
from retained.shared import clock
from retained.strategy.access.cases import case_to_give_actuals, cases_to_read
from retained.strategy.api_actuals import Limit, MappingSavedOut, Number, Passed
from retained.strategy.commands.account_choices import choose_accounts
from retained.strategy.commands.held_actuals import hold_actuals, put_aside
from retained.strategy.engine.account_choices import Choice
from retained.strategy.engine.actuals_looks import Look, Reading, terms_of_fields
from retained.strategy.queries import account_rows as rows_of
from retained.strategy.queries.held_actuals import header_of, known_fields, look_at

router = Router(tags=["business cases"])

Account = Annotated[str, Field(min_length=1, max_length=60)]


class ReadingOut(Schema):
    """What a file gives if one setting (decimal, costs, days) has this value."""

    setting: str
    value: str
    is_chosen: bool
    unusable: int
    total: str | None

    @staticmethod
    def resolve_total(one: Reading) -> str | None:
        """Return what its amounts add up to, where the setting tells."""
        return str(one.total.amount) if one.total else None


class LookOut(Schema):
    """How a file seems to be written, as a part of a mapping, and what each reading gives."""

    columns: list[str]
    rows: int
    mapping: dict[str, Any]
    why: str
    readings: list[ReadingOut]


class AccountOut(Schema):
    """An account at a cost centre: its line, why it is left out, or a guess."""

    account: str
    cost_centre: str
    total: str
    rows: int
    text: str
    line: str
    because: str
    guess: str
    guess_why: str


class AccountsPage(Schema):
    """Some accounts, and what all of them add up to; `next` is the `after` of those that follow."""

    mapping_number: int
    total: str
    mapped: str
    left_out: str
    unmapped: str
    elsewhere: str
    items: list[AccountOut]
    next: int | None


class ChoiceIn(Schema):
    """Where an account goes: `line`, or left out `because`; neither: to no line."""

    account: Account
    cost_centre: Annotated[str, Field(max_length=60)] = ""
    line: str = ""
    because: Annotated[str, Field(max_length=200)] = ""


class ChoicesIn(Schema):
    """Choices of accounts; what is not named stays as it is."""

    choices: Annotated[list[ChoiceIn], Field(min_length=1, max_length=5000)]


@router.post(
    "/cases/{reference}/actuals/look",
    response=LookOut,
    url_name="case_actuals_look",
    summary="Look at a file of actuals before it is given",
)
def look(request: Request, reference: str, file: File[UploadedFile]) -> dict[str, Any]:
    """Return a guess of its columns and what each way to read it gives; nothing of it is kept."""
    case = case_to_give_actuals(request.person, reference)
    by, at = request.person, clock.now()
    held = hold_actuals(case, SentFile(file, file.name or "file"), by=by, at=at)
    try:
        known = known_fields(case, header_of(held), cases_to_read(by))
        seen: Look = look_at(case, held, known.fields if known else {})
    finally:
        put_aside(held, by=by, at=at, reason="It was only looked at.")
    return {
        "columns": seen.columns,
        "rows": seen.rows,
        "mapping": terms_of_fields(seen.fields),
        "why": known.why if known else "",
        "readings": seen.readings,
    }


@router.get(
    "/cases/{reference}/actuals/accounts",
    response=AccountsPage,
    url_name="case_actuals_accounts",
    summary="Read which line takes which account",
)
def accounts(
    request: Request, reference: str, after: Passed = 0, limit: Limit = 100
) -> dict[str, Any]:
    """Return accounts, those without a line first, and the four parts of the control total."""
    case = case_to_give_actuals(request.person, reference)
    desk = rows_of.desk_of(case, cases_to_read(request.person))
    shares = rows_of.shares_of(desk.booked, desk.terms, desk.currency)
    some = desk.rows[after : after + limit]
    return {
        "mapping_number": desk.number,
        "items": [_account(row) for row in some],
        "next": after + limit if len(desk.rows) > after + limit else None,
        **{
            name: str(getattr(shares, name).amount)
            for name in ("total", "mapped", "left_out", "unmapped", "elsewhere")
        },
    }


@router.post(
    "/cases/{reference}/actuals/accounts",
    response=MappingSavedOut,
    url_name="case_actuals_accounts",
    summary="Give accounts their lines",
)
def choose(request: Request, reference: str, body: ChoicesIn, expected_number: Number) -> Any:
    """Save the next mapping; 409 if somebody saved meanwhile, 422 with every remark."""
    case = case_to_give_actuals(request.person, reference)
    choices = {
        (one.account, one.cost_centre): Choice(one.line, "" if one.line else one.because.strip())
        for one in body.choices
    }
    return choose_accounts(
        case, choices, by=request.person, at=clock.now(), expected_number=expected_number
    )


def _account(row: rows_of.AccountRow) -> dict[str, Any]:
    booked, guess = row.booked, row.guess
    return {
        "account": booked.account,
        "cost_centre": booked.cost_centre,
        "total": str(booked.total.amount),
        "rows": booked.rows,
        "text": booked.text,
        "line": row.choice.line,
        "because": row.choice.because,
        "guess": guess.choice.line if guess else "",
        "guess_why": guess.why if guess else "",
    }

"""Who stands behind the assumptions of a case, as JSON: read, confirm."""

from datetime import date
from typing import Any

from ninja import Router, Schema, Status

from retained.pages.request import Request
from retained.shared import clock
from retained.strategy.access.confirmations import case_to_confirm, rows_to_see
from retained.strategy.commands.confirmations import confirm_assumptions
from retained.strategy.models import BusinessCase
from retained.strategy.queries import cases as queries
from retained.strategy.queries.confirmations import AssumptionToConfirm, assumptions_to_confirm

router = Router(tags=["business cases"])


class StandingOut(Schema):
    """How an assumption stands.

    `moves` is how far the mean saving moves over it, `turns` where the saving would be nothing.
    """

    assumption: str
    title: str
    value: str
    unit: str
    source: str
    on: date | None
    prior: bool
    owner: str
    state: str
    words: str
    moves: str | None
    turns: str
    sha256: str

    @staticmethod
    def resolve_assumption(row: AssumptionToConfirm) -> str:
        """Return its name in formulas."""
        return row.key

    @staticmethod
    def resolve_moves(row: AssumptionToConfirm) -> str | None:
        """Return the amount with its currency."""
        return str(row.moves) if row.moves else None


class ConfirmationsIn(Schema):
    """What is confirmed: the SHA-256 of each by its name; `reason` where another owns it."""

    assumptions: dict[str, str]
    reason: str = ""


@router.get(
    "/cases/{reference}/confirmations",
    response=list[StandingOut],
    url_name="case_confirmations",
    summary="List who stands behind the assumptions of a case",
)
def confirmations(request: Request, reference: str) -> list[AssumptionToConfirm]:
    """Return every assumption, what moves the saving most first; to an owner without more, its own.

    One list: a case has at most five hundred assumptions.
    """
    return _rows(request, case_to_confirm(request.person, reference))


@router.post(
    "/cases/{reference}/confirmations",
    response={201: list[StandingOut]},
    url_name="case_confirmations",
    summary="Confirm assumptions of a case",
)
def confirm(request: Request, reference: str, body: ConfirmationsIn) -> Any:
    """Confirm assumptions as they were read; 409 if one says something else by now."""
    case = case_to_confirm(request.person, reference)
    confirm_assumptions(
        case, body.assumptions, reason=body.reason, by=request.person, at=clock.now()
    )
    return Status(201, _rows(request, case))


def _rows(request: Request, case: BusinessCase) -> list[AssumptionToConfirm]:
    version = queries.version_of(case)
    run = queries.run_of(version)
    result = queries.result_written_in(run.document) if run else None
    return rows_to_see(request.person, assumptions_to_confirm(version, result))

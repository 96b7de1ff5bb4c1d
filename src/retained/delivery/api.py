"""Delivery as JSON: months, tickets, statements, exclusions and credits, and the acts on them."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from ninja import Path, Query, Router, Status
from pydantic import Field

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.level_terms import ServiceLevelTerms
from retained.delivery import access
from retained.delivery.api_shapes import (
    AnswerIn,
    AskIn,
    CreditOut,
    EarnBackOut,
    ExclusionOut,
    GiveBackIn,
    MonthOut,
    MonthText,
    ReasonIn,
    ReceiveIn,
    StatementOut,
    TicketPage,
    WaiveIn,
)
from retained.delivery.commands import closing, credits, exclusions
from retained.delivery.models import Measured, MonthClose
from retained.delivery.queries import exclusions as exclusion_queries
from retained.delivery.queries import plain_rows
from retained.delivery.queries.credits import chosen_credits
from retained.delivery.queries.months import agreement_months, measured_of
from retained.delivery.queries.ticket_rows import TicketSource
from retained.delivery.queries.ticket_scopes import scope_of
from retained.directory.api import VersionIn
from retained.pages.request import Request
from retained.pages.tables import Sort
from retained.shared import clock
from retained.shared.errors import NotThereError
from retained.shared.money import Money
from retained.shared.months import Month

router = Router(tags=["delivery"])

Limit = Annotated[int, Field(ge=1, le=500)]
Passed = Annotated[int, Field(ge=0)]  # so many rows were read already
InPath = Annotated[MonthText, Path()]


@router.get("/agreements/{reference}/months", response=list[MonthOut], url_name="months")
def months(request: Request, reference: str) -> Any:
    """Return every month that was measured, the newest first.

    One list: an agreement has a row a month of its term.
    """
    agreement = access.agreement_to_watch(request.person, reference)
    measured = measured_of(agreement)
    if measured is None:
        return []
    return [_month(row) for row in agreement_months(agreement, measured).months]


@router.get("/agreements/{reference}/earn-backs", response=list[EarnBackOut], url_name="earn_backs")
def earn_backs(request: Request, reference: str) -> Any:
    """Return where each credit stands that can be earned back, the oldest first.

    One list: at most one row a service level and month.
    """
    agreement = access.agreement_to_watch(request.person, reference)
    return plain_rows.earn_back_rows(agreement)


@router.get(
    "/agreements/{reference}/months/{month}/tickets/{level}",
    response=TicketPage,
    url_name="tickets",
)
def tickets(
    request: Request,
    reference: str,
    month: InPath,
    level: str,
    *,
    after: str = "",
    limit: Limit = 100,
) -> Any:
    """Return the tickets of one service level in one month, by number."""
    wanted = Month.parse(month)
    measured, terms, found, close = _opened(request, reference, wanted, level)
    scope = scope_of(measured, terms, found, wanted, close=close)
    source = TicketSource(scope, _NO_FILTER)
    page = source.page(Sort("ticket"), cursor=after, size=limit)
    return {"items": list(page.rows), "next": page.after or None}


def _opened(
    request: Request, reference: str, month: Month, level: str
) -> tuple[Measured, AgreementTerms, ServiceLevelTerms, MonthClose | None]:
    """Return a measurement, the terms of a month, one of its service levels and its close."""
    agreement = access.agreement_to_watch(request.person, reference)
    measured = measured_of(agreement)
    if measured is not None:
        months = agreement_months(agreement, measured)
        terms = months.agreed.on(month)
        for one in terms.service_levels:
            if one.id == level:
                return measured, terms, one, months.close_of(month)
    raise NotThereError("This figure")


@router.get("/statements", response=list[StatementOut], url_name="statements")
def statements(request: Request, agreement: str = "", after: Passed = 0, limit: Limit = 100) -> Any:
    """Return the statements that the reader may open; a provider's, those sent to it.

    Go on with `after` raised by the rows that came, until fewer than `limit` come.
    """
    found = access.closes_to_read(request.person).defer("document")
    if agreement:
        found = found.filter(agreement__reference=agreement)
    return found.order_by("-month", "agreement__reference", "-number")[after : after + limit]


@router.get("/statements/{reference}/{month}/{number}", url_name="statement")
def statement(request: Request, reference: str, month: InPath, number: int) -> dict[str, Any]:
    """Return a statement's frozen document (retained/statement/1)."""
    close = access.close_to_read(request.person, reference, month, number)
    document: dict[str, Any] = json.loads(close.document)
    return document


@router.post(
    "/agreements/{reference}/months/{month}/check",
    response={201: StatementOut},
    url_name="month_check",
)
def check(request: Request, reference: str, month: InPath, sent: ReasonIn) -> Any:
    """Freeze a month, for a second person to confirm."""
    agreement = access.agreement_for(request.person, reference, "check_months")
    made = closing.check_month(
        agreement, Month.parse(month), reason=sent.reason, by=request.person, at=clock.now()
    )
    return Status(201, made)


@router.post(
    "/statements/{reference}/{month}/{number}/confirm",
    response=StatementOut,
    url_name="statement_confirm",
)
def confirm(request: Request, reference: str, month: InPath, number: int, sent: VersionIn) -> Any:
    """Confirm a checked month as a second person."""
    close = access.close_to_read(request.person, reference, month, number)
    return closing.confirm_month(close, by=request.person, at=clock.now(), version=sent.version)


@router.post(
    "/statements/{reference}/{month}/{number}/send",
    response=StatementOut,
    url_name="statement_send",
)
def send(request: Request, reference: str, month: InPath, number: int, sent: VersionIn) -> Any:
    """Open a confirmed statement to the provider."""
    close = access.close_to_read(request.person, reference, month, number)
    return closing.send_statement(close, by=request.person, at=clock.now(), version=sent.version)


@router.get("/exclusions", response=list[ExclusionOut], url_name="exclusions")
def list_exclusions(
    request: Request,
    state: str = "",
    month: Annotated[str, Query()] = "",
    *,
    after: Passed = 0,
    limit: Limit = 100,
) -> Any:
    """Return exclusions of both sides, the newest first.

    Go on with `after` raised by the rows that came, until fewer than `limit` come.
    """
    found = access.exclusions_to_read(request.person)
    chosen = exclusion_queries.chosen_exclusions(found, {"state": state, "month": month})
    return chosen.order_by("-asked_at", "-pk")[after : after + limit]


@router.post(
    "/agreements/{reference}/exclusions",
    response={201: ExclusionOut},
    url_name="exclusion_ask",
)
def ask(request: Request, reference: str, sent: AskIn) -> Any:
    """Ask the other side not to count a ticket."""
    agreement = access.agreement_for(request.person, reference, "ask_exclusions")
    made = exclusions.ask_exclusion(
        agreement,
        sent.ticket,
        service_level=sent.service_level,
        month=Month.parse(sent.month) if sent.month else None,
        reason=sent.reason,
        by=request.person,
        at=clock.now(),
    )
    return Status(201, made)


@router.post("/exclusions/{exclusion}/answer", response=ExclusionOut, url_name="exclusion_answer")
def answer(request: Request, exclusion: int, sent: AnswerIn) -> Any:
    """Agree or refuse, as the side that did not ask."""
    found = access.exclusion_to_read(request.person, exclusion)
    return exclusions.answer_exclusion(
        found,
        agreed=sent.agreed,
        answer=sent.answer,
        by=request.person,
        at=clock.now(),
        version=sent.version,
    )


@router.get("/credits", response=list[CreditOut], url_name="credits")
def list_credits(request: Request, state: str = "", after: Passed = 0, limit: Limit = 100) -> Any:
    """Return the credits of statements that count, the newest first.

    Go on with `after` raised by the rows that came, until fewer than `limit` come.
    """
    found = chosen_credits(access.credits_to_read(request.person), {"state": state})
    return found.order_by("-month", "pk")[after : after + limit]


@router.post("/credits/{credit}/claim", response=CreditOut, url_name="credit_claim")
def claim(request: Request, credit: int, sent: VersionIn) -> Any:
    """Tell that a credit was asked from the provider."""
    found = access.credit_to_read(request.person, credit)
    return credits.claim_credit(found, by=request.person, at=clock.now(), version=sent.version)


@router.post("/credits/{credit}/receive", response=CreditOut, url_name="credit_receive")
def receive(request: Request, credit: int, sent: ReceiveIn) -> Any:
    """Tell that a credit note came."""
    found = access.credit_to_read(request.person, credit)
    return credits.receive_credit(
        found,
        credit_note=sent.credit_note,
        amount=Money.of_minor(sent.amount_minor, found.currency),
        covers_several=sent.covers_several,
        by=request.person,
        at=clock.now(),
        version=sent.version,
    )


@router.post("/credits/{credit}/give-back", response=CreditOut, url_name="credit_give_back")
def give_back(request: Request, credit: int, sent: GiveBackIn) -> Any:
    """Tell that what a month earned back above what it owes was given to the provider."""
    found = access.credit_to_read(request.person, credit)
    return credits.give_back(
        found,
        invoice=sent.invoice,
        amount=Money.of_minor(sent.amount_minor, found.currency),
        by=request.person,
        at=clock.now(),
        version=sent.version,
    )


@router.post("/credits/{credit}/waive", response=CreditOut, url_name="credit_waive")
def waive(request: Request, credit: int, sent: WaiveIn) -> Any:
    """Give up a credit."""
    found = access.credit_to_read(request.person, credit)
    return credits.waive_credit(
        found, reason=sent.reason, by=request.person, at=clock.now(), version=sent.version
    )


_NO_FILTER: Mapping[str, str] = {
    "words": "", "verdict": "", "priority": "", "reason": "", "difference": "",
}  # fmt: skip


def _month(row: Any) -> dict[str, Any]:
    return {
        "month": str(row.month),
        "status": row.status,
        "owed": str(row.owed.rounded().amount),
        "lost_to_cap": str(row.lost_to_cap.rounded().amount),
        "earned_back": str(row.earned_back.rounded().amount),
        "net": str(row.net.rounded().amount),
        "currency": row.currency,
        "figures": [_figure(level, row.currency) for level in row.there],
    }


def _figure(level: Any, currency: str) -> dict[str, Any]:
    reported = level.reported.figure if level.reported else None
    return {
        "service_level": level.level_id,
        "title": level.title,
        "month": str(level.month),
        "unit": level.unit,
        "attained": _text(level.attained),
        "attained_with_excluded": _text(level.attained_with_excluded),
        "expected": _text(level.expected),
        "minimum": _text(level.minimum),
        "met": level.met,
        "missed": level.missed,
        "open": level.open,
        "excluded": level.excluded,
        "unusable": level.unusable,
        "rows": level.rows,
        "unusable_rows": level.unusable_rows,
        "verdict": level.verdict,
        "so_far": level.so_far,
        "reported": None if reported is None else f"{reported:.2f}",
        "owed": str(level.money.rounded().amount) if level.money is not None else None,
        "currency": currency,
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")

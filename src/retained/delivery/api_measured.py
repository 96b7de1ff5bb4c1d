"""What was measured as JSON: differences, pauses, wholeness, one ticket, and what if."""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from django.urls import reverse
from ninja import Path, Query, Router, Schema, Status
from pydantic import Field

from retained.delivery import access
from retained.delivery.api_shapes import MonthText, PauseAuditOut
from retained.delivery.forms.what_if import question_in
from retained.delivery.jobs import ask_to_measure, replay_job
from retained.delivery.queries import plain_rows, replays
from retained.delivery.queries.opened import figure_to_watch, measured_to_watch, ticket_to_watch
from retained.delivery.queries.replays import Replay
from retained.delivery.queries.terms import Agreed, agreed
from retained.jobs.queue import enqueue
from retained.pages.request import Request
from retained.shared import clock
from retained.shared.errors import DomainError
from retained.shared.months import Month

router = Router(tags=["delivery"])

Limit = Annotated[int, Field(ge=1, le=500)]
InPath = Annotated[MonthText, Path()]
Pauses = Annotated[str, Query(description="none, client, third_party or both")]
Calendar = Annotated[str, Query(description="24x7, mon-fri-8-18, mon-fri-7-20 or mon-sat-8-18")]


class DifferenceOut(Schema):
    """A ticket on which both sides differ, with its cause."""

    ticket: str
    ours: str
    reported: str
    cause: str
    sentence: str
    clock_seconds: int | None
    target: str


class DifferencesOut(Schema):
    """What lies between two figures; `next` is what to send as `after` for those that follow.

    `knows_tickets` is false where the provider gave totals only: then each cause lists the
    tickets that it would explain.
    """

    gap: int | None
    knows_tickets: bool
    items: list[DifferenceOut]
    next: int | None


class SuspicionOut(Schema):
    """Something that looks missing."""

    source: str
    code: str
    sentence: str
    file: str


class VolumeOut(Schema):
    """The tickets of a source in a month."""

    source: str
    month: str
    tickets: int


class WholenessOut(Schema):
    """Whether an agreement's evidence seems whole."""

    remarks: list[SuspicionOut]
    volumes: list[VolumeOut]


class ReplayedOut(Schema):
    """A service level in a month under both rules."""

    month: str
    service_level: str
    unit: str
    agreed: str | None
    replayed: str | None
    agreed_verdict: str
    replayed_verdict: str
    owed_in_month: str | None
    would_be_owed_in_month: str | None


class ReplayOut(Schema):
    """What the same history gives under a changed rule; `worth` is what the change is worth."""

    worth: str
    currency: str
    verdicts_changed: int
    months: list[ReplayedOut]


class JobRef(Schema):
    """A job that was begun: ask /jobs/{key} how far it is."""

    job: str


class TermOut(Schema):
    """One summand of a ticket's clock."""

    at: datetime
    event: str
    open_seconds: int
    sign: int
    sum_so_far: int
    row: int | None


class RawOut(Schema):
    """One raw row of a ticket, with the batch and the row of the file that it stands in."""

    at: datetime
    says: str
    priority: str
    actor: str
    reason: str
    row: int
    batch: int | None
    sha256: str


class OpenedTicketOut(Schema):
    """Why a ticket counts as it does, down to its raw rows."""

    ticket: str
    service_level: str
    month: str | None
    verdict: str
    reason: str
    reported: str
    promise: str
    target: str
    clock_seconds: int | None
    paused_seconds: int | None
    terms: list[TermOut]
    raw: list[RawOut]


class Question(Schema):
    """What a replay changes; what is left out stays as agreed."""

    pauses: Pauses = ""
    calendar: Calendar = ""
    stops: Annotated[str, Query(description="resolved or closed")] = ""
    reopening: Annotated[str, Query(description="resume, new_cycle or ignore")] = ""
    as_new: Annotated[str, Query(description="continues or separate")] = ""
    priority: Annotated[str, Query(description="first, last or split")] = ""
    level: Annotated[str, Query(description="only this service level")] = ""
    target: Annotated[str, Query(description="a time such as 8h")] = ""
    expected: Annotated[str, Query(description="such as 90 %")] = ""
    minimum: Annotated[str, Query(description="such as 85 %")] = ""
    earn_back: Annotated[str, Query(description="never, 1, 3 or year")] = ""


@router.get(
    "/agreements/{reference}/months/{month}/differences/{level}",
    response=DifferencesOut,
    url_name="differences",
    summary="The difference list of a figure",
)
def differences(
    request: Request,
    reference: str,
    month: InPath,
    level: str,
    *,
    after: int = 0,
    limit: Limit = 100,
) -> Any:
    """Return the tickets on which the provider's report and ours differ, each with its cause."""
    opened = figure_to_watch(request.person, reference, level, Month.parse(month))
    found = plain_rows.differences_of(opened)
    rows = plain_rows.difference_rows(found)
    end = after + limit
    return {
        "gap": found.gap,
        "knows_tickets": found.knows_tickets,
        "items": rows[after:end],
        "next": end if end < len(rows) else None,
    }


@router.get(
    "/agreements/{reference}/months/{month}/pauses/{level}",
    response=PauseAuditOut,
    url_name="pauses",
    summary="The pause audit of a figure",
)
def pauses(request: Request, reference: str, month: InPath, level: str) -> Any:
    """Return who let the clocks of a figure stand, why, and what looks odd."""
    opened = figure_to_watch(request.person, reference, level, Month.parse(month))
    audit = plain_rows.audit_of(opened)
    return {
        "tickets": audit.tickets,
        "paused_seconds": audit.paused_seconds,
        "clock_span": audit.clock_span,
        "paused_share": f"{audit.paused_share:.4f}",
        "rows": plain_rows.pause_rows(audit),
        "odd": plain_rows.odd_rows(audit),
    }


@router.get(
    "/agreements/{reference}/wholeness",
    response=WholenessOut,
    url_name="wholeness",
    summary="Is the evidence whole",
)
def wholeness(request: Request, reference: str) -> Any:
    """Return what looks missing in an agreement's sources, and their tickets by month."""
    look = plain_rows.look_of(access.agreement_to_watch(request.person, reference))
    return {"remarks": plain_rows.wholeness_rows(look), "volumes": plain_rows.volume_rows(look)}


@router.get(
    "/agreements/{reference}/tickets/{level}/{ticket}",
    response=OpenedTicketOut,
    url_name="ticket",
    summary="Open one ticket",
)
def ticket(request: Request, reference: str, level: str, ticket: str) -> Any:
    """Return one ticket: what it counts as, the terms of its clock, its raw rows."""
    return plain_rows.ticket_rows(ticket_to_watch(request.person, reference, level, ticket))


@router.get(
    "/agreements/{reference}/what-if",
    response=ReplayOut,
    url_name="what_if",
    summary="What if the contract said something else",
)
def what_if(request: Request, reference: str, asked: Query[Question]) -> Any:
    """Measure the same history under changed rules; nothing of the record changes.

    Large evidence is replayed by a job: POST the same question, and ask here once it is done.
    """
    agreement, measured = measured_to_watch(request.person, reference)
    question = _question(agreed(agreement), asked)
    answer = replays.answer_at_once(agreement, measured, question, at=clock.now())
    if answer is None:
        raise DomainError(
            "This evidence is large: POST the same question, and ask again once its job is done."
        )
    return _replay(answer)


@router.post(
    "/agreements/{reference}/what-if",
    response={202: JobRef},
    url_name="what_if",
    summary="Have a what-if replayed in the background",
)
def begin_what_if(request: Request, reference: str, asked: Query[Question]) -> Any:
    """Begin a replay of large evidence; GET the same question once the job is done."""
    agreement, _ = measured_to_watch(request.person, reference)
    terms = agreed(agreement)
    question = _question(terms, asked)
    replays.must_have_evidence(terms.latest, question)
    page = reverse("what_if", args=[reference])
    run = enqueue(
        replay_job,
        by=request.person,
        agreement_id=agreement.pk,
        question=question,
        address=f"{page}?{urlencode(question)}",
    )
    return Status(202, {"job": str(run.key)})


@router.post(
    "/agreements/{reference}/measure",
    response={202: JobRef},
    url_name="measure_again",
    summary="Measure an agreement anew",
)
def measure(request: Request, reference: str) -> Any:
    """Have an agreement measured anew, in the background."""
    agreement = access.agreement_for(request.person, reference, "measure_again")
    return Status(202, {"job": str(ask_to_measure(agreement.pk, by=request.person).key)})


def _question(terms: Agreed, asked: Question) -> dict[str, str]:
    return question_in([row.terms for row in terms.versions], asked.dict())


def _replay(answer: Replay) -> dict[str, Any]:
    return {
        "worth": str(answer.worth.amount),
        "currency": answer.worth.currency,
        "verdicts_changed": answer.verdicts_changed,
        "months": plain_rows.replay_rows(answer),
    }

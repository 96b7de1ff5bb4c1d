"""Statements and answers as JSON: files, packs, the provider's figures and what it says."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.urls import reverse
from ninja import File, Form, Path, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from retained.delivery import access, statement_files
from retained.delivery.api_measured import JobRef
from retained.delivery.api_shapes import (
    CreditOut,
    ExclusionOut,
    MonthText,
    StatementOut,
)
from retained.delivery.commands import answers, closing, exclusions, mailed, reporting
from retained.delivery.commands.answers import Answer, Kind
from retained.delivery.jobs import pack_job
from retained.delivery.models import MonthClose
from retained.delivery.packing import must_be_confirmed, pack_path
from retained.delivery.queries import plain_rows
from retained.delivery.queries.closes import month_state
from retained.delivery.queries.statements import content
from retained.delivery.statement_downloads import statement_response
from retained.directory.api import VersionIn
from retained.evidence.commands.reported import Figure
from retained.files.responses import file_response
from retained.files.storing import SentFile
from retained.jobs.queue import enqueue
from retained.pages.request import Request
from retained.shared import clock
from retained.shared.errors import DomainError, NotThereError
from retained.shared.months import Month

router = Router(tags=["delivery"])

Count = Annotated[int | None, Field(ge=0, le=10**9)]
InPath = Annotated[MonthText, Path()]
_FILE = {"responses": {200: {"description": "The file.", "content": {"application/octet-stream": {
    "schema": {"type": "string", "format": "binary"}}}}}}  # fmt: skip


class ReportedOut(Schema):
    """The provider's own figure of a service level beside what was measured."""

    service_level: str
    title: str
    attained: str | None
    unit: str
    reported: str | None
    reported_met: int | None
    reported_counted: int | None


class ReportedIn(Schema):
    """A figure that the provider reports: met and counted, or a percentage such as 95.4."""

    service_level: str
    met: Count = None
    counted: Count = None
    percent: Annotated[str, Field(max_length=20)] = ""


class StatementAnswerIn(VersionIn):
    """An answer to a statement; a dispute says what and why, and may name its amount."""

    kind: Literal["agreed", "disputed"]
    sentence: Annotated[str, Field(max_length=2000)] = ""
    disputed: Annotated[str, Field(max_length=40)] = ""


class StatementAnswerOut(Schema):
    """What was said to a statement; `side` client: written down from a mail."""

    id: int
    kind: str
    sentence: str
    disputed: str | None
    currency: str
    side: str
    at: datetime
    has_mail: bool


class DropIn(VersionIn):
    """Why a check is dropped, or an exclusion taken back."""

    reason: str = ""


class ExclusionMailIn(VersionIn):
    """An answer to an exclusion that came by mail."""

    agreed: bool
    answer: str = ""


@router.get(
    "/agreements/{reference}/months/{month}/reported",
    response=list[ReportedOut],
    url_name="month_report",
    summary="The provider's own figures of a month",
)
def reported(request: Request, reference: str, month: InPath) -> Any:
    """Return what the provider reported for a month, service level by service level.

    One list: it has at most one row a service level of the agreement.
    """
    agreement = access.agreement_to_watch(request.person, reference)
    return plain_rows.reported_rows(month_state(agreement, Month.parse(month)).row.there)


@router.post(
    "/agreements/{reference}/months/{month}/reported",
    response=list[ReportedOut],
    url_name="month_report",
    summary="Keep the provider's own figures",
)
def report(request: Request, reference: str, month: InPath, sent: list[ReportedIn]) -> Any:
    """Keep figures by service level; a later one takes an earlier one's place."""
    agreement = access.agreement_for(request.person, reference, "check_months")
    wanted = Month.parse(month)
    state = month_state(agreement, wanted)
    titles = {level.level_id: level.title for level in state.row.there}
    figures = [_figure(one, wanted, titles) for one in sent]
    reporting.keep_provider_figures(agreement, wanted, figures, by=request.person, at=clock.now())
    return plain_rows.reported_rows(month_state(agreement, wanted).row.there)


@router.post(
    "/statements/{reference}/{month}/{number}/drop",
    response=StatementOut,
    url_name="month_drop",
    summary="Drop a check",
)
def drop(request: Request, reference: str, month: InPath, number: int, sent: DropIn) -> Any:
    """Drop a check that was not confirmed."""
    close = access.close_to_read(request.person, reference, month, number)
    closing.drop_check(
        close, reason=sent.reason, by=request.person, at=clock.now(), version=sent.version
    )
    return close


@router.get(
    "/statements/{reference}/{month}/{number}/files/{form}",
    url_name="statement_file",
    summary="A statement as PDF, XLSX, CSV or JSON",
    openapi_extra=_FILE,
)
def statement_file(
    request: Request, reference: str, month: InPath, number: int, form: str
) -> HttpResponse:
    """Give a statement as a file; both sides get the same bytes."""
    if form not in statement_files.FORMS:
        raise NotThereError("This file")
    close = access.close_to_read(request.person, reference, month, number)
    return statement_response(close, form)


@router.post(
    "/statements/{reference}/{month}/{number}/pack",
    response={202: JobRef},
    url_name="statement_pack",
    summary="Have the auditor's pack made",
)
def begin_pack(request: Request, reference: str, month: InPath, number: int) -> Any:
    """Begin to make the auditor's pack; GET it once the job is done."""
    close = _watched_close(request, reference, month, number)
    must_be_confirmed(close)
    address = reverse("statement_pack", args=[reference, Month.parse(month), number])
    run = enqueue(pack_job, by=request.person, close_id=close.pk, address=address)
    return Status(202, {"job": str(run.key)})


@router.get(
    "/statements/{reference}/{month}/{number}/pack",
    url_name="statement_pack",
    summary="The auditor's pack",
    openapi_extra=_FILE,
)
def pack(request: Request, reference: str, month: InPath, number: int) -> HttpResponseBase:
    """Give the auditor's pack, once it was made."""
    path = pack_path(_watched_close(request, reference, month, number))
    if not path.exists():
        raise DomainError(
            "The pack is not made yet: POST here, and ask again once its job is done."
        )
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


@router.get(
    "/statements/{reference}/{month}/{number}/answers",
    response=list[StatementAnswerOut],
    url_name="statement_answers",
    summary="What was answered to a statement",
)
def list_answers(request: Request, reference: str, month: InPath, number: int) -> Any:
    """Return the answers to a statement, the latest first: that one counts.

    One list: people answer by hand, and each answer takes the place of the one before.
    """
    close = access.close_to_read(request.person, reference, month, number)
    return plain_rows.answer_rows(close)


@router.post(
    "/statements/{reference}/{month}/{number}/answers",
    response={201: StatementAnswerOut},
    url_name="statement_answers",
    summary="Answer a statement, as the provider",
)
def answer(
    request: Request, reference: str, month: InPath, number: int, sent: StatementAnswerIn
) -> Any:
    """Agree to a statement or dispute it, as the provider's account manager."""
    close = access.close_to_read(request.person, reference, month, number)
    answers.answer_statement(
        close, _said(sent, close), by=request.person, at=clock.now(), version=sent.version
    )
    return Status(201, plain_rows.answer_rows(close)[0])


@router.post(
    "/statements/{reference}/{month}/{number}/answers-by-mail",
    response={201: StatementAnswerOut},
    url_name="month_answer",
    summary="Write down an answer that came by mail",
)
def answer_by_mail(
    request: Request,
    reference: str,
    month: InPath,
    number: int,
    *,
    sent: Form[StatementAnswerIn],
    mail: File[UploadedFile],
) -> Any:
    """Write down the provider's answer as the client, with the mail that it came in."""
    close = access.close_to_read(request.person, reference, month, number)
    mailed.record_mailed_answer(
        close,
        _said(sent, close),
        SentFile(mail, mail.name or "mail"),
        by=request.person,
        at=clock.now(),
        version=sent.version,
    )
    return Status(201, plain_rows.answer_rows(close)[0])


@router.get(
    "/answers/{answer}/mail",
    url_name="answer_mail",
    summary="The mail of an answer",
    openapi_extra=_FILE,
)
def answer_mail(request: Request, answer: int) -> HttpResponseBase:
    """Give the mail that an answer to a statement came in."""
    return file_response(access.answer_mail(request.person, answer))


@router.get(
    "/exclusions/{exclusion}",
    response=ExclusionOut,
    url_name="exclusion",
    summary="One exclusion",
)
def exclusion(request: Request, exclusion: int) -> Any:
    """Return one exclusion, with its answer."""
    return access.exclusion_to_read(request.person, exclusion)


@router.post(
    "/exclusions/{exclusion}/withdraw",
    response=ExclusionOut,
    url_name="exclusion_withdraw",
    summary="Take an exclusion back",
)
def withdraw(request: Request, exclusion: int, sent: DropIn) -> Any:
    """Take back what one's own side asked for, as long as it is not answered."""
    found = access.exclusion_to_read(request.person, exclusion)
    return exclusions.withdraw_exclusion(
        found, reason=sent.reason, by=request.person, at=clock.now(), version=sent.version
    )


@router.post(
    "/exclusions/{exclusion}/answer-by-mail",
    response=ExclusionOut,
    url_name="exclusion_record_answer",
    summary="Write down an answer that came by mail",
)
def exclusion_by_mail(
    request: Request, exclusion: int, sent: Form[ExclusionMailIn], mail: File[UploadedFile]
) -> Any:
    """Write down the provider's answer to an exclusion, with the mail that it came in."""
    return mailed.record_mailed_exclusion_answer(
        access.exclusion_to_read(request.person, exclusion),
        SentFile(mail, mail.name or "mail"),
        agreed=sent.agreed,
        answer=sent.answer,
        by=request.person,
        at=clock.now(),
        version=sent.version,
    )


@router.get(
    "/exclusions/{exclusion}/mail",
    url_name="exclusion_mail",
    summary="The mail of an answer to an exclusion",
    openapi_extra=_FILE,
)
def exclusion_mail(request: Request, exclusion: int) -> HttpResponseBase:
    """Give the mail that the answer to an exclusion came in."""
    return file_response(access.exclusion_mail(request.person, exclusion))


@router.get("/credits/{credit}", response=CreditOut, url_name="credit", summary="One credit")
def credit(request: Request, credit: int) -> Any:
    """Return one credit."""
    return access.credit_to_read(request.person, credit)


def _watched_close(request: Request, reference: str, month: str, number: int) -> MonthClose:
    access.agreement_to_watch(request.person, reference)
    return access.close_to_read(request.person, reference, month, number)


def _figure(sent: ReportedIn, month: Month, titles: dict[str, str]) -> Figure:
    title = titles.get(sent.service_level)
    if title is None:
        known = ", ".join(titles)
        raise DomainError(f"service_level: “{sent.service_level}” is none of {known}.")
    return Figure(title, month, met=sent.met, counted=sent.counted, percent=sent.percent.strip())


def _said(sent: StatementAnswerIn, close: MonthClose) -> Answer:
    disputed = answers.disputed_amount(sent.disputed, content(close).currency)
    return Answer(Kind(sent.kind), sent.sentence, disputed)

"""Sources as JSON: one of them, a file checked before it counts, batches withdrawn, reports."""

from typing import Any, Literal

from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from retained.evidence import access
from retained.evidence.api import BatchOut, ImportOut, Label, MonthText, SourceOut
from retained.evidence.commands import handed_in, importing
from retained.evidence.commands.batches import withdraw_batch
from retained.evidence.queries.batches import with_figures
from retained.evidence.queries.imports import header_of, how_far
from retained.files.storing import SentFile
from retained.pages.request import Request
from retained.shared import clock
from retained.shared.months import Month

router = Router(tags=["evidence"])


class WithdrawIn(Schema):
    """Why a batch counts no more, or a file is discarded."""

    reason: str


class VerdictsIn(Schema):
    """Where a report says what of each ticket; `says` breached: yes in the column is a miss."""

    label: Label
    month: MonthText
    ticket_column: str
    verdict_column: str
    says: Literal["met", "breached"] = "met"


class VerdictsOut(Schema):
    """How many verdicts a report gave."""

    kept: int
    unclear_rows: int


class CheckedOut(Schema):
    """A file that waits for its mapping: what a mapping makes of its beginning.

    `mapping` is what was proposed or sent (YAML); confirm it by POST /imports/{id}/confirm.
    """

    id: int
    mapping: str
    reasons: list[str]
    is_whole: bool
    rows_read: int
    rows_used: int
    tickets: int
    states: dict[str, int]
    remarks: list[str]


class MappingIn(Schema):
    """A mapping, as YAML."""

    mapping: str


@router.get("/sources/{name}", response=SourceOut, url_name="source", summary="One source")
def source(request: Request, name: str) -> Any:
    """Return one source, and what counts of it."""
    found = access.source_to_read(request.person, name)
    mine = access.sources_to_read(request.person).filter(pk=found.pk)
    return with_figures(mine).get()


@router.get(
    "/sources/{name}/batches/{number}",
    response=BatchOut,
    url_name="batch",
    summary="One batch",
)
def batch(request: Request, name: str, number: int) -> Any:
    """Return one batch: its file, its hash, how its rows fared."""
    return access.batch_to_read(request.person, name, number)


@router.post(
    "/sources/{name}/batches/{number}/withdraw",
    response=BatchOut,
    url_name="batch_withdraw",
    summary="Withdraw a batch",
)
def withdraw(request: Request, name: str, number: int, sent: WithdrawIn) -> Any:
    """Take a batch out of the figures, with a reason; its rows and its place stay."""
    found = access.batch_to_withdraw(request.person, name, number)
    return withdraw_batch(found, reason=sent.reason, by=request.person, at=clock.now())


@router.post(
    "/sources/{name}/verdicts",
    response=VerdictsOut,
    url_name="source_verdicts",
    summary="Keep the provider's verdict of each ticket",
)
def verdicts(request: Request, name: str, sent: Form[VerdictsIn], file: File[UploadedFile]) -> Any:
    """Keep what the provider's report says of each ticket, and the figure they add up to."""
    found = access.source_to_read(request.person, name)
    access.must_import(request.person)
    columns = handed_in.VerdictColumns(
        sent.ticket_column, sent.verdict_column, breached=sent.says == "breached"
    )
    kept, unclear = handed_in.keep_verdict_file(
        found, sent.label.strip(), Month.parse(sent.month), columns,
        SentFile(file, file.name or "file"), by=request.person, at=clock.now(),
    )  # fmt: skip
    return {"kept": kept, "unclear_rows": unclear}


@router.post(
    "/import-checks",
    response={201: CheckedOut},
    url_name="import_check",
    summary="Check a file before it counts",
)
def check(request: Request, file: File[UploadedFile], mapping: Form[str] = "") -> Any:
    """Take a file and say what a mapping makes of it: the one sent, known or proposed.

    Nothing counts until the mapping is confirmed, and what cannot be read is not kept.
    """
    access.must_import(request.person)
    sent = SentFile(file, file.name or "file")
    found = handed_in.check_file(sent, mapping, by=request.person, at=clock.now())
    return Status(201, _checked(found))


@router.post(
    "/imports/{import_run}/confirm",
    response={202: ImportOut},
    url_name="import_confirm",
    summary="Confirm a checked file",
)
def confirm(request: Request, import_run: int, sent: MappingIn) -> Any:
    """Let a checked file count by this mapping; it is read in the background."""
    run = access.import_to_read(request.person, import_run)
    columns = header_of(run, importing.usable_mapping(sent.mapping))
    run = importing.confirm_import(
        run, sent.mapping, columns=columns, by=request.person, at=clock.now()
    )
    return Status(202, how_far(run))


@router.post(
    "/imports/{import_run}/discard",
    response={204: None},
    url_name="import_discard",
    summary="Discard a file that nobody mapped",
)
def discard(request: Request, import_run: int, sent: WithdrawIn) -> Any:
    """Remove a file that was checked and never mapped; the record keeps its hash and why."""
    access.must_import(request.person)
    run = access.import_to_read(request.person, import_run)
    importing.discard_import(run, reason=sent.reason, by=request.person, at=clock.now())
    return Status(204, None)


def _checked(found: handed_in.Checked) -> dict[str, Any]:
    preview = found.preview
    return {
        "id": found.run.pk,
        "mapping": found.mapping,
        "reasons": list(found.reasons),
        "is_whole": preview.is_whole,
        "rows_read": preview.rows_read,
        "rows_used": preview.rows_used,
        "tickets": preview.tickets,
        "states": dict(preview.states),
        "remarks": [str(remark) for remark in preview.remarks],
    }

"""Sources as JSON: one of them, a file checked before it counts, batches withdrawn, reports."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from retained.evidence import access, commands, dropped, queries
from retained.evidence.api import BatchOut, ImportOut, SourceOut
from retained.files.storing import store_upload
from retained.pages.request import Request
from retained.shared import clock

Label = Annotated[str, Field(min_length=1, max_length=200)]
Count = Annotated[int | None, Field(ge=0, le=10**9)]

router = Router(tags=["evidence"])


class VolumeOut(Schema):
    """The tickets of a month."""

    month: str
    tickets: int


class WholenessOut(Schema):
    """Whether a source's evidence seems whole."""

    rows_read: int
    rows_unusable: int
    remarks: list[str]
    volumes: list[VolumeOut]


class WithdrawIn(Schema):
    """Why a batch counts no more."""

    reason: str


class FigureOut(Schema):
    """The provider's own figure under its own label."""

    label: str
    month: str
    met: int | None
    counted: int | None
    percent: str
    reported_at: datetime


class FigureIn(Schema):
    """A figure that the provider reports: met and counted, or a percentage such as 95.4."""

    label: Label
    month: str
    met: Count = None
    counted: Count = None
    percent: Annotated[str, Field(max_length=20)] = ""


class VerdictsIn(Schema):
    """Where a report says what of each ticket; `says` breached: yes in the column is a miss."""

    label: Label
    month: str
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
    return queries.with_figures(mine).get()


@router.get(
    "/sources/{name}/wholeness",
    response=WholenessOut,
    url_name="source_wholeness",
    summary="Is a source whole",
)
def wholeness(request: Request, name: str) -> Any:
    """Return what suggests that rows of a source are missing, and its tickets by month."""
    found = queries.wholeness_of(access.source_to_read(request.person, name))
    return {
        "rows_read": found.rows_read,
        "rows_unusable": found.rows_unusable,
        "remarks": [str(remark) for remark in found.remarks],
        "volumes": [{"month": str(month), "tickets": count} for month, count in found.volumes],
    }


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
    return commands.withdraw_batch(found, reason=sent.reason, by=request.person, at=clock.now())


@router.get(
    "/sources/{name}/reported",
    response=list[FigureOut],
    url_name="source_report",
    summary="The provider's own figures",
)
def reported(request: Request, name: str) -> Any:
    """Return what the provider's reports say, under its own labels, the latest month first."""
    return queries.figures_of(access.source_to_read(request.person, name))


@router.post(
    "/sources/{name}/reported",
    response=list[FigureOut],
    url_name="source_report",
    summary="Keep the provider's own figures",
)
def report(request: Request, name: str, sent: list[FigureIn]) -> Any:
    """Keep figures under the provider's labels; a later one takes an earlier one's place."""
    found = access.source_to_read(request.person, name)
    access.must_import(request.person)
    figures = [
        commands.Figure(
            one.label.strip(), dropped.month_in(one.month), met=one.met, counted=one.counted,
            percent=one.percent.strip(),
        )
        for one in sent
    ]  # fmt: skip
    return commands.keep_reported_figures(found, figures, by=request.person, at=clock.now())


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
    columns = dropped.VerdictColumns(
        sent.ticket_column, sent.verdict_column, breached=sent.says == "breached"
    )
    kept, unclear = dropped.keep_verdict_file(
        found, sent.label.strip(), dropped.month_in(sent.month), columns,
        dropped.SentFile(file, file.name or "file"), by=request.person, at=clock.now(),
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

    Nothing counts until the mapping is confirmed.
    """
    access.must_import(request.person)
    at = clock.now()
    stored = store_upload(file, name=file.name or "file", by=request.person, at=at)
    run = commands.start_import(stored, by=request.person, at=at)
    return Status(201, _checked(dropped.checked(run, mapping)))


@router.post(
    "/imports/{import_run}/confirm",
    response={202: ImportOut},
    url_name="import_confirm",
    summary="Confirm a checked file",
)
def confirm(request: Request, import_run: int, sent: MappingIn) -> Any:
    """Let a checked file count by this mapping; it is read in the background."""
    run = access.import_to_read(request.person, import_run)
    columns, _ = queries.header_and_states(run, "")
    run = commands.confirm_import(
        run, sent.mapping, columns=columns, by=request.person, at=clock.now()
    )
    return Status(202, run)


def _checked(found: dropped.Checked) -> dict[str, Any]:
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

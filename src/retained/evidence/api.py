"""Evidence as JSON: sources, batches, remarks, wholeness, what the provider reports; imports."""

from datetime import datetime
from typing import Annotated, Any

from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from retained.evidence import access
from retained.evidence.commands import importing
from retained.evidence.commands.reported import Report, keep_report
from retained.evidence.models import Source
from retained.evidence.queries import batches as batch_queries
from retained.evidence.queries import reported
from retained.evidence.queries.imports import header_of, how_far
from retained.evidence.queries.wholeness import wholeness_of
from retained.pages.request import Request
from retained.shared import clock
from retained.shared.months import Month

router = Router(tags=["evidence"])

Limit = Annotated[int, Field(ge=1, le=1000)]
Passed = Annotated[int, Field(ge=0)]  # so many rows were read already
MonthText = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Label = Annotated[str, Field(min_length=1, max_length=200)]
Count = Annotated[int | None, Field(ge=0, le=10**9)]


class SourceOut(Schema):
    """A source, and what counts of it."""

    name: str
    batch_count: int
    row_count: int | None
    latest: datetime | None


class BatchOut(Schema):
    """One file's rows, and how they fared."""

    number: int
    file_name: str
    sha256: str
    mapping: int
    rows_read: int
    rows_used: int
    tickets: int
    earliest_at: datetime | None
    latest_at: datetime | None
    remark_counts: dict[str, int]
    imported_at: datetime
    withdrawn_at: datetime | None
    withdrawal_reason: str

    @staticmethod
    def resolve_mapping(batch: Any) -> int:
        """Return the number of the mapping that it was read by."""
        return int(batch.mapping.number)


class RemarkOut(Schema):
    """Something about a row that a person should know."""

    severity: str
    code: str
    row: int | None
    column: str
    sentence: str


class ReportIn(Schema):
    """What the provider's report states of a month: a figure, a number of tickets, or both."""

    label: Label
    month: MonthText
    met: Count = None
    counted: Count = None
    percent: Annotated[str, Field(max_length=20)] = ""
    tickets: Count = None


class FigureOut(Schema):
    """A figure of the provider's report."""

    label: str
    month: str
    met: int | None
    counted: int | None
    percent: str


class VolumeOut(Schema):
    """How many tickets the provider states for a month."""

    label: str
    month: str
    tickets: int


class ReportedOut(Schema):
    """What the provider reported about a source, the latest month first."""

    figures: list[FigureOut]
    volumes: list[VolumeOut]


class OddOut(Schema):
    """Something that suggests that rows are missing."""

    code: str
    sentence: str


class MonthVolumeOut(Schema):
    """Tickets of a month: in the evidence, and as the provider states them."""

    month: str
    tickets: int
    stated: int | None
    difference: int | None

    @staticmethod
    def resolve_month(volume: Any) -> str:
        """Return the month as 2026-10."""
        return str(volume.month)


class WholenessOut(Schema):
    """Whether the evidence of a source seems whole."""

    rows_read: int
    rows_unusable: int
    remarks: list[OddOut]
    volumes: list[MonthVolumeOut]


class ImportOut(Schema):
    """How far a file's way in is; one that `failed` can be read again."""

    id: int
    state: str
    sentence: str
    source: str
    batch: int | None

    @staticmethod
    def resolve_id(found: Any) -> int:
        """Return the import's id."""
        return int(found.run.pk)

    @staticmethod
    def resolve_source(found: Any) -> str:
        """Return the source's name, once the mapping names it."""
        return str(found.run.mapping.source) if found.run.mapping else ""

    @staticmethod
    def resolve_batch(found: Any) -> int | None:
        """Return the batch's number, once there is one."""
        return found.run.batch.number if found.run.batch else None


@router.get("/sources", response=list[SourceOut], url_name="sources", summary="List sources")
def sources(request: Request) -> Any:
    """Return the sources by name.

    One list: a source is a tool that somebody exports from, and a company has a few tens of them.
    """
    return batch_queries.with_figures(access.sources_to_read(request.person))


@router.get(
    "/sources/{name}/batches", response=list[BatchOut], url_name="batches", summary="List batches"
)
def batches(request: Request, name: str, after: Passed = 0, limit: Limit = 100) -> Any:
    """Return the batches of a source, the newest first.

    Go on with `after` raised by the rows that came, until fewer than `limit` come.
    """
    found = batch_queries.all_batches(access.source_to_read(request.person, name))
    return found[after : after + limit]


@router.get(
    "/sources/{name}/batches/{number}/remarks",
    response=list[RemarkOut],
    url_name="batch_remarks",
    summary="List a batch's remarks",
)
def batch_remarks(
    request: Request, name: str, number: int, after: Passed = 0, limit: Limit = 100
) -> Any:
    """Return a batch's remarks in the order of its rows.

    Go on with `after` raised by the rows that came, until fewer than `limit` come.
    """
    batch = access.batch_to_read(request.person, name, number)
    return batch_queries.remarks_of(batch, most=after + limit)[after:]


@router.get(
    "/sources/{name}/wholeness",
    response=WholenessOut,
    url_name="source_wholeness",
    summary="Is the evidence whole?",
)
def source_wholeness(request: Request, name: str) -> Any:
    """Return what suggests that rows are missing, and the tickets of each month."""
    return wholeness_of(access.source_to_read(request.person, name))


@router.get(
    "/sources/{name}/reported",
    response=ReportedOut,
    url_name="reported",
    summary="List what the provider reports",
)
def list_reported(request: Request, name: str) -> Any:
    """Return the provider's own figures and numbers of tickets.

    One list of each: a source has one row a label and month, some hundreds over its whole life.
    """
    return _reported(access.source_to_read(request.person, name))


@router.post(
    "/sources/{name}/reported",
    response={201: ReportedOut},
    url_name="reported",
    summary="Keep what the provider reports",
)
def keep_reported(request: Request, name: str, sent: ReportIn) -> Status[Any]:
    """Keep a figure, a stated number of tickets, or both; a later one supersedes the earlier."""
    source = access.source_to_read(request.person, name)
    access.must_import(request.person)
    report = Report(**(sent.dict() | {"month": Month.parse(sent.month)}))
    keep_report(source, report, by=request.person, at=clock.now())
    return Status(201, _reported(source))


def _reported(source: Source) -> dict[str, Any]:
    figures, volumes = reported.figures_of(source), reported.volumes_of(source)
    return {"figures": list(figures), "volumes": list(volumes)}


@router.post("/imports", response={202: ImportOut}, url_name="imports", summary="Send a file")
def send(request: Request, file: File[UploadedFile], mapping: Form[str]) -> Status[Any]:
    """Take a file and its mapping (YAML) in; it is read in the background."""
    access.must_import(request.person)
    at = clock.now()
    read_by = importing.usable_mapping(mapping)
    run = importing.take_in(file, name=file.name or "file", by=request.person, at=at)
    columns = header_of(run, read_by)
    run = importing.confirm_import(run, mapping, columns=columns, by=request.person, at=at)
    return Status(202, how_far(run))


@router.get(
    "/imports/{import_run}", response=ImportOut, url_name="import", summary="How far an import is"
)
def import_state(request: Request, import_run: int) -> Any:
    """Return how far an import is, and its batch once it is in."""
    return how_far(access.import_to_read(request.person, import_run))


@router.post(
    "/imports/{import_run}/again",
    response={202: ImportOut},
    url_name="import_again",
    summary="Read a failed import again",
)
def read_again(request: Request, import_run: int) -> Status[Any]:
    """Read an import once more whose job failed, for example on a full disk."""
    run = access.import_to_read(request.person, import_run)
    return Status(202, how_far(importing.read_again(run, by=request.person, at=clock.now())))

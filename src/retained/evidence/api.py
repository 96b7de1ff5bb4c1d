"""Evidence as JSON: sources, batches, remarks; sending a file with its mapping."""

from datetime import datetime
from typing import Annotated, Any

from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from retained.evidence import access, commands, queries
from retained.files.storing import store_upload
from retained.pages.request import Request
from retained.shared import clock

router = Router(tags=["evidence"])

Limit = Annotated[int, Field(ge=1, le=1000)]


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


class ImportOut(Schema):
    """How far a file's way in is."""

    id: int
    state: str
    sentence: str
    source: str
    batch: int | None

    @staticmethod
    def resolve_source(run: Any) -> str:
        """Return the source's name, once the mapping names it."""
        return str(run.mapping.source) if run.mapping else ""

    @staticmethod
    def resolve_batch(run: Any) -> int | None:
        """Return the batch's number, once there is one."""
        return run.batch.number if run.batch else None


@router.get("/sources", response=list[SourceOut], url_name="sources", summary="List sources")
def sources(request: Request) -> Any:
    """Return the sources by name."""
    return queries.source_rows(list(access.sources_to_read(request.person)))


@router.get(
    "/sources/{name}/batches", response=list[BatchOut], url_name="batches", summary="List batches"
)
def batches(request: Request, name: str) -> Any:
    """Return every batch of a source, the newest first."""
    return queries.all_batches(access.source_to_read(request.person, name))


@router.get(
    "/sources/{name}/batches/{number}/remarks",
    response=list[RemarkOut],
    url_name="batch_remarks",
    summary="List a batch's remarks",
)
def batch_remarks(request: Request, name: str, number: int, limit: Limit = 100) -> Any:
    """Return a batch's first remarks in the order of its rows."""
    return queries.remarks_of(access.batch_to_read(request.person, name, number), most=limit)


@router.post("/imports", response={202: ImportOut}, url_name="imports", summary="Send a file")
def send(request: Request, file: File[UploadedFile], mapping: Form[str]) -> Status[Any]:
    """Take a file and its mapping (YAML) in; it is read in the background."""
    access.must_import(request.person)
    at = clock.now()
    commands.usable_mapping(mapping)
    stored = store_upload(file, name=file.name or "file", by=request.person, at=at)
    run = commands.start_import(stored, by=request.person, at=at)
    columns, _ = queries.header_and_states(run, "")
    run = commands.confirm_import(run, mapping, columns=columns, by=request.person, at=at)
    return Status(202, run)


@router.get(
    "/imports/{import_run}", response=ImportOut, url_name="import", summary="How far an import is"
)
def import_state(request: Request, import_run: int) -> Any:
    """Return how far an import is, and its batch once it is in."""
    return access.import_to_read(request.person, import_run)

"""Evidence as JSON: sources, batches, remarks; sending a file with its mapping."""

from datetime import datetime
from typing import Annotated, Any

from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from retained.evidence import access
from retained.evidence.commands import importing
from retained.evidence.queries import batches as batch_queries
from retained.evidence.queries.imports import header_of, how_far
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
    """Return the sources by name."""
    return batch_queries.with_figures(access.sources_to_read(request.person))


@router.get(
    "/sources/{name}/batches", response=list[BatchOut], url_name="batches", summary="List batches"
)
def batches(request: Request, name: str) -> Any:
    """Return every batch of a source, the newest first."""
    return batch_queries.all_batches(access.source_to_read(request.person, name))


@router.get(
    "/sources/{name}/batches/{number}/remarks",
    response=list[RemarkOut],
    url_name="batch_remarks",
    summary="List a batch's remarks",
)
def batch_remarks(request: Request, name: str, number: int, limit: Limit = 100) -> Any:
    """Return a batch's first remarks in the order of its rows."""
    return batch_queries.remarks_of(access.batch_to_read(request.person, name, number), most=limit)


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

"""The record as JSON: who did what, how far it is sealed, and whether it is whole."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Query, Router, Schema, Status
from pydantic import Field

from retained.audit import queries, verifications
from retained.directory.access import must
from retained.jobs.queue import enqueue
from retained.pages.request import Request
from retained.project.jobs import verify_record
from retained.project.queries import plain_entry, wanted_entries

router = Router(tags=["record"])

Limit = Annotated[int, Field(ge=1, le=500)]


class VerificationOut(Schema):
    """One look at the whole record; `kept_in` is blank where the head could not be kept."""

    at: datetime
    whole: bool
    sentence: str
    faults: list[str]
    head: str
    heads_compared: int
    heads_failing: int
    kept_in: str
    remark: str

    @staticmethod
    def resolve_head(found: Any) -> str:
        """Return the head that was found then."""
        return f"{found.number}:{found.hash}"


class RecordOut(Schema):
    """The head of the record, and what the last verification found."""

    head: str | None
    sealed_at: datetime | None
    waiting: int
    last_verification: VerificationOut | None


class ChangeOut(Schema):
    """One value that an act changed; null where it was not there."""

    name: str
    before: str | None
    after: str | None


class EntryOut(Schema):
    """One act; `number` is its link in the chain, null while it waits to be sealed."""

    id: int
    at: datetime
    person: str
    verb: str
    kind: str
    key: str
    label: str
    changes: list[ChangeOut]
    reason: str
    number: int | None


class EntryPage(Schema):
    """Some acts; `next` is what to send as `after` for those before them, or null."""

    items: list[EntryOut]
    next: int | None


class Wanted(Schema):
    """What is looked for, as on the page: blank means anything; days are in UTC."""

    who: str = ""
    verb: str = ""
    kind: str = ""
    object: str = ""
    since: str = ""
    until: str = ""


class AskedOut(Schema):
    """Work that was asked for: its key opens its page."""

    job: str


@router.get("/record", response=RecordOut, url_name="record", summary="Is the record whole?")
def record(request: Request) -> dict[str, Any]:
    """Return how far the record is sealed, and what its last verification found."""
    must(request.person, "read_record")
    state = queries.state()
    return {
        "head": str(state.head) if state else None,
        "sealed_at": state.sealed_at if state else None,
        "waiting": state.waiting if state else 0,
        "last_verification": verifications.last_verification(),
    }


@router.get(
    "/record/entries", response=EntryPage, url_name="record_entries", summary="Who did what, when"
)
def entries(
    request: Request, wanted: Query[Wanted], after: int = 0, limit: Limit = 100
) -> dict[str, Any]:
    """Return the acts that fit, the newest first; `who` is a part of a name, or a key."""
    must(request.person, "read_record")
    found = queries.entries(wanted_entries(wanted.dict()))
    some = list((found.filter(pk__lt=after) if after else found).order_by("-pk")[: limit + 1])
    rows = queries.entry_rows(some[:limit])
    return {
        "items": [plain_entry(row) for row in rows],
        "next": rows[-1].id if len(some) > limit else None,
    }


@router.post(
    "/record/verify", response={202: AskedOut}, url_name="record_verify", summary="Verify it now"
)
def verify(request: Request) -> Status[Any]:
    """Have the record verified in the background, and its head kept."""
    must(request.person, "verify_record")
    return Status(202, {"job": str(enqueue(verify_record, by=request.person).key)})

"""The record as JSON: how far it is sealed, what the last verification found, and a new one."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema, Status

from retained.audit import queries, verifications
from retained.directory.access import must
from retained.jobs.queue import enqueue
from retained.pages.request import Request
from retained.project.jobs import verify_record

router = Router(tags=["record"])


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


@router.post(
    "/record/verify", response={202: AskedOut}, url_name="record_verify", summary="Verify it now"
)
def verify(request: Request) -> Status[Any]:
    """Have the record verified in the background, and its head kept."""
    must(request.person, "verify_record")
    return Status(202, {"job": str(enqueue(verify_record, by=request.person).key)})

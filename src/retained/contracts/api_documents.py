"""Documents of agreements as JSON, and public holidays frozen into the terms."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpResponseBase
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from retained.contracts import access, commands
from retained.files.responses import file_response
from retained.pages.request import Request
from retained.shared import clock

router = Router(tags=["agreements"])

_FILE = {"responses": {200: {"description": "The file.", "content": {"application/octet-stream": {
    "schema": {"type": "string", "format": "binary"}}}}}}  # fmt: skip


class DocumentOut(Schema):
    """A paper that belongs to an agreement; `key` leads to it."""

    key: str
    kind: str
    title: str
    file_name: str
    size_bytes: int
    sha256: str
    shared_with_provider: bool
    attached_at: datetime

    @staticmethod
    def resolve_key(document: Any) -> str:
        """Return the random key of its file."""
        return str(document.file.key)

    @staticmethod
    def resolve_file_name(document: Any) -> str:
        """Return the name under which it was sent."""
        return str(document.file.original_name)

    @staticmethod
    def resolve_size_bytes(document: Any) -> int:
        """Return its size."""
        return int(document.file.size_bytes)

    @staticmethod
    def resolve_sha256(document: Any) -> str:
        """Return its hash."""
        return str(document.file.sha256)


class DocumentIn(Schema):
    """What a paper is, and whether the provider may see it."""

    kind: Literal["master", "statement_of_work", "data_processing", "amendment", "annex", "other"]
    title: str = ""
    shared_with_provider: bool = False


class WhyIn(Schema):
    """Why."""

    reason: str


class YearIn(Schema):
    """A year whose public holidays are to be frozen, and the version that the caller has seen."""

    year: int
    expected_version: int


class FrozenOut(Schema):
    """The numbers of the versions that hold the frozen holidays."""

    versions: list[int]


@router.get(
    "/agreements/{reference}/documents",
    response=list[DocumentOut],
    url_name="agreement_documents",
    summary="List the documents of an agreement",
)
def documents(request: Request, reference: str) -> Any:
    """Return the documents that count, the newest first; a provider's, those shared with it.

    One list: people attach papers by hand, and an agreement has a few tens of them at most.
    """
    agreement = access.agreement_to_read(request.person, reference)
    return access.documents_to_read(request.person, agreement)


@router.post(
    "/agreements/{reference}/documents",
    response={201: DocumentOut},
    url_name="agreement_documents",
    summary="Keep a document with an agreement",
)
def attach(
    request: Request, reference: str, sent: Form[DocumentIn], file: File[UploadedFile]
) -> Any:
    """Keep a paper with the agreement, with its hash."""
    agreement = access.agreement_to_file(request.person, reference)
    made = commands.attach_document(
        agreement,
        file,
        name=file.name or "document",
        kind=sent.kind,
        title=sent.title,
        shared_with_provider=sent.shared_with_provider,
        by=request.person,
        at=clock.now(),
    )
    return Status(201, made)


@router.get(
    "/agreements/{reference}/documents/{document}",
    url_name="agreement_document",
    summary="A document of an agreement",
    openapi_extra=_FILE,
)
def document(request: Request, reference: str, document: str) -> HttpResponseBase:
    """Give a document."""
    return file_response(access.document_to_read(request.person, reference, document).file)


@router.post(
    "/agreements/{reference}/documents/{document}/withdraw",
    response={204: None},
    url_name="agreement_document_withdraw",
    summary="Withdraw a document",
)
def withdraw(request: Request, reference: str, document: str, sent: WhyIn) -> Any:
    """Take a paper that was attached by mistake from the agreement; the record keeps its hash."""
    paper = access.document_to_withdraw(request.person, reference, document)
    commands.withdraw_document(
        paper.agreement, paper, reason=sent.reason, by=request.person, at=clock.now()
    )
    return Status(204, None)


@router.post(
    "/agreements/{reference}/holidays",
    response=FrozenOut,
    url_name="agreement_freeze_holidays",
    summary="Freeze the public holidays of a year",
)
def freeze(request: Request, reference: str, sent: YearIn) -> Any:
    """Write the public holidays of a year into the terms, so that they can change no more."""
    agreement = access.agreement_to_change(request.person, reference)
    made = commands.freeze_holidays(
        agreement, sent.year, by=request.person, at=clock.now(),
        expected_version=sent.expected_version,
    )  # fmt: skip
    return {"versions": [version.number for version in made]}

"""The board pack of a case for machines: a tagged PDF, and a workbook that computes it again."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from retained.pages.exports import XLSX_TYPE
from retained.shared import clock
from retained.strategy import board_packs
from retained.strategy.access.cases import case_to_read

router = Router(tags=["business cases"])


def _file(content_type: str) -> dict[str, Any]:
    schema = {"type": "string", "format": "binary"}
    said = {"description": "The file.", "content": {content_type: {"schema": schema}}}
    return {"responses": {200: said}}


@router.get(
    "/cases/{reference}/board-pack.pdf",
    url_name="case_board_pack",
    summary="Read the board pack of a case as a PDF",
    openapi_extra=_file("application/pdf"),
)
def board_pack(request: HttpRequest, reference: str) -> HttpResponse:
    """Return the newest version with who signed it; 422 while its draws are not made."""
    found = case_to_read(request.person, reference)  # type: ignore[attr-defined] # set by the gate
    return board_packs.pdf_download(found, at=clock.now())


@router.get(
    "/cases/{reference}/workbook.xlsx",
    url_name="case_workbook",
    summary="Read a case as a workbook with live formulas",
    openapi_extra=_file(XLSX_TYPE),
)
def workbook(request: HttpRequest, reference: str) -> HttpResponse:
    """Return the newest version; 422 while its draws are not made."""
    found = case_to_read(request.person, reference)  # type: ignore[attr-defined] # set by the gate
    return board_packs.workbook_download(found, at=clock.now())

"""The board pack of a case as downloads: the tagged PDF, and the workbook that computes again."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from retained.pages.request import Request
from retained.shared import clock
from retained.strategy import board_packs
from retained.strategy.access.cases import case_to_read


@require_GET
def case_board_pack(request: Request, reference: str) -> HttpResponse:
    """Return the board pack of the newest version as a PDF."""
    return board_packs.pdf_download(case_to_read(request.person, reference), at=clock.now())


@require_GET
def case_workbook(request: Request, reference: str) -> HttpResponse:
    """Return the newest version as a workbook."""
    return board_packs.workbook_download(case_to_read(request.person, reference), at=clock.now())

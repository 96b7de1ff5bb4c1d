"""The board pack of a case that is kept: from the draws that are stored, whichever door asks."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.utils.timezone import localtime

from retained.pages.exports import XLSX_TYPE, file_name
from retained.shared.errors import DomainError
from retained.strategy.case_pdf import Signature, case_pdf
from retained.strategy.case_workbook.book import case_workbook
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.result_figures import ResultFigures
from retained.strategy.models import BusinessCase, CaseVersion
from retained.strategy.queries import cases as queries
from retained.strategy.queries.confirmations import confirmed_in


@dataclass(frozen=True, slots=True)
class _Kept:
    """The newest version of a case, and what it gave: once signed, the run that was signed."""

    version: CaseVersion
    figures: ResultFigures
    terms: CaseTerms


def pack_pdf(case: BusinessCase, *, at: datetime) -> bytes:
    """Return the tagged PDF of a case; raises DomainError while its draws are not made."""
    kept = _kept(case)
    signatures = [
        Signature(
            one.name, localtime(one.signed_at).date(), one.chosen_title, one.reasons, one.conditions
        )
        for one in queries.signatures(kept.version)
    ]
    confirmed = confirmed_in(kept.version).sentence
    return case_pdf(kept.figures, kept.terms, signatures=signatures, confirmed=confirmed, at=at)


def pack_workbook(case: BusinessCase, *, at: datetime) -> bytes:
    """Return the workbook of a case; raises DomainError while its draws are not made."""
    kept = _kept(case)
    return case_workbook(kept.figures, kept.terms, at=at)


def pdf_download(case: BusinessCase, *, at: datetime) -> HttpResponse:
    """Return the tagged PDF as a download."""
    name = f"{case.reference}-board-pack"
    return _download(pack_pdf(case, at=at), "application/pdf", name, "pdf")


def workbook_download(case: BusinessCase, *, at: datetime) -> HttpResponse:
    """Return the workbook as a download."""
    return _download(pack_workbook(case, at=at), XLSX_TYPE, f"{case.reference}-workbook", "xlsx")


def _kept(case: BusinessCase) -> _Kept:
    version = queries.version_of(case)
    signed = version.signatures.select_related("run").last()
    run = signed.run if signed else queries.run_of(version)
    if run is None:
        raise DomainError(
            f"The draws of {case.reference} are not made yet, and a board pack rests on them: "
            "they take some seconds, so ask again in a moment. If they stay away, look whether "
            "the job worker runs."
        )
    return _Kept(
        version, queries.result_written_in(run.document), queries.terms_written_in(version.document)
    )


def _download(content: bytes, content_type: str, name: str, ending: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{file_name(name)}.{ending}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response

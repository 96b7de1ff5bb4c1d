"""Statements as downloads: the same bytes for both sides, whichever door they come through."""

from django.http import HttpResponse

from retained.delivery import statement_files
from retained.delivery.models import MonthClose
from retained.delivery.queries.shown_statements import ShownStatement, shown_statement
from retained.delivery.queries.terms import agreed
from retained.delivery.statement_workbook.book import statement_xlsx
from retained.pages.exports import XLSX_TYPE, file_name
from retained.shared.errors import DomainError

_TYPES = {
    "pdf": "application/pdf",
    "xlsx": XLSX_TYPE,
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


def statement_bytes(close: MonthClose, form: str) -> bytes:
    """Return a statement as one of its forms; raises DomainError for another."""
    return _written(shown_statement(close), form)


def statement_response(close: MonthClose, form: str) -> HttpResponse:
    """Return a statement as a download; raises DomainError for a form that there is none of."""
    shown = shown_statement(close)
    content = _written(shown, form)
    response = HttpResponse(content, content_type=_TYPES[form])
    name = f"{file_name(statement_files.file_stem(shown))}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _written(shown: ShownStatement, form: str) -> bytes:
    if form not in statement_files.FORMS:
        known = ", ".join(f".{name}" for name in statement_files.FORMS)
        raise DomainError(f"Name a file that ends in one of {known}.")
    if form == "json":
        return str(shown.close.document).encode()
    if form == "pdf":
        zone = agreed(shown.close.agreement).on(shown.content.month).zone
        return statement_files.statement_pdf(shown, zone)
    if form == "xlsx":
        return statement_xlsx(shown)
    return statement_files.statement_csv(shown).encode()

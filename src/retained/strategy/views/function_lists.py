"""Pages of a list of IT functions: send it, say which column holds what, take it in."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from retained.directory.access import must
from retained.files.storing import SentFile
from retained.pages.exports import xlsx_response
from retained.pages.request import Request
from retained.pages.saving import attempt, status_of
from retained.shared import clock
from retained.strategy.access.portfolio import functions_to_read, list_to_take_in
from retained.strategy.commands import function_lists as commands
from retained.strategy.engine.function_columns import COLUMNS
from retained.strategy.forms.function_lists import ColumnsForm, ListFileForm
from retained.strategy.queries.function_lists import (
    guessed_mapping,
    list_read,
    rows_of_list,
    sent_list,
)

_MOST_REMARKS = 200
_HEAD_ROWS = 3


@require_http_methods(["GET", "POST"])
def functions_import(request: Request) -> HttpResponse:
    """Send a list of functions."""
    must(request.person, "change_functions")
    is_sent = request.method == "POST"
    form = ListFileForm(request.POST, request.FILES) if is_sent else ListFileForm()

    def save() -> Any:
        sent = form.cleaned_data["file"]
        return commands.keep_list(SentFile(sent, sent.name), by=request.person, at=clock.now())

    made = attempt(form, save) if is_sent else None
    if made:
        return redirect("functions_import_columns", made.key)
    context = {"form": form, "limit_bytes": commands.LIMIT_BYTES, "columns": COLUMNS}
    return render(request, "strategy/import.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
def functions_import_columns(request: Request, sent_file: str) -> HttpResponse:
    """Say which column holds what, see what the list would do, and take it in."""
    file = list_to_take_in(request.person, sent_file)
    sent = sent_list(file)
    form = ColumnsForm(request.POST or guessed_mapping(sent), columns=sent.columns)
    read = list_read(sent, form.mapping())
    is_final = request.method == "POST" and "look" not in request.POST
    if is_final and read.is_sound:
        done = commands.take_in_list(file, form.mapping(), by=request.person, at=clock.now())
        messages.success(
            request,
            f"Taken in: {done.added} new, {done.changed} changed, {done.same} as they were.",
        )
        return redirect("functions")
    context = {
        "file": file,
        "form": form,
        "read": read,
        "remarks": read.remarks[:_MOST_REMARKS],
        "more_remarks": max(len(read.remarks) - _MOST_REMARKS, 0),
        "rows": len(sent.rows),
        "head": [
            (number, list(zip(sent.columns, cells, strict=True)))
            for number, cells in sent.rows[:_HEAD_ROWS]
        ],
        "columns": sent.columns,
    }
    status = 422 if is_final else 200
    return render(request, "strategy/import_columns.html", context, status=status)


@require_POST
def functions_import_discard(request: Request, sent_file: str) -> HttpResponse:
    """Put a list aside."""
    file = list_to_take_in(request.person, sent_file)
    commands.discard_list(file, by=request.person, at=clock.now(), reason="Put aside")
    messages.success(request, f"{file.original_name} is put aside. Nothing was taken in.")
    return redirect("functions")


@require_GET
def functions_template(request: Request) -> HttpResponse:
    """Return a workbook of what is there, to be filled in or changed and sent back.

    A sheet beside says what each column holds.
    """
    must(request.person, "change_functions")
    rows = rows_of_list(functions_to_read(request.person))
    titles = [one.title for one in COLUMNS]
    told = [[one.title, one.hint, one.example] for one in COLUMNS]
    return xlsx_response(
        "it-functions",
        [("IT functions", titles, rows), ("Columns", ["Column", "What it holds", "Example"], told)],
    )

"""Pages of a file of rates: send it, say which column holds what, see it as read, take it in."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from retained.directory.access import must
from retained.files.models import StoredFile
from retained.files.storing import SentFile
from retained.pages.request import Request
from retained.pages.saving import attempt, status_of
from retained.shared import clock
from retained.shared.errors import DomainError
from retained.shared.remarks import RefusedError, Remark, Severity
from retained.strategy.access.rates import card_file_to_take_in
from retained.strategy.commands import rates as commands
from retained.strategy.engine.rate_card_files import MOST_RATES, CardTable
from retained.strategy.engine.rate_card_mapping import rate_card_mapping_of
from retained.strategy.forms.rates import CardFileForm, CardMappingForm
from retained.strategy.queries.rate_card_files import (
    CardRead,
    card_read,
    guessed_document,
    rows_as_read,
    sent_table,
)

_MOST_REMARKS = 200
_AS_CAME, _AS_READ = 3, 8


@require_http_methods(["GET", "POST"])
def rate_card_new(request: Request) -> HttpResponse:
    """Send a rate card or a wage table."""
    must(request.person, "change_cases")
    is_sent = request.method == "POST"
    form = CardFileForm(request.POST, request.FILES) if is_sent else CardFileForm()

    def save() -> StoredFile:
        sent = form.cleaned_data["file"]
        return commands.keep_card_file(SentFile(sent, sent.name), by=request.person, at=clock.now())

    made = attempt(form, save) if is_sent else None
    if made:
        return redirect("rate_card_columns", made.key)
    context = {"form": form, "limit_bytes": commands.LIMIT_BYTES, "most_rows": MOST_RATES}
    return render(request, "strategy/rate_card_new.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
def rate_card_columns(request: Request, sent_file: str) -> HttpResponse:
    """Say which column holds what, see the rates as they would be kept, and take them in."""
    file = card_file_to_take_in(request.person, sent_file)
    table = sent_table(file)
    is_sent = request.method == "POST"
    form = CardMappingForm(
        request.POST if is_sent else _guessed(file, table), columns=table.columns
    )
    read, faults = _read(file, table, form)
    is_final = is_sent and "look" not in request.POST
    if is_final and read is not None and _may_be_taken(read, form):
        return _taken_in(request, file, read, form)
    remarks = faults or (read.remarks if read else ())
    context = {
        "file": file,
        "form": form,
        "read": read,
        "rows": rows_as_read(read, _AS_READ) if read else (),
        "remarks": remarks[:_MOST_REMARKS],
        "more_remarks": max(len(remarks) - _MOST_REMARKS, 0),
        "head": [
            (number, list(zip(table.columns, cells, strict=True)))
            for number, cells in table.rows[:_AS_CAME]
        ],
        "columns": table.columns,
        "count": len(table.rows) + len(table.unreadable),
    }
    status = 422 if is_final else 200
    return render(request, "strategy/rate_card_columns.html", context, status=status)


@require_POST
def rate_card_discard(request: Request, sent_file: str) -> HttpResponse:
    """Put a file aside."""
    file = card_file_to_take_in(request.person, sent_file)
    commands.discard_card_file(file, by=request.person, at=clock.now(), reason="Put aside")
    messages.success(request, f"{file.original_name} is put aside. Nothing was taken in.")
    return redirect("rate_cards")


def _guessed(file: StoredFile, table: CardTable) -> dict[str, Any]:
    """Return what a form that nobody filled in yet is filled in with."""
    given = {name: field.initial for name, field in CardMappingForm(columns=()).fields.items()}
    guessed = CardMappingForm.initial_of(guessed_document(file, table))
    today = {"on": clock.now().date(), "dates": "year-month-day", "decimal": "."}
    return {**given, **today, **guessed}


def _read(
    file: StoredFile, table: CardTable, form: CardMappingForm
) -> tuple[CardRead | None, list[Remark]]:
    """Return what the file would be, or all that is wrong with how it is to be read."""
    if not form.is_valid():
        return None, []
    try:
        return card_read(file, table, rate_card_mapping_of(form.document())), []
    except RefusedError as error:
        return None, list(error.remarks)
    except DomainError as error:
        return None, [Remark(Severity.ERROR, "mapping", error.message)]


def _may_be_taken(read: CardRead, form: CardMappingForm) -> bool:
    is_complete = not read.remarks or form.cleaned_data["leave_out"]
    return read.is_same or (bool(read.rates) and is_complete)


def _taken_in(
    request: Request, file: StoredFile, read: CardRead, form: CardMappingForm
) -> HttpResponse:
    taken = commands.take_in_card(
        file,
        read.mapping,
        leave_out=form.cleaned_data["leave_out"],
        by=request.person,
        at=clock.now(),
    )
    card = taken.card
    if taken.is_new:
        rates = "1 rate is" if card.count == 1 else f"{card.count:,} rates are"
        rows = "1 row was" if card.left_out == 1 else f"{card.left_out:,} rows were"
        left = f"; {rows} left out" if card.left_out else ""
        messages.success(request, f"{card.title}: {rates} taken in{left}.")
    else:
        messages.info(request, f"{card.title} was there already, from this very file.")
    return redirect("rate_card", card.reference)

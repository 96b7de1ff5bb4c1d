"""Pages of what came true: files and how they are read, a file before it counts."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from retained.files.responses import file_response, text_response
from retained.files.storing import SentFile
from retained.pages import saving
from retained.pages.request import Request
from retained.pages.saving import status_of
from retained.shared import clock
from retained.shared.errors import DomainError
from retained.shared.money import Money
from retained.strategy.access.actuals import (
    actuals_file_to_change,
    actuals_file_to_read,
    held_files,
    may_give_actuals,
)
from retained.strategy.access.cases import case_to_give_actuals, case_to_read
from retained.strategy.commands import actuals as commands
from retained.strategy.commands.held_actuals import hold_actuals, put_aside, take_held
from retained.strategy.engine.actuals import exact_figure
from retained.strategy.engine.actuals_fit import mapping_to_begin_with
from retained.strategy.engine.actuals_terms import (
    ActualsRefusedError,
    actuals_schema,
    read_actuals_mapping,
)
from retained.strategy.engine.booked import Taken
from retained.strategy.forms.actuals import ActualsMappingForm, GiveForm, ReasonForm
from retained.strategy.models import ActualsFile, BusinessCase, CaseState
from retained.strategy.queries import actuals as queries
from retained.strategy.queries.account_rows import shares_of_actuals
from retained.strategy.queries.held_actuals import header_of, reads
from retained.strategy.shares_picture import shares_bar
from retained.strategy.views.cases import case_context

_SHOWN_ENTRIES = 20
_SHOWN_REMARKS = 50


@require_http_methods(["GET", "POST"])
def case_actuals(request: Request, reference: str) -> HttpResponse:
    """Show the files of a case and what no line takes; take another file in."""
    is_sent = request.method == "POST"
    find = case_to_give_actuals if is_sent else case_to_read
    case = find(request.person, reference)
    context = case_context(request, case, "actuals")
    if case.state != CaseState.SIGNED:
        return render(request, "strategy/actuals.html", context)
    mapping = queries.mapping_of(case)
    terms = queries.signed_terms(case)
    rows = queries.file_rows(queries.files_of(case), terms.currency)
    counting = [(row.id, row.name) for row in rows if row.state == "counts"]
    actuals = queries.actuals_by(case, mapping) if mapping else None
    form = GiveForm(request.POST or None, request.FILES or None, counting=counting)
    given = saving.attempt(form, lambda: _take(case, form, request)) if is_sent else None
    if given:
        return given
    context |= {
        "mapping": mapping,
        "accounts": queries.accounts_of(mapping, terms) if mapping else (),
        "rows": rows,
        "actuals": actuals,
        "bar": shares_bar(shares_of_actuals(actuals)) if actuals and rows else None,
        "form": form,
        "may_give": may_give_actuals(request.person),
        "held": held_files(case),
        "limit_bytes": settings.UPLOAD_LIMIT_BYTES,
    }
    return render(request, "strategy/actuals.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
def case_actuals_mapping(request: Request, reference: str) -> HttpResponse:
    """Say how files are read, and which accounts make up which line."""
    case = case_to_give_actuals(request.person, reference)
    newest = queries.mapping_of(case)
    terms = queries.signed_terms(case)
    text = newest.document if newest else mapping_to_begin_with(terms, chosen=case.chosen)
    form = ActualsMappingForm(
        request.POST or None,
        request.FILES or None,
        initial={"text": text, "number": newest.number if newest else 0},
    )

    def save() -> Any:
        return commands.set_actuals_mapping(
            case,
            read_actuals_mapping(form.cleaned_data["text"], name=form.file_name()),
            by=request.person,
            at=clock.now(),
            expected_number=form.cleaned_data["number"],
        )

    made = saving.attempt(form, save, note=_note) if request.method == "POST" else None
    if made:
        messages.success(request, f"Mapping {made.number} is kept, and counts for every file.")
        return redirect("case_actuals", reference)
    lines = [
        (f"{key}.{name}", line.title or name)
        for key in dict.fromkeys((case.chosen, terms.baseline))
        for name, line in terms.options[key].lines.items()
    ]
    context = case_context(request, case, "actuals")
    context |= {"form": form, "remarks": getattr(form, "remarks", ()), "lines": lines}
    context["assumptions"] = [(key, one.title) for key, one in terms.assumptions.items()]
    return render(request, "strategy/actuals_mapping.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
def case_actuals_file(request: Request, reference: str, file: int) -> HttpResponse:
    """Show what was read of a file; sent, let it count."""
    if request.method == "POST":
        waiting = actuals_file_to_change(request.person, reference, file)
        commands.let_count(waiting, by=request.person, at=clock.now())
        messages.success(request, "It counts, and the case is re-run with it.")
        return redirect("case_living", reference)
    found = actuals_file_to_read(request.person, reference, file)
    context = case_context(request, found.case, "actuals") | _file_context(found)
    context["may_give"] = may_give_actuals(request.person)
    return render(request, "strategy/actuals_file.html", context)


@require_POST
def case_actuals_withdraw(request: Request, reference: str, file: int) -> HttpResponse:
    """Take a file out of a case: for good where it never counted."""
    found = actuals_file_to_change(request.person, reference, file)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise DomainError("Say why the file is withdrawn: the reason stays in the record.")
    reason = form.cleaned_data["reason"]
    act = commands.withdraw_actuals if found.counts_since else commands.discard_actuals
    act(found, reason=reason, by=request.person, at=clock.now())
    messages.success(request, f"{found.file.original_name} counts no more.")
    return redirect("case_actuals", reference)


@require_GET
def case_actuals_original(request: Request, reference: str, file: int) -> HttpResponseBase:
    """Give a file as it came."""
    return file_response(actuals_file_to_read(request.person, reference, file).file)


@require_GET
def case_actuals_schema(request: Request) -> HttpResponse:  # noqa: ARG001 - a page's signature
    """Return the published JSON Schema of a mapping of actuals."""
    return text_response(actuals_schema(), "actuals-1.schema.json", "application/schema+json")


def _take(case: BusinessCase, form: GiveForm, request: Request) -> HttpResponse:
    """Take a file in whose header is known, and ask of another one which column is what."""
    sent, chosen = form.cleaned_data["file"], form.cleaned_data.get("replaces")
    by, at = request.person, clock.now()
    held = hold_actuals(case, SentFile(sent, sent.name), by=by, at=at)
    there = queries.file_of_content(case, held.sha256)
    if there is not None:
        put_aside(held, by=by, at=at, reason="It is in already.")
        messages.info(request, f"{there.file.original_name} is in already.")
        return redirect("case_actuals_file", case.reference, there.pk)
    mapping = queries.mapping_of(case)
    if mapping is None or not reads(mapping, header_of(held)):
        asked = {"control": form.cleaned_data["control"], "replaces": chosen or ""}
        told = urlencode({name: value for name, value in asked.items() if value})
        address = reverse("case_actuals_columns", args=[case.reference, held.key])
        return redirect(f"{address}?{told}" if told else address)
    replaced = actuals_file_to_change(by, case.reference, chosen) if chosen else None
    try:
        taken = take_held(
            case,
            held,
            queries.mapping_written_in(mapping.document),
            control=_control(case, form.cleaned_data["control"]),
            replaces=replaced,
            by=by,
            at=at,
            expected_number=mapping.number,
        )
    except DomainError as error:
        put_aside(held, by=by, at=at, reason=error.message)
        raise
    return redirect("case_actuals_file", case.reference, taken.pk)


def _control(case: BusinessCase, text: str) -> Money | None:
    """Return a control total that was written as the ledger writes amounts."""
    mapping = queries.mapping_of(case)
    ledger = queries.mapping_written_in(mapping.document).ledger if mapping else None
    if not text.strip() or ledger is None:
        return None
    try:
        amount = exact_figure(text, ledger.decimal)
    except ValueError as error:
        raise DomainError(f"Control total: {error}") from None
    return Money(amount, queries.signed_terms(case).currency)


def _file_context(file: ActualsFile) -> dict[str, Any]:
    currency = queries.signed_terms(file.case).currency
    entries = file.entries.select_related("file__file")
    parts, drivers = queries.parts_of(file)
    [row] = queries.file_rows([file], currency)
    return {
        "file": row,
        "parts": parts,
        "drivers": drivers,
        "has_unmapped": any(part.key == Taken.UNMAPPED for part in parts),
        "entries": [queries.entry_of(one, currency) for one in entries[:_SHOWN_ENTRIES]],
        "remarks": row.remarks[:_SHOWN_REMARKS],
        "replaces": file.replaces.file.original_name if file.replaces else "",
    }


def _note(form: Any, error: DomainError) -> bool:
    """List what is wrong with a mapping by line above its text."""
    if not isinstance(error, ActualsRefusedError):
        return False
    form.note_remarks(error.remarks)
    return True

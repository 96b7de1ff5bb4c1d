"""Pages of a file of actuals whose columns nobody has named yet: name them, or put it aside."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from retained.files.models import StoredFile
from retained.pages import saving
from retained.pages.request import Request, is_fragment
from retained.pages.saving import status_of
from retained.shared import clock
from retained.shared.errors import DomainError
from retained.shared.money import Money
from retained.strategy.access.actuals import actuals_file_to_change, held_file
from retained.strategy.access.cases import cases_to_read
from retained.strategy.commands import held_actuals as commands
from retained.strategy.engine.actuals import exact_figure
from retained.strategy.engine.actuals_looks import Look, with_fields
from retained.strategy.engine.actuals_terms import Decimals
from retained.strategy.forms.actuals_mapping import KINDS, ColumnsForm
from retained.strategy.models import ActualsFile, BusinessCase
from retained.strategy.queries import actuals as queries
from retained.strategy.queries.account_rows import booked_in, files_to_map, shares_of
from retained.strategy.queries.held_actuals import header_of, known_fields, look_at
from retained.strategy.views.cases import case_context


@require_http_methods(["GET", "POST"])
def case_actuals_columns(request: Request, reference: str, sent_file: str) -> HttpResponse:
    """Say which column is what, see what each choice makes of the total, and take the file in."""
    case, file = held_file(request.person, reference, sent_file)
    is_sent = request.method == "POST"
    form, look, why = _sent(request, case, file) if is_sent else _begun(request, case, file)
    is_final = is_sent and "look" not in request.POST
    taken = saving.attempt(form, lambda: _take(case, file, form, request)) if is_final else None
    if taken:
        return _next(request, case, taken)
    context = case_context(request, case, "actuals") | _context(case, file, form, look)
    context["why"] = why
    page = "actuals_look.html" if is_fragment(request) else "actuals_columns.html"
    status = status_of(form) if is_final else 200
    return render(request, f"strategy/{page}", context, status=status)


@require_POST
def case_actuals_aside(request: Request, reference: str, sent_file: str) -> HttpResponse:
    """Put a file aside that was only held."""
    _, file = held_file(request.person, reference, sent_file)
    commands.put_aside(file, by=request.person, at=clock.now(), reason="Put aside")
    messages.success(request, f"{file.original_name} is put aside. Nothing of it was kept.")
    return redirect("case_actuals", reference)


def _begun(request: Request, case: BusinessCase, file: StoredFile) -> tuple[ColumnsForm, Look, str]:
    """Return the form with what is known of such a file, or else with guesses."""
    columns = header_of(file)
    kind = request.GET.get("kind", "")
    known = known_fields(case, columns, cases_to_read(request.person)) if not kind else None
    fields = dict(known.fields) if known else {"kind": kind} if kind in KINDS else {}
    look = look_at(case, file, fields)
    initial = ColumnsForm.initial_of(look.fields, look.columns)
    newest = queries.mapping_of(case)
    initial |= {
        "number": str(newest.number if newest else 0),
        "control": request.GET.get("control", ""),
        "replaces": request.GET.get("replaces", ""),
    }
    form = _form(case, look.columns, look.fields["kind"], initial=initial)
    return form, look, known.why if known else ""


def _sent(request: Request, case: BusinessCase, file: StoredFile) -> tuple[ColumnsForm, Look, str]:
    columns = header_of(file)
    form = _form(case, columns, request.POST.get("kind", ""), data=request.POST)
    fields = form.fields_said() if form.is_valid() else {}
    return form, look_at(case, file, fields), ""


def _form(case: BusinessCase, columns: Any, kind: str, **more: Any) -> ColumnsForm:
    terms = queries.signed_terms(case)
    assumptions = [(key, one.title or key) for key, one in terms.assumptions.items()]
    return ColumnsForm(columns=columns, assumptions=assumptions, kind=kind, **more)


def _take(case: BusinessCase, file: StoredFile, form: ColumnsForm, request: Request) -> ActualsFile:
    newest = queries.mapping_of(case)
    begun = queries.mapping_written_in(newest.document) if newest else None
    chosen = form.cleaned_data["replaces"]
    return commands.take_held(
        case,
        file,
        with_fields(begun, form.fields_said()),
        control=_control(case, form.cleaned_data),
        replaces=actuals_file_to_change(request.person, case.reference, chosen) if chosen else None,
        by=request.person,
        at=clock.now(),
        expected_number=form.cleaned_data["number"],
    )


def _control(case: BusinessCase, said: Mapping[str, Any]) -> Money | None:
    text = str(said.get("control", "")).strip()
    if not text:
        return None
    try:
        amount = exact_figure(text, Decimals(said["decimal"]))
    except ValueError as error:
        raise DomainError(f"Control total: {error}") from None
    return Money(amount, queries.signed_terms(case).currency)


def _next(request: Request, case: BusinessCase, file: ActualsFile) -> HttpResponse:
    """Go on to the accounts while any has no line, else to what was read."""
    mapping = queries.mapping_written_in(file.mapping.document)
    currency = queries.signed_terms(case).currency
    booked = booked_in(files_to_map(case), currency)
    messages.success(request, f"{file.file.original_name} is read. It counts once you say so.")
    if any(shares_of([one], mapping, currency).unmapped for one in booked):
        return redirect("case_actuals_accounts", case.reference)
    return redirect("case_actuals_file", case.reference, file.pk)


def _context(case: BusinessCase, file: StoredFile, form: ColumnsForm, look: Look) -> dict[str, Any]:
    told = {
        setting: [one for one in look.readings if one.setting == setting]
        for setting in ("decimal", "costs", "days")
    }
    return {
        "file": file,
        "form": form,
        "look": look,
        "told": told,
        "now": look.chosen("decimal"),
        "control": _agreement(case, form, look),
        "others": [kind for kind in KINDS if kind != look.fields["kind"]],
        "head": [
            (number, list(zip(look.columns, cells, strict=True)))
            for number, cells in look.first_rows
        ],
    }


def _agreement(case: BusinessCase, form: ColumnsForm, look: Look) -> dict[str, Any]:
    """Return how far the total, as it is read now, is from the control total."""
    now = look.chosen("costs")
    said = form.cleaned_data if form.is_bound and form.is_valid() else form.initial
    try:
        control = _control(case, {"decimal": look.fields.get("decimal", "comma"), **said})
    except DomainError as error:
        return {"refusal": error.message}
    if control is None or now is None or now.total is None:
        return {}
    return {"control": control, "difference": now.total - control}

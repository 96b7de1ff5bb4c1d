"""Pages that change IT functions: a new one, its form, its YAML, retiring and bringing back."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from retained.directory.access import must
from retained.directory.queries.entry import client_organisation
from retained.pages.request import Request
from retained.pages.saving import CAME_LATE, attempt, status_of
from retained.shared import clock
from retained.shared.errors import DomainError
from retained.strategy.access.portfolio import (
    business_functions_to_read,
    function_to_change,
    functions_to_read,
)
from retained.strategy.commands import portfolio as commands
from retained.strategy.engine.function_files import (
    FunctionRefusedError,
    function_of,
    read_function,
    with_fields,
)
from retained.strategy.engine.function_terms import FunctionTerms
from retained.strategy.forms.functions import (
    FunctionDesk,
    FunctionTextForm,
    RetireForm,
    VersionForm,
)
from retained.strategy.forms.options import OptionsForm
from retained.strategy.forms.who_does_what import WhoDoesWhatForm
from retained.strategy.models import ItFunction
from retained.strategy.queries.business_functions import business_functions_to_choose
from retained.strategy.queries.portfolio import newest_version, parents_to_choose


@require_http_methods(["GET", "POST"])
def function_new(request: Request) -> HttpResponse:
    """Add an IT function."""
    must(request.person, "change_functions")
    parent = request.GET.get("below", "")
    desk = FunctionDesk(_sent(request), before=None, choices=_choices(request, None))
    desk.form.initial["parent"] = parent

    def save(terms: FunctionTerms) -> Any:
        return commands.add_function(
            terms, note=desk.form.cleaned_data["note"], by=request.person, at=clock.now()
        )

    made = _attempt(desk, save) if request.method == "POST" else None
    if made:
        messages.success(request, f"{made.title} is added.")
        return redirect("function", made.reference)
    return _desk_page(request, desk, None)


@require_http_methods(["GET", "POST"])
def function_edit(request: Request, function: str) -> HttpResponse:
    """Change what is known of a function, field by field."""
    found = function_to_change(request.person, function)
    before = newest_version(found).terms
    desk = FunctionDesk(
        _sent(request), before=before, choices=_choices(request, found), version=found.version
    )

    def save(terms: FunctionTerms) -> Any:
        return commands.change_function(
            found, terms, note=desk.form.cleaned_data["note"], by=request.person, at=clock.now(),
            expected_version=desk.form.cleaned_data["version"] or 0,
        )  # fmt: skip

    made = _attempt(desk, save) if request.method == "POST" else None
    if made:
        messages.success(request, f"Version {made.number} of {found.title} is saved.")
        return redirect("function", function)
    return _desk_page(request, desk, found)


@require_http_methods(["GET", "POST"])
def function_text_edit(request: Request, function: str) -> HttpResponse:
    """Change a function as YAML: everything at once, such as who does what."""
    found = function_to_change(request.person, function)
    before = newest_version(found)
    form = FunctionTextForm(
        request.POST or None, initial={"text": before.document, "version": found.version}
    )

    def save() -> Any:
        return commands.change_function(
            found, read_function(form.cleaned_data["text"], name=""),
            note=form.cleaned_data["note"], by=request.person, at=clock.now(),
            expected_version=form.cleaned_data["version"],
        )  # fmt: skip

    made = attempt(form, save, note=_note_text) if request.method == "POST" else None
    if made:
        messages.success(request, f"Version {made.number} of {found.title} is saved.")
        return redirect("function", function)
    context = {
        "form": form,
        "function": found,
        "remarks": getattr(form, "remarks", ()),
        "came_late": status_of(form) == CAME_LATE,
    }
    return render(request, "strategy/function_text.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
def function_who_edit(request: Request, function: str) -> HttpResponse:
    """Change who does what: parties across, steps down."""
    found = function_to_change(request.person, function)
    terms = newest_version(found).terms
    form = WhoDoesWhatForm(_sent(request), raci=terms.raci, version=found.version)
    return _part_page(
        request, found, form, lambda: {"raci": form.document()}, "strategy/who_does_what.html"
    )


@require_http_methods(["GET", "POST"])
def function_options_edit(request: Request, function: str) -> HttpResponse:
    """Change the options, and the team that each leaves."""
    found = function_to_change(request.person, function)
    terms = newest_version(found).terms
    form = OptionsForm(_sent(request), terms=terms, version=found.version)
    return _part_page(request, found, form, form.fields_of_document, "strategy/options.html")


@require_POST
def function_retire(request: Request, function: str) -> HttpResponse:
    """Retire a function that is done no more."""
    found = function_to_change(request.person, function)
    form = RetireForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    commands.retire_function(
        found, reason=reason, by=request.person, at=clock.now(),
        expected_version=form.cleaned_data.get("version") or 0,
    )  # fmt: skip
    messages.success(request, f"{found.title} is retired. What was known of it stays.")
    return redirect("functions")


@require_POST
def function_bring_back(request: Request, function: str) -> HttpResponse:
    """Bring a retired function back into use."""
    found = function_to_change(request.person, function)
    form = VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    commands.bring_back_function(found, by=request.person, at=clock.now(), expected_version=version)
    messages.success(request, f"{found.title} is in use again.")
    return redirect("function", function)


def _part_page(
    request: Request,
    found: ItFunction,
    form: WhoDoesWhatForm | OptionsForm,
    fields: Callable[[], Mapping[str, Any]],
    template: str,
) -> HttpResponse:
    """Save a part of a function and go back to it, or show its form."""

    def save() -> Any:
        return commands.change_function(
            found, with_fields(newest_version(found).terms, **fields()),
            note=form.cleaned_data["note"], by=request.person, at=clock.now(),
            expected_version=form.cleaned_data["version"],
        )  # fmt: skip

    made = attempt(form, save, note=_note_part) if request.method == "POST" else None
    if made:
        messages.success(request, f"Version {made.number} of {found.title} is saved.")
        return redirect("function", found.reference)
    status = status_of(form)
    context = {"form": form, "function": found, "came_late": status == CAME_LATE}
    return render(request, template, context, status=status)


def _note_part(form: forms.Form, error: DomainError) -> bool:
    """Put what the engine says beside the field that it is about."""
    if not isinstance(error, FunctionRefusedError):
        return False
    form.refuse(error.remarks)  # type: ignore[attr-defined] # both forms have it
    return True


def _sent(request: Request) -> Mapping[str, Any] | None:
    return request.POST if request.method == "POST" else None


def _choices(request: Request, found: ItFunction | None) -> dict[str, Sequence[tuple[str, str]]]:
    """Return what the form offers; what stands in the function already stays on offer."""
    before = newest_version(found).terms if found else None
    client = client_organisation()
    if client is None:
        raise DomainError("This installation has no client organisation yet: set it up first.")
    parents = parents_to_choose(functions_to_read(request.person))
    own = found.reference if found else ""
    entities = client.legal_entities.values_list("name", flat=True)
    sites = client.sites.values_list("name", flat=True)
    kept = before.supports if before else ()
    return {
        "parent": [one for one in parents if one[0] != own],
        "legal_entities": _with_kept(entities, before.legal_entities if before else ()),
        "sites": _with_kept(sites, before.sites if before else ()),
        "supports": business_functions_to_choose(business_functions_to_read(request.person), kept),
    }


def _with_kept(offered: Any, kept: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, name) for name in dict.fromkeys([*offered, *kept])]


def _attempt(desk: FunctionDesk, save: Callable[[FunctionTerms], Any]) -> Any:
    """Return what `save` gives, or None with everything that is wrong beside its field."""
    if not desk.is_valid():
        return None

    def note(_form: forms.Form, error: DomainError) -> bool:
        if not isinstance(error, FunctionRefusedError):
            return False
        desk.refuse(error.remarks)
        return True

    return attempt(desk.form, lambda: save(function_of(desk.document())), note=note)


def _note_text(form: forms.Form, error: DomainError) -> bool:
    """List remarks by line above a text."""
    if not isinstance(error, FunctionRefusedError):
        return False
    form.remarks = error.remarks  # type: ignore[attr-defined] # listed by the template
    form.add_error("text", f"{len(error.remarks)} to mend before it can be saved.")
    return True


def _desk_page(request: Request, desk: FunctionDesk, found: ItFunction | None) -> HttpResponse:
    status = status_of(desk.form)
    is_refused = desk.people.is_bound and not (desk.people.is_valid() and desk.volumes.is_valid())
    context = {
        "desk": desk, "form": desk.form, "function": found, "came_late": status == CAME_LATE,
    }  # fmt: skip
    return render(
        request, "strategy/function_form.html", context,
        status=422 if status == 200 and is_refused else status,
    )  # fmt: skip

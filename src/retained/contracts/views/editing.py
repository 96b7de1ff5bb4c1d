"""Pages that change one part of an agreement: a service level, credits, a calendar, a clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from retained.contracts import access, commands, queries, read_back
from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.clauses import without_level
from retained.contracts.engine.comparison import differences
from retained.contracts.engine.editing import Part, document_of, with_changes
from retained.contracts.engine.named_parts import renamed, without_part
from retained.contracts.engine.reading import AgreementRefusedError
from retained.contracts.forms.calendar_edit import CalendarForm
from retained.contracts.forms.clock_edit import ClockForm
from retained.contracts.forms.credits_edit import CreditsForm
from retained.contracts.forms.editing import Choices, EditForm, RemoveForm, VersionFields
from retained.contracts.forms.level_edit import LevelEditForm
from retained.contracts.models import Agreement
from retained.contracts.views.attempts import attempt, came_late, next_first, saved_words
from retained.contracts.views.reading import today_of
from retained.pages.request import Request, is_fragment
from retained.pages.saving import status_of
from retained.shared import clock as the_clock

ReadBack = Callable[[AgreementTerms, Part, int], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class _Editor:
    """What the four pages differ in."""

    form: type[EditForm]
    title: str
    read_back: ReadBack
    is_new: bool = False


@require_http_methods(["GET", "POST"])
def agreement_level_edit(request: Request, reference: str, level: str) -> HttpResponse:
    """Change a service level."""
    editor = _Editor(LevelEditForm, "Change the service level", read_back.of_level_part)
    return _edit(request, reference, Part("service_levels", level), editor)


@require_http_methods(["GET", "POST"])
def agreement_credits_edit(request: Request, reference: str) -> HttpResponse:
    """Change what holds for all credits, and the rights that misses give."""
    editor = _Editor(CreditsForm, "Credits and triggers", read_back.of_credits)
    return _edit(request, reference, Part(), editor)


@require_http_methods(["GET", "POST"])
def agreement_calendar_edit(request: Request, reference: str, calendar: str) -> HttpResponse:
    """Change a calendar."""
    editor = _Editor(CalendarForm, "Change the calendar", read_back.of_calendar)
    return _edit(request, reference, Part("calendars", calendar), editor)


@require_http_methods(["GET", "POST"])
def agreement_calendar_new(request: Request, reference: str) -> HttpResponse:
    """Add a calendar."""
    part = Part("calendars", request.POST.get("name", "").strip())
    editor = _Editor(CalendarForm, "Add a calendar", read_back.of_calendar, is_new=True)
    return _edit(request, reference, part, editor)


@require_http_methods(["GET", "POST"])
def agreement_clock_edit(request: Request, reference: str, clock: str) -> HttpResponse:
    """Change a clock."""
    editor = _Editor(ClockForm, "Change the clock", read_back.of_clock)
    return _edit(request, reference, Part("clocks", clock), editor)


@require_http_methods(["GET", "POST"])
def agreement_clock_new(request: Request, reference: str) -> HttpResponse:
    """Add a clock."""
    part = Part("clocks", request.POST.get("name", "").strip())
    editor = _Editor(ClockForm, "Add a clock", read_back.of_clock, is_new=True)
    return _edit(request, reference, part, editor)


@require_http_methods(["GET", "POST"])
def agreement_level_remove(request: Request, reference: str, level: str) -> HttpResponse:
    """Remove a service level from a day on; what it leaves behind is told before."""
    return _remove(request, reference, Part("service_levels", level), "Service level")


@require_http_methods(["GET", "POST"])
def agreement_calendar_remove(request: Request, reference: str, calendar: str) -> HttpResponse:
    """Remove a calendar that no clock runs on."""
    return _remove(request, reference, Part("calendars", calendar), "Calendar")


@require_http_methods(["GET", "POST"])
def agreement_clock_remove(request: Request, reference: str, clock: str) -> HttpResponse:
    """Remove a clock that no service level uses."""
    return _remove(request, reference, Part("clocks", clock), "Clock")


def _remove(request: Request, reference: str, part: Part, noun: str) -> HttpResponse:
    """Ask from which day on a part is gone, say what that changes, and save it as a version."""
    found = access.agreement_to_change(request.person, reference)
    before = _opened(request, found).terms
    title = document_of(before, part).get("title", part.name)
    form = RemoveForm(request.POST or None, initial=_initial(request, found))

    def without(terms: AgreementTerms) -> AgreementTerms:
        is_level = part.kind == "service_levels"
        return without_level(terms, part.name) if is_level else without_part(terms, part)

    def save() -> Any:
        base = queries.terms_in_force(found, form.cleaned_data["effective_from"])
        return _save(request, found, without(base), form, f"{noun} “{title}” removed.")

    made = attempt(form, save) if request.method == "POST" else None
    if made:
        return _saved(request, reference, made)
    context = {
        "form": form,
        "agreement": found,
        "title": title,
        "is_level": part.kind == "service_levels",
        **_told(lambda: without(before), before),
        **came_late(form, found),
    }
    return render(request, "contracts/part_remove.html", context, status=status_of(form))


def _edit(request: Request, reference: str, part: Part, editor: _Editor) -> HttpResponse:
    """Show a part in its form, read it back while typing, and save it as a version."""
    found = access.agreement_to_change(request.person, reference)
    before = _opened(request, found).terms
    document = {} if editor.is_new else document_of(before, part)
    name = document.get("title", part.name) if part.name and not editor.is_new else ""
    title = f"{editor.title} “{name}”" if name else editor.title
    form = editor.form(
        request.POST or None,
        part=part,
        document=document,
        initial=_initial(request, found),
        choices=_choices(before),
        is_new=editor.is_new,
    )

    def changed(terms: AgreementTerms) -> AgreementTerms:
        after = with_changes(terms, part, form.changes(), is_new=editor.is_new)
        return renamed(after, part, form.named_part.name)

    def save() -> Any:
        # The terms of the day from which it counts, which may not be today's.
        base = queries.terms_in_force(found, form.cleaned_data["effective_from"])
        return _save(request, found, changed(base), form, f"{title}.")

    told: Mapping[str, Any] = {}
    if form.is_bound or not editor.is_new:
        told = _told(
            lambda: changed(before),
            before,
            lambda terms: editor.read_back(terms, form.named_part, form.asked_volume),
        )
    if request.method == "POST" and is_fragment(request):
        return render(request, "contracts/changed.html", told)
    made = attempt(form, save) if request.method == "POST" else None
    if made:
        return _saved(request, reference, made)
    late = came_late(form, found)
    context = {"form": form, "agreement": found, "title": title, **told, **late}
    return render(request, "contracts/part_edit.html", context, status=status_of(form))


def _told(
    changed: Callable[[], AgreementTerms],
    before: AgreementTerms,
    said: Callable[[AgreementTerms], Mapping[str, Any]] = lambda _terms: {},
) -> Mapping[str, Any]:
    """Return what is read back beside the form: the part as sentences, or what is missing."""
    try:
        after = changed()
    except AgreementRefusedError as error:
        return {"remarks": error.remarks}
    return {"changes": differences(before, after), "is_whole": True, **said(after)}


def _save(
    request: Request, found: Agreement, terms: AgreementTerms, form: VersionFields, note: str
) -> Any:
    return commands.change_terms(
        found,
        terms,
        form.cleaned_data["effective_from"],
        note=form.cleaned_data["note"] or note,
        by=request.person,
        at=the_clock.now(),
        expected_version=form.cleaned_data["version"],
    )


def _saved(request: Request, reference: str, made: Any) -> HttpResponse:
    messages.success(request, saved_words(made))
    return redirect("agreement", reference)


def _opened(request: Request, found: Agreement) -> queries.VersionRow:
    """Return the version that the form began with, so that only what was changed is changed."""
    number = request.POST.get("based_on", "")
    rows = queries.versions(found)
    named = [row for row in rows if str(row.number) == number]
    return named[0] if named else queries.shown_version(rows, today_of(request))


def _initial(request: Request, found: Agreement) -> dict[str, Any]:
    day = today_of(request)
    row = _opened(request, found)
    return {
        "version": found.version,
        "based_on": row.number,
        "effective_from": next_first(day, row.terms.start),
    }


def _choices(terms: AgreementTerms) -> Choices:
    """Return the names that the fields of any form offer."""
    levels = [(level.id, level.title) for level in terms.service_levels]
    return {
        "clock": [("", "–"), *((name, name) for name in terms.clocks)],
        "calendar": [("", "–"), *((name, name) for name in terms.calendars)],
        "service_level": [("", "Any one"), *levels],
        "earn_back_of": levels,
    }

"""Pages that change one part of a case by a form; each save is a version of its own."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from retained.pages import saving
from retained.pages.request import Request
from retained.pages.saving import status_of
from retained.shared import clock
from retained.shared.errors import DomainError, NotThereError
from retained.strategy.access.cases import case_to_change
from retained.strategy.case_words import named
from retained.strategy.commands import cases as commands
from retained.strategy.engine import case_editing
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.cases import CaseRefusedError
from retained.strategy.forms.case_parts import AssumptionForm, LineForm, OptionForm
from retained.strategy.models import BusinessCase
from retained.strategy.queries import cases as queries
from retained.strategy.queries.confirmations import owners_to_choose

Change = Callable[[], CaseTerms]


@require_http_methods(["GET", "POST"])
def case_assumption_new(request: Request, reference: str) -> HttpResponse:
    """Add an assumption."""
    case, terms = opened(request, reference)
    form = AssumptionForm(
        request.POST or None,
        request.FILES or None,
        is_new=True,
        people=owners_to_choose(),
        initial={"version": case.version},
    )

    def changed() -> CaseTerms:
        name = form.cleaned_data["name"]
        return case_editing.with_assumption(terms, name, form.document(), is_new=True)

    return answer(request, case, form, changed, title="Add an assumption", what="An assumption")


@require_http_methods(["GET", "POST"])
def case_assumption(request: Request, reference: str, assumption: str) -> HttpResponse:
    """Change an assumption, or take it out where no formula needs it."""
    case, terms = opened(request, reference)
    if assumption not in terms.assumptions:
        raise NotThereError("This assumption")
    one = terms.assumptions[assumption]
    initial = AssumptionForm.initial_of(one) | {"version": case.version}
    form = AssumptionForm(
        request.POST or None,
        request.FILES or None,
        is_new=False,
        people=owners_to_choose(one.owner),
        initial=initial,
    )

    def changed() -> CaseTerms:
        if "remove" in request.POST:
            return case_editing.without_assumption(terms, assumption)
        return case_editing.with_assumption(terms, assumption, form.document())

    title = named(one.title, assumption)
    return answer(request, case, form, changed, title=title, what=f"“{title}”", can_remove=True)


@require_http_methods(["GET", "POST"])
def case_line_new(request: Request, reference: str, option: str) -> HttpResponse:
    """Add a line to an option."""
    case, terms = opened(request, reference)
    if option not in terms.options:
        raise NotThereError("This option")
    form = LineForm(request.POST or None, is_new=True, initial={"version": case.version})

    def changed() -> CaseTerms:
        name = form.cleaned_data["name"]
        return case_editing.with_line(terms, option, name, form.document(), is_new=True)

    title = f"Add a line to {terms.options[option].title}"
    return answer(request, case, form, changed, title=title, what="A line")


@require_http_methods(["GET", "POST"])
def case_line(request: Request, reference: str, option: str, line: str) -> HttpResponse:
    """Change a line of an option, or take it out."""
    case, terms = opened(request, reference)
    if option not in terms.options or line not in terms.options[option].lines:
        raise NotThereError("This line")
    one = terms.options[option].lines[line]
    initial = LineForm.initial_of(one) | {"version": case.version}
    form = LineForm(request.POST or None, is_new=False, initial=initial)

    def changed() -> CaseTerms:
        if "remove" in request.POST:
            return case_editing.without_line(terms, option, line)
        return case_editing.with_line(terms, option, line, form.document())

    title = f"{named(one.title, line)}, {terms.options[option].title}"
    return answer(request, case, form, changed, title=title, what=f"“{title}”", can_remove=True)


@require_http_methods(["GET", "POST"])
def case_option_new(request: Request, reference: str) -> HttpResponse:
    """Add an option that begins as another."""
    case, terms = opened(request, reference)
    options = {key: one.title for key, one in terms.options.items()}
    form = OptionForm(request.POST or None, options=options, initial={"version": case.version})

    def changed() -> CaseTerms:
        sent = form.cleaned_data
        return case_editing.with_option(terms, sent["name"], sent["title"], like=sent["like"])

    return answer(request, case, form, changed, title="Add an option", what="An option")


def opened(request: Request, reference: str) -> tuple[BusinessCase, CaseTerms]:
    """Return a draft that the reader may change, and what it says."""
    case = case_to_change(request.person, reference)
    commands.must_be_a_draft(case)
    return case, queries.terms_written_in(queries.version_of(case).document)


def answer(
    request: Request,
    case: BusinessCase,
    form: Any,
    changed: Change,
    *,
    title: str,
    what: str,
    can_remove: bool = False,
) -> HttpResponse:
    """Save what a form says as a version, or show the form with what is wrong."""
    verb = "taken out" if "remove" in request.POST else "changed" if can_remove else "added"

    def save() -> Any:
        return commands.change_case(
            case,
            changed(),
            note=form.cleaned_data["note"] or f"{what} {verb}",
            by=request.person,
            at=clock.now(),
            expected_version=form.cleaned_data["version"],
        )

    made = saving.attempt(form, save, note=_note) if request.method == "POST" else None
    if made:
        messages.success(request, f"{what} is {verb}: version {made.number} is being drawn.")
        return redirect("case_terms", case.reference)
    context = {"case": case, "form": form, "title": title, "can_remove": can_remove}
    return render(request, "strategy/case_part.html", context, status=status_of(form))


def _note(form: Any, error: DomainError) -> bool:
    """Say above the form all that is wrong with the case as it would be."""
    if not isinstance(error, CaseRefusedError):
        return False
    form.note_remarks([str(one) for one in error.remarks])
    return True

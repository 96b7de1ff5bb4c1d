"""Pages that change business cases: a new one, what it says, its signature, its end."""

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from retained.directory.access import must
from retained.pages import saving
from retained.pages.request import Request, is_fragment
from retained.pages.saving import CAME_LATE, status_of
from retained.shared import clock
from retained.shared.errors import DomainError
from retained.strategy.access.cases import case_to_change, case_to_sign
from retained.strategy.commands import cases as commands
from retained.strategy.engine.case_comparison import case_differences
from retained.strategy.engine.case_files import read_case
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.cases import CaseRefusedError
from retained.strategy.forms.cases import CaseChangeForm, CaseTextForm, SignForm, WithdrawForm
from retained.strategy.queries import cases as queries
from retained.strategy.queries.benefits import goals_to_name
from retained.strategy.views.case_result import result_context
from retained.strategy.views.cases import case_context


@require_http_methods(["GET", "POST"])
def case_new(request: Request) -> HttpResponse:
    """Begin a case from a YAML file or text."""
    must(request.person, "change_cases")
    form = CaseTextForm(request.POST or None, request.FILES or None)

    def save() -> Any:
        goals = goals_to_name(None, on=clock.now().date())
        terms = read_case(form.cleaned_data["text"], name=form.file_name(), goals=goals)
        return commands.create_case(terms, by=request.person, at=clock.now())

    made = _attempt(form, save) if request.method == "POST" else None
    if made:
        messages.success(request, f"{made.title} is kept as {made.reference}.")
        return redirect("case", made.reference)
    context = {"form": form, "remarks": getattr(form, "remarks", ())}
    return render(request, "strategy/case_new.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
def case_change(request: Request, reference: str) -> HttpResponse:
    """Change what a case says as YAML; what differs is told while typing."""
    found = case_to_change(request.person, reference)
    commands.must_be_a_draft(found)
    newest = queries.version_of(found)
    before = queries.terms_written_in(newest.document)
    goals = goals_to_name(found, on=clock.now().date())
    if request.method == "POST" and is_fragment(request):
        return _compared(request, before, goals)
    form = CaseChangeForm(
        request.POST or None,
        request.FILES or None,
        initial={"text": newest.document, "version": found.version},
    )

    def save() -> Any:
        return commands.change_case(
            found,
            read_case(form.cleaned_data["text"], name=form.file_name(), goals=goals),
            note=form.cleaned_data["note"],
            by=request.person,
            at=clock.now(),
            expected_version=form.cleaned_data["version"],
        )

    made = _attempt(form, save) if request.method == "POST" else None
    if made:
        messages.success(request, f"Version {made.number} is kept; its draws are made now.")
        return redirect("case", reference)
    context = {
        "case": found,
        "form": form,
        "remarks": getattr(form, "remarks", ()),
        "newer": newest if status_of(form) == CAME_LATE else None,
    }
    return render(request, "strategy/case_change.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
def case_sign(request: Request, reference: str) -> HttpResponse:
    """Stand behind an option of the newest version, by the figures on the page."""
    found = case_to_sign(request.person, reference)
    commands.must_be_a_draft(found)
    version = queries.version_of(found)
    run = queries.run_of(version)
    options = {
        k: one.title for k, one in queries.terms_written_in(version.document).options.items()
    }
    form = SignForm(
        request.POST or None,
        options=options,
        initial={"version": found.version, "run": run.sha256 if run else ""},
    )

    def save() -> Any:
        if run is None or form.cleaned_data["run"] != run.sha256:
            raise DomainError(
                "These figures are not of what the case says now: look at them below, and sign."
            )
        return commands.sign_case(
            found,
            run,
            chosen=form.cleaned_data["chosen"],
            reasons=form.cleaned_data["reasons"],
            conditions=form.cleaned_data["conditions"],
            by=request.person,
            at=clock.now(),
            expected_version=form.cleaned_data["version"],
        )

    made = saving.attempt(form, save) if request.method == "POST" else None
    if made:
        messages.success(request, _signed_words(found))
        return redirect("case_sign" if found.state == "draft" else "case", reference)
    context = case_context(request, found, "sign") | result_context(
        version, request.person, on=clock.now().date()
    )
    context |= {"form": form, "version": version, "signatures": queries.signatures(version)}
    return render(request, "strategy/case_sign.html", context, status=status_of(form))


@require_POST
def case_withdraw(request: Request, reference: str) -> HttpResponse:
    """Put a draft away."""
    found = case_to_change(request.person, reference)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        raise DomainError("Say why the case is withdrawn: the reason stays in the record.")
    commands.withdraw_case(
        found,
        reason=form.cleaned_data["reason"],
        by=request.person,
        at=clock.now(),
        expected_version=form.cleaned_data["version"],
    )
    messages.success(request, f"{found.title} is withdrawn.")
    return redirect("case", reference)


def _signed_words(case: Any) -> str:
    if case.state == "signed":
        return (
            f"{case.title} is signed by two people and frozen: what comes true is held against it."
        )
    return "Your signature is kept. A second person signs too."


def _compared(request: Request, before: CaseTerms, goals: Collection[str]) -> HttpResponse:
    """Return what the text changes, or its remarks, while somebody is typing."""
    try:
        written = read_case(request.POST.get("text", ""), goals=goals)
    except CaseRefusedError as error:
        return render(request, "strategy/case_compared.html", {"remarks": error.remarks})
    context = {"changes": case_differences(before, written), "is_read": True}
    return render(request, "strategy/case_compared.html", context)


def _attempt(form: CaseTextForm, save: Any) -> Any:
    return saving.attempt(form, save, note=_note)


def _note(form: Any, error: DomainError) -> bool:
    """List what is wrong with a case by line above its text."""
    if not isinstance(error, CaseRefusedError):
        return False
    form.note_remarks(error.remarks)
    return True

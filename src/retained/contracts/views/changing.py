"""Pages that change agreements: a new one, a service level, the terms, holidays, documents."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from retained.contracts import access, commands, queries, read_back, shown
from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.clauses import CLAUSES, agreement_from, with_level
from retained.contracts.engine.comparison import differences
from retained.contracts.engine.reading import AgreementRefusedError, read_agreement
from retained.contracts.engine.sentences.words import Reader
from retained.contracts.forms.agreements import AgreementForm
from retained.contracts.forms.documents import DocumentForm, ReasonForm
from retained.contracts.forms.holidays import HolidaysForm
from retained.contracts.forms.levels import AddLevelForm, LevelForm, clause_named, initial_of
from retained.contracts.forms.texts import ImportForm, TermsForm
from retained.contracts.views.attempts import (
    attempt,
    came_late,
    newest_version,
    next_first,
    saved_words,
)
from retained.contracts.views.reading import agreement_page, today_of
from retained.directory.access import may, must, organisations_to_read
from retained.directory.queries.entry import client_organisation
from retained.files.responses import file_response
from retained.pages.request import Request, is_fragment
from retained.pages.saving import CAME_LATE, status_of
from retained.shared import clock
from retained.shared.errors import DomainError

READ_BACK = "contracts/read_back.html"


@require_http_methods(["GET", "POST"])
def agreement_new(request: Request) -> HttpResponse:
    """Enter a new agreement from templates; while typing, it is read back beside the form."""
    must(request.person, "register_agreements")
    clause = clause_named(request.POST.get("clause") or request.GET.get("clause", ""))
    client = client_organisation()
    if client is None:
        raise DomainError("This installation has no client organisation yet: set it up first.")
    may_add = may(request.person, "edit_organisations")
    form = AgreementForm(
        request.POST or None,
        clause=clause,
        may_add=may_add,
        initial=initial_of(clause)
        | {"currency": "EUR", "time_zone": client.time_zone, "hours": "monday-friday 08:00-18:00",
           "silence": "nothing", "answer_days": "10"},
    )  # fmt: skip

    def terms() -> AgreementTerms:
        return agreement_from(form.agreement_answers(client.name))

    if request.method == "POST" and is_fragment(request):
        return _read_back(
            request, form, lambda: agreement_from(form.drafted_agreement(client.name))
        )
    made = attempt(
        form,
        lambda: commands.register_agreement(
            terms(), by=request.person, at=clock.now(),
            add_provider=may_add and bool(form.answer("new_provider")),
        ),
    ) if request.method == "POST" else None  # fmt: skip
    if made:
        messages.success(request, f"{made.title} is registered as {made.reference}.")
        return redirect("agreement", made.reference)
    context = {
        "form": form,
        "clauses": CLAUSES.values(),
        "clause": clause,
        "client": client,
        "provider_names": _provider_names(request),
    }
    return render(request, "contracts/agreement_new.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
def agreement_level_new(request: Request, reference: str) -> HttpResponse:
    """Add a service level from a template of usual clauses, read back while typing."""
    found = access.agreement_to_change(request.person, reference)
    clause = clause_named(request.POST.get("clause") or request.GET.get("clause", ""))
    before = queries.shown_version(queries.versions(found), today_of(request)).terms
    form = AddLevelForm(
        request.POST or None,
        clause=clause,
        calendars=list(before.calendars),
        initial=initial_of(clause)
        | {"source": before.service_levels[0].source, "version": found.version,
           "effective_from": next_first(today_of(request), before.start)},
    )  # fmt: skip

    def save() -> Any:
        # The terms of the day from which the level counts, which may not be today's.
        day = form.cleaned_data["effective_from"]
        base = queries.terms_in_force(found, day)
        return commands.change_terms(
            found,
            with_level(base, form.level_answers()),
            day,
            note=form.cleaned_data["note"] or f"Service level “{form.answer('title')}” added.",
            by=request.person,
            at=clock.now(),
            expected_version=form.cleaned_data["version"],
        )

    if request.method == "POST" and is_fragment(request):
        return _read_back(request, form, lambda: with_level(before, form.drafted()))
    made = attempt(form, save) if request.method == "POST" else None
    if made:
        messages.success(request, saved_words(made))
        return redirect("agreement", reference)
    context = {
        "form": form, "clauses": CLAUSES.values(), "clause": clause, "agreement": found,
        **came_late(form, found),
    }  # fmt: skip
    return render(request, "contracts/level_new.html", context, status=status_of(form))


def _read_back(
    request: Request, form: LevelForm, terms: Callable[[], AgreementTerms]
) -> HttpResponse:
    """Return the last service level as a sentence, with the odds, or what is still missing."""
    try:
        written = terms()
    except AgreementRefusedError as error:
        return render(request, READ_BACK, {"remarks": error.remarks})
    last = written.service_levels[-1].id
    return render(request, READ_BACK, read_back.of_level(written, last, form.asked_volume))


@require_http_methods(["GET", "POST"])
def agreement_import(request: Request) -> HttpResponse:
    """Register an agreement from a YAML file or text."""
    must(request.person, "register_agreements")
    form = ImportForm(request.POST or None, request.FILES or None)
    if not may(request.person, "edit_organisations"):
        del form.fields["add_provider"]

    def save() -> Any:
        return commands.register_agreement(
            read_agreement(form.cleaned_data["text"], name=_file_name(request)),
            by=request.person,
            at=clock.now(),
            add_provider=bool(form.cleaned_data.get("add_provider")),
        )

    made = attempt(form, save) if request.method == "POST" else None
    if made:
        messages.success(request, f"{made.title} is registered as {made.reference}.")
        return redirect("agreement", made.reference)
    context = {"form": form, "remarks": getattr(form, "remarks", ())}
    return render(request, "contracts/import.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
def agreement_terms_edit(request: Request, reference: str) -> HttpResponse:
    """Change the terms as YAML; what differs is told while typing."""
    found = access.agreement_to_change(request.person, reference)
    day = today_of(request)
    before = queries.shown_version(queries.versions(found), day)
    form = TermsForm(
        request.POST or None,
        request.FILES or None,
        initial={
            "text": before.document,
            "version": found.version,
            "effective_from": next_first(day, before.terms.start),
        },
    )
    if request.method == "POST" and is_fragment(request):
        return _compared(request, before.terms)

    def save() -> Any:
        return commands.change_terms(
            found,
            read_agreement(form.cleaned_data["text"], name=_file_name(request)),
            form.cleaned_data["effective_from"],
            note=form.cleaned_data["note"],
            by=request.person,
            at=clock.now(),
            expected_version=form.cleaned_data["version"],
        )

    made = attempt(form, save) if request.method == "POST" else None
    if made:
        messages.success(request, saved_words(made))
        return redirect("agreement", reference)
    context = {
        "form": form,
        "agreement": found,
        "before": before,
        "remarks": getattr(form, "remarks", ()),
        "newer": newest_version(found) if status_of(form) == CAME_LATE else None,
    }
    return render(request, "contracts/terms_edit.html", context, status=status_of(form))


def _compared(request: Request, before: AgreementTerms) -> HttpResponse:
    """Return what the text changes, or its remarks, while somebody is typing."""
    try:
        written = read_agreement(request.POST.get("text", ""))
    except AgreementRefusedError as error:
        return render(request, "contracts/compared.html", {"remarks": error.remarks})
    context = {
        "changes": differences(before, written),
        "levels": shown.levels_shown(written, Reader.CLIENT),
    }
    return render(request, "contracts/compared.html", context)


@require_POST
def agreement_freeze_holidays(request: Request, reference: str) -> HttpResponse:
    """Freeze the public holidays of a year."""
    found = access.agreement_to_change(request.person, reference)
    form = HolidaysForm(request.POST)
    if not form.is_valid():
        raise DomainError("Choose the year whose public holidays are to be frozen.")
    year = form.cleaned_data["year"]
    commands.freeze_holidays(
        found, year, by=request.person, at=clock.now(),
        expected_version=form.cleaned_data["version"],
    )  # fmt: skip
    messages.success(request, f"The public holidays of {year} are frozen.")
    return redirect("agreement", reference)


@require_POST
def agreement_document_attach(request: Request, reference: str) -> HttpResponse:
    """Keep a paper with the agreement."""
    found = access.agreement_to_file(request.person, reference)
    form = DocumentForm(request.POST, request.FILES, auto_id="document_%s")

    def save() -> Any:
        file = form.cleaned_data["file"]
        return commands.attach_document(
            found,
            file,
            name=file.name,
            kind=form.cleaned_data["kind"],
            title=form.cleaned_data["title"],
            shared_with_provider=form.cleaned_data["shared"],
            by=request.person,
            at=clock.now(),
        )

    made = attempt(form, save)
    if made is None:
        return agreement_page(request, reference, document_form=form)
    messages.success(request, f"{made.title} is kept with the agreement.")
    return redirect(reverse("agreement", args=[reference]) + "#documents")


@require_GET
def agreement_document(request: Request, reference: str, document: str) -> FileResponse:
    """Send a document out."""
    return file_response(access.document_to_read(request.person, reference, document).file)


@require_POST
def agreement_document_withdraw(request: Request, reference: str, document: str) -> HttpResponse:
    """Take a paper that was attached by mistake from the agreement."""
    paper = access.document_to_withdraw(request.person, reference, document)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    commands.withdraw_document(
        paper.agreement, paper, reason=reason, by=request.person, at=clock.now()
    )
    messages.success(request, f"{paper.title} is withdrawn.")
    return redirect(reverse("agreement", args=[reference]) + "#documents")


def _provider_names(request: Request) -> list[str]:
    providers = organisations_to_read(request.person).filter(kind="provider")
    return list(providers.values_list("name", flat=True))


def _file_name(request: Request) -> str:
    """Return the name of the file that was sent, for its remarks."""
    file = request.FILES.get("file")
    return str(file.name) if file else ""

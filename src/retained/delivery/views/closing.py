"""The page on which a month is closed, step by step, and what is sent from it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from retained.delivery import access
from retained.delivery.commands import answers, closing, reporting
from retained.delivery.commands.answers import Answer, Kind
from retained.delivery.forms.closing import (
    MAIL_LIMIT_BYTES,
    CheckForm,
    DropForm,
    MailedAnswerForm,
    ReportedForm,
)
from retained.delivery.models import MonthClose
from retained.delivery.queries.closes import MonthState, month_state
from retained.delivery.queries.steps import closing_steps
from retained.directory.forms.shape import VersionedForm
from retained.files.storing import store_upload
from retained.pages.request import Request
from retained.pages.saving import attempt, status_of
from retained.shared import clock
from retained.shared.errors import (
    ChangedMeanwhileError,
    DomainError,
    NotAllowedError,
    NotThereError,
)
from retained.shared.months import Month


@require_safe
def month_close(request: Request, reference: str, month: Month) -> HttpResponse:
    """Show where the month stands, and the one thing to do next."""
    return _page(request, _state(request, reference, month))


@require_POST
def month_report(request: Request, reference: str, month: Month) -> HttpResponse:
    """Keep the provider's own figures."""
    state = _state(request, reference, month)
    form = _reported_form(state, request.POST)

    def save() -> bool:
        reporting.keep_provider_figures(
            state.agreement,
            month,
            form.figures(month),
            volumes=form.volumes,
            by=request.person,
            at=clock.now(),
        )
        return True

    return _sent(request, state, form, save, "The provider’s figures are kept.", "reported")


@require_POST
def month_check(request: Request, reference: str, month: Month) -> HttpResponse:
    """Freeze the month as it stands, for a second person to confirm."""
    state = _state(request, reference, month)
    form = CheckForm(request.POST)

    def save() -> object:
        return closing.check_month(
            state.agreement,
            month,
            reason=form.cleaned_data["reason"],
            by=request.person,
            at=clock.now(),
        )

    said = f"{month.title} is checked. A second person now confirms exactly this."
    return _sent(request, state, form, save, said, "check")


@require_POST
def month_confirm(request: Request, reference: str, month: Month, number: int) -> HttpResponse:
    """Confirm a check as a second person."""
    close = access.close_to_read(request.person, reference, str(month), number)
    version = _version(request)

    def confirm() -> object:
        return closing.confirm_month(close, by=request.person, at=clock.now(), version=version)

    said = f"{month.title} is closed: statement {number} stands from now on."
    return _acted(request, close, confirm, said)


@require_POST
def month_drop(request: Request, reference: str, month: Month, number: int) -> HttpResponse:
    """Drop a check that was not confirmed."""
    close = access.close_to_read(request.person, reference, str(month), number)
    form = DropForm(request.POST)
    if not form.is_valid():
        raise _stale()

    def drop() -> object:
        return closing.drop_check(
            close,
            reason=form.cleaned_data["reason"],
            by=request.person,
            at=clock.now(),
            version=form.cleaned_data["version"],
        )

    said = f"The check is dropped: {month.title} can be checked anew."
    return _acted(request, close, drop, said)


@require_POST
def month_send(request: Request, reference: str, month: Month, number: int) -> HttpResponse:
    """Open the statement to the provider."""
    close = access.close_to_read(request.person, reference, str(month), number)
    version = _version(request)

    def send() -> object:
        return closing.send_statement(close, by=request.person, at=clock.now(), version=version)

    return _acted(request, close, send, f"{close.agreement.provider} now sees statement {number}.")


@require_POST
def month_answer(request: Request, reference: str, month: Month, number: int) -> HttpResponse:
    """Write down the provider's answer that came by mail."""
    close = access.close_to_read(request.person, reference, str(month), number)
    state = _state(request, reference, month)
    if state.current is None or state.current.pk != close.pk:
        raise DomainError("This statement was superseded: answer the newer one.")
    access.agreement_for(request.person, reference, "record_answers")
    form = _answer_form(state, request)

    @transaction.atomic  # a mail whose answer is refused is not kept either
    def save() -> object:
        sent = form.cleaned_data["mail"]
        at = clock.now()
        mail = store_upload(
            sent,
            name=sent.name,
            folder="mails",
            limit_bytes=MAIL_LIMIT_BYTES,
            by=request.person,
            at=at,
        )
        answer = Answer(
            Kind(form.cleaned_data["kind"]), form.cleaned_data["sentence"],
            form.disputed_amount, mail,
        )  # fmt: skip
        version = form.cleaned_data["version"]
        return answers.record_answer(close, answer, by=request.person, at=at, version=version)

    return _sent(request, state, form, save, "The provider’s answer is kept.", "answer")


def _acted(
    request: Request, close: MonthClose, act: Callable[[], object], said: str
) -> HttpResponse:
    """Do something to a close and go back to the page, or show there why it cannot be done now.

    Most often somebody else was quicker: the page's steps say who, what and when.
    """
    reference, month = close.agreement.reference, Month.parse(close.month)
    try:
        act()
    except (NotAllowedError, NotThereError):
        raise
    except DomainError as error:
        state = _state(request, reference, month)
        status = 409 if isinstance(error, ChangedMeanwhileError) else 422
        return _page(request, state, problem=error.message, status=status)
    messages.success(request, said)
    return redirect("month_close", reference, month)


def _state(request: Request, reference: str, month: Month) -> MonthState:
    """Return where a month stands that is over, for who watches the agreement."""
    state = month_state(access.agreement_to_watch(request.person, reference), month)
    if state.row.so_far:
        raise NotThereError("This month is not over yet: its close")
    return state


def _sent(
    request: Request,
    state: MonthState,
    form: forms.Form,
    save: Callable[[], object],
    said: str,
    name: str,
) -> HttpResponse:
    """Save a form and go back to the page, or show the page with what is wrong."""
    if attempt(form, save) is None:
        return _page(request, state, {name: form}, status=status_of(form))
    messages.success(request, said)
    return redirect("month_close", state.agreement.reference, state.month)


def _page(
    request: Request,
    state: MonthState,
    sent: dict[str, forms.Form] | None = None,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    sent = sent or {}
    context: dict[str, Any] = {
        "agreement": state.agreement,
        "state": state,
        "problem": problem,
        "reported_form": sent.get("reported") or _reported_form(state),
        "check_form": sent.get("check") or CheckForm(),
        "correct_open": "check" in sent,
        "answer_form": sent.get("answer") or _answer_form(state),
        "answer_open": "answer" in sent,
        "may": access.closing_rights(request.person, state.agreement.reference),
        "zone": state.zone.key,
    }
    context["steps"] = closing_steps(request.person, state, at=clock.now())
    return render(request, "delivery/close.html", context, status=status)


def _reported_form(state: MonthState, sent: Any = None) -> ReportedForm:
    levels = [(level.level_id, level.title) for level in state.levels if level.unit == "percent"]
    # As they stand now: those of a closed month are entered for its correction.
    reported = state.months.reported
    known = {
        level_id: reported[level_id, state.month]
        for level_id, _ in levels
        if (level_id, state.month) in reported
    }
    return ReportedForm(sent, levels=levels, known=known, volumes=state.stated_volumes)


def _answer_form(state: MonthState, request: Request | None = None) -> MailedAnswerForm:
    version = state.current.version if state.current else 1
    return MailedAnswerForm(
        request.POST if request else None,
        request.FILES if request else None,
        currency=state.row.currency,
        initial={"version": version},
        auto_id="answer_%s",
    )


def _version(request: Request) -> int:
    """Return the version that the person had before them."""
    form = VersionedForm(request.POST)
    if not form.is_valid():
        raise _stale()
    return int(form.cleaned_data["version"])


def _stale() -> DomainError:
    return DomainError("The form was not whole: open the page again, then send it once more.")

"""Exclusions, seen by both sides: the list, asking, one opened with its answer."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from retained.contracts.models import Agreement
from retained.contracts.queries import agreements_named
from retained.delivery import access
from retained.delivery.commands import exclusions as commands
from retained.delivery.forms.closing import MAIL_LIMIT_BYTES
from retained.delivery.forms.exclusions import (
    AskForm,
    ExclusionAnswerForm,
    MailedExclusionAnswerForm,
    WithdrawForm,
)
from retained.delivery.models import ExclusionState
from retained.delivery.queries import exclusions as queries
from retained.delivery.queries.exclusions import ExclusionRow
from retained.delivery.queries.terms import agreed
from retained.directory.access import may
from retained.files.responses import file_response
from retained.files.storing import store_upload
from retained.pages.addresses import address
from retained.pages.request import Request
from retained.pages.saving import attempt, status_of
from retained.pages.sources import QuerySource
from retained.pages.tables import Column, Filter, Sort, Table, respond
from retained.shared import clock
from retained.shared.months import Month


@require_safe
def exclusions(request: Request) -> HttpResponseBase:
    """Show every ticket that one side asks to leave out."""
    askable = list(access.agreements_to_ask_in(request.person).order_by("title")[:2])
    context = {"askable": askable}
    return respond(request, _table(request), "delivery/exclusions.html", context)


def _table(request: Request) -> Table:
    def source(chosen: Mapping[str, str]) -> QuerySource[Any]:
        found = access.exclusions_to_read(request.person)
        return QuerySource(queries.chosen_exclusions(found, chosen), queries.exclusion_rows)

    return Table(
        key="exclusions",
        caption="Exclusions",
        columns=(
            Column("ticket", "Ticket", sort="ticket", link=_url, note=lambda row: row.reason),
            Column("agreement", "Agreement", sort="agreement__title",
                   note=lambda row: row.service_level),
            Column("month", "Month", sort="month",
                   value=lambda row: Month.parse(row.month).title),
            Column("asked_by", "Asked by", note=lambda row: row.asked_side),
            Column("state_words", "State", sort="state"),
        ),
        source=source,
        sort=Sort("month", falling=True),
        filters=(
            Filter("words", "Find"),
            Filter("state", "State", queries.STATES),
            Filter("side", "Who asks", queries.sides(request.person)),
        ),
        empty_title="No exclusion",
        empty_text="A ticket is left out only when one side asks, with a reason, and the other "
        "agrees.",
        file_name="exclusions",
    )  # fmt: skip


def _url(row: ExclusionRow) -> str:
    return address("exclusion", row.key)


@require_safe
def exclusion_choose(request: Request) -> HttpResponseBase:
    """Show the agreements in which the reader may ask."""

    def source(chosen: Mapping[str, str]) -> QuerySource[Any]:
        found = access.agreements_to_ask_in(request.person)
        return QuerySource(agreements_named(found, chosen["words"].split()))

    table = Table(
        key="askable",
        caption="Agreements in which you may ask",
        columns=(
            Column("title", "Agreement", sort="title", link=_ask_url, note=_reference),
            Column("provider", "Provider", sort="provider__name"),
        ),
        source=source,
        sort=Sort("title"),
        filters=(Filter("words", "Find"),),
        empty_title="No agreement",
        empty_text="There is no agreement in which you may ask to leave a ticket out.",
    )
    return respond(request, table, "delivery/exclusion_choose.html", {})


def _ask_url(agreement: Agreement) -> str:
    return address("exclusion_ask", agreement.reference)


def _reference(agreement: Agreement) -> str:
    return agreement.reference


@require_http_methods(["GET", "HEAD", "POST"])
def exclusion_ask(request: Request, reference: str) -> HttpResponse:
    """Ask the other side not to count a ticket."""
    agreement = access.agreement_for(request.person, reference, "ask_exclusions")
    form = _ask_form(request, agreement)

    def save() -> Any:
        sent = form.cleaned_data
        return commands.ask_exclusion(
            agreement,
            sent["ticket"],
            service_level=sent["service_level"],
            month=form.chosen_month,
            reason=sent["reason"],
            by=request.person,
            at=clock.now(),
        )

    made = attempt(form, save) if request.method == "POST" else None
    if made:
        messages.success(request, f"The other side now sees that {made.ticket} should not count.")
        return redirect("exclusion", made.pk)
    context = {"agreement": agreement, "form": form}
    return render(request, "delivery/exclusion_ask.html", context, status=status_of(form))


def _ask_form(request: Request, agreement: Agreement) -> AskForm:
    running = Month.of(clock.now(), agreed(agreement).latest.zone)
    levels, months = queries.askable(agreement, running)
    asked = {name: request.GET.get(name, "") for name in ("service_level", "ticket", "month")}
    if asked["ticket"] and not asked["month"] and may(request.person, "read_delivery"):
        own = queries.measured_month(agreement, asked["service_level"], asked["ticket"])
        asked["month"] = str(own or "")
    return AskForm(request.POST or None, initial=asked, levels=levels, months=months)


@require_safe
def exclusion(request: Request, exclusion: int) -> HttpResponse:
    """Show one exclusion, and what the reader may do about it."""
    return _page(request, exclusion)


def _page(
    request: Request, key: int, sent: Mapping[str, forms.Form] | None = None, *, status: int = 200
) -> HttpResponse:
    found = access.exclusion_to_read(request.person, key)
    own_side = request.person.side.value == found.asked_side
    reference, initial = found.agreement.reference, {"version": found.version}
    rights = {
        "answer": not own_side and may(request.person, "answer_exclusions", reference),
        "withdraw": own_side and may(request.person, "ask_exclusions", reference),
        "mail": own_side
        and found.asked_side == "client"
        and may(request.person, "record_answers", reference),
    }
    sent = sent or {}
    context = {
        "shown": queries.shown_exclusion(found, request.person),
        "rights": rights,
        "is_client": may(request.person, "read_delivery", reference),
        "answer_form": sent.get("answer") or ExclusionAnswerForm(initial=initial),
        "mail_form": sent.get("mail")
        or MailedExclusionAnswerForm(initial=initial, auto_id="mail_%s"),
        "withdraw_form": sent.get("withdraw") or WithdrawForm(initial=initial, auto_id="back_%s"),
        "opened": list(sent),
        # Somebody was quicker: the form is gone, so what is wrong with it stands on its own.
        "problems": [
            problem
            for form in sent.values()
            if found.state != ExclusionState.ASKED
            for problem in form.non_field_errors()
        ],
    }
    return render(request, "delivery/exclusion.html", context, status=status)


@require_POST
def exclusion_answer(request: Request, exclusion: int) -> HttpResponse:
    """Agree or refuse, as the side that did not ask."""
    found = access.exclusion_to_read(request.person, exclusion)
    form = ExclusionAnswerForm(request.POST)

    def save() -> Any:
        return commands.answer_exclusion(
            found,
            agreed=form.cleaned_data["agreed"] == "yes",
            answer=form.cleaned_data["answer"],
            by=request.person,
            at=clock.now(),
            version=form.cleaned_data["version"],
        )

    if attempt(form, save) is None:
        return _page(request, exclusion, {"answer": form}, status=status_of(form))
    messages.success(request, f"{found.ticket} was {found.get_state_display()}.")
    return redirect("exclusion", exclusion)


@require_POST
def exclusion_record_answer(request: Request, exclusion: int) -> HttpResponse:
    """Write down the provider's answer that came by mail."""
    found = access.exclusion_to_read(request.person, exclusion)
    access.agreement_for(request.person, found.agreement.reference, "record_answers")
    form = MailedExclusionAnswerForm(request.POST, request.FILES, auto_id="mail_%s")

    @transaction.atomic  # a mail whose answer is refused is not kept either
    def save() -> Any:
        sent, at = form.cleaned_data["mail"], clock.now()
        mail = store_upload(
            sent, name=sent.name, folder="mails", limit_bytes=MAIL_LIMIT_BYTES,
            by=request.person, at=at,
        )  # fmt: skip
        return commands.record_exclusion_answer(
            found,
            agreed=form.cleaned_data["agreed"] == "yes",
            answer=form.cleaned_data["answer"],
            mail=mail,
            by=request.person,
            at=at,
            version=form.cleaned_data["version"],
        )

    if attempt(form, save) is None:
        return _page(request, exclusion, {"mail": form}, status=status_of(form))
    messages.success(request, "The provider’s answer is kept, with its mail.")
    return redirect("exclusion", exclusion)


@require_POST
def exclusion_withdraw(request: Request, exclusion: int) -> HttpResponse:
    """Take back what one's own side asked for."""
    found = access.exclusion_to_read(request.person, exclusion)
    form = WithdrawForm(request.POST, auto_id="back_%s")

    def save() -> Any:
        return commands.withdraw_exclusion(
            found,
            reason=form.cleaned_data["reason"],
            by=request.person,
            at=clock.now(),
            version=form.cleaned_data["version"],
        )

    if attempt(form, save) is None:
        return _page(request, exclusion, {"withdraw": form}, status=status_of(form))
    messages.success(request, f"{found.ticket} counts as before.")
    return redirect("exclusion", exclusion)


@require_safe
def exclusion_mail(request: Request, exclusion: int) -> HttpResponseBase:
    """Give the mail that the provider's answer came in."""
    return file_response(access.exclusion_mail(request.person, exclusion))

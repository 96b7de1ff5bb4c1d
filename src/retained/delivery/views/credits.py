"""Credits over all agreements: the list with its picture, and one opened to act on it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from retained.delivery import access
from retained.delivery.commands import credits as commands
from retained.delivery.forms.credits import GiveBackForm, ReceiveForm, WaiveForm
from retained.delivery.queries import credits as queries
from retained.delivery.queries.credits import CreditRow
from retained.directory.forms.shape import VersionedForm
from retained.pages.addresses import address
from retained.pages.request import Request
from retained.pages.saving import attempt, status_of
from retained.pages.sources import QuerySource
from retained.pages.tables import Column, Filter, Sort, Table, respond
from retained.shared import clock
from retained.shared.errors import DomainError


@require_safe
def credits(request: Request) -> HttpResponseBase:
    """Show every credit, and what is still on its way."""
    sums = queries.credit_sums(access.current_credits(request.person))
    context = {"totals": queries.totals(sums), "charts": queries.credit_charts(sums)}
    table = _table(request, sum(one.count for one in sums))
    return respond(request, table, "delivery/credits.html", context)


def _table(request: Request, count: int) -> Table:
    def source(chosen: Mapping[str, str]) -> QuerySource[Any]:
        found = queries.chosen_credits(access.credits_to_read(request.person), chosen)
        known_count = None if any(chosen.values()) else count
        return QuerySource(found, queries.credit_rows, known_count=known_count)

    return Table(
        key="credits",
        caption="Credits",
        columns=(
            Column("month", "Month", sort="month", link=_url,
                   value=lambda row: row.month.title),
            Column("agreement", "Agreement", sort="agreement__title",
                   note=lambda row: row.provider),
            Column("amount", "Owed", "money"),
            Column("state_words", "State", sort="state"),
            Column("received", "Received", "money", note=lambda row: row.difference_words),
            Column("credit_note", "Credit note"),
            Column("earned_back", "Earned back", "money", note=lambda row: row.earned_words),
        ),
        source=source,
        sort=Sort("month", falling=True),
        filters=(Filter("words", "Find"), Filter("state", "State", queries.STATES)),
        empty_title="No credit yet",
        empty_text="A credit arises when a month is confirmed in which a service level was missed.",
        file_name="credits",
    )  # fmt: skip


def _url(row: CreditRow) -> str:
    return address("credit", row.key)


@require_safe
def credit(request: Request, credit: int) -> HttpResponse:
    """Show one credit, and what the reader may do about it."""
    return _page(request, credit)


@require_POST
def credit_claim(request: Request, credit: int) -> HttpResponse:
    """Tell that the credit was asked from the provider."""
    found = access.credit_to_read(request.person, credit)
    form = VersionedForm(request.POST)
    if not form.is_valid():
        raise DomainError("The form was not whole: open the credit again, then send it once more.")
    commands.claim_credit(
        found, by=request.person, at=clock.now(), version=form.cleaned_data["version"]
    )
    messages.success(request, "The credit is claimed.")
    return redirect("credit", credit)


@require_POST
def credit_receive(request: Request, credit: int) -> HttpResponse:
    """Tell that a credit note came."""
    found = access.credit_to_read(request.person, credit)
    form = ReceiveForm(request.POST, currency=found.currency)

    def save() -> Any:
        return commands.receive_credit(
            found,
            credit_note=form.cleaned_data["credit_note"],
            amount=form.money,
            covers_several=form.cleaned_data["covers_several"],
            by=request.person,
            at=clock.now(),
            version=form.cleaned_data["version"],
        )

    if attempt(form, save) is None:
        return _page(request, credit, {"receive": form}, status=status_of(form))
    messages.success(request, f"Credit note {found.credit_note} settles this credit.")
    return redirect("credit", credit)


@require_POST
def credit_give_back(request: Request, credit: int) -> HttpResponse:
    """Tell that what a month earned back above what it owes was given to the provider."""
    found = access.credit_to_read(request.person, credit)
    form = GiveBackForm(request.POST, currency=found.currency)

    def save() -> Any:
        return commands.give_back(
            found,
            invoice=form.cleaned_data["credit_note"],
            amount=form.money,
            by=request.person,
            at=clock.now(),
            version=form.cleaned_data["version"],
        )

    if attempt(form, save) is None:
        return _page(request, credit, {"give_back": form}, status=status_of(form))
    messages.success(request, f"{found.credit_note} settles what was given back.")
    return redirect("credit", credit)


@require_POST
def credit_waive(request: Request, credit: int) -> HttpResponse:
    """Give up a credit."""
    found = access.credit_to_read(request.person, credit)
    form = WaiveForm(request.POST, auto_id="waive_%s")

    def save() -> Any:
        return commands.waive_credit(
            found,
            reason=form.cleaned_data["reason"],
            by=request.person,
            at=clock.now(),
            version=form.cleaned_data["version"],
        )

    if attempt(form, save) is None:
        return _page(request, credit, {"waive": form}, status=status_of(form))
    messages.success(request, "The credit is waived; the reason stays with it.")
    return redirect("credit", credit)


def _page(
    request: Request, key: int, sent: Mapping[str, forms.Form] | None = None, *, status: int = 200
) -> HttpResponse:
    found = access.credit_to_read(request.person, key)
    sent = sent or {}
    shown = queries.shown_credit(found)
    initial = {"version": found.version}
    context = {
        "shown": shown,
        "may": access.closing_rights(request.person, shown.row.reference),
        "receive_form": sent.get("receive")
        or ReceiveForm(initial={**initial, "amount": shown.size.amount}, currency=found.currency),
        "give_back_form": sent.get("give_back")
        or GiveBackForm(initial={**initial, "amount": shown.size.amount}, currency=found.currency),
        "waive_form": sent.get("waive") or WaiveForm(initial=initial, auto_id="waive_%s"),
        "opened": list(sent),
    }
    return render(request, "delivery/credit.html", context, status=status)

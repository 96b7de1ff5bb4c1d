"""Pages of rate cards: the list, one card with how its rates spread, its file, withdrawing."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from retained.directory.access import may
from retained.files.responses import file_response, text_response
from retained.pages.addresses import address
from retained.pages.request import Request, wanted_fragment
from retained.pages.saving import attempt, status_of
from retained.pages.sources import QuerySource
from retained.pages.tables import Column, Filter, Sort, Table, respond
from retained.shared import clock
from retained.strategy.access.cases import cases_to_read
from retained.strategy.access.rates import (
    rate_card_to_change,
    rate_card_to_read,
    rate_cards_to_read,
)
from retained.strategy.commands import rates as commands
from retained.strategy.engine.rate_card_mapping import rate_card_schema
from retained.strategy.forms.rates import WithdrawCardForm
from retained.strategy.models import CaseState, RateCard
from retained.strategy.queries import rates as queries
from retained.strategy.rate_pictures import spread_chart

_STATES = (("force", "In force"), ("past", "Superseded or withdrawn"), ("all", "All"))
_MOST_REMARKS = 100
_MOST_CASES = 8


@require_GET
def rate_cards(request: Request) -> HttpResponseBase:
    """Show every rate card and wage table."""
    may_change = may(request.person, "change_cases")
    table = _cards_table(request, may_change=may_change)
    return respond(request, table, "strategy/rate_cards.html", {"may_change": may_change})


@require_GET
def rate_card(request: Request, card: str) -> HttpResponseBase:
    """Show one version of a card: how its rates spread, and each of them."""
    found = rate_card_to_read(request.person, card, _version_asked(request))
    may_change = may(request.person, "change_cases")
    context = _card_context(request, found) | {"may_change": may_change}
    if may_change and found.is_in_force:
        drafts = cases_to_read(request.person).filter(state=CaseState.DRAFT)
        context["cases"] = drafts.order_by("title")[:_MOST_CASES]
    return respond(request, _rates_table(request, found), "strategy/rate_card.html", context)


@require_GET
def rate_card_original(request: Request, card: str) -> HttpResponseBase:
    """Return the file as it came."""
    return file_response(rate_card_to_read(request.person, card, _version_asked(request)).file)


@require_GET
def rate_card_mapping(request: Request, card: str) -> HttpResponse:
    """Return how a card was read, as YAML."""
    found = rate_card_to_read(request.person, card, _version_asked(request))
    return text_response(found.document, f"{found.reference}.yaml", "application/yaml")


@require_http_methods(["GET", "POST"])
def rate_card_withdraw(request: Request, card: str) -> HttpResponse:
    """Take a card that was wrong out of force."""
    found = rate_card_to_change(request.person, card)
    form = WithdrawCardForm(request.POST or None)

    def save() -> bool:
        reason = form.cleaned_data["reason"]
        commands.withdraw_card(found, reason=reason, by=request.person, at=clock.now())
        return True

    if request.method == "POST" and attempt(form, save):
        messages.success(request, f"{found.title} is withdrawn. What was made of it stays.")
        return redirect("rate_cards")
    context = {"card": found, "form": form}
    return render(request, "strategy/rate_card_withdraw.html", context, status=status_of(form))


@require_GET
def rate_card_file_schema(request: Request) -> HttpResponse:  # noqa: ARG001 - a page's signature
    """Return the published JSON Schema of a mapping of a rate card."""
    return text_response(rate_card_schema(), "rate-card-1.schema.json", "application/schema+json")


def _version_asked(request: Request) -> int | None:
    """Return the version that the address asks for; without one it is the newest."""
    asked = request.GET.get("version", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else None


def _card_context(request: Request, card: RateCard) -> dict[str, Any]:
    if "format" in request.GET or wanted_fragment(request):
        return {}  # the table alone is asked for
    spreads = queries.spreads_of(card)
    remarks = queries.remarks_of(card)
    versions = queries.card_rows(queries.versions_of(card))
    [row] = [one for one in versions if one.version == card.version]
    return {
        "card": row,
        "mapping": queries.mapping_of_card(card),
        "spreads": spreads,
        "by_role": spread_chart(spreads, by="role"),
        "by_level": spread_chart(spreads, by="level") if spreads.by_level else None,
        "remarks": remarks[:_MOST_REMARKS],
        "more_remarks": max(len(remarks) - _MOST_REMARKS, 0),
        "versions": versions,
    }


def _cards_table(request: Request, *, may_change: bool) -> Table:
    def source(chosen: Mapping[str, str]) -> QuerySource[RateCard]:
        found = queries.cards_named(rate_cards_to_read(request.person), chosen["words"].split())
        if chosen["state"] != "all":
            found = found.filter(superseded_at__isnull=chosen["state"] == "force")
        return QuerySource(found.select_related("file"), rows=queries.card_rows)

    return Table(
        key="rate-cards",
        caption="Rate cards",
        columns=(
            Column("title", "Card", sort="title", link=_card_url, note=_note_of),
            Column("on", "Of", "day", sort="on"),
            Column("rates", "Rates", "number", sort="count"),
            Column("currencies", "In", sort="currencies"),
            Column("state", "State", note=lambda row: "prior" if row.prior else "our own"),
            Column("taken_in_by", "Taken in by"),
            Column("taken_in_at", "Taken in", "moment", sort="taken_in_at"),
        ),
        source=source,
        sort=Sort("title"),
        filters=(Filter("words", "Find"), Filter("state", "State", _STATES, "force")),
        empty_title="No rate card yet",
        empty_text=(
            "A rate card says what a role costs for an hour or a day, a wage table what it earns "
            "in a year. Assumptions of business cases are made of them."
        ),
        empty_url=reverse("rate_card_new") if may_change else "",
        empty_label="Bring one in",
    )  # fmt: skip


def _card_url(row: queries.CardRow) -> str:
    url = address("rate_card", row.reference)
    return url if row.superseded_at is None else f"{url}?version={row.version}"


def _note_of(row: queries.CardRow) -> str:
    return f"{row.reference}, version {row.version}"


def _rates_table(request: Request, card: RateCard) -> Table:
    role = "role" if "format" in request.GET else "role_shown"  # a download has all its words

    def source(chosen: Mapping[str, str]) -> QuerySource[Any]:
        found = queries.rates_of(card, words=chosen["words"].split(), on=_day(chosen["on"]))
        return QuerySource(found, rows=queries.rate_rows)

    return Table(
        key="rates",
        caption=f"Rates of {card.title}",
        columns=(
            Column(role, "Role", sort="role", note=lambda row: f"row {row.row:,}"),
            Column("level", "Level", sort="level"),
            Column("location", "Location", sort="location"),
            Column("provider", "Provider", sort="provider"),
            Column("amount", "As written", "decimal", note=lambda row: row.unit.each),
            Column("hour", "An hour", "decimal", sort="hour_hundredths"),
            Column("currency", "In", sort="currency"),
            Column("valid_from", "From", "day"),
            Column("valid_to", "Until", "day"),
        ),
        source=source,
        sort=Sort("role"),
        filters=(Filter("words", "Find"), Filter("on", "Valid on, as 2026-03-31")),
        file_name=card.reference,
        is_alone=False,
        empty_title="No such rate",
    )  # fmt: skip


def _day(text: str) -> date | None:
    """Return a day that somebody wrote; what is none narrows nothing."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

"""One ticket opened: its bar, the terms of its clock, its verdict and its raw rows."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from retained.delivery.queries.months import agreement_months
from retained.delivery.queries.tickets import shown_ticket
from retained.delivery.views.frame import agreement_and_measured
from retained.directory.access import may
from retained.pages.request import Request


@require_safe
def ticket(request: Request, reference: str, level: str, ticket: str) -> HttpResponse:
    """Show why a ticket counts as it does; one that goes on with another leads to that one."""
    agreement, measured = agreement_and_measured(request, reference)
    shown = shown_ticket(agreement_months(agreement, measured), level, ticket)
    if shown.ticket.number != ticket:
        return redirect("ticket", reference, level, shown.ticket.number)
    context = {
        "agreement": agreement,
        "shown": shown,
        "measured": measured,
        "zone": shown.terms.time_zone,
        "may_ask": may(request.person, "ask_exclusions", reference),
    }
    return render(request, "delivery/ticket.html", context)

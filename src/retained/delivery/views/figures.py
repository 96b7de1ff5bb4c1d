"""A figure opened: its card, its credit in words, its misses by day, and its tickets."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from retained.delivery import pictures
from retained.delivery.queries.earn_back_words import standing_words
from retained.delivery.queries.figures import credit_steps
from retained.delivery.queries.ticket_rows import TicketRow, TicketSource
from retained.delivery.queries.ticket_scopes import Scope, scope_of
from retained.delivery.queries.ticket_sums import TicketSums, ticket_sums
from retained.delivery.queries.wording import target_words
from retained.delivery.views.frame import Opened, opened
from retained.pages.addresses import addresses_below
from retained.pages.request import Request, wanted_fragment
from retained.pages.tables import Column, Filter, Sort, Table, respond
from retained.shared.months import Month

_VERDICTS = [
    ("met", "Met"), ("missed", "Missed"), ("open", "Open"), ("excluded", "Excluded"),
    ("unusable", "Unusable"),
]  # fmt: skip


@require_safe
def figure(request: Request, reference: str, level: str, month: Month) -> HttpResponseBase:
    """Show one service level in one month, down to its tickets."""
    shown = opened(request, reference, level, month)
    terms = shown.months.agreed.on(month)
    scope = scope_of(shown.measured, terms, shown.terms, month, close=shown.close)
    sums = ticket_sums(scope, terms.zone)
    table = _tickets(shown, scope, sums)
    is_part = wanted_fragment(request) == f"table-{table.key}" or "format" in request.GET
    context: dict[str, Any] = {} if is_part else _around(shown, sums)
    return respond(request, table, "delivery/figure.html", context)


def _around(shown: Opened, sums: TicketSums) -> dict[str, Any]:
    """Return what stands above the table."""
    agreed = shown.months.agreed
    terms = agreed.on(shown.figure.month)
    return {
        "agreement": shown.agreement,
        "story": shown.story,
        "month": shown.figure,
        "card": pictures.level_card(shown.story, shown.figure),
        "days": pictures.days_chart(shown.figure, sums.days) if sums.days else None,
        "steps": credit_steps(shown.figure, terms),
        "earn_back": _earn_back(shown),
        "version": agreed.version_on(shown.figure.month),
        "measured": shown.measured,
        "zone": terms.time_zone,
        "row": next(row for row in shown.months.months if row.month == shown.figure.month),
    }


def _earn_back(shown: Opened) -> str:
    """Return where the credit of the figure stands, if it can be earned back."""
    found = shown.months.earn_back_of(shown.story.level_id, shown.figure.month)
    return standing_words(found, shown.months.agreed.on(found.month)) if found else ""


def _tickets(shown: Opened, scope: Scope, sums: TicketSums) -> Table:
    reference, level_id = shown.agreement.reference, shown.story.level_id

    def source(chosen: Mapping[str, str]) -> TicketSource:
        return TicketSource(scope, chosen, known_count=sums.count)

    ticket_page = addresses_below("ticket", reference, level_id)

    columns = [
        Column("ticket", "Ticket", sort="ticket", link=lambda row: ticket_page(row.ticket)),
        Column("priority", "Priority", sort="priority"),
        Column("verdict", "Verdict", "verdict", sort="verdict", note=_reason),
        Column("clock_seconds", "Clock", "duration", sort="clock_seconds", note=_target),
        Column("paused_seconds", "Paused", "duration", sort="paused_seconds"),
        Column("due_at", "Due", "moment", sort="due_at"),
        Column("stopped_at", "Stopped", "moment", sort="stopped_at"),
    ]
    filters = [
        Filter("words", "Find a number"),
        Filter("verdict", "Verdict", _VERDICTS),
        Filter("priority", "Priority", [(name, name) for name in sums.priorities]),
    ]
    if sums.reasons:
        reasons = [(name, name) for name in sums.reasons]
        filters.append(Filter("reason", "Reason", reasons))
    if scope.has_said:
        columns.append(Column("said", "Provider says", "verdict", sort="said"))
        sides = [("differs", "differs from ours"), ("agrees", "is the same")]
        filters.append(Filter("difference", "The provider’s verdict", sides))
    return Table(
        key="tickets",
        caption=f"Tickets of {shown.story.title}, {shown.figure.month.title}",
        columns=columns,
        source=source,
        sort=Sort("verdict", falling=True) if shown.figure.missed else Sort("ticket"),
        filters=[one for one in filters if one.choices or one.key == "words"],
        empty_title="No ticket counts here",
        empty_text="No ticket of this service level falls into this month.",
        file_name=f"{reference}-{level_id}-{shown.figure.month}-tickets",
        row_class=lambda row: "dl-differs" if row.differs else "",
    )


def _reason(row: TicketRow) -> str:
    return row.reason or ("uncertain: pauses are not known" if row.uncertain else "")


def _target(row: TicketRow) -> str:
    return f"of {target_words(row.target)}" if row.target else ""

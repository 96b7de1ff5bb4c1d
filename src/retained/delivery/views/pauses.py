"""The pause audit of a figure: who let its clocks stand, why, and what looks odd."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from retained.delivery import pictures
from retained.delivery.queries.pauses import ShownAudit, shown_audit
from retained.delivery.views.frame import Opened, opened
from retained.pages.addresses import addresses_below
from retained.pages.charts import Chart
from retained.pages.request import Request
from retained.pages.sources import ListSource
from retained.pages.tables import Column, Filter, Sort, Table, respond, view
from retained.shared.months import Month

_SHOWN_IN_A_PICTURE = 8


@require_safe
def pause_audit(request: Request, reference: str, level: str, month: Month) -> HttpResponseBase:
    """Show the paused time of a figure by who and why, and the tickets that look odd."""
    shown = opened(request, reference, level, month)
    terms = shown.months.agreed.on(month)
    audit = shown_audit(shown.measured, terms, shown.terms, month, close=shown.close)
    pauses = _pauses(shown, audit)
    context = {
        "agreement": shown.agreement,
        "story": shown.story,
        "month": shown.figure,
        "audit": audit,
        "who": _hours("who", audit.by_actor, "people"),
        "why": _hours("why", audit.by_reason, "reasons"),
        "pauses": view(pauses, {}, path=request.path),
        "zone": terms.time_zone,
    }
    asked = pauses if request.GET.get("table") == pauses.key else _odd(shown, audit)
    return respond(request, asked, "delivery/pause_audit.html", context)


def _hours(key: str, seconds: list[tuple[str, int]], of: str) -> Chart | None:
    """Return paused hours by name; what does not fit is one bar, so that the picture is whole."""
    if not seconds:
        return None
    shown, rest = seconds[:_SHOWN_IN_A_PICTURE], seconds[_SHOWN_IN_A_PICTURE:]
    parts = [(name, Decimal(amount) / 3600) for name, amount in shown]
    if rest:
        left = sum(amount for _, amount in rest)
        parts.append((f"{len(rest)} others", Decimal(left) / 3600))
    whole = sum(amount for _, amount in seconds)
    most, longest = seconds[0]
    said = f"“{most}” stands for {longest / 3600:,.0f} of {whole / 3600:,.0f} paused hours"
    said += f", of {len(seconds)} {of}." if len(seconds) > 1 else "."
    rounded = [(name, round(amount, 1)) for name, amount in parts]
    return pictures.parts_bar(key, said, rounded, unit="h", name="Paused")


def _pauses(shown: Opened, audit: ShownAudit) -> Table:
    return Table(
        key="pauses",
        caption="Paused time by who and why",
        columns=(
            Column("actor", "Who set it"),
            Column("reason", "Reason"),
            Column("state", "State"),
            Column("pauses", "Pauses", "number"),
            Column("seconds", "Paused", "duration"),
            Column("share", "Share", "share"),
        ),
        source=lambda _chosen: ListSource(audit.rows),
        sort=Sort("seconds", falling=True),
        empty_title="No clock was paused",
        empty_text="No ticket of this figure stood in a state that the agreement pauses in.",
        file_name=f"{shown.agreement.reference}-{shown.story.level_id}-pauses",
    )


def _odd(shown: Opened, audit: ShownAudit) -> Table:
    reference, level_id = shown.agreement.reference, shown.story.level_id
    ticket_page = addresses_below("ticket", reference, level_id)

    def source(chosen: Mapping[str, str]) -> ListSource:
        return ListSource([row for row in audit.odd if chosen["pattern"] in {"", row.pattern}])

    choices = sorted({(row.pattern, row.pattern_words) for row in audit.odd})
    filters: list[Any] = [Filter("pattern", "Pattern", choices)] if choices else []
    return Table(
        key="odd",
        caption="Tickets that look odd",
        columns=(
            Column("ticket", "Ticket", sort="ticket", link=lambda row: ticket_page(row.ticket)),
            Column("pattern_words", "Pattern", sort="pattern_words"),
            Column("sentence", "What happened"),
            Column("verdict", "Verdict", "verdict", sort="verdict"),
        ),
        source=source if filters else lambda _chosen: ListSource([]),
        sort=Sort("pattern_words"),
        filters=filters,
        empty_title="Nothing looks odd",
        empty_text="No pause shortly before a breach, no ping-pong, nothing reopened as new.",
        file_name=f"{reference}-{level_id}-odd-pauses",
    )

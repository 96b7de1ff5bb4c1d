"""The difference list of a figure: why the provider's report and ours are not the same."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from retained.delivery import pictures
from retained.delivery.queries.differences import (
    CAUSE_WORDS,
    DifferenceList,
    DifferenceRow,
    difference_list,
)
from retained.delivery.queries.wording import target_words
from retained.delivery.views.frame import Opened, opened
from retained.pages.addresses import addresses_below
from retained.pages.charts import Chart
from retained.pages.request import Request
from retained.pages.sources import ListSource
from retained.pages.tables import Column, Filter, Sort, Table, respond
from retained.shared.months import Month


@require_safe
def differences(request: Request, reference: str, level: str, month: Month) -> HttpResponseBase:
    """Show the tickets between the two figures, each with its cause, ready to be sent."""
    shown = opened(request, reference, level, month)
    terms = shown.months.agreed.on(month)
    found = difference_list(shown.figure, shown.measured, terms, shown.terms, close=shown.close)
    context = {
        "agreement": shown.agreement,
        "story": shown.story,
        "month": shown.figure,
        "found": found,
        "chart": _causes_chart(found),
        "zone": terms.time_zone,
    }
    return respond(request, _table(shown, found), "delivery/differences.html", context)


def _causes_chart(found: DifferenceList) -> Chart | None:
    """Return the tickets by cause as a picture."""
    if found.by_cause:
        most, count = found.by_cause[0]
        sentence = f"{most}: {count} of {len(found.rows)} tickets"
        others = [f"{words.lower()}: {number}" for words, number in found.by_cause[1:]]
        return pictures.parts_bar("causes", "; ".join([sentence, *others]) + ".", found.by_cause)
    if found.possible:
        parts = [(cause.words, len(cause.tickets)) for cause in found.possible]
        parts += [("Not explained", found.not_explained)] if found.not_explained else []
        sentence = "How many of the missed tickets each way of counting would have met."
        return pictures.parts_bar("causes", sentence, parts)
    return None


def _table(shown: Opened, found: DifferenceList) -> Table:
    reference, level_id = shown.agreement.reference, shown.story.level_id
    ticket_page = addresses_below("ticket", reference, level_id)

    def source(chosen: Mapping[str, str]) -> ListSource:
        rows = [row for row in found.rows if chosen["cause"] in {"", row.cause}]
        return ListSource(rows)

    def url(row: DifferenceRow) -> str:
        return ticket_page(row.ticket) if row.is_ours else ""

    present = {row.cause for row in found.rows}
    choices = [(cause.value, words) for cause, words in CAUSE_WORDS.items() if cause in present]
    filters: list[Any] = [Filter("cause", "Cause", choices or [("none", "none")])]
    return Table(
        key="differences",
        caption=f"Differences in {shown.story.title}, {shown.figure.month.title}",
        columns=(
            Column("ticket", "Ticket", sort="ticket", link=url),
            Column("cause_words", "Cause", sort="cause_words"),
            Column("ours", "Measured", "verdict", sort="ours"),
            Column("reported", "Reported", "verdict", sort="reported"),
            Column("sentence", "Why"),
            Column("clock_seconds", "Clock", "duration", sort="clock_seconds", note=_target),
        ),
        source=source,
        sort=Sort("cause_words"),
        filters=filters,
        empty_title="No ticket differs",
        empty_text="Where verdicts on single tickets are known, both sides say the same.",
        file_name=f"{reference}-{level_id}-{shown.figure.month}-differences",
    )


def _target(row: DifferenceRow) -> str:
    return f"of {target_words(row.target)}" if row.target else ""

"""The page of dated exchange rates: the last ones, and the next file of them."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from retained.directory.access import may, must
from retained.evidence.commands.exchange_rates import ImportedRates, import_rates
from retained.evidence.forms.rates import RatesForm
from retained.evidence.queries.exchange_rates import latest_rates
from retained.files.storing import SentFile
from retained.pages import tables
from retained.pages.request import Request
from retained.pages.saving import attempt, status_of
from retained.pages.sources import ListSource
from retained.pages.tables import Column, Sort, Table
from retained.shared import clock
from retained.shared.days import day_in_words

_YEARS_BACK = 3


@require_http_methods(["GET", "POST"])
def exchange_rates(request: Request) -> HttpResponseBase:
    """Show the last rates, and take a file of further ones in."""
    must(request.person, "read_rates")
    first = clock.now().date().replace(month=1, day=1)
    initial = {"since": first.replace(year=first.year - _YEARS_BACK)}
    form = RatesForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and (answer := _imported(request, form)):
        return answer
    rows = latest_rates()
    context = {
        "form": form,
        "may_import": may(request.person, "import_rates"),
        "limit_bytes": settings.UPLOAD_LIMIT_BYTES,
        "latest": rows[0].day if rows else None,
    }
    table = Table(
        key="rates",
        caption="The last reference rates",
        columns=[
            Column("currency", "Currency", sort="currency"),
            Column("per_base", "For 1 EUR"),
            Column("worth", "1 of it in EUR"),
            Column("day", "Of", kind="day"),
        ],
        source=lambda _: ListSource(rows),
        sort=Sort("currency"),
        page_size=100,
        empty_title="No rates yet",
        empty_text="Money crosses no currencies until the central bank's rates are imported.",
    )
    response = tables.respond(request, table, "evidence/exchange_rates.html", context)
    response.status_code = status_of(form)
    return response


def _imported(request: Request, form: RatesForm) -> HttpResponse | None:
    """Return the page again with what came in, or nothing where the file was refused."""

    def save() -> ImportedRates:
        sent = SentFile(form.cleaned_data["file"], form.cleaned_data["file"].name)
        since = form.cleaned_data["since"]
        return import_rates(sent, by=request.person, at=clock.now(), since=since)

    found = attempt(form, save)
    if found is None:
        return None
    messages.success(request, _words(found))
    return redirect("exchange_rates")


def _words(found: ImportedRates) -> str:
    """Return what came in; what did not happen is not spoken of."""
    parts = [f"{found.new:,} are new"]
    parts += [f"{found.unchanged:,} were there already"] if found.unchanged else []
    parts += [f"{found.superseding:,} supersede an earlier one"] if found.superseding else []
    return f"Rates up to {day_in_words(found.last_day)}: {', '.join(parts)}."

"""The provider's door: the statements that were sent to it, and its answers."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from retained.delivery import access, statement_files
from retained.delivery.commands import answers
from retained.delivery.commands.answers import Answer, Kind
from retained.delivery.forms.closing import AnswerForm
from retained.delivery.queries.closes import change_of
from retained.delivery.queries.shown_statements import shown_statement
from retained.delivery.queries.terms import agreed
from retained.delivery.statement_picture import statement_chart
from retained.directory.access import may
from retained.pages.addresses import address
from retained.pages.request import Request
from retained.pages.saving import attempt, status_of
from retained.pages.sources import QuerySource
from retained.pages.tables import Column, Sort, Table, respond
from retained.portal import queries
from retained.portal.queries import StatementRow
from retained.shared import clock
from retained.shared.months import Month


@require_safe
def portal_statements(request: Request) -> HttpResponseBase:
    """Show the statements that were sent to the reader's organisation."""
    return respond(request, _table(request), "portal/statements.html", {})


def _table(request: Request) -> Table:
    return Table(
        key="statements",
        caption="Statements",
        columns=(
            Column("month", "Month", sort="month", link=_url,
                   value=lambda row: row.month.title, note=lambda row: f"statement {row.number}"),
            Column("agreement", "Agreement", sort="agreement__title"),
            Column("missed", "Missed"),
            Column("owed", "Credit", "money"),
            Column("answer_due", "Answer by", "day"),
            Column("state", "Answer"),
        ),
        source=lambda _: QuerySource(
            access.closes_to_read(request.person), queries.statement_rows
        ),
        sort=Sort("month", falling=True),
        empty_title="No statement yet",
        empty_text="Each month’s statement stands here once your client has sent it.",
        file_name="statements",
    )  # fmt: skip


def _url(row: StatementRow) -> str:
    return address("portal_statement", row.reference, row.month, row.number)


@require_safe
def portal_statement(request: Request, reference: str, month: Month, number: int) -> HttpResponse:
    """Show a statement, with the form to answer it."""
    return _page(request, (reference, month, number))


@require_POST
def portal_answer(request: Request, reference: str, month: Month, number: int) -> HttpResponse:
    """Agree to a statement, or dispute it."""
    close = access.close_to_read(request.person, reference, str(month), number)
    form = AnswerForm(request.POST, currency=shown_statement(close).content.currency)

    def save() -> Any:
        sent = form.cleaned_data
        answer = Answer(Kind(sent["kind"]), sent["sentence"], form.disputed_amount)
        return answers.answer_statement(
            close, answer, by=request.person, at=clock.now(), version=sent["version"]
        )

    if attempt(form, save) is None:
        return _page(request, (reference, month, number), form, status=status_of(form))
    messages.success(request, "Your answer is kept, and your client sees it.")
    return redirect("portal_statement", reference, month, number)


def _page(
    request: Request,
    place: tuple[str, Month, int],
    form: AnswerForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    reference, month, number = place
    close = access.close_to_read(request.person, reference, str(month), number)
    shown = shown_statement(close)
    may_answer = close.is_current and may(request.person, "answer_statements", reference)
    context = {
        "agreement": close.agreement,
        "shown": shown,
        "chart": statement_chart(shown),
        "change": change_of(close),
        "zone": agreed(close.agreement).on(month).zone.key,
        "file_forms": [name for name in statement_files.FORMS if name != "json"],
        "for_provider": True,
        "may_answer": may_answer or form is not None,
        "form": form
        or AnswerForm(currency=shown.content.currency, initial={"version": close.version}),
    }
    return render(request, "portal/statement.html", context, status=status)

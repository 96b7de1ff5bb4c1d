"""A statement: its page, its files, the mails of its answers, and the auditor's pack."""

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from retained.delivery import access, statement_files
from retained.delivery.jobs import pack_job
from retained.delivery.packing import must_be_confirmed, pack_path
from retained.delivery.queries.closes import change_of
from retained.delivery.queries.shown_statements import shown_statement
from retained.delivery.queries.terms import agreed
from retained.delivery.statement_downloads import statement_response
from retained.delivery.statement_picture import statement_chart
from retained.files.responses import file_response
from retained.jobs.queue import enqueue
from retained.pages.request import Request
from retained.shared.errors import NotThereError
from retained.shared.months import Month


@require_safe
def statement(request: Request, reference: str, month: Month, number: int) -> HttpResponse:
    """Show a statement: figures first, then the money, then what both rest on."""
    access.agreement_to_watch(request.person, reference)
    close = access.close_to_read(request.person, reference, str(month), number)
    shown = shown_statement(close)
    context = {
        "agreement": close.agreement,
        "shown": shown,
        "chart": statement_chart(shown),
        "change": change_of(close),
        "zone": agreed(close.agreement).on(month).zone.key,
        "file_forms": statement_files.FORMS,
    }
    return render(request, "delivery/statement.html", context)


@require_safe
def statement_file(
    request: Request, reference: str, month: Month, number: int, form: str
) -> HttpResponse:
    """Give a statement as a file; both sides get the same bytes."""
    if form not in statement_files.FORMS:
        raise NotThereError("This file")
    close = access.close_to_read(request.person, reference, str(month), number)
    return statement_response(close, form)


@require_safe
def answer_mail(request: Request, answer: int) -> HttpResponseBase:
    """Give the mail that an answer to a statement came in."""
    return file_response(access.answer_mail(request.person, answer))


@require_http_methods(["GET", "HEAD", "POST"])
def statement_pack(request: Request, reference: str, month: Month, number: int) -> HttpResponseBase:
    """Have the auditor's pack made in the background, and give it once it is."""
    access.agreement_to_watch(request.person, reference)
    close = access.close_to_read(request.person, reference, str(month), number)
    if request.method == "POST":
        must_be_confirmed(close)
        run = enqueue(
            pack_job,
            by=request.person,
            close_id=close.pk,
            address=reverse("statement_pack", args=[reference, month, number]),
        )
        return redirect("job_progress", run.key)
    path = pack_path(close)
    if not path.exists():
        return redirect("statement", reference, month, number)
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)

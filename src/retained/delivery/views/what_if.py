"""What if the contract said something else: the same history under changed rules."""

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from retained.contracts.models import Agreement
from retained.delivery import pictures
from retained.delivery.forms.what_if import WhatIfForm, question_words
from retained.delivery.jobs import replay_job
from retained.delivery.models import Measured
from retained.delivery.queries import replays
from retained.delivery.queries.replays import Replay
from retained.delivery.queries.terms import agreed
from retained.delivery.views.frame import agreement_and_measured
from retained.delivery.views.replay_tables import replay_tables
from retained.jobs.queue import enqueue
from retained.pages.request import Request
from retained.pages.tables import respond_with
from retained.shared import clock


@require_http_methods(["GET", "HEAD", "POST"])
def what_if(request: Request, reference: str) -> HttpResponseBase:
    """Ask, and show the answer beside what was measured; the record stays untouched.

    The question stands in the address. Small evidence is replayed at once, large evidence by a
    job that a POST begins.
    """
    agreement, measured = agreement_and_measured(request, reference)
    terms = agreed(agreement)
    form = WhatIfForm(request.GET or None, [row.terms for row in terms.versions])
    if not form.is_bound or not form.is_valid():
        status = 422 if form.is_bound else 200
        return _page(request, agreement, form, status=status)
    question = form.question()
    missing = replays.missing_evidence(terms.latest, question)
    if missing:
        return _page(request, agreement, form, missing=missing)
    if request.method == "POST":
        run = enqueue(
            replay_job,
            by=request.person,
            agreement_id=agreement.pk,
            question=question,
            address=request.get_full_path(),
        )
        return redirect("job_progress", run.key)
    answer = replays.answer_at_once(agreement, measured, question, at=clock.now())
    words = question_words(question, form)
    return _page(request, agreement, form, answer=answer, words=words, measured=measured)


def _page(
    request: Request,
    agreement: Agreement,
    form: WhatIfForm,
    *,
    answer: Replay | None = None,
    words: str = "",
    measured: Measured | None = None,
    missing: str = "",
    status: int = 200,
) -> HttpResponseBase:
    context = {
        "agreement": agreement,
        "tab": "what_if",
        "form": form,
        "answer": answer,
        "words": words,
        "measured": measured,
        "is_asked": bool(words),
        "missing": missing,
        "fitting": form.fitting_words() if words else "",
        "chart": pictures.owed_chart(answer) if answer and answer.owed else None,
        "examples": _examples(agreement),
    }
    if answer is not None:
        tables = replay_tables(answer, reference=agreement.reference)
        return respond_with(request, tables, "delivery/what_if.html", context)
    return render(request, "delivery/what_if.html", context, status=status)


def _examples(agreement: Agreement) -> list[tuple[str, str]]:
    """Return questions that are often asked, each with its address."""
    asked = (
        ("third-party waiting paused", "pauses=both"),
        ("the clock ran around the clock", "calendar=24x7"),
        ("closing counted, not resolution", "stops=closed"),
        ("90 % in 8 hours were enough", "expected=90+%25&minimum=85+%25&target=8h"),
    )
    page = reverse("what_if", args=[agreement.reference])
    return [(words, f"{page}?{query}") for words, query in asked]

"""Pages of own, share or buy: one's own answers, and what other answers would speak for."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from retained.pages.request import Request, is_fragment
from retained.pages.saving import attempt, status_of
from retained.shared import clock
from retained.shared.errors import DomainError
from retained.strategy.access.portfolio import function_to_appraise, function_to_read
from retained.strategy.commands.appraisals import give_appraisal
from retained.strategy.engine.own_or_buy import advice
from retained.strategy.forms.appraisals import AppraisalForm, WhatIfForm
from retained.strategy.map_picture import Point, map_chart
from retained.strategy.queries import appraisals as queries
from retained.strategy.queries.function_pages import advice_shown


@require_http_methods(["GET", "POST"])
def function_appraise(request: Request, function: str) -> HttpResponse:
    """Give one's own answers; those given before are shown and superseded."""
    found = function_to_appraise(request.person, function)
    mine = queries.sheet_of_person(found, request.person)
    first: dict[str, Any] = {"note": mine.note} if mine else {}
    first |= {question.value: level for question, level in mine.sheet.items()} if mine else {}
    form = AppraisalForm(request.POST or None, initial=first)

    def save() -> Any:
        return give_appraisal(
            found, form.answers(), note=form.cleaned_data["note"], by=request.person,
            at=clock.now(),
        )  # fmt: skip

    if request.method == "POST" and attempt(form, save):
        messages.success(request, f"Your answers about {found.title} are kept.")
        return redirect("function", function)
    context = {"form": form, "function": found, "mine": mine}
    return render(request, "strategy/appraise.html", context, status=status_of(form))


@require_GET
def function_what_if(request: Request, function: str) -> HttpResponse:
    """Show what changed answers would speak for; nothing is kept."""
    found = function_to_read(request.person, function)
    given = queries.advice_from(queries.sheets_that_count(found))
    if given is None:
        raise DomainError(
            "Nobody has answered for this function yet: give your own answers first, then ask "
            "what others would change."
        )
    form = WhatIfForm(request.GET, middle=given.answers)
    asked = advice([form.answers()])
    context = {
        "form": form,
        "function": found,
        "now": advice_shown(given),
        "then": advice_shown(asked),
        "changed": form.changed,
        "chart": map_chart(
            [Point("as answered", given), Point("as asked here", asked)] if form.changed
            else [Point(found.title, given)]
        ),
    }  # fmt: skip
    template = "what_if_answer" if is_fragment(request) else "what_if"
    return render(request, f"strategy/{template}.html", context)

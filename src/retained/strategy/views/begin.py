"""The page on which a case begins: twelve questions, a first result, and the draft."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from retained.directory.access import must
from retained.files.responses import text_response
from retained.pages.request import Request
from retained.pages.saving import attempt, status_of
from retained.shared import clock
from retained.shared.errors import DomainError
from retained.strategy.commands.cases import create_case
from retained.strategy.engine.case_files import write_case
from retained.strategy.engine.wizard import first_case
from retained.strategy.first_pictures import ways_chart
from retained.strategy.forms.begin import BeginForm
from retained.strategy.queries.begin import first_result, known_rate

_USUAL = {
    "currency": "EUR", "months": "36", "discount": "7 %", "priced_by": "month", "tax_rate": "21 %",
    "tax_recovered": "100 %", "place": "onshore", "move": "0", "own_knowledge": "some",
    "less_work": "10 %", "improve_cost": "0",
}  # fmt: skip
_NOTE = "Begun from twelve answers."


@require_http_methods(["GET", "POST"])
def case_begin(request: Request) -> HttpResponse:
    """Ask twelve questions, show what a quick run says, and keep the case as a draft."""
    must(request.person, "change_cases")
    today = clock.now().date()
    form = BeginForm(request.POST or None, initial=_USUAL | {"start": f"{today.year + 1}-01"})
    context: dict[str, Any] = {"form": form}
    if request.method == "POST":
        wish = request.POST.get("wish", "look")
        found = attempt(form, lambda: _wished(request, form, wish), note=_is_noted)
        if isinstance(found, HttpResponse):
            return found
        context |= found or {}
    return render(request, "strategy/begin.html", context, status=status_of(form))


def _wished(request: Request, form: BeginForm, wish: str) -> HttpResponse | dict[str, Any]:
    """Return the draft's page, its file, or the first result."""
    today = clock.now().date()
    form.take_known_rate(lambda currency, base: known_rate(currency, base, today))
    terms = first_case(form.answers(), on=today)
    if wish == "save":
        case = create_case(terms, by=request.person, at=clock.now(), note=_NOTE)
        messages.success(request, f"{case.title} is kept as the draft {case.reference}.")
        return redirect("case", case.reference)
    if wish == "file":
        return text_response(write_case(terms), f"{terms.reference}.yaml", "application/yaml")
    first = first_result(terms)
    return {"first": first, "chart": ways_chart(first.result)}


def _is_noted(form: Form, _: DomainError) -> bool:
    """Return whether the remarks stand beside their fields already."""
    return bool(form.errors)

"""The page that makes an assumption of a case from the rates of a card, in one step."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from retained.pages.request import Request
from retained.pages.saving import attempt, status_of
from retained.shared import clock
from retained.shared.errors import DomainError
from retained.strategy.access.cases import case_to_change
from retained.strategy.access.rates import rate_card_to_read, rate_cards_to_read
from retained.strategy.case_words import named, value_words
from retained.strategy.commands import cases as commands
from retained.strategy.engine.case_editing import with_priced_assumption
from retained.strategy.engine.case_terms import AssumptionTerms, CaseTerms
from retained.strategy.engine.cases import CaseRefusedError
from retained.strategy.engine.rate_assumptions import Shape
from retained.strategy.engine.rate_card_mapping import Unit
from retained.strategy.forms.rates import RatesAssumptionForm
from retained.strategy.models import BusinessCase
from retained.strategy.queries import cases as queries
from retained.strategy.queries.rates import Wanted, assumption_from

_ASKED = ("card", "role", "level", "on", "per", "shape", "replaces", "name")


@require_http_methods(["GET", "POST"])
def case_assumption_rates(request: Request, reference: str) -> HttpResponse:
    """Make an assumption of the rates of a card: in place of another one, or a new one."""
    case = case_to_change(request.person, reference)
    commands.must_be_a_draft(case)
    terms = queries.terms_written_in(queries.version_of(case).document)
    form = _form(request, case, terms)
    made: AssumptionTerms | None = None

    def save() -> Any:
        nonlocal made
        made = _assumption(request, form)
        return None if "look" in request.POST else _saved(request, case, terms, form, made)

    done = attempt(form, save, note=_note) if request.method == "POST" else None
    if done:
        messages.success(request, f"“{_name(form)}” is of the card: version {done.number}.")
        return redirect("case_terms", case.reference)
    context = {
        "case": case,
        "form": form,
        "made": made,
        "worth": value_words(made) if made else "",
        "currency": terms.currency,
        "is_foreign": made is not None and not made.unit.startswith(terms.currency),
        "has_cards": bool(form.fields["card"].choices),  # type: ignore[attr-defined] # a ChoiceField
    }
    return render(request, "strategy/case_rates.html", context, status=status_of(form))


def _form(request: Request, case: BusinessCase, terms: CaseTerms) -> RatesAssumptionForm:
    cards = rate_cards_to_read(request.person).filter(superseded_at=None).order_by("title")
    asked = {name: request.GET[name] for name in _ASKED if name in request.GET}
    return RatesAssumptionForm(
        request.POST or None,
        initial={"version": case.version, "on": clock.now().date(), **asked},
        cards=[(one.reference, f"{one.title}, {one.on}") for one in cards],
        assumptions=[(key, named(one.title, key)) for key, one in terms.assumptions.items()],
    )


def _assumption(request: Request, form: RatesAssumptionForm) -> AssumptionTerms:
    sent: Mapping[str, Any] = form.cleaned_data
    card = rate_card_to_read(request.person, sent["card"])
    wanted = Wanted(
        role=sent["role"],
        level=sent["level"],
        on=sent["on"],
        unit=Unit(sent["per"]),
        shape=Shape(sent["shape"]),
    )
    return assumption_from(card, wanted)


def _saved(
    request: Request,
    case: BusinessCase,
    terms: CaseTerms,
    form: RatesAssumptionForm,
    made: AssumptionTerms,
) -> Any:
    sent: Mapping[str, Any] = form.cleaned_data
    changed = with_priced_assumption(
        terms, _name(form), made, title=sent["title"], is_new=not sent["replaces"]
    )
    return commands.change_case(
        case,
        changed,
        note=sent["note"] or f"“{_name(form)}” from {made.source}",
        by=request.person,
        at=clock.now(),
        expected_version=sent["version"],
    )


def _name(form: RatesAssumptionForm) -> str:
    return str(form.cleaned_data["replaces"] or form.cleaned_data["name"])


def _note(form: Any, error: DomainError) -> bool:
    """Say above the form all that is wrong with the case as it would be."""
    if not isinstance(error, CaseRefusedError):
        return False
    form.note_remarks([str(one) for one in error.remarks])
    return True

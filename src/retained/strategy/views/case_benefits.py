"""Pages that change what an option does for the company's goals and values."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from retained.pages.request import Request
from retained.shared import clock
from retained.shared.errors import NotThereError
from retained.strategy.engine import case_editing
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.forms.benefits import BenefitForm
from retained.strategy.queries.benefits import goals_to_choose
from retained.strategy.views.case_parts import answer, opened


@require_http_methods(["GET", "POST"])
def case_benefit_new(request: Request, reference: str, option: str) -> HttpResponse:
    """Add what an option does for a goal."""
    case, terms = opened(request, reference)
    if option not in terms.options:
        raise NotThereError("This option")
    goals = goals_to_choose(request.person, on=clock.now().date())
    form = BenefitForm(request.POST or None, goals=goals, initial={"version": case.version})

    def changed() -> CaseTerms:
        return case_editing.with_benefit(terms, option, None, form.document())

    title = f"What {terms.options[option].title} brings"
    return answer(request, case, form, changed, title=title, what="A benefit")


@require_http_methods(["GET", "POST"])
def case_benefit(request: Request, reference: str, option: str, place: int) -> HttpResponse:
    """Change what an option does for a goal, or take it out."""
    case, terms = opened(request, reference)
    if option not in terms.options or not 1 <= place <= len(terms.options[option].benefits):
        raise NotThereError("This benefit")
    one = terms.options[option].benefits[place - 1]
    goals = goals_to_choose(request.person, on=clock.now().date(), now=one.goal)
    initial = BenefitForm.initial_of(one) | {"version": case.version}
    form = BenefitForm(request.POST or None, goals=goals, initial=initial)

    def changed() -> CaseTerms:
        if "remove" in request.POST:
            return case_editing.without_benefit(terms, option, place - 1)
        return case_editing.with_benefit(terms, option, place - 1, form.document())

    title = f"{one.goal}: what {terms.options[option].title} brings"
    return answer(request, case, form, changed, title=title, what="A benefit", can_remove=True)

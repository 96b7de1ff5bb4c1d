"""The page on which owners confirm the assumptions of a case, several at once."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from retained.directory.access import may
from retained.pages import saving
from retained.pages.request import Request
from retained.pages.saving import CAME_LATE, status_of
from retained.shared import clock
from retained.strategy.access.confirmations import case_to_confirm, rows_to_see
from retained.strategy.commands.confirmations import confirm_assumptions
from retained.strategy.forms.confirmations import ConfirmForm, ConfirmForOthersForm
from retained.strategy.models import BusinessCase, CaseState
from retained.strategy.queries import cases as queries
from retained.strategy.queries.confirmations import AssumptionToConfirm, assumptions_to_confirm
from retained.strategy.views.cases import case_context

_FOR_OTHERS = "for_others"  # the button of the second form


@require_http_methods(["GET", "POST"])
def case_confirm(request: Request, reference: str) -> HttpResponse:
    """Show the assumptions that wait for somebody; confirm those that are ticked."""
    case = case_to_confirm(request.person, reference)
    version = queries.version_of(case)
    run = queries.run_of(version)
    result = queries.result_written_in(run.document) if run else None
    rows = rows_to_see(request.person, assumptions_to_confirm(version, result))
    own, others = _waiting(case, rows, request)
    sent: ConfirmForm | None = None
    if request.method == "POST":
        make, waiting = (
            (ConfirmForOthersForm, others) if _FOR_OTHERS in request.POST else (ConfirmForm, own)
        )
        sent = make(request.POST, rows=waiting)
        if saving.attempt(sent, lambda: _confirm(case, sent, request)):
            messages.success(request, "Confirmed as it stands. Whoever changes it opens it again.")
            return redirect("case_confirm", reference)
    status = status_of(sent) if sent else 200
    context = case_context(request, case, "confirm") | {
        "own": (own, _shown(sent, ConfirmForm, own)),
        "others": (others, _shown(sent, ConfirmForOthersForm, others)),
        "confirmed": [row for row in rows if not row.is_open],
        "best": queries.best_of(result).title if result else "",
        "may_read": may(request.person, "read_cases"),
        "came_late": status == CAME_LATE,
    }
    return render(request, "strategy/case_confirm.html", context, status=status)


def _confirm(case: BusinessCase, form: Any, request: Request) -> Any:
    return confirm_assumptions(
        case,
        form.seen_by_name(),
        reason=form.cleaned_data.get("reason", ""),
        by=request.person,
        at=clock.now(),
    )


def _waiting(
    case: BusinessCase, rows: Sequence[AssumptionToConfirm], request: Request
) -> tuple[list[AssumptionToConfirm], list[AssumptionToConfirm]]:
    """Return what waits for the reader, and what of others it may confirm for them."""
    is_waiting = case.state == CaseState.DRAFT
    waiting = [row for row in rows if row.is_open and is_waiting]
    key = request.person.actor_key
    own = [row for row in waiting if row.owner_key == key]
    if not may(request.person, "confirm_for_others"):
        return own, []
    return own, [row for row in waiting if row.owner and row.owner_key != key]


def _shown(
    sent: ConfirmForm | None, make: type[ConfirmForm], rows: Sequence[AssumptionToConfirm]
) -> ConfirmForm:
    """Return the form that was sent, with what is wrong, or a blank one of its kind."""
    return sent if type(sent) is make else make(rows=rows)

"""The pages that join all stages: the overview and the search over names."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from retained.audit.queries import state as record_state
from retained.directory.access import may
from retained.directory.engine.roles import Side
from retained.pages import needs, search
from retained.pages import overview as cards
from retained.pages.request import Request
from retained.project.first_steps import first_steps
from retained.shared import clock


@require_safe
def overview(request: Request) -> HttpResponse:
    """Show what needs the person today; a provider's person begins at its statements."""
    if request.person.side is Side.PROVIDER:
        return redirect("portal_statements")
    at = clock.now()
    mine = cards.cards(request.person, at)
    sealed = record_state()
    context = {
        "now": at,
        "today": timezone.localdate(at),
        "needs": needs.needs(request.person, at),
        "main_cards": [card for card in mine if card.width != "third"],
        "side_cards": [card for card in mine if card.width == "third"],
        # Whoever sees figures is past the first steps.
        "steps": [] if mine else first_steps(request.person),
        "record": sealed,
        "seal": sealed.head if sealed else None,
        "may_read_record": may(request.person, "read_record"),
    }
    return render(request, "overview.html", context)


@require_safe
def search_names(request: Request) -> HttpResponse:
    """Show whose names hold the words that the person typed."""
    asked = request.GET.get("q", "").strip()[:200]
    groups = search.hits(request.person, search.words_of(asked))
    return render(request, "search.html", {"searched": asked, "groups": groups})

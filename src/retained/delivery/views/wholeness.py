"""Is the evidence whole? What looks missing, source by source, with the volumes as a picture."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from retained.delivery import access, pictures
from retained.delivery.queries.terms import agreed
from retained.delivery.queries.wholeness import CODE_WORDS, SourceLook, evidence_look
from retained.pages.charts import Chart
from retained.pages.request import Request


@require_safe
def wholeness(request: Request, reference: str) -> HttpResponse:
    """Show what suggests that rows are missing in an agreement's sources."""
    agreement = access.agreement_to_watch(request.person, reference)
    terms = agreed(agreement)
    look = evidence_look(terms)
    context = {
        "agreement": agreement,
        "tab": "wholeness",
        "look": look,
        "sources": [(one, _volumes(one), _worded(one)) for one in look.sources],
        "zone": terms.latest.time_zone,
    }
    return render(request, "delivery/wholeness.html", context)


def _volumes(look: SourceLook) -> Chart | None:
    return pictures.volumes_chart(look) if look.volumes else None


def _worded(look: SourceLook) -> list[tuple[str, str, str]]:
    """Return each remark as what it is, the sentence, and the file that it is about."""
    return [
        (CODE_WORDS.get(remark.code, "A remark"), remark.sentence, remark.place.file)
        for remark in look.remarks
    ]

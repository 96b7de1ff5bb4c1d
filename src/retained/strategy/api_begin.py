"""How a business case begins, as JSON: twelve answers give a case and a first result."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router, Schema

from retained.directory.access import must
from retained.pages.request import Request
from retained.shared import clock
from retained.shared.errors import DomainError
from retained.strategy.engine.answers import Answers, read_answers
from retained.strategy.engine.cases import CaseRefusedError
from retained.strategy.engine.wizard import first_case
from retained.strategy.queries.begin import FirstResult, first_result

router = Router(tags=["business cases"])

_ANSWERS = {
    "requestBody": {
        "required": True,
        "description": "A document of the schema retained/answers/1, as YAML or as JSON.",
        "content": {
            "application/yaml": {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "object"}},
        },
    }
}


class FirstResultOut(Schema):
    """A case that nobody kept, and what a quick run of it says.

    `cheapest` is the best option in the middle of all draws, `surely` the share of draws in which
    it costs the least of all; `document` can be sent to `/cases` as it is.
    """

    cheapest: str
    surely: float
    headline: str
    sentences: list[str]
    rests_on: str
    draws: int
    document: dict[str, Any]


@router.post(
    "/case-beginnings",
    response=FirstResultOut,
    url_name="case_begin",
    summary="Begin a case from twelve answers",
    openapi_extra=_ANSWERS,
)
def begin(request: Request) -> Any:
    """Return the case that the answers in the body begin, with a first result; nothing is kept."""
    must(request.person, "change_cases")
    try:
        terms = first_case(_answers_in(request), on=clock.now().date())
        return _shown(first_result(terms))
    except CaseRefusedError as error:
        return _refusal(error)


def _answers_in(request: HttpRequest) -> Answers:
    try:
        return read_answers(request.body.decode("utf-8-sig"), name="")
    except UnicodeDecodeError:
        raise DomainError("The body is not UTF-8 text: send YAML or JSON as UTF-8.") from None


def _refusal(error: CaseRefusedError) -> HttpResponse:
    remarks = [
        {"line": one.place.row, "field": one.place.column, "sentence": one.sentence}
        for one in error.remarks
    ]
    said = f"The answers give no case: {len(remarks)} to mend."
    return JsonResponse({"detail": said, "remarks": remarks}, status=422)


def _shown(first: FirstResult) -> dict[str, Any]:
    return {
        "cheapest": first.look.cheapest,
        "surely": round(first.look.surely, 6),
        "headline": first.look.headline,
        "sentences": list(first.look.sentences),
        "rests_on": first.result.rests_on,
        "draws": first.result.simulation.draws,
        "document": first.result.terms.as_document(),
    }

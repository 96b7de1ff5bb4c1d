"""The JSON API `/api/v1`: the routers of the stages under one roof, with OpenAPI and its page."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.throttling import AuthRateThrottle

from retained.contracts.api import router as contracts
from retained.contracts.api_documents import router as documents
from retained.delivery.api import router as delivery
from retained.delivery.api_measured import router as measured
from retained.delivery.api_statements import router as statements
from retained.directory.api import TokenOrSession
from retained.directory.api import router as directory
from retained.directory.api_house import router as house
from retained.directory.api_people import router as people
from retained.evidence.api import router as evidence
from retained.evidence.api_rates import router as rates
from retained.evidence.api_sources import router as sources
from retained.pages.problems import refusal
from retained.project.job_api import router as jobs
from retained.project.record_api import router as record
from retained.shared.errors import DomainError
from retained.strategy.api_accounts import router as accounts
from retained.strategy.api_actuals import router as actuals
from retained.strategy.api_appraisals import router as appraisals
from retained.strategy.api_begin import router as beginnings
from retained.strategy.api_benefits import router as benefits
from retained.strategy.api_case_pack import router as case_packs
from retained.strategy.api_cases import router as cases
from retained.strategy.api_confirmations import router as confirmations
from retained.strategy.api_portfolio import router as functions
from retained.strategy.api_rates import router as rate_cards

api = NinjaAPI(
    title="Retained",
    version="1",
    description=(
        "What the pages show, for machines. Make a token under “API tokens” and send it as "
        "`Authorization: Bearer rtn_…`. A token acts as its person and never beyond that "
        "person's roles; a token that may only read is refused every change. Whatever is refused "
        'comes as `{"detail": "what is wrong and how to go on"}`. Long lists come in pages: '
        "`limit` rows from `after` on, and `next` to go on with, null at the end."
    ),
    urls_namespace="api",
    auth=TokenOrSession(),
    throttle=[AuthRateThrottle("1200/m")],
)


@api.exception_handler(DomainError)
def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Return a broken rule as JSON, with the status that says its kind."""
    return refusal(request, error)


@api.exception_handler(ValidationError)
def unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Return what cannot be read in the shape of every refusal: one text under `detail`."""
    return refusal(request, DomainError(" ".join(map(_fault, error.errors))))


def _fault(fault: Mapping[str, Any]) -> str:
    """Return one fault as a sentence that begins with where it is: “limit” in the query."""
    place, *path = fault["loc"]
    inside = path[1:] if place in {"body", "form", "file"} and len(path) > 1 else path
    name = ".".join(map(str, inside or path))
    return f"“{name}” in the {place}: {str(fault['msg']).rstrip('.').lower()}."


for router in (
    directory,
    house,
    people,
    beginnings,
    rate_cards,
    cases,
    case_packs,
    benefits,
    confirmations,
    actuals,
    accounts,
    functions,
    appraisals,
    contracts,
    documents,
    evidence,
    sources,
    rates,
    delivery,
    measured,
    statements,
    record,
    jobs,
):
    api.add_router("", router)

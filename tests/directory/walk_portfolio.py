"""Example objects for the access walk, and rows for the query walk: the portfolio."""

import io

from directory.cast import AT, Cast
from directory.walk_registry import Pair, example
from directory.walk_rows import kind
from retained.directory.models import Person
from retained.files.storing import store_upload
from retained.strategy.access.portfolio import LISTS_FOLDER
from retained.strategy.commands.appraisals import give_appraisal
from retained.strategy.commands.business_functions import (
    BusinessFunctionDetails,
    add_business_function,
)
from retained.strategy.commands.portfolio import add_function
from retained.strategy.engine.function_files import function_of
from retained.strategy.engine.own_or_buy import Question
from retained.strategy.models import BusinessFunction, ItFunction

FUNCTION = "walked"
BUSINESS = "walked-business"


@example("function")
def _function(cast: Cast, reader: Person) -> Pair:
    if not ItFunction.objects.filter(reference=FUNCTION).exists():
        by = cast.service_manager
        _business_function(BUSINESS, by=by)
        made = _it_function(FUNCTION, supports=[BUSINESS], by=by)
        give_appraisal(made, dict.fromkeys(Question, 2), by=by, at=AT)
    return Pair(FUNCTION, "no-such-function")


@example("business")
def _business(cast: Cast, reader: Person) -> Pair:
    _function(cast, reader)
    return Pair(BUSINESS, "no-such-business")


@example("sent_file")
def _sent_list(cast: Cast, reader: Person) -> Pair:
    mine, others = (
        store_upload(
            io.BytesIO(b"IT function\nNetworks\n"),
            name="list.csv",
            by=by,
            at=AT,
            folder=LISTS_FOLDER,
        ).key
        for by in (reader, cast.rival)
    )
    return Pair(mine, others)


@kind
def _portfolio(cast: Cast, reader: Person, number: int) -> None:
    """Another business function, an IT function below the walked one, and answers to both."""
    _function(cast, reader)
    by = cast.service_manager
    business = _business_function(f"business-{number}", by=by)
    made = _it_function(f"function-{number}", parent=FUNCTION, supports=[business.reference], by=by)
    for person in cast.people.values():
        if person.roles & {"finance", "legal"}:
            give_appraisal(made, dict.fromkeys(Question, number % 5), by=person, at=AT)
    walked = ItFunction.objects.get(reference=FUNCTION)
    give_appraisal(walked, dict.fromkeys(Question, number % 5), by=by, at=AT)


def _business_function(reference: str, *, by: Person) -> BusinessFunction:
    details = BusinessFunctionDetails(reference.capitalize(), "high", 60, 15)
    return add_business_function(reference, details, by=by, at=AT)


def _it_function(reference: str, *, by: Person, **more: object) -> ItFunction:
    document = {
        "schema": "retained/function/1",
        "reference": reference,
        "title": reference.capitalize(),
        "owner": by.name,
        "people": [{"role": "Engineer", "number": "2"}],
        "volumes": {"tickets": {"history": {"2026-01": "10"}}},
        **more,
    }
    return add_function(function_of(document), by=by, at=AT)

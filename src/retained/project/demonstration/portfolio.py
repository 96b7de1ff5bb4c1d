"""The portfolio of the story: business functions, IT functions, and what the cast thinks of each.

Brought by the commands that people use; what the answers speak for is for the engine to find.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from retained.project.demonstration.cast import Cast
from retained.shared.months import Month
from retained.strategy.commands.appraisals import give_appraisal
from retained.strategy.commands.business_functions import (
    BusinessFunctionDetails,
    add_business_function,
)
from retained.strategy.commands.portfolio import (
    add_function,
    change_function,
    take_from_catalogue,
)
from retained.strategy.engine.catalogue import catalogue
from retained.strategy.engine.function_files import function_of, with_fields
from retained.strategy.engine.function_terms import SCHEMA
from retained.strategy.engine.own_or_buy import Question
from retained.strategy.models import ItFunction
from retained.strategy.queries.portfolio import newest_version

PATH = Path(__file__).with_name("portfolio.yaml")
_TAKEN = datetime(2025, 12, 2, 9, 0, tzinfo=UTC)
_WRITTEN = datetime(2025, 12, 2, 14, 0, tzinfo=UTC)
_ASKED = datetime(2025, 12, 3, 8, 0, tzinfo=UTC)
_COUNTED = datetime(2026, 11, 5, 10, 0, tzinfo=UTC)


def bring_portfolio(cast: Cast) -> None:
    """Add the bank's functions, and let its people say whether to own, share or buy each."""
    told = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    lead = cast["Femke"]
    for reference, details in told["business_functions"].items():
        add_business_function(reference, BusinessFunctionDetails(**details), by=lead, at=_TAKEN)
    usual = [one["reference"] for one in told["functions"] if one["reference"] in catalogue()]
    take_from_catalogue(usual, by=lead, at=_TAKEN)
    for one in told["functions"]:
        _appraise(cast, _described(cast, one), one["answers"])


def keep_volumes(cast: Cast, tickets: Mapping[Month, int]) -> None:
    """Write into the service desk how many tickets each closed month had."""
    desk = ItFunction.objects.get(reference="service-desk")
    terms = newest_version(desk).terms
    volumes = terms.as_document()["volumes"]
    volumes["tickets"]["history"] = {str(month): count for month, count in tickets.items()}
    change_function(
        desk, with_fields(terms, volumes=volumes), note="Tickets from January to October 2026",
        by=cast["Jeroen"], at=_COUNTED, expected_version=desk.version,
    )  # fmt: skip


def _described(cast: Cast, one: Mapping[str, Any]) -> ItFunction:
    """Add a function, or change the one that came from the catalogue."""
    fields = {name: value for name, value in one.items() if name != "answers"}
    found = ItFunction.objects.filter(reference=one["reference"]).first()
    if found is None:
        terms = function_of({"schema": SCHEMA, **fields})
        return add_function(terms, by=cast["Femke"], at=_WRITTEN)
    change_function(
        found, with_fields(newest_version(found).terms, **fields), note="Our own figures",
        by=cast["Femke"], at=_WRITTEN, expected_version=found.version,
    )  # fmt: skip
    return found


def _appraise(cast: Cast, function: ItFunction, answers: Mapping[str, list[int]]) -> None:
    for number, (name, levels) in enumerate(answers.items()):
        sheet = dict(zip(Question, levels, strict=True))
        at = _ASKED + timedelta(minutes=20 * number)
        give_appraisal(function, sheet, by=cast[name], at=at)

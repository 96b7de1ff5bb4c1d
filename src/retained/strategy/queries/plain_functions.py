"""IT functions and what is said of them as plain values, alike for the API and the command line."""

from collections.abc import Mapping
from typing import Any

from retained.directory.models import Person
from retained.strategy.engine.function_figures import function_remarks, retained_teams
from retained.strategy.engine.own_or_buy import Advice, Question, advice
from retained.strategy.engine.raci import hand_offs
from retained.strategy.models import BusinessFunction, ItFunction
from retained.strategy.queries import appraisals
from retained.strategy.queries.portfolio import FunctionRow, newest_version

FUNCTION_FIELDS = (
    "reference", "title", "parent", "depth", "performer", "performed_by", "owner", "people",
    "yearly_cost", "currency", "importance", "risk", "way", "answered", "retired",
)  # fmt: skip
ADVICE_FIELDS = (
    "way", "importance", "risk", "answered", "agree", "reasons", "differs", "changes", "waiting",
)  # fmt: skip
BUSINESS_FIELDS = (
    "reference", "title", "criticality", "recovery_time_minutes", "recovery_point_minutes",
    "retired", "version",
)  # fmt: skip


def function_row(row: FunctionRow) -> dict[str, Any]:
    """Return a line of the tree."""
    terms, given = row.terms, row.advice
    return {
        "reference": row.reference,
        "title": row.title,
        "parent": terms.parent,
        "depth": row.depth,
        "performer": row.performer,
        "performed_by": ", ".join(terms.performed_by),
        "owner": terms.owner,
        "people": str(row.size.number),
        "yearly_cost": str(row.size.cost.amount) if row.size.cost else None,
        "currency": terms.currency,
        "importance": round(given.importance, 3) if given else None,
        "risk": round(given.risk, 3) if given else None,
        "way": given.way.value if given else None,
        "answered": given.asked if given else 0,
        "retired": row.is_retired,
    }


def function_document(function: ItFunction) -> dict[str, Any]:
    """Return what is known of a function, and what it adds up to."""
    version = newest_version(function)
    terms = version.terms
    passed = hand_offs(terms.raci) if terms.raci else []
    return {
        "reference": function.reference,
        "expected_version": function.version,
        "version": version.number,
        "sha256": version.sha256,
        "retired": function.retired_at is not None,
        "document": terms.as_document(),
        "hand_offs": len(passed),
        "crossing_hand_offs": sum(one.crosses for one in passed),
        "retained_teams": [
            {
                "option": one.key,
                "title": one.title,
                "people": str(one.size.number),
                "change": str(one.change),
                "yearly_cost": str(one.size.cost.amount) if one.size.cost else None,
            }
            for one in retained_teams(terms)
        ],
        "remarks": [one.sentence for one in function_remarks(terms)],
    }


def advice_row(
    function: ItFunction, reader: Person, asked: Mapping[Question, int | None] | None = None
) -> dict[str, Any]:
    """Return what the answers speak for, or with some of them changed as `asked`: a what-if.

    Where nobody has answered there is no way, and `waiting` names who may.
    """
    sheets = appraisals.sheets_that_count(function)
    given = appraisals.advice_from(sheets)
    changes = {question: level for question, level in (asked or {}).items() if level is not None}
    if given is not None and changes:
        given = advice([{**given.answers, **changes}])
    waiting = appraisals.not_yet_answered(reader, sheets)
    if given is None:
        blank: dict[str, Any] = dict.fromkeys(("way", "importance", "risk"))
        lists: dict[str, Any] = {"reasons": [], "differs": [], "changes": [], "answers": {}}
        return {**blank, **lists, "answered": 0, "agree": 0, "waiting": waiting}
    return {**_given(given), "answered": len(sheets), "waiting": waiting}


def _given(given: Advice) -> dict[str, Any]:
    return {
        "way": given.way.value,
        "importance": round(given.importance, 3),
        "risk": round(given.risk, 3),
        "agree": given.agree,
        "answers": {question.value: level for question, level in given.answers.items()},
        "reasons": list(given.reasons),
        "differs": [question.value for question in given.differs],
        "changes": [
            {"question": one.question.value, "to": one.to, "way": one.way.value}
            for one in given.changes
        ],
    }


def appraisal_rows(function: ItFunction) -> list[dict[str, Any]]:
    """Return everybody's answers that count."""
    return [
        {
            "person": one.name,
            "given_at": one.given_at,
            "note": one.note,
            "answers": {question.value: level for question, level in one.sheet.items()},
        }
        for one in appraisals.sheets_that_count(function)
    ]


def business_row(one: BusinessFunction) -> dict[str, Any]:
    """Return a business function."""
    return {
        "reference": one.reference,
        "title": one.title,
        "criticality": one.criticality,
        "recovery_time_minutes": one.recovery_time_minutes,
        "recovery_point_minutes": one.recovery_point_minutes,
        "retired": one.retired_at is not None,
        "version": one.version,
    }

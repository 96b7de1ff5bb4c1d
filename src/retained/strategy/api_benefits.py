"""What options do for the company's goals and values, as JSON."""

from typing import Any

from ninja import Router, Schema

from retained.pages.request import Request
from retained.shared import clock
from retained.strategy.access.cases import case_to_read
from retained.strategy.queries.benefits import goals_served_by_option

router = Router(tags=["business cases"])


class BenefitOut(Schema):
    """A mark from 0 to 4, or a figure with its unit."""

    words: str
    mark: int | None
    figure: str | None
    unit: str


class ServedGoalOut(Schema):
    """A goal or value with what an option does for it; `share` is null where none holds so."""

    goal: str
    kind: str | None
    share: str | None
    is_served: bool
    benefits: list[BenefitOut]


class OptionBenefitsOut(Schema):
    """One option."""

    option: str
    goals: list[ServedGoalOut]


@router.get(
    "/cases/{reference}/benefits",
    response=list[OptionBenefitsOut],
    url_name="case_benefits",
    summary="Read what the options do for goals and values",
)
def benefits(request: Request, reference: str) -> list[dict[str, Any]]:
    """Return for each option every goal and value, the heaviest first, served or not.

    One list: a case compares a handful of options.
    """
    case = case_to_read(request.person, reference)
    found = goals_served_by_option(case, by=request.person, at=clock.now())
    return [
        {"option": option, "goals": [_goal(one) for one in served]}
        for option, served in found.items()
    ]


def _goal(one: Any) -> dict[str, Any]:
    held = one.held
    return {
        "goal": one.name,
        "kind": None if held is None else held.kind,
        "share": None if held is None else f"{held.share:.4f}",
        "is_served": one.is_served,
        "benefits": [benefit.model_dump() for benefit in one.benefits],
    }

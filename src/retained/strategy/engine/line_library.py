"""The usual cost lines of doing it in-house and of handing it out, as formulas over drivers.

In   the names of drivers: answers, priors and what is worked out from them
Out  cost lines of an option, ready for a case, and every driver that they need
Why  docs/methods/cost-lines.md
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from retained.strategy.engine.case_terms import AssumptionTerms, LineTerms, Paid, TaxTerms
from retained.strategy.engine.formulas.reading import read_formula


class Side(StrEnum):
    """Who does the work that a line pays for."""

    IN_HOUSE = "in_house"
    OFFER = "offer"


@dataclass(frozen=True, slots=True)
class CostLine:
    """A usual line: its formula, and whether it is one-off, paid at the start or invoiced.

    What a provider invoices carries tax; salaries do not.
    """

    id: str
    side: Side
    title: str
    formula: str
    once: bool = False
    at_start: bool = False
    invoiced: bool = False


@dataclass(frozen=True, slots=True)
class WorkedDriver:
    """A driver that several lines rest on: worked out by a formula, or counted around it."""

    title: str
    unit: str
    formula: str
    is_count: bool = False

    def as_assumption(self) -> AssumptionTerms:
        """Return it as an assumption of a case."""
        kind = "count" if self.is_count else "formula"
        told = {"title": self.title, "unit": self.unit, kind: self.formula}
        return AssumptionTerms.model_validate(told)


class Pricing(StrEnum):
    """How a provider prices its work."""

    MONTH = "month"
    HOUR = "hour"
    UNIT = "unit"
    TIERS = "tiers"


# What the offer costs a month in the provider's currency, at the prices of the first year.
PRICED = {
    Pricing.MONTH: "price",
    Pricing.HOUR: "people / efficiency * hours_a_year / 12 * price",
    Pricing.UNIT: "units * price",
    Pricing.TIERS: "tiered(units, 0, price, tier_from, tier_price)",
}

WORKED: Mapping[str, WorkedDriver] = {
    "wage": WorkedDriver(
        "Salary of one person", "a month", "salary / 12 * growth(wage_growth)"
    ),
    "leavers": WorkedDriver(
        "People who leave by themselves", "in a month", "people * attrition / 12", is_count=True
    ),
    "in_house_month": WorkedDriver(
        "What the team costs",
        "a month",
        "people * (wage * (1 + on_cost) * (1 + manager_pay / span)"
        " + salary / 12 * (tools_share + facilities_share))",
    ),
    "price_index": WorkedDriver(
        "Index of the price", "1 in the first year",
        "indexed(inflation, labour_share, index_floor, index_cap)",
    ),
    "fee": WorkedDriver("Fee", "a month", "offer_fee * price_index"),
    "side_by_side": WorkedDriver(
        "Both work side by side", "1 in a month in which they do",
        "clip(transfer_months * own_knowledge + 1 - month, 0, 1)",
    ),
    "retained_people": WorkedDriver(
        "People who stay to steer", "people", "max(people_kept, people * retained_share)"
    ),
}  # fmt: skip

_HIRED = "12 * wage * agency_fee"
_RAMP = "ramp_up_months * wage * (1 + on_cost) / 2"
IN_HOUSE = (
    CostLine("salaries", Side.IN_HOUSE, "Salaries", "people * wage"),
    CostLine("on_costs", Side.IN_HOUSE, "On top of salaries", "people * wage * on_cost"),
    CostLine("hiring", Side.IN_HOUSE, "Hiring", f"leavers * agency_share * {_HIRED}"),
    CostLine(
        "vacancies", Side.IN_HOUSE, "Stand-ins for empty posts",
        "leavers * days_to_fill / 365 * 12 * wage * backfill_premium",
    ),
    CostLine("ramp_up", Side.IN_HOUSE, "New people who learn", f"leavers * {_RAMP}"),
    CostLine("training", Side.IN_HOUSE, "Training", "people * wage * training_share"),
    CostLine("tools", Side.IN_HOUSE, "Tools", "people * salary / 12 * tools_share"),
    CostLine("facilities", Side.IN_HOUSE, "Places", "people * salary / 12 * facilities_share"),
    CostLine(
        "management", Side.IN_HOUSE, "Managers of the team",
        "people / span * wage * manager_pay * (1 + on_cost)",
    ),
)  # fmt: skip

_YEAR = "12 * offer_fee"
_SIX_MONTHS = "/ 6 * (month <= 6)"
OFFER = (
    CostLine("fee", Side.OFFER, "Fee", "fee", invoiced=True),
    CostLine(
        "selection", Side.OFFER, "Choosing the provider", f"{_YEAR} * selection_share",
        once=True, at_start=True,
    ),
    CostLine(
        "transition", Side.OFFER, "Handing over",
        f"{_YEAR} * transition_share * (1 + transition_overrun) {_SIX_MONTHS}",
        once=True, invoiced=True,
    ),
    CostLine(
        "knowledge_transfer", Side.OFFER, "Knowledge transfer",
        f"{_YEAR} * knowledge_share * own_knowledge {_SIX_MONTHS}", once=True, invoiced=True,
    ),
    CostLine(
        "parallel_run", Side.OFFER, "The team, while both work side by side",
        "in_house_month * side_by_side", once=True,
    ),
    CostLine(
        "until_they_leave", Side.OFFER, "Salaries until people leave",
        "people_leaving * wage * (1 + on_cost) * (1 + manager_pay / span)"
        " * max(0, clip(leave_month - month, 0, 1) - side_by_side)",
        once=True,
    ),
    CostLine(
        "until_they_move", Side.OFFER, "Salaries until people move",
        "people_moving * wage * (1 + on_cost)"
        " * max(0, clip(move_month - month, 0, 1) - side_by_side)",
        once=True,
    ),
    CostLine(
        "severance", Side.OFFER, "Severance",
        "people_leaving * wage * severance_months * once(floor(leave_month))", once=True,
    ),
    CostLine(
        "staff_transfer", Side.OFFER, "What goes along with people who move",
        "people_moving * wage * move_months * once(floor(move_month))", once=True,
    ),
    CostLine(
        "dip", Side.OFFER, "Productivity dip",
        "fee * dip * own_knowledge * max(0, 1 - (month - 1) / 9)", once=True,
    ),
    CostLine(
        "retained_team", Side.OFFER, "People who stay to steer",
        "retained_people * wage * retained_pay * (1 + on_cost) * (1 - side_by_side)",
    ),
    CostLine("governance", Side.OFFER, "Steering the provider", "fee * governance_share"),
    CostLine("travel", Side.OFFER, "Travel", "fee * travel_share"),
    CostLine(
        "time_zones", Side.OFFER, "Friction of time zones",
        "fee * min(1, hours_apart * time_zone_loss) * talk_share",
    ),
    CostLine("assurance", Side.OFFER, "Security assessments", "fee * assurance_share"),
    CostLine(
        "stranded", Side.OFFER, "Desks and licences that go on costing",
        "people * salary / 12 * (tools_share + facilities_share) * stranded_share"
        " * max(0, 1 - (month - 1) / stranded_months) * (1 - side_by_side)",
        once=True,
    ),
    CostLine("rework", Side.OFFER, "Work that is done twice", "fee * rework_share"),
    CostLine(
        "exit", Side.OFFER, "Leaving before the term", "ended * 12 * fee * exit_share", once=True
    ),
    CostLine(
        "reversal", Side.OFFER, "Building the team again",
        f"ended * comes_back * people * ({_HIRED} + {_RAMP})", once=True,
    ),
)  # fmt: skip
ABROAD = frozenset({"travel", "time_zones"})


def as_lines(
    lines: Iterable[CostLine], *, scale: str = "", tax: TaxTerms | None = None
) -> dict[str, LineTerms]:
    """Return usual lines as lines of a case.

    `scale` is a formula that every line is multiplied by; `tax` falls on what is invoiced.
    """
    return {
        one.id: LineTerms(
            title=one.title,
            formula=f"{scale} * ({one.formula})" if scale else one.formula,
            paid=Paid.AT_START if one.at_start else Paid.MONTHLY,
            once=one.once,
            tax=tax if one.invoiced else None,
        )
        for one in lines
    }


def drivers_of(formulas: Iterable[str], also: Mapping[str, AssumptionTerms]) -> list[str]:
    """Return every driver that formulas need, those that others rest on after these.

    Worked drivers and those in `also` are followed to what they name themselves.
    """
    found: dict[str, None] = {}
    for formula in formulas:
        for name in sorted(read_formula(formula).names):
            _follow(name, also, found)
    return list(found)


def _follow(name: str, also: Mapping[str, AssumptionTerms], found: dict[str, None]) -> None:
    if name in found:
        return
    for below in _below(name, also):
        _follow(below, also, found)
    found[name] = None


def _below(name: str, also: Mapping[str, AssumptionTerms]) -> Iterator[str]:
    if name in also:
        yield from sorted(also[name].names)
    elif name in WORKED:
        yield from sorted(read_formula(WORKED[name].formula).names)

"""The usual cost lines: the tables of their methods page, by hand and by the formula language."""

import re
from collections.abc import Mapping

import numpy as np
import pytest

from golden.golden_tables import rows
from retained.strategy.engine.case_terms import Paid, TaxTerms, figure
from retained.strategy.engine.formulas.reading import read_formula
from retained.strategy.engine.formulas.tree import Array, Term
from retained.strategy.engine.line_library import (
    ABROAD,
    IN_HOUSE,
    OFFER,
    PRICED,
    WORKED,
    CostLine,
    Pricing,
    as_lines,
    drivers_of,
)

TERM = Term(36)
LINES = {one.id: one for one in (*IN_HOUSE, *OFFER)}
TOLD = [*rows("cost-lines/in-house.csv"), *rows("cost-lines/offer.csv")]


def drivers() -> dict[str, Array]:
    """Return the drivers of the page, worked ones last."""
    values = {
        row["driver"]: np.full((1, 1), figure(row["value"]))
        for row in rows("cost-lines/drivers.csv")
    }
    values["ended"] = read_formula("once(13)").compute({}, TERM)
    for name, one in WORKED.items():
        values[name] = read_formula(one.formula).compute(values, TERM)
    return values


def amounts(formula: str, values: Mapping[str, Array]) -> Array:
    return np.broadcast_to(read_formula(formula).compute(values, TERM), (1, TERM.months))[0]


def in_months(row: Mapping[str, str]) -> dict[int, str]:
    """Return the figures of a row by month."""
    return {
        int(found[1]): told
        for head, told in row.items()
        if (found := re.fullmatch(r"month (\d+)", head)) and told
    }


def test_the_page_has_every_line_with_its_formula() -> None:
    assert [(row["line"], row["formula"]) for row in TOLD] == [
        (one.id, f"`{one.formula}`") for one in (*IN_HOUSE, *OFFER)
    ]
    assert [(row["driver"], row["formula"]) for row in rows("cost-lines/worked.csv")] == [
        (name, f"`{one.formula}`") for name, one in WORKED.items()
    ]


@pytest.mark.parametrize("row", TOLD, ids=lambda row: row["line"])
def test_a_line_gives_the_amounts_of_the_page(row: dict[str, str]) -> None:
    found = amounts(LINES[row["line"]].formula, drivers())
    if row["start"]:
        assert f"{found[0]:.2f}" == row["start"]
    for month, told in in_months(row).items():
        assert f"{found[month - 1]:.2f}" == told, month


@pytest.mark.parametrize("row", rows("cost-lines/worked.csv"), ids=lambda row: row["driver"])
def test_what_lines_rest_on_is_worked_out_as_on_the_page(row: dict[str, str]) -> None:
    found = amounts(WORKED[row["driver"]].formula, drivers())
    for month, told in in_months(row).items():
        assert f"{found[month - 1]:.4f}" == told


@pytest.mark.parametrize("row", rows("cost-lines/priced.csv"), ids=lambda row: row["priced by"])
def test_an_offer_is_priced_as_on_the_page(row: dict[str, str]) -> None:
    formula = PRICED[Pricing(row["priced by"])]
    assert row["formula"] == f"`{formula}`"
    given = (part.rsplit(" ", 1) for part in row["with"].split(", "))
    values = {name: np.full((1, 1), float(value)) for name, value in given}
    assert f"{amounts(formula, values)[0]:.2f}" == row["offer_fee"]


# The same page once more, in plain arithmetic: nothing of it knows the formula language.
WAGE, TEAM, FEE = 48_000 / 12, 30, 90_000
BY_HAND = {
    ("salaries", 1): TEAM * WAGE,
    ("salaries", 13): TEAM * WAGE * 1.03,
    ("on_costs", 1): TEAM * WAGE * 0.45,
    ("hiring", 1): TEAM * 0.12 / 12 * 0.40 * 48_000 * 0.25,
    ("vacancies", 1): TEAM * 0.12 / 12 * 73 / 365 * 48_000 * 0.20,
    ("ramp_up", 1): TEAM * 0.12 / 12 * 8 * WAGE * 1.45 / 2,
    ("training", 1): TEAM * WAGE * 0.02,
    ("tools", 13): TEAM * WAGE * 0.04,
    ("facilities", 13): TEAM * WAGE * 0.06,
    ("management", 1): 3 * WAGE * 1.5 * 1.45,
    ("fee", 13): FEE * 1.03,  # 80 % of 5 % are 4 %, and the cap is 3 %
    ("transition", 1): FEE * 12 * 0.025 * 1.3 / 6,
    ("knowledge_transfer", 4): FEE * 12 * 0.12 / 6,
    ("parallel_run", 1): TEAM * WAGE * (1.45 * (1 + 1.5 / 10) + 0.10),
    ("parallel_run", 4): 0,
    ("until_they_leave", 1): 0,
    ("until_they_leave", 5): 20 * WAGE * 1.45 * 1.15,
    ("until_they_move", 4): 6 * WAGE * 1.45,
    ("severance", 7): 20 * WAGE * 5,
    ("staff_transfer", 5): 6 * WAGE,
    ("dip", 4): FEE * 0.09 * 2 / 3,
    ("retained_team", 7): 4 * WAGE * 1.3 * 1.45,
    ("governance", 1): FEE * 0.05,
    ("travel", 1): FEE * 0.01,
    ("time_zones", 1): FEE * 4 * 0.11 * 0.10,
    ("assurance", 1): FEE * 0.01,
    ("stranded", 7): TEAM * WAGE * 0.10 * 0.5 * 0.5,
    ("rework", 13): FEE * 1.03 * 0.03,
    ("exit", 13): FEE * 1.03 * 12 * 0.15,
    ("reversal", 13): 0.34 * TEAM * 1.03 * (48_000 * 0.25 + 8 * WAGE * 1.45 / 2),
}


@pytest.mark.parametrize(("place", "by_hand"), BY_HAND.items(), ids=str)
def test_a_line_agrees_with_plain_arithmetic(place: tuple[str, int], by_hand: float) -> None:
    name, month = place
    [row] = [row for row in TOLD if row["line"] == name]
    assert in_months(row)[month] == f"{by_hand:.2f}"


def test_choosing_a_provider_is_paid_at_the_start() -> None:
    [row] = [row for row in TOLD if row["line"] == "selection"]
    assert row["start"] == f"{FEE * 12 * 0.01:.2f}"
    assert as_lines(OFFER)["selection"].paid is Paid.AT_START


def test_tax_falls_on_what_the_provider_invoices_and_not_on_salaries() -> None:
    tax = TaxTerms(rate="21 %", recovered="0 %")
    taxed = {name for name, one in as_lines((*IN_HOUSE, *OFFER), tax=tax).items() if one.tax}
    assert taxed == {"fee", "transition", "knowledge_transfer"}


def test_a_scale_multiplies_the_whole_line() -> None:
    line = CostLine("two", IN_HOUSE[0].side, "Two", "people + 1")
    formula = as_lines([line], scale="share")["two"].formula
    values = {"share": np.full((1, 1), 0.5), "people": np.full((1, 1), 3.0)}
    assert amounts(formula, values)[0] == 2.0


def test_what_a_line_needs_is_followed_to_the_last_driver() -> None:
    found = drivers_of([LINES["fee"].formula], {})
    assert found == [
        "offer_fee", "index_cap", "index_floor", "inflation", "labour_share", "price_index", "fee",
    ]  # fmt: skip


@pytest.mark.parametrize("attrition", [0.0, 0.05, 0.12, 0.40])
def test_more_people_leaving_never_makes_a_team_cheaper(attrition: float) -> None:
    def cost(share: float) -> float:
        values = drivers() | {"attrition": np.full((1, 1), share)}
        values["leavers"] = read_formula(WORKED["leavers"].formula).compute(values, TERM)
        return float(sum(amounts(one.formula, values).sum() for one in IN_HOUSE))

    assert cost(attrition) <= cost(attrition + 0.01)


def test_travel_and_time_zones_are_lines_of_an_offer_from_abroad() -> None:
    assert {one.id for one in OFFER} >= ABROAD

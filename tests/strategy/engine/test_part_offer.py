"""Handing out a part: the table of its methods page, by hand and by the formula language."""

import re
from collections.abc import Mapping

import numpy as np
import pytest

from golden.golden_tables import rows
from retained.strategy.engine.case_files import model_of
from retained.strategy.engine.case_terms import CaseTerms, TaxTerms
from retained.strategy.engine.formulas.reading import read_formula
from retained.strategy.engine.formulas.tree import Array
from retained.strategy.engine.line_library import IN_HOUSE, OFFER
from retained.strategy.engine.part_offer import (
    PART_FORMULAS,
    SCALES,
    can_be_parted,
    part_lines,
)
from retained.strategy.engine.quick import holding
from retained.strategy.engine.simulation import expected
from strategy.engine.test_line_library import TERM, amounts, drivers, in_months
from strategy.engine.test_wizard import answers, begun

TOLD = rows("cost-lines/part.csv")
LINES = part_lines(TaxTerms(rate="21 %"), without=())


def of_the_part() -> dict[str, Array]:
    """Return the drivers of the page with those of the part."""
    values = drivers()
    for name, value in (("part_out", 0.6), ("part_dearer", 0.05), ("part_knowledge", 0.7)):
        values[name] = np.full((1, 1), value)
    for name, (_, _, formula) in PART_FORMULAS.items():
        values[name] = read_formula(formula).compute(values, TERM)
    return values


def saving(terms: CaseTerms, option: str, **held: float) -> float:
    texts = {key: str(one) for key, one in held.items()}
    return float(expected(holding(model_of(terms), texts)).saving(option)[0])


def test_the_page_has_every_line_of_both_sides_with_its_formula() -> None:
    assert [(row["line"], row["formula"]) for row in TOLD] == [
        (name, f"`{one.formula}`") for name, one in LINES.items()
    ]
    assert list(LINES) == [one.id for one in (*IN_HOUSE, *OFFER)]
    assert SCALES.keys() == {one.id for one in OFFER}


@pytest.mark.parametrize("row", TOLD, ids=lambda row: row["line"])
def test_a_line_of_the_part_gives_the_amounts_of_the_page(row: dict[str, str]) -> None:
    found = amounts(LINES[row["line"]].formula, of_the_part())
    if row["start"]:
        assert f"{found[0]:.2f}" == row["start"]
    for month, told in in_months(row).items():
        assert f"{found[month - 1]:.2f}" == told, month


@pytest.mark.parametrize("row", rows("cost-lines/part-worked.csv"), ids=lambda row: row["driver"])
def test_what_the_part_rests_on_is_worked_out_as_on_the_page(row: dict[str, str]) -> None:
    found = np.broadcast_to(of_the_part()[row["driver"]], (1, TERM.months))[0]
    for month, told in in_months(row).items():
        assert f"{found[month - 1]:.4f}" == told


# The same page once more, in plain arithmetic: nothing of it knows the formula language.
TEAM_MONTH = 30 * 4000 * (1.45 * 1.15 + 0.10)
BY_HAND: Mapping[tuple[str, int], float] = {
    ("salaries", 1): 0.4 * 30 * 4000,
    ("management", 13): 0.4 * 3 * 4120 * 1.5 * 1.45,
    ("fee", 1): 0.6 * 1.05 * 90_000,
    ("transition", 1): 0.63 * 90_000 * 12 * 0.025 * 1.3 / 6,
    ("knowledge_transfer", 4): 0.63 * 90_000 * 12 * 0.12 * 0.7 / 6,
    ("parallel_run", 1): 0.6 * TEAM_MONTH,
    ("parallel_run", 3): 0.6 * TEAM_MONTH * 0.1,  # 3 months x 0.7: a tenth of the third
    ("until_they_leave", 3): 0.6 * 20 * 4000 * 1.45 * 1.15 * 0.9,
    ("severance", 7): 0.6 * 20 * 4000 * 5,
    ("dip", 4): 0.63 * 90_000 * 0.09 * 0.7 * 2 / 3,
    ("retained_team", 7): 0.6 * 4 * 4000 * 1.3 * 1.45,
    ("governance", 1): 0.63 * 90_000 * 0.05,
    ("assurance", 1): 90_000 * 0.01,
    ("exit", 13): 0.63 * 90_000 * 1.03 * 12 * 0.15,
}


@pytest.mark.parametrize(("place", "by_hand"), BY_HAND.items(), ids=str)
def test_a_line_of_the_part_agrees_with_plain_arithmetic(
    place: tuple[str, int], by_hand: float
) -> None:
    name, month = place
    [row] = [row for row in TOLD if row["line"] == name]
    assert in_months(row)[month] == f"{by_hand:.2f}"
    assert re.fullmatch(r"`.*`", row["formula"])


def test_it_is_offered_where_own_people_know_some_of_it_and_both_teams_can_stand() -> None:
    assert can_be_parted(answers(own_knowledge="some", people="8", leavers={"leave": "5"}))
    assert not can_be_parted(answers(own_knowledge="some", people="7", leavers={"leave": "5"}))
    assert not can_be_parted(answers(own_knowledge="little"))
    assert "hybrid" not in begun(own_knowledge="little").options
    assert "part_out" not in begun(own_knowledge="little").assumptions


def test_what_is_assumed_of_the_part_is_marked_as_a_prior_and_says_why() -> None:
    terms = begun(own_knowledge="much")
    assert terms.assumptions["part_out"].triangular == ("25 %", "40 %", "55 %")
    for name in ("part_out", "part_dearer", "part_knowledge"):
        assert terms.assumptions[name].prior
        assert "our judgement" in terms.assumptions[name].source.lower()


def test_a_part_of_nothing_costs_what_staying_does_but_for_what_falls_due_anyway() -> None:
    terms = begun(own_knowledge="some")
    case = expected(holding(model_of(terms), {"part_out": "0"}))
    due = sum(case.options["hybrid"].lines[f"hybrid.{name}"].sum()
              for name in ("selection", "assurance"))  # fmt: skip
    stay, hybrid = (case.options[name].cash.sum() for name in ("stay", "hybrid"))
    assert hybrid == pytest.approx(stay + due)


def test_all_of_it_at_the_whole_price_and_weight_is_the_offer() -> None:
    terms = begun(own_knowledge="some")
    whole = {"part_out": 1.0, "part_dearer": 0.0, "part_knowledge": 1.0}
    assert saving(terms, "hybrid", **whole) == pytest.approx(saving(terms, "offer"))


def test_a_dearer_part_never_saves_more() -> None:
    terms = begun(own_knowledge="much")
    found = [saving(terms, "hybrid", part_dearer=dearer) for dearer in (0.0, 0.03, 0.1, 0.2)]
    assert found == sorted(found, reverse=True)

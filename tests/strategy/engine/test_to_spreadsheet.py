"""A formula of the language as a spreadsheet's: the text of a cell, month by month."""

import pytest

from golden.golden_tables import rows
from retained.strategy.case_workbook.places import column
from retained.strategy.engine.formulas.functions import FUNCTIONS
from retained.strategy.engine.formulas.reading import read_formula
from retained.strategy.engine.formulas.to_spreadsheet import cell_text, working_text
from retained.strategy.engine.formulas.tree import Node


class Cells:
    """Drivers stand under their name, the calendar in M and Y, workings in W with the month."""

    def __init__(self) -> None:
        self.workings: list[Node] = []

    def name(self, name: str, month: int) -> str:
        return {"month": f"M{month}", "year": f"Y{month}"}.get(name, name)

    def working(self, part: Node, month: int) -> str:
        if part not in self.workings:
            self.workings.append(part)
        return f"W{self.workings.index(part) + 1}_{month}"


WRITTEN = [
    ("people * salary / 12", "people*salary/12"),
    ("a - (b - c)", "a-(b-c)"),
    ("a - b - c", "a-b-c"),
    ("-a ^ 2", "0-a^2"),
    ("(a + b) * c", "(a+b)*c"),
    ("a * 0.07", "a*0.07"),
    ("a ^ 2 ^ 3", "IF(W1_5=0,1,a^W1_5)"),
    ("a ^ b", "IF(b=0,1,a^b)"),
    ("fee * (month < 4)", "fee*IF(M5<4,1,0)"),
    ("a == 2", "IF(a=2,1,0)"),
    ("min(a, b, 3)", "MIN(a,b,3)"),
    ("max(0, 1 - month / 9)", "MAX(0,1-M5/9)"),
    ("clip(a, 0, 1)", "MIN(MAX(a,0),1)"),
    ("choose(month > 6, a, b)", "IF(M5>6,a,b)"),
    ("choose(a, b, 0)", "IF(a<>0,b,0)"),
    ("between(3, 6)", "IF(AND(M5>=3,M5<=6),1,0)"),
    ("since(3)", "IF(M5>=3,1,0)"),
    ("once(4)", "IF(M5=4,1,0)"),
    ("ramp(2, 5)", "MIN(MAX((M5-2+1)/MAX(5-2+1,1),0),1)"),
    ("growth(rate)", "IF(Y5=1,1,(1+rate)^(Y5-1))"),
    ("indexed(inflation, 0.7, 0, 0.03)", "W1_5"),
    ("running(a)", "W1_5"),
    ("earlier(a * month, 2)", "a*M3"),
    ("earlier(a, 5)", "0"),
    ("tiered(n, 0, 3, 50, 2)", "MIN(MAX(n-0,0),50-0)*3+MAX(n-50,0)*2"),
    ("tiered(a + b, 0, 3)", "MAX(W1_5-0,0)*3"),
    ("abs(a)", "ABS(a)"),
    ("floor(a)", "INT(a)"),
    ("2 * ceil(a / b)", "2*(0-INT(0-a/b))"),
    ("sqrt(a) + exp(b) + log(c)", "SQRT(a)+EXP(b)+LN(c)"),
]


@pytest.mark.parametrize(("formula", "text"), WRITTEN)
def test_a_formula_is_written_for_the_cell_of_a_month(formula: str, text: str) -> None:
    assert cell_text(read_formula(formula).tree, 5, Cells()) == text


class Drivers(Cells):
    """Cells as a workbook has them, with months in their columns."""

    def name(self, name: str, month: int) -> str:
        row = {"month": 2, "year": 3}.get(name)
        return f"Drivers!{column(month)}${row}" if row else name

    def working(self, part: Node, month: int) -> str:
        super().working(part, month)
        return f"Drivers!{column(month)}${10 + self.workings.index(part)}"


@pytest.mark.parametrize("row", rows("case-workbook/cells.csv"), ids=lambda row: row["formula"])
def test_the_worked_cells_of_the_methods_page(row: dict[str, str]) -> None:
    tree = read_formula(row["formula"].strip("`")).tree
    assert cell_text(tree, 13, Drivers()) == row["cell of month 13"].strip("`")


def test_every_function_of_the_language_can_be_written() -> None:
    assert {name for name in FUNCTIONS if any(f"{name}(" in one for one, _ in WRITTEN)} == set(
        FUNCTIONS
    )


def test_an_index_steps_once_a_year_from_the_month_before() -> None:
    tree, cells = read_formula("indexed(inflation, 0.7, 0, 0.03)").tree, Cells()
    assert working_text(tree, 1, cells) == "1"
    assert working_text(tree, 13, cells) == (
        "IF(MOD(M13-1,12)=0,W1_12*(1+MIN(MAX(0.7*inflation,0),0.03)),W1_12)"
    )


def test_a_sum_so_far_is_the_month_before_and_this_one() -> None:
    tree, cells = read_formula("running(a - b)").tree, Cells()
    assert [working_text(tree, month, cells) for month in (1, 2)] == ["a-b", "W1_1+a-b"]


def test_what_is_needed_twice_stands_once() -> None:
    cells = Cells()
    cell_text(read_formula("tiered(a * b, 0, 1, a * b, 2) + (a * b) ^ (a * b)").tree, 1, cells)
    assert cells.workings == [read_formula("a * b").tree]


def test_a_chain_of_sums_needs_no_row_of_its_own() -> None:
    cells = Cells()
    assert cell_text(read_formula(" + ".join("abcdefghijklmno")).tree, 1, cells).count("+") == 14
    assert cells.workings == []

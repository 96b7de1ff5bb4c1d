"""The workbook of a case gives what the engine gives, recomputed by an engine that is not ours."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from golden.golden_tables import rows
from retained.shared.errors import DomainError
from retained.strategy.case_workbook.book import case_workbook
from retained.strategy.case_workbook.places import column, sheet_names
from retained.strategy.engine.case_files import model_of
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.cases import Case
from retained.strategy.engine.distributions import Fixed
from retained.strategy.engine.formulas.functions import FUNCTIONS
from retained.strategy.engine.formulas.tree import Call, Node, Operation
from retained.strategy.engine.result_document import case_behind, result_figures
from retained.strategy.engine.result_figures import ResultFigures
from retained.strategy.engine.results import CaseResult, run_case
from retained.strategy.engine.simulation import expected, expected_values, simulate
from retained.strategy.engine.sources import Once, Worked
from strategy.case_texts import (
    example,
    example_figures,
    figures_with_decisions,
    run_text,
    sure,
    with_decisions,
)
from strategy.made_formulas import FULL, formula_texts
from strategy.recomputing import Where, formulas, input_cell, recomputed, stated

AT = datetime(2026, 11, 9, 8, tzinfo=UTC)
CENT = 0.01
EVERY_KIND = """
schema: retained/case/1
reference: KINDS
title: Every kind of assumption
currency: EUR
from: 2026-11
months: 30
discount: 6.5 %
fiscal_year_from: 7
baseline: stay
rates: {USD: {assumption: usd}}
assumptions:
  sure: {value: 1200, unit: EUR}
  usd1: {uniform: [1, 3], title: Named like a cell}
  usd: {walk: {start: 0.91, drift: 2 %, volatility: 8 %}, on: 2026-11-03}
  fire: {event: {chance: 100 %, from_month: 4}}
  loss: {event: {chance: 12 %, from_month: 1}}
  volume: {seen: [90, 100, 130], each_month: true}
  calls: {count: "volume * growth(0.04) - 95"}
  people: {formula: "ceil(volume / 40) + since(13)"}
  wages: {lognormal: ["3 %", "1 %"]}
  both: {discrete: {"0": 70 %, "10": 30 %}}
options:
  stay:
    title: "=Stay [as] it's: now?"
    lines:
      a: {formula: "people * sure * growth(wages) + usd1"}
      b: {formula: "running(calls) * 3 + earlier(running(calls), 2)", tax: {rate: 21 %, recovered: 40 %}}
  offer:
    title: "Summary"
    lines:
      a: {formula: "sure * indexed(wages * (year < 3), 0.7, 0, 0.02)", currency: USD}
      b: {formula: "fire * 5000 + loss * both", once: true}
      c: {formula: "tiered(volume, 0, 3, 50, 2, 90, 1.5)", paid: at_start, currency: USD, tax: {rate: 5 %}}
  hybrid:
    title: "summary"
    lines:
      a: {formula: "sure * 0.9", paid: at_start}
"""  # noqa: E501 - a line of a case on one line


HELD = (
    EVERY_KIND
    + """
decisions:
  sourcing:
    now: calm
    ways:
      calm:
        hold: {usd: 0.9, volume: 105, calls: 12, wages: 2 %, fire: 0, people: 7}
        without: [offer.b, offer.c, hybrid.a]
      wild: {without: [stay.b]}
"""
)


def workbook(result: CaseResult, figures: ResultFigures | None = None) -> bytes:
    return case_workbook(figures or result_figures(result), result.terms, at=AT)


def example_workbook() -> bytes:
    return workbook(example(), example_figures())


def without_draws(terms: CaseTerms) -> CaseResult:
    return run_case(simulate(model_of(terms), draws=1, seed=1), terms)


def must_agree(case: Case, sheets: dict[str, str], values: dict[Where, float]) -> None:
    """Hold what every option costs and saves against the engine."""
    run = expected(case)
    for option in case.options:
        row = 3 + len(option.lines)
        cost = values[sheets[option.id], f"G{row}"]
        assert cost == pytest.approx(float(run.options[option.id].present[0]), abs=CENT)
        if option.id != case.baseline:
            saving = values[sheets[option.id], f"G{row + 1}"]
            assert saving == pytest.approx(float(run.saving(option.id)[0]), abs=CENT)


def sheets_of(case: Case) -> dict[str, str]:
    names = sheet_names([option.title for option in case.options])
    return dict(zip([option.id for option in case.options], names, strict=True))


@pytest.mark.parametrize(
    "make",
    [example, with_decisions, sure, lambda: run_text(EVERY_KIND), lambda: run_text(HELD)],
    ids=["example", "with decisions", "sure", "every kind", "every kind held"],
)
def test_every_formula_gives_what_the_engine_gives(make: Any) -> None:
    result: CaseResult = make()
    content = workbook(result)
    values, engine = recomputed(content), stated(content)
    assert len(values) > 40
    for where, value in values.items():
        assert value == pytest.approx(engine[where], abs=CENT), where
    case = result.simulation.case
    must_agree(case, sheets_of(case), values)


def test_a_changed_assumption_is_followed_everywhere() -> None:
    case = example().simulation.case
    content = example_workbook()
    changes = {"fee": 110_000.0, "wage_growth": -0.02, "people": 25.0}
    cells = {input_cell(content, name): value for name, value in changes.items()}
    cells["Assumptions", "C5"] = 0.03  # the discount rate
    drivers = [
        replace(one, source=Once(Fixed(changes[one.id]))) if one.id in changes else one
        for one in case.drivers
    ]
    changed = replace(case, drivers=tuple(drivers), correlations=(), discount=0.03)
    must_agree(changed, sheets_of(case), recomputed(content, cells))


def test_a_changed_tax_is_followed_too() -> None:
    case = example().simulation.case
    content = example_workbook()
    offer = case.option("offer")
    lines = [replace(line, tax=replace(line.tax, rate=0.0, recovered=0.0)) for line in offer.lines]
    options = [replace(one, lines=tuple(lines)) if one is offer else one for one in case.options]
    values = recomputed(content, {("Brightdesk", "D3"): 0.0})
    must_agree(replace(case, options=tuple(options)), sheets_of(case), values)


def test_fiscal_years_add_up_to_the_saving_before_discount() -> None:
    values = recomputed(workbook(sure()))
    years = [values["Summary", f"E{row}"] for row in (14, 15)]
    assert years == pytest.approx([90, 30])
    assert values["Offer", "W7"] == pytest.approx(sum(years))


@settings(max_examples=120, deadline=None)
@given(
    lines=st.lists(formula_texts(FULL), min_size=3, max_size=3),
    driver=formula_texts(FULL),
    months=st.integers(1, 26),
)
def test_made_cases_over_all_functions_agree(lines: list[str], driver: str, months: int) -> None:
    terms = CaseTerms.model_validate(made_case(lines, driver, months))
    case = model_of(terms)
    try:
        present = [float(one.present[0]) for one in expected(case).options.values()]
    except DomainError:
        assume(False)  # it divides by nothing, or takes the root of less
    assume(max(map(abs, present)) < 1e9)
    assume(every_part_is_finite(case))  # a cell has no infinity, that min and max would drop
    content = workbook(without_draws(terms))
    must_agree(case, sheets_of(case), recomputed(content))


def every_part_is_finite(case: Case) -> bool:
    values = expected_values(case)
    trees = [line.formula.tree for option in case.options for line in option.lines]
    trees += [one.source.formula.tree for one in case.drivers if isinstance(one.source, Worked)]
    with np.errstate(all="ignore"):
        return all(
            np.isfinite(part.compute(values, case.term, {})).all()
            for tree in trees
            for part in parts_of(tree)
        )


def parts_of(tree: Node) -> Iterator[Node]:
    yield tree
    if isinstance(tree, Operation):
        yield from (*parts_of(tree.left), *parts_of(tree.right))
    if isinstance(tree, Call):
        yield from (part for given in tree.given for part in parts_of(given))


def made_case(lines: list[str], driver: str, months: int) -> dict[str, Any]:
    first, second, third = lines
    return {
        "schema": "retained/case/1", "reference": "MADE", "title": "Made", "currency": "EUR",
        "from": "2026-03", "months": months, "discount": "4 %", "fiscal_year_from": 10,
        "baseline": "one",
        "assumptions": {
            "a": {"value": "3"}, "b": {"value": "0.25"}, "c": {"value": "-2.5"},
            "worked": {"formula": driver},
        },
        "options": {
            "one": {"title": "One", "lines": {"x": {"formula": first}, "y": {"formula": second}}},
            "two": {"title": "Two", "lines": {
                "x": {"formula": f"worked + {third}", "tax": {"rate": "21 %"}},
                "y": {"formula": third, "paid": "at_start"},
            }},
        },
    }  # fmt: skip


def test_the_worked_cells_give_what_the_methods_page_says() -> None:
    worked = rows("case-workbook/cells.csv")
    lines = {f"l{at}": {"formula": row["formula"].strip("`")} for at, row in enumerate(worked)}
    figures = {"people": "10", "salary": "48000", "rate": "0.03", "fee": "900", "volume": "120"}
    document = made_case(["a", "a", "a"], "a", 26) | {
        "assumptions": {name: {"value": value} for name, value in figures.items()},
        "options": {
            "one": {"title": "One", "lines": lines},
            "two": {"title": "Two", "lines": {"x": {"formula": "fee"}}},
        },
    }
    result = without_draws(CaseTerms.model_validate(document))
    values = recomputed(workbook(result))
    for place, row in enumerate(worked):
        assert f"{values['One', f'{column(13)}{place + 3}']:.2f}" == row["gives"], row["formula"]


def test_a_formula_as_long_and_as_deep_as_can_be_fits_its_cells() -> None:
    deep = "1"
    while len(deep) < 900 and deep.count("(") < 19:
        deep = f"clip(choose({deep}, a, b), b, 9)"
    wide = f"max({', '.join(['a'] * 300)})"
    tiers = f"tiered(month * a, {', '.join(f'{place}, b' for place in range(125))})"
    powers = "^".join(["b"] * 30)
    for text in (deep, wide, tiers, f"running({powers})", "+".join(["worked*a"] * 38)):
        assert len(text) <= 1000
        result = without_draws(CaseTerms.model_validate(made_case([text, "a", text], "month", 14)))
        content = workbook(result)
        assert max(len(cell.value) for cell in formulas(content).values()) < 8192
        case = result.simulation.case
        must_agree(case, sheets_of(case), recomputed(content))


def test_the_made_formulas_use_every_function_of_the_language() -> None:
    assert set(FULL) == set(FUNCTIONS)


def test_what_people_wrote_stays_text_and_may_name_a_sheet() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(run_text(EVERY_KIND))))
    assert book.sheetnames == [
        "Summary", "Assumptions", "=Stay -as- it's- now-", "Summary 2", "summary 3", "Drivers",
    ]  # fmt: skip
    texts = [cell.value for row in book["Summary"].iter_rows() for cell in row if cell.value]
    assert any(str(text).startswith("Summary: On the mean it ") for text in texts)


def test_assumptions_may_have_names_that_mean_something_to_a_spreadsheet() -> None:
    names = (
        "rate",
        "price",
        "sum",
        "today",
        "pi",
        "e",
        "r",
        "c",
        "rc",
        "r1c1",
        "xfd1",
        "fy26",
        "row",
    )
    document = made_case(["1", "1", "1"], "1", 3)
    document["assumptions"] = {name: {"value": str(at)} for at, name in enumerate(names, 2)}
    lines = {f"l{at}": {"formula": f"{name} * month"} for at, name in enumerate(names)}
    document["options"]["one"]["lines"] = lines
    document["options"]["two"]["lines"] = {"x": {"formula": "rate"}}
    result = without_draws(CaseTerms.model_validate(document))
    case = result.simulation.case
    must_agree(case, sheets_of(case), recomputed(workbook(result)))


def test_priors_and_sources_stand_beside_each_assumption() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(example_workbook()))["Assumptions"]
    rows = {row[1]: row for row in sheet.iter_rows(min_row=5, values_only=True)}
    assert rows["salary"][2:6] == (
        pytest.approx(46333.3333), "EUR a year", "42,000 to 51,000, most likely 46,000", "your own",
    )  # fmt: skip
    assert rows["attrition"][5] == "a prior"
    assert rows["salary"][6:] == ("Payroll", datetime(2025, 3, 1), "Anouk Visser")  # noqa: DTZ001 - a cell's


def test_the_same_result_gives_the_same_bytes() -> None:
    assert workbook(sure()) == workbook(sure())


def test_sheets_of_long_titles_have_names_of_their_own() -> None:
    names = sheet_names(["A" * 40, "A" * 40, "'", "History", "Drivers"])
    assert names == ["A" * 31, f"{'A' * 29} 2", "Option", "History 2", "Drivers 2"]


def test_what_decisions_hold_is_a_cell_and_lines_that_fall_away_have_no_row() -> None:
    content = workbook(with_decisions(), figures_with_decisions())
    book = openpyxl.load_workbook(io.BytesIO(content))
    lines = [cell.value for cell in book["Brightdesk"]["A"]]
    assert "Severance" in lines
    assert "Transfer" not in lines
    held = {row[1]: row for row in book["Assumptions"].iter_rows(min_row=5, values_only=True)}
    assert held["index_cap"][2] == pytest.approx(0.03)
    texts = " ".join(str(cell.value) for cell in book["Summary"]["A"] if cell.value)
    assert "The people of today: They leave by the plan." in texts
    assert "The right to leave is worth" in texts


def test_a_held_assumption_that_is_changed_in_its_cell_is_followed() -> None:
    content = workbook(with_decisions(), figures_with_decisions())
    case = with_decisions().simulation.case
    changed = replace(case, held={"index_cap": 0.015})
    values = recomputed(content, {input_cell(content, "index_cap"): 0.015})
    must_agree(changed, sheets_of(case), values)


def test_figures_of_another_way_have_the_workbook_of_that_way() -> None:
    terms = with_decisions().terms
    case = model_of(terms, {"index_cap": "none", "staff": "transfer"})
    held = replace(case, held={**case.held, "people": 31.0})
    result = run_case(simulate(held, draws=100, seed=1), terms)
    figures = result_figures(result)
    assert case_behind(figures, terms).held == held.held
    must_agree(held, sheets_of(held), recomputed(workbook(result, figures)))

"""From the budget to the cost, step by step and to the cent; and what stands beside the money."""

import json

import pytest

from golden.golden_tables import rows
from retained.shared.money import total
from retained.strategy.engine.budget_bridge import STAYING, budget_bridge
from retained.strategy.engine.case_files import model_of, read_case
from retained.strategy.engine.cases import CaseRefusedError
from retained.strategy.engine.result_document import canonical, result_document, result_figures
from retained.strategy.engine.results import CaseResult, run_case
from retained.strategy.engine.simulation import simulate
from strategy.engine.test_decisions import EXAMPLE
from strategy.engine.worked_case import WORKED


def result(text: str, draws: int = 300) -> CaseResult:
    terms = read_case(text)
    return run_case(simulate(model_of(terms), draws=draws, seed=7), terms)


def test_the_worked_table() -> None:
    shown = []
    for year in budget_bridge(result(WORKED), "offer"):
        steps = [(step.title, step.amount) for step in year.steps]
        ends = [("Cost of the offer", year.cost), ("Run-rate saving", year.run_rate)]
        for step, amount in [("Budget", year.budget), *steps, *ends]:
            shown.append({"fiscal year": year.year, "step": step, "amount": str(amount.amount)})
    assert shown == rows("budget-bridge/two-years.csv")


@pytest.mark.parametrize("seed", range(5))
def test_the_steps_add_up_to_the_cent(seed: int) -> None:
    terms = read_case(EXAMPLE)
    found = run_case(simulate(model_of(terms), draws=100, seed=seed), terms)
    for year, wanted in zip(budget_bridge(found, "offer"), found.options[0].years, strict=True):
        steps = total((step.amount for step in year.steps), "EUR")
        assert year.budget + steps == year.cost == wanted.cost
        assert year.run_rate == wanted.run_rate


def test_without_a_budget_it_begins_at_staying() -> None:
    start = WORKED.index("budget:")
    text = WORKED[:start] + WORKED[WORKED.index("assumptions:") :]
    [first, *_] = budget_bridge(result(text), "offer")
    assert str(first.budget.amount) == "600000.00"
    assert STAYING not in [step.title for step in first.steps]


def test_a_budget_may_be_a_formula() -> None:
    years = "years: {2025/26: 580000, 2026/27: 1190000, 2027/28: 600000}"
    text = WORKED.replace(years, "formula: fee + 100 * month")
    found = [str(year.budget.amount) for year in budget_bridge(result(text), "offer")]
    assert found == ["482100.00", "975000.00", "492900.00"]


def test_a_line_on_both_sides_is_one_step() -> None:
    rest = "      team: {title: Rest of the team, formula: '5000'}\n"
    text = WORKED.replace("      fee: {formula", f"{rest}      fee: {{formula")
    [first, *_] = budget_bridge(result(text), "offer")
    [team] = [step for step in first.steps if step.line == "team"]
    assert (team.title, str(team.amount.amount)) == ("In-house team", "-570000.00")


def test_benefits_and_people_are_shown_and_never_summed() -> None:
    plain = WORKED[: WORKED.index("    benefits:")]
    assert result(plain).options == result(WORKED).options
    option = result_figures(result(WORKED)).option("offer")
    assert [(one.goal, one.mark, one.figure) for one in option.benefits] == [
        ("Speed", None, "24"), ("Skills", 3, None),
    ]  # fmt: skip
    assert [(one.who, one.people, one.hours_a_month, one.where) for one in option.freed] == [
        ("Agents", "12", None, "The social plan"),
        ("Head of IT", None, "30", "Network renewal"),
    ]


def test_the_document_holds_bridge_decisions_and_exit_and_gives_them_back() -> None:
    found = result(EXAMPLE)
    figures = result_figures(found)
    option = figures.option("offer")
    assert list(option.bridge) == budget_bridge(found, "offer")
    assert [one.way for one in option.decisions] == ["none", "transfer"]
    assert figures.decided == {"index_cap": "three", "staff": "severance"}
    assert option.exit is not None
    assert option.exit.value.mean - option.value.mean == option.exit.worth
    assert 0 <= option.exit.chance <= 1
    again = json.loads(canonical(result_document(found)))
    assert canonical(again) == canonical(result_document(found))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("2027/28: 600000", "2027/29: 600000", "“2027/29” is no fiscal year of the term"),
        (", 2027/28: 600000", "", "The fiscal year 2027/28 has no budget"),
        ("years: {2025/26", "formula: '1'\n  years: {2025/26", "Give years, or a formula"),
        ("mark: 3", "mark: 5", "is too much: 4 at most"),
        ("mark: 3", "mark: 3, figure: '2'", "Give a mark from 0 to 4, or a figure"),
        (", unit: hours a day", "", "Say in which unit the figure is"),
        ("people: '12'", "people: '12', hours_a_month: '3'", "Give people, or hours_a_month"),
        ("to: stay", "to: offer", "“offer” is no other option of this case: use stay"),
        ("from_month: 12, cost", "from_month: 24, cost", "before the last of the term, which"),
        ("cost: fee,", "cost: fees,", "“fees” is no assumption of this case"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said(old: str, new: str, sentence: str) -> None:
    text = WORKED.replace('people: "12"', "people: '12'")
    assert old in text
    with pytest.raises(CaseRefusedError, match=sentence):
        read_case(text.replace(old, new))

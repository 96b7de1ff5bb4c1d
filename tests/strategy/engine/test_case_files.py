"""Case files: read and written without loss, and refused with line and field."""

from pathlib import Path

import pytest

from golden.golden_tables import FOLDER
from retained.strategy.engine.case_files import case_schema, model_of, read_case, write_case
from retained.strategy.engine.cases import CaseRefusedError
from retained.strategy.engine.results import run_case
from retained.strategy.engine.simulation import expected, simulate

ROOT: Path = FOLDER.parent.parent
EXAMPLE = (ROOT / "examples/service-desk-case/case.yaml").read_text("utf-8")
STORY = """\
schema: retained/case/1
reference: SD-2025
title: Service desk
currency: EUR
from: 2026-04
months: 36
discount: 7 %
fiscal_year_from: 7
baseline: stay
assumptions:
  fee: {value: 92000}
  usd: {value: 0.92, source: A dated rate, on: 2025-03-03}
rates:
  USD: {assumption: usd}
options:
  stay:
    title: Stay
    lines:
      team: {formula: 1860000 / 12}
  offer:
    title: Offer
    lines:
      fee: {formula: fee, tax: {rate: 21 %, recovered: 0 %}}
      team: {formula: 140000 / 12}
      once: {formula: "720000", paid: at_start, once: true}
"""


def test_a_case_that_is_written_out_reads_back_the_same() -> None:
    for text in (STORY, EXAMPLE):
        terms = read_case(text)
        assert read_case(write_case(terms)) == terms


def test_the_published_schema_is_that_of_the_models() -> None:
    path = ROOT / "docs" / "reference" / "schemas" / "case-1.schema.json"
    assert path.read_text("utf-8") == case_schema()


def test_the_example_of_the_reference_is_a_case() -> None:
    page = (ROOT / "docs" / "reference" / "case.md").read_text("utf-8")
    text = page.split("```yaml\n")[1].split("```")[0]
    assert expected(model_of(read_case(text))).saving("offer").shape == (1,)


def test_the_story_as_a_file_saves_320_thousand() -> None:
    terms = read_case(STORY)
    result = run_case(simulate(model_of(terms), draws=10, seed=1), terms)
    [offer] = result.options
    assert str(offer.at_means) == "320,107.20 EUR"
    assert result.rests_on == "All 2 assumptions are your own."


def test_fiscal_years_split_where_the_company_s_year_begins() -> None:
    """The term begins in April 2026, the company's year in July: three months fall in 2025/26."""
    terms = read_case(STORY)
    [offer] = run_case(simulate(model_of(terms), draws=2, seed=1), terms).options
    assert [(year.title, year.months) for year in offer.years] == [
        ("2025/26", 3), ("2026/27", 12), ("2027/28", 12), ("2028/29", 9),
    ]  # fmt: skip
    month = 1_860_000 / 12 - 92_000 * 1.21 - 140_000 / 12
    assert float(offer.years[0].saving.amount) == pytest.approx(3 * month - 720_000, abs=0.01)
    assert float(offer.years[1].saving.amount) == pytest.approx(12 * month, abs=0.01)
    assert offer.years[1].run_rate == offer.years[1].saving


def test_what_a_line_costs_adds_up_to_what_the_option_costs() -> None:
    terms = read_case(EXAMPLE)
    simulation = simulate(model_of(terms), draws=500, seed=1)
    [offer] = run_case(simulation, terms).options
    together = sum(float(one.amount) for one in offer.lines.values())
    assert together == pytest.approx(float(simulation.options["offer"].present.mean()), abs=0.05)


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ("months: 36", "months: 600", 6, "A term has 1 to 240 months, and not 600"),
        ("months: 36", "months: 0", 6, "A term has 1 to 240 months, and not 0"),
        ("discount: 7 %", "discount: seven", 7, "is not a number"),
        ("baseline: stay", "baseline: stayed", 9, "“stayed” is no option of this case"),
        ("formula: fee,", "formula: fe,", 23, "“fe” is no assumption of this case"),
        ("fee: {value: 92000}", "Fee: {value: 92000}", 11, "use small letters, digits and _"),
        ("{value: 92000}", "{triangular: [5, 2, 6]}", 11, "Low (5) is above mode (2)"),
        ("{value: 92000}", "{triangular: [5, 2]}", 11, "Write triangular as [low, mode, high]"),
        ("{value: 92000}", "{pert: [1, 9, 6]}", 11, "Mode (9) is above high (6)"),
        ("{value: 92000}", "{value: 1, count: '2'}", 11, "Give one of value, uniform"),
        ("{value: 92000}", "{unit: EUR}", 11, "none is given"),
        ("{value: 92000}", "{formula: fee +}", 11, "with every bracket closed"),
        ("{value: 92000}", "{event: {chance: 120 %}}", 11, "lies between 0 and 1"),
        ("{value: 92000}", "{discrete: {a: 70 %, '1': 30 %}}", 11, "“a” is not a number"),
        ("{value: 92000}", "{value: 1, each_month: true}", 11, "Only a distribution"),
        ("formula: fee,", "formula: fee, currency: GBP,", 23, "GBP has no rate"),
        ("formula: fee,", "formla: fee,", 23, "is not a field of a case"),
        ("from: 2026-04", "from: April", 5, "is not a month"),
        ("USD: {assumption: usd}", "USD: {assumption: dollar}", 14, "“dollar” is no assumption"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_line_and_field(
    old: str, new: str, line: int, sentence: str
) -> None:
    assert old in STORY
    with pytest.raises(CaseRefusedError) as refused:
        read_case(STORY.replace(old, new))
    said = {(remark.place.row, remark.sentence) for remark in refused.value.remarks}
    assert any(row == line and sentence in words for row, words in said), said


def test_a_ring_of_formulas_is_refused_before_anything_is_drawn() -> None:
    ring = STORY.replace("fee: {value: 92000}", "fee: {formula: usd * 2}").replace(
        "usd: {value: 0.92,", "usd: {formula: fee / 2,"
    )
    with pytest.raises(CaseRefusedError, match="need one another in a ring"):
        read_case(ring)


def test_what_is_no_case_at_all_says_how_one_begins() -> None:
    with pytest.raises(CaseRefusedError, match="begin with “schema: retained/case/1”"):
        read_case("just words")


def test_a_rate_needs_its_day() -> None:
    undated = STORY.replace(", on: 2025-03-03", "")
    with pytest.raises(CaseRefusedError, match="The rate of USD has no day") as refused:
        read_case(undated)
    assert [one.place.column for one in refused.value.remarks] == ["assumptions.usd.on"]

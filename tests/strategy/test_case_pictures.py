"""The pictures of a case say what its result says."""

import json

import pytest

from retained.pages.chart_svg import chart_svg
from retained.pages.charts import Chart
from retained.strategy import pictures
from retained.strategy.engine.result_document import result_figures
from retained.strategy.engine.result_figures import ResultFigures
from retained.strategy.engine.results import CaseResult
from strategy.case_texts import example, run_text, sure

MANY = """
schema: retained/case/1
reference: MANY
title: Many lines
currency: EUR
from: 2026-01
months: 12
discount: 0 %
baseline: one
options:
  one: {title: One, lines: LINES}
  two: {title: Two, lines: {a: {formula: "1"}}}
"""
LINES = ", ".join(f'l{place}: {{formula: "{place}"}}' for place in range(1, 15))


def figures_of(result: CaseResult) -> ResultFigures:
    return result_figures(result)


def all_of(result: ResultFigures) -> list[Chart]:
    charts = [pictures.lines_chart(result)]
    for option in result.options:
        charts += [
            picture(result, option)
            for picture in (pictures.fan_chart, pictures.tornado_chart, pictures.years_chart)
        ]
    return charts


def test_the_fan_is_the_sum_of_savings_up_to_each_month() -> None:
    chart = pictures.fan_chart(figures_of(sure()), figures_of(sure()).options[0])
    assert chart.rows[0] == ["Start", *["-30"] * 5]
    assert chart.rows[3] == ["Jun 26", *["0"] * 5]
    assert chart.rows[-1] == ["Jun 27", *["120"] * 5]
    assert chart.sentence == (
        "After 15 months Offer has saved 120 EUR in the middle, and between 120 and 120 in eight "
        "of ten draws; the money is back in month 3 in the middle of all draws."
    )


def test_a_band_of_the_fan_reaches_from_its_lower_to_its_upper_quantile() -> None:
    chart = pictures.fan_chart(figures_of(example()), figures_of(example()).options[0])
    series = {one["name"]: one["data"] for one in chart.option["series"]}
    low, width = series["Below eight of ten draws"][-1], series["Eight of ten draws"][-1]
    assert [f"{low:,}", f"{low + width:,}"] == [chart.rows[-1][1], chart.rows[-1][5]]
    shown = [one["name"] for one in chart.option["legend"]["data"]]
    assert shown == ["Half of the draws lie above", "Eight of ten draws", "Half of the draws"]


def test_what_matters_most_stands_on_top_and_all_of_it_in_the_table() -> None:
    result = figures_of(example())
    option = result.options[0]
    chart = pictures.tornado_chart(result, option)
    assert chart.option["yAxis"]["inverse"]
    assert chart.option["yAxis"]["data"][0] == "Salary of one person"
    assert len(chart.rows) == len(option.matters)
    low = chart.option["series"][0]["data"][0]
    apart = (option.matters[0].low - option.value.mean).amount
    assert low == pytest.approx(float(apart), abs=1)


def test_nothing_matters_where_all_is_sure() -> None:
    chart = pictures.tornado_chart(figures_of(sure()), figures_of(sure()).options[0])
    assert chart.rows == []
    assert "nothing moves the saving" in chart.sentence


def test_years_show_both_costs_and_the_saving_between_them() -> None:
    chart = pictures.years_chart(figures_of(sure()), figures_of(sure()).options[0])
    assert chart.rows == [
        ["2026/27", "12", "1,200", "1,110", "90", "120"],
        ["2027/28", "3", "300", "270", "30", "120"],
    ]
    assert chart.sentence == (
        "Offer saves, in EUR: 90 in 2026/27, 30 in 2027/28; "
        "at the pace of its last month 120 a year."
    )


def test_lines_stand_under_their_option_the_dearest_first() -> None:
    chart = pictures.lines_chart(figures_of(sure()))
    assert [row[:3] for row in chart.rows] == [
        ["Team", "Stay", "running"], ["Fee", "Offer", "running"], ["Begin", "Offer", "one-off"],
    ]  # fmt: skip
    assert [one["data"] for one in chart.option["series"]] == [
        [1500, None, None], [None, 1350, 30],
    ]  # fmt: skip
    assert chart.sentence == (
        "Stay: “Team” is the only line, 1,500 EUR; "
        "Offer: “Fee” is the dearest of 2 lines, 1,350 EUR."
    )


def test_the_lines_of_an_option_add_up_to_what_it_costs() -> None:
    run = example().simulation.options["offer"]
    present = sum(one.present.amount for one in figures_of(example()).lines["offer"])
    assert float(present) == pytest.approx(float(run.present.mean()), abs=0.05)


def test_lines_that_do_not_fit_are_one_bar_and_all_stand_in_the_table() -> None:
    chart = pictures.lines_chart(
        figures_of(run_text(MANY.replace("LINES", f"{{{LINES}}}"), draws=1))
    )
    assert chart.option["yAxis"]["data"][5] == "9 other lines"
    assert chart.option["series"][0]["data"][5] == 12 * sum(range(1, 10))
    assert len(chart.rows) == 15


@pytest.mark.parametrize("result", [example, sure])
def test_every_picture_is_data_and_is_drawn_to_the_same_bytes(result: object) -> None:
    assert callable(result)
    for chart in all_of(figures_of(result())):
        assert "#" not in json.dumps(chart.option)
        assert chart_svg(chart) == chart_svg(chart)
        assert all(len(row) == len(chart.header) for row in chart.rows)

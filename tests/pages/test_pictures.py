"""Charts, bars of time and PDFs: each picture says what the values say."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from threading import Thread

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retained.pages import charts, parts
from retained.pages.chart_svg import chart_svg, light_palette
from retained.pages.pdf import pdf_bytes

AT = datetime(2026, 11, 9, 8, tzinfo=UTC)
RATIOS = [Decimal("0.971"), None, Decimal("0.888")]


def months(values: list[Decimal | None] = RATIOS) -> charts.Chart:
    return charts.line_chart(
        "months",
        "From 97.1 % to 88.8 %.",
        labels=["Aug", "Sep", "Oct"][: len(values)],
        series=[charts.Series("Measured", values), charts.Series("Reported", values, "reported")],
        marks=[charts.Mark("minimum", Decimal("0.90"), "minimum")],
    )


def test_the_table_behind_a_chart_holds_its_values() -> None:
    chart = months()
    assert chart.header == ["", "Measured", "Reported"]
    assert chart.rows[0] == ["Aug", "97.1 %", "97.1 %"]
    assert chart.rows[1] == ["Sep", "–", "–"]


def test_a_missing_value_is_a_gap_and_never_a_zero() -> None:
    drawn = months().option["series"][0]["data"]
    assert drawn == [97.1, None, 88.8]


def test_what_is_measured_and_what_is_reported_differ_beside_their_colour() -> None:
    ours, theirs = months().option["series"]
    assert ours["symbol"] != theirs["symbol"]
    assert ours["lineStyle"]["type"] != theirs["lineStyle"]["type"]


def test_an_option_is_data_and_names_colours_by_meaning_only() -> None:
    text = json.dumps(months().option)
    assert "#" not in text
    assert months().option["tooltip"]["renderMode"] == "richText"


@given(st.lists(st.decimals(0, 1, places=4), min_size=1, max_size=12))
def test_the_axis_holds_every_value(values: list[Decimal]) -> None:
    chart = charts.line_chart(
        "k", "s", labels=[str(index) for index in range(len(values))],
        series=[charts.Series("Measured", values)],
    )  # fmt: skip
    low, high = chart.option["yAxis"]["min"], chart.option["yAxis"]["max"]
    assert 0 <= low <= min(values) * 100
    assert max(values) * 100 <= high <= 100


def test_a_chart_without_a_browser_is_drawn_in_the_light_theme() -> None:
    drawn = chart_svg(months())
    palette = light_palette()
    assert drawn.startswith("<svg")
    assert palette["measured"] in drawn
    assert palette["reported"] in drawn
    assert "@" not in drawn


def test_the_same_chart_gives_the_same_bytes() -> None:
    assert chart_svg(months()) == chart_svg(months())


def test_charts_are_drawn_from_any_thread() -> None:
    drawn: list[str] = []
    threads = [Thread(target=lambda: drawn.append(chart_svg(months()))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert drawn == [chart_svg(months())] * 4


def statement(**more: object) -> bytes:
    values = {
        "title": "Statement of October 2026",
        "subtitle": "Brightdesk",
        "seal": "Record sealed to entry 12",
        "svg": chart_svg(months()),
        "sentence": "From 97.1 % to 88.8 %.",
        "rows": [["P1 and P2 in time", "99.0 %"]],
    }
    return pdf_bytes("pages/typst/parts.typ", values | more, at=AT)


def test_a_pdf_is_tagged_titled_and_says_its_language() -> None:
    read = pypdf.PdfReader(BytesIO(statement()))
    root = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]) == "en"
    assert read.metadata.title == "Statement of October 2026"
    assert "pdfuaid" in root["/Metadata"].get_object().get_data().decode("utf-8")


def test_a_trailing_zero_survives_the_way_into_a_pdf() -> None:
    text = pypdf.PdfReader(BytesIO(statement())).pages[0].extract_text()
    assert "99.0 %" in text
    assert "Record sealed to entry 12" in text


def test_what_a_provider_wrote_stays_text_in_a_pdf() -> None:
    hostile = '#import "x" #panic() $x$ *b*'
    text = pypdf.PdfReader(BytesIO(statement(rows=[[hostile, "1"]]))).pages[0].extract_text()
    assert hostile in text


def test_the_same_values_give_the_same_pdf() -> None:
    assert statement() == statement()


@pytest.mark.parametrize("value", [1, 0.5, Decimal(1), None, AT])
def test_only_texts_go_into_a_pdf(value: object) -> None:
    with pytest.raises(TypeError, match=r"values\.rows\[0\]\[1\]"):
        statement(rows=[["a", value]])


def spans(*kinds_and_minutes: tuple[str, int]) -> list[parts.Span]:
    made, at = [], AT
    for kind, minutes in kinds_and_minutes:
        made.append(parts.Span(at, at + timedelta(minutes=minutes), kind))
        at = made[-1].end
    return made


def test_a_bar_of_time_adds_up_what_it_shows() -> None:
    bar = parts.timeline(spans(("running", 60), ("paused", 30), ("running", 30)))
    assert [(line.kind, line.seconds) for line in bar.legend] == [
        ("running", 5400),
        ("paused", 1800),
    ]
    assert [segment.x for segment in bar.segments] == ["0.00", "500.00", "750.00"]
    assert bar.sentence == "1 hour 30 minutes running, 30 minutes paused."


def test_the_moment_the_target_ran_out_is_marked_only_inside_the_bar() -> None:
    given = spans(("running", 60))
    assert parts.timeline(given, due=AT + timedelta(minutes=45)).due_x == "750.00"
    assert parts.timeline(given, due=AT + timedelta(minutes=61)).due_x == ""


def test_a_bar_without_stretches_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="at least one"):
        parts.timeline([])


def test_a_trend_stays_in_its_box_and_skips_what_is_missing() -> None:
    trend = parts.spark(RATIOS, level=Decimal("0.95"), sentence="Three months.")
    points = [tuple(map(float, point.split(","))) for point in trend.points.split()]
    assert [x for x, _ in points] == [0.0, 100.0]
    assert all(2 <= y <= 26 for _, y in points)

"""Charts: a picture, one sentence that says what it shows, and the table behind it.

A chart is data only: an ECharts option without functions, in which colours are named by what they
mean ("@measured", "@reported", "@minimum"). The browser puts in the reader's theme, a PDF the
light one (`pages/chart_svg.py`), so the same chart is drawn in both from the same values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString

from retained.pages.cells import number
from retained.pages.table_rows import value_rows_html

Figure = Decimal | int | float | None

# What series are told apart by, beside their colour.
MEASURED = "measured"
REPORTED = "reported"
PLAIN = "series-3"
_SYMBOLS = {MEASURED: "circle", REPORTED: "diamond"}
_SUFFIXES = {"percent": " %", "number": "", "h": " h"}  # others stand above the axis
_LINES = {MEASURED: "solid", REPORTED: "dashed"}


@dataclass(frozen=True, slots=True)
class Series:
    """One line or row of bars. `role` names its colour: measured, reported, series-3 to -5."""

    name: str
    values: Sequence[Figure]
    role: str = MEASURED


@dataclass(frozen=True, slots=True)
class Mark:
    """A level line across the chart, such as what was expected or the minimum."""

    name: str
    value: Decimal | int
    role: str = "expected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What `pages/chart.html` shows. `unit` is percent, number, h, or a word or currency."""

    key: str
    sentence: str
    option: Mapping[str, Any]
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    unit: str = "number"
    size: str = "medium"
    table_caption: str = "The values behind this picture"
    option_id: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "option_id", f"chart-{self.key}-option")

    @property
    def payload(self) -> dict[str, Any]:
        """What the browser draws from."""
        return {"option": self.option, "unit": self.unit}

    @property
    def body(self) -> SafeString:
        """The rows of the table behind the picture, as HTML."""
        return value_rows_html(self.header, self.rows)


def line_chart(
    key: str,
    sentence: str,
    *,
    labels: Sequence[str],
    series: Sequence[Series],
    marks: Sequence[Mark] = (),
    unit: str = "percent",
    size: str = "medium",
) -> Chart:
    """Return lines over time; a missing value leaves a gap, never a zero."""
    drawn: list[dict[str, Any]] = [_line(one, unit) for one in series]
    if drawn and marks:
        drawn[0]["markLine"] = _mark_lines(marks, unit)
    option = _frame(labels, drawn, unit, marks=marks)
    option["yAxis"] |= _bounds(series, marks, unit)
    return _chart(key, sentence, option, labels=labels, series=series, unit=unit, size=size)


def bar_chart(
    key: str,
    sentence: str,
    *,
    labels: Sequence[str],
    series: Sequence[Series],
    marks: Sequence[Mark] = (),
    unit: str = "number",
    stacked: bool = False,
    size: str = "medium",
) -> Chart:
    """Return upright bars from zero, side by side or stacked."""
    drawn: list[dict[str, Any]] = [_bars(one, unit, stacked=stacked) for one in series]
    if drawn and marks:
        drawn[0]["markLine"] = _mark_lines(marks, unit)
    option = _frame(labels, drawn, unit, marks=marks)
    return _chart(key, sentence, option, labels=labels, series=series, unit=unit, size=size)


def figure_text(value: Figure, unit: str) -> str:
    """Return a value as the table behind a chart shows it; percent values are ratios 0..1."""
    if value is None:
        return "–"
    if unit == "percent":
        return f"{number(Decimal(str(value)) * 100, 1)} %"
    return number(value) if unit == "number" else f"{number(value)} {unit}"


def _chart(
    key: str,
    sentence: str,
    option: Mapping[str, Any],
    *,
    labels: Sequence[str],
    series: Sequence[Series],
    unit: str,
    size: str,
) -> Chart:
    """Return the chart with the table that says the same."""
    rows = [
        [label, *(figure_text(one.values[index], unit) for one in series)]
        for index, label in enumerate(labels)
    ]
    return Chart(
        key=key,
        sentence=sentence,
        option=option,
        header=["", *(one.name for one in series)],
        rows=rows,
        unit=unit,
        size=size,
    )


def _frame(
    labels: Sequence[str], drawn: list[dict[str, Any]], unit: str, *, marks: Sequence[Mark]
) -> dict[str, Any]:
    """Return the axes, legend and tooltip that all charts share; names of levels stand outside."""
    widest = max((len(_mark_name(mark, unit)) for mark in marks), default=0)
    has_name = unit not in _SUFFIXES
    return {
        "animationDuration": 250,
        "grid": {
            "left": 8,
            "right": 12 + widest * 7,
            "top": 64 if has_name else 40,
            "bottom": 10,
            "containLabel": True,
        },
        "legend": {"left": 0, "top": 0, "itemGap": 20, "textStyle": {"color": "@ink"}},
        "tooltip": {
            "trigger": "axis",
            "renderMode": "richText",
            "backgroundColor": "@surface",
            "borderColor": "@line-strong",
            "textStyle": {"color": "@ink"},
        },
        "xAxis": {
            "type": "category",
            "data": list(labels),
            "axisLabel": {"color": "@quiet", "hideOverlap": True},
            "axisLine": {"lineStyle": {"color": "@line-strong"}},
            "axisTick": {"show": False},
        },
        "yAxis": {
            "type": "value",
            "axisLabel": {"color": "@quiet", "formatter": "{value}" + _SUFFIXES.get(unit, "")},
            **(_axis_name(unit) if has_name else {}),
            "splitLine": {"lineStyle": {"color": "@line"}},
        },
        "series": drawn,
    }


def _axis_name(unit: str) -> dict[str, Any]:
    """Return the unit above its axis, where the labels themselves are short."""
    style = {"color": "@quiet", "align": "left", "padding": [0, 0, 0, -24]}
    return {"name": unit, "nameGap": 12, "nameTextStyle": style}


def _line(one: Series, unit: str) -> dict[str, Any]:
    """Return one line: solid with filled points if measured, dashed and hollow if reported."""
    return {
        "type": "line",
        "name": one.name,
        "data": _drawn(one.values, unit),
        "color": f"@{one.role}",
        "symbol": _SYMBOLS.get(one.role, "circle"),
        "showAllSymbol": True,  # a phone leaves labels out, never a figure
        "symbolSize": 9 if one.role == REPORTED else 7,
        "itemStyle": _point(one.role),
        "lineStyle": {
            "width": 2.5,
            "type": _LINES.get(one.role, "solid"),
            "color": f"@{one.role}",
        },
        "connectNulls": False,
    }


def _point(role: str) -> dict[str, Any]:
    """Return how points look: what is reported is hollow."""
    if role != REPORTED:
        return {}
    return {"color": "@surface", "borderColor": "@reported", "borderWidth": 2}


def _bars(one: Series, unit: str, *, stacked: bool) -> dict[str, Any]:
    """Return one row of bars: what is reported is outlined only."""
    style: dict[str, Any] = {"borderRadius": 0 if stacked else [2, 2, 0, 0]}
    if one.role == REPORTED:
        style |= {"color": "@surface", "borderColor": "@reported", "borderWidth": 1.5}
    return {
        "type": "bar",
        "name": one.name,
        "data": _drawn(one.values, unit),
        "color": f"@{one.role}",
        "itemStyle": style,
        "barMaxWidth": 28,
        **({"stack": "one"} if stacked else {}),
    }


def _mark_lines(marks: Sequence[Mark], unit: str) -> dict[str, Any]:
    """Return the level lines with their names on them."""
    return {
        "symbol": "none",
        "silent": True,
        "data": [
            {
                "yAxis": _drawn([mark.value], unit)[0],
                "lineStyle": {"color": f"@{mark.role}", "type": "dashed", "width": 1.5},
                "label": {
                    "formatter": _mark_name(mark, unit),
                    "position": "end",
                    "color": f"@{mark.role}",
                    "fontWeight": 600,
                },
            }
            for mark in marks
        ],
    }


def _mark_name(mark: Mark, unit: str) -> str:
    """Return what stands beside a level line: expected 95 %."""
    return f"{mark.name} {figure_text(mark.value, unit).replace('.0 %', ' %')}"


def _bounds(series: Sequence[Series], marks: Sequence[Mark], unit: str) -> dict[str, Any]:
    """Return where the upright axis begins and ends: ratios near 100 % are not drawn from zero."""
    if unit != "percent":
        return {}
    values = [value for one in series for value in one.values if value is not None]
    everything = [float(value) * 100 for value in [*values, *(mark.value for mark in marks)]]
    if not everything:
        return {"min": 0, "max": 100}
    low, high = min(everything), max(everything)
    step = next((size for size in (0.5, 1, 2, 5, 10) if (high - low) / size <= 6), 20)
    return {
        "min": max(0, (low / step - 0.3) // 1 * step),
        "max": min(100, -((-high / step - 0.3) // 1) * step),
        "interval": step,
    }


def _drawn(values: Sequence[Figure], unit: str) -> list[float | None]:
    """Return values as the picture holds them: percent points where the unit is percent."""
    scale = 100 if unit == "percent" else 1
    return [None if value is None else round(float(value) * scale, 4) for value in values]

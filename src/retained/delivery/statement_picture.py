"""The picture of a statement: each share as measured, as reported, and as expected."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from retained.delivery.queries.shown_statements import ShownLevel, ShownStatement
from retained.delivery.queries.statements import StatedLevel
from retained.delivery.queries.wording import PERCENT
from retained.pages.charts import Chart

_ROW_HEIGHTS = {1: "small", 2: "small"}


def statement_chart(shown: ShownStatement) -> Chart | None:
    """Return one line of dots per service level; nothing where no level is a share."""
    shares = [level for level in shown.levels if level.stated.unit == PERCENT]
    if not any(level.stated.attained for level in shares):
        return None
    return Chart(
        key="statement",
        sentence=_sentence(shares),
        option=_option(shares),
        header=["", "Measured", "Reported by the provider", "Expected", "Minimum"],
        rows=[
            [level.stated.title, level.words, level.reported or "–", level.expected,
             level.minimum or "–"]
            for level in shares
        ],
        size=_ROW_HEIGHTS.get(len(shares), "medium"),
    )  # fmt: skip


def _sentence(shares: Sequence[ShownLevel]) -> str:
    parts = []
    for level in shares:
        said = f"{level.stated.title}: {level.words} measured"
        if level.reported:
            said += f", {level.reported} reported"
        parts.append(f"{said}, {level.expected} expected")
    return "; ".join(parts) + "."


def _option(shares: Sequence[ShownLevel]) -> dict[str, Any]:
    """Return the drawing: how far each share lies from what is expected, worse to the left."""
    rows = list(reversed(shares))  # the axis grows upwards, a table downwards
    promised, figures = ("rect", [3, 26]), [level.stated for level in rows]
    series = [
        _dots("Minimum", [_points(one, one.minimum) for one in figures], promised, "@minimum"),
        _dots("Expected", [_points(one, one.expected) for one in figures], promised, "@expected"),
        _dots("Reported by the provider", [_points(one, one.reported) for one in figures],
              ("diamond", 16), "@reported", hollow=True),
        _dots("Measured", [_points(one, one.attained) for one in figures], ("circle", 14),
              "@measured"),
    ]  # fmt: skip
    return {
        "animationDuration": 250,
        "grid": {"left": 8, "right": 28, "top": 44, "bottom": 8, "containLabel": True},
        "legend": {"left": 0, "top": 0, "itemGap": 20, "textStyle": {"color": "@ink"}},
        "tooltip": {
            "trigger": "item",
            "renderMode": "richText",
            "backgroundColor": "@surface",
            "borderColor": "@line-strong",
            "textStyle": {"color": "@ink"},
        },
        "xAxis": {
            "type": "value",
            "name": "points from expected, worse to the left",
            "nameLocation": "middle",
            "nameGap": 26,
            "nameTextStyle": {"color": "@quiet"},
            "axisLabel": {"color": "@quiet", "hideOverlap": True},
            "splitLine": {"lineStyle": {"color": "@line"}},
        },
        "yAxis": {
            "type": "category",
            "data": [level.stated.title for level in rows],
            "axisLabel": {"color": "@ink", "width": 150, "overflow": "break"},
            "axisLine": {"onZero": False, "lineStyle": {"color": "@line-strong"}},
            "axisTick": {"show": False},
        },
        "series": [one for one in series if one["data"]],
    }


def _points(level: StatedLevel, text: str | None) -> float | None:
    """Return how many points better (or, negative, worse) than expected a share is."""
    if not text:
        return None
    points = Decimal(text) - Decimal(level.expected)
    return float(-points if _lower_is_better(level) else points)


def _lower_is_better(level: StatedLevel) -> bool:
    """Return whether a level promises to stay below: its minimum, or its miss, says so."""
    expected = Decimal(level.expected)
    if level.minimum:
        return Decimal(level.minimum) > expected
    above = level.attained is not None and Decimal(level.attained) > expected
    return above == level.verdict.startswith("below")


def _dots(
    name: str,
    points: Sequence[float | None],
    mark: tuple[str, int | list[int]],
    colour: str,
    *,
    hollow: bool = False,
) -> dict[str, Any]:
    item: dict[str, Any] = {"color": colour}
    if hollow:
        item = {"color": "@surface", "borderColor": colour, "borderWidth": 2}
    return {
        "type": "scatter",
        "name": name,
        "data": [[round(value, 4), row] for row, value in enumerate(points) if value is not None],
        "symbol": mark[0],
        "symbolSize": mark[1],
        "color": colour,
        "itemStyle": item,
    }

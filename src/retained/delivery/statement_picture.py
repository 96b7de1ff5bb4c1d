"""The picture of a statement: each share as measured, as reported, and as expected."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from retained.delivery.queries.shown_statements import ShownLevel, ShownStatement
from retained.delivery.queries.wording import PERCENT
from retained.pages.charts import Chart

_COLOURS = {
    "Minimum": "@minimum",
    "Expected": "@expected",
    "Reported": "@reported",
    "Measured": "@measured",
}
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
    drawn = (
        ("Minimum", "minimum", "rect", [3, 26], False),
        ("Expected", "expected", "rect", [3, 26], False),
        ("Reported", "reported", "diamond", 16, True),
        ("Measured", "attained", "circle", 14, False),
    )
    series = [
        _dots(
            name,
            [_points(level, getattr(level.stated, figure)) for level in rows],
            (symbol, size),
            _COLOURS[name],
            hollow=hollow,
        )
        for name, figure, symbol, size, hollow in drawn
    ]
    return {
        "animationDuration": 250,
        "grid": {"left": 8, "right": 28, "top": 44, "bottom": 30, "containLabel": True},
        "legend": {
            "left": 0,
            "top": 0,
            "itemGap": 12,
            "itemWidth": 14,
            "textStyle": {"color": "@ink"},
        },
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
            "boundaryGap": ["4%", "4%"],
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


def _points(level: ShownLevel, text: str | None) -> float | None:
    """Return how many points better (or, negative, worse) than expected a share is."""
    if not text:
        return None
    points = Decimal(text) - Decimal(level.stated.expected)
    return float(-points if level.lower_is_better else points)


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

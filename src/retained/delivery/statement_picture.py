"""The picture of a statement: each share as measured, as reported, and as expected."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from retained.delivery.queries.shown_statements import ShownLevel, ShownStatement
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
        unit="percent",
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
    """Return the drawing: what was promised as upright marks, what came out as dots."""
    rows = list(reversed(shares))  # the axis grows upwards, a table downwards
    values = [value for level in shares for value in _values(level)]
    series = [
        _dots("Minimum", [level.stated.minimum for level in rows], "rect", [3, 26], "@minimum"),
        _dots("Expected", [level.stated.expected for level in rows], "rect", [3, 26], "@expected"),
        _dots("Reported by the provider", [level.stated.reported for level in rows], "diamond",
              15, "@reported", hollow=True),
        _dots("Measured", [level.stated.attained for level in rows], "circle", 14, "@measured"),
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
            "min": max(0, (min(values) - 1) // 1),
            "max": min(100, -(-(max(values) + 1) // 1)),
            "axisLabel": {"color": "@quiet", "formatter": "{value} %", "hideOverlap": True},
            "splitLine": {"lineStyle": {"color": "@line"}},
        },
        "yAxis": {
            "type": "category",
            "data": [level.stated.title for level in rows],
            "axisLabel": {"color": "@ink", "width": 150, "overflow": "break"},
            "axisLine": {"lineStyle": {"color": "@line-strong"}},
            "axisTick": {"show": False},
        },
        "series": [one for one in series if one["data"]],
    }


def _values(level: ShownLevel) -> list[float]:
    stated = level.stated
    texts = [stated.attained, stated.reported, stated.expected, stated.minimum]
    return [float(text) for text in texts if text]


def _dots(
    name: str,
    figures: Sequence[str | None],
    symbol: str,
    size: int | list[int],
    colour: str,
    *,
    hollow: bool = False,
) -> dict[str, Any]:
    data = [[float(Decimal(text)), row] for row, text in enumerate(figures) if text]
    item: dict[str, Any] = {"color": colour}
    if hollow:
        item = {"color": "@surface", "borderColor": colour, "borderWidth": 2}
    return {
        "type": "scatter",
        "name": name,
        "data": data,
        "symbol": symbol,
        "symbolSize": size,
        "color": colour,
        "itemStyle": item,
    }

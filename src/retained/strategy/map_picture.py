"""The map of the portfolio: how much each function matters, and how risky depending on others is.

A scatter of the same pieces as all charts (pages/charts.py), with the table that says the same.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from retained.pages.cells import number
from retained.pages.charts import Chart
from retained.strategy.engine.own_or_buy import HIGHEST, Advice, Way
from retained.strategy.engine.questionnaire import WAY_WORDS

# Colour and shape of each way: told apart without colour too.
_LOOKS = {
    Way.KEEP: ("measured", "circle"),
    Way.IMPROVE: ("series-5", "rect"),
    Way.SHARE: ("series-3", "triangle"),
    Way.PARTNER: ("series-4", "diamond"),
    Way.CONTRACT: ("ink", "circle"),  # hollow: see _of_way
}
_EDGE = 3.0
_NAME_AT = {"xAxis": "end", "yAxis": "insideEndTop"}
_LIMITS = (("xAxis", 1.5, "matters"), ("xAxis", 2.5, "core"), ("yAxis", 2.0, "risky"))


@dataclass(frozen=True, slots=True)
class Point:
    """A function on the map."""

    title: str
    advice: Advice


def map_chart(points: Sequence[Point], *, key: str = "map") -> Chart:
    """Return the map of some functions."""
    return Chart(
        key=key,
        sentence=_sentence(points),
        option={**_frame(), "series": _series(points)},
        header=["Function", "Importance", "Risk", "The answers speak for"],
        rows=[
            [
                point.title,
                number(point.advice.importance, 1),
                number(point.advice.risk, 1),
                WAY_WORDS[point.advice.way],
            ]
            for point in points
        ],
        size="large",
    )


def _sentence(points: Sequence[Point]) -> str:
    counts = Counter(point.advice.way for point in points)
    ways = ", ".join(f"{WAY_WORDS[way].lower()} {counts[way]}" for way in Way if counts[way])
    return (
        "Further right: it matters more to what the company is. Further up: depending on a "
        f"provider is riskier. {len(points)} on the map: {ways}."
    )


def _series(points: Sequence[Point]) -> list[dict[str, Any]]:
    series = [
        _of_way(way, [point for point in points if point.advice.way is way])
        for way in Way
        if any(point.advice.way is way for point in points)
    ]
    if series:
        series[0]["markLine"] = _limits()
    return series


def _of_way(way: Way, points: Sequence[Point]) -> dict[str, Any]:
    role, symbol = _LOOKS[way]
    return {
        "type": "scatter",
        "name": WAY_WORDS[way],
        "color": f"@{role}",
        "symbol": symbol,
        "symbolSize": 14,
        "itemStyle": (
            {"color": "@surface", "borderColor": "@ink", "borderWidth": 2}
            if way is Way.CONTRACT
            else {}
        ),
        "data": [_point(point) for point in points],
        "label": {
            "show": True, "formatter": "{b}", "position": "right", "color": "@ink", "fontSize": 12,
        },
        "labelLayout": {"hideOverlap": True, "moveOverlap": "shiftY"},
    }  # fmt: skip


def _point(point: Point) -> dict[str, Any]:
    """Return a function where it stands; a name near the right edge is written to the left."""
    importance, risk = point.advice.importance, point.advice.risk
    at_edge = {"label": {"position": "left"}} if importance > _EDGE else {}
    return {"name": point.title, "value": [round(importance, 3), round(risk, 3)], **at_edge}


def _limits() -> dict[str, Any]:
    """Return the lines between low and high of docs/methods/own-or-buy.md."""
    style = {"color": "@line-strong", "type": "dashed", "width": 1}
    return {
        "symbol": "none",
        "silent": True,
        "data": [
            {
                axis: value,
                "lineStyle": style,
                "label": {"formatter": name, "position": _NAME_AT[axis], "color": "@quiet"},
            }
            for axis, value, name in _LIMITS
        ],
    }


def _frame() -> dict[str, Any]:
    return {
        "animationDuration": 250,
        "grid": {"left": 8, "right": 28, "top": 52, "bottom": 30, "containLabel": True},
        "legend": {"left": 0, "top": 0, "itemGap": 20, "textStyle": {"color": "@ink"}},
        "tooltip": {
            "trigger": "item",
            "renderMode": "richText",
            "formatter": "{b}: {c}",
            "backgroundColor": "@surface",
            "borderColor": "@line-strong",
            "textStyle": {"color": "@ink"},
        },
        "xAxis": {**_axis("Importance"), "nameLocation": "middle", "nameGap": 28},
        "yAxis": {**_axis("Risk"), "nameLocation": "end"},
    }


def _axis(name: str) -> dict[str, Any]:
    return {
        "type": "value",
        "name": name,
        "nameTextStyle": {"color": "@quiet"},
        "min": 0,
        "max": HIGHEST,
        "interval": 1,
        "axisLabel": {"color": "@quiet"},
        "axisLine": {"show": True, "lineStyle": {"color": "@line-strong"}},
        "splitLine": {"lineStyle": {"color": "@line"}},
    }

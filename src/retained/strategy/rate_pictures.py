"""Pictures of a rate card: how the rates of each role, or of each level, spread.

Boxes from the first tenth to the last, with the median as a line; the table behind says the same.
"""

from collections.abc import Sequence
from textwrap import shorten

from retained.pages.cells import number
from retained.pages.charts import MEASURED, Chart
from retained.strategy.engine.rate_assumptions import Spread
from retained.strategy.queries.rates import CardSpreads

_MOST_BOXES = 10
_MOST_LETTERS = 60
_MOST_ROWS = 200
_LABEL_WIDTH = 140


def spread_chart(found: CardSpreads, *, by: str) -> Chart:
    """Return how rates spread by role or by level: those with the most rates, the dearest first."""
    everything = found.by_role if by == "role" else found.by_level
    shown = sorted(everything[:_MOST_BOXES], key=lambda one: -one.middle)
    unit = f"{found.currency} an hour"
    return Chart(
        key=f"by-{by}",
        sentence=_sentence(shown, everything, by=by, unit=unit),
        option=_option(shown, unit),
        header=[by.capitalize(), "Rates", "First tenth", "Median", "Last tenth"],
        rows=[_row(one) for one in everything[:_MOST_ROWS]],
        unit=unit,
        size="large" if len(shown) > 4 else "medium",
        table_caption=_caption(everything, by=by, unit=unit),
    )


def _sentence(shown: Sequence[Spread], everything: Sequence[Spread], *, by: str, unit: str) -> str:
    dear, cheap = shown[0], shown[-1]
    middle = f"{_figure(dear.middle)} {unit} in the middle"
    if len(everything) == 1:
        return f"{_quoted(dear.name)}: {middle}."
    is_cut = len(everything) > len(shown)
    which = f"the {len(shown)} {by}s with the most rates" if is_cut else f"{len(shown)} {by}s"
    return (
        f"Of {which}, {_quoted(dear.name)} is the dearest with {middle}, and "
        f"{_quoted(cheap.name)} the cheapest with {_figure(cheap.middle)}."
    )


def _option(shown: Sequence[Spread], unit: str) -> dict[str, object]:
    quiet = {"color": "@quiet"}
    return {
        "animationDuration": 250,
        "grid": {"left": 8, "right": 28, "top": 12, "bottom": 34, "containLabel": True},
        "xAxis": {
            "type": "value",
            "name": unit,
            "nameLocation": "middle",
            "nameGap": 28,
            "nameTextStyle": quiet,
            "axisLabel": {"color": "@quiet", "hideOverlap": True},
            "splitLine": {"lineStyle": {"color": "@line"}},
        },
        "yAxis": {
            "type": "category",
            "data": [f"{_short(one.name)} ({one.count:,})" for one in shown],
            "inverse": True,
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": "@line-strong"}},
            "axisLabel": {
                "color": "@ink", "width": _LABEL_WIDTH, "overflow": "break", "lineHeight": 14,
            },
        },
        "series": [
            {
                "type": "boxplot",
                "silent": True,
                "boxWidth": [8, 16],
                "itemStyle": {
                    "color": "@surface", "borderColor": f"@{MEASURED}", "borderWidth": 1.5,
                },
                "data": [_box(one) for one in shown],
            }
        ],
    }  # fmt: skip


def _box(one: Spread) -> list[float]:
    low, middle, high = float(one.low), float(one.middle), float(one.high)
    return [low, low, middle, high, high]


def _row(one: Spread) -> list[str]:
    return [_short(one.name), f"{one.count:,}", *map(_figure, (one.low, one.middle, one.high))]


def _caption(everything: Sequence[Spread], *, by: str, unit: str) -> str:
    count = len(everything)
    cut = f", the {_MOST_ROWS} with the most rates of {count:,}" if count > _MOST_ROWS else ""
    return f"Rates by {by}, {unit}{cut}"


def _short(name: str) -> str:
    return shorten(name, _MOST_LETTERS, placeholder=" …")


def _quoted(name: str) -> str:
    return f"“{_short(name)}”"


def _figure(amount: object) -> str:
    return number(amount, 2)

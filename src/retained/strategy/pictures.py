"""Pictures of a business case: the fan of savings, what matters most, years, and cost by line.

Each is data with one sentence and the table behind it, so that pages and the board pack draw the
same. Amounts are in whole units of the case's currency: a picture has no cents.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from retained.pages import charts
from retained.pages.cells import number
from retained.pages.charts import MEASURED, Chart, Series
from retained.shared.money import Money, total
from retained.strategy.engine.result_figures import (
    LineFigures,
    OptionFigures,
    ResultFigures,
    SwingFigures,
    ValueFigures,
)

_FAN = (0.1, 0.25, 0.5, 0.75, 0.9)
_MOST_BARS = 10
_MOST_LINES = 12  # of all options: each label may take two lines of words
_BASELINE_ROLE = "series-5"
_ROLES = (MEASURED, "series-3", "series-4", "reported")
_LOW_ROLE, _HIGH_ROLE = "series-4", "series-3"
_LABEL_WIDTH = 140


def fan_chart(result: ResultFigures, option: OptionFigures) -> Chart:
    """Return how the sum of an option's savings may grow over the months, not discounted."""
    by_share = dict(zip(option.fan.shares, option.fan.amounts, strict=True))
    p10, p25, p50, p75, p90 = ([_whole(one) for one in by_share[share]] for share in _FAN)
    months = [result.first_month.plus(place) for place in range(result.months)]
    labels = ["Start", *(f"{month.first_day:%b %y}" for month in months)]
    chart = charts.line_chart(
        f"fan-{option.id}",
        _fan_sentence(result, option, (p10[-1], p50[-1], p90[-1])),
        labels=labels,
        series=[Series("Half of the draws lie above", p50)],
        unit=result.currency,
        size="large",
    )
    rows = list(zip(labels, *(_texts(row) for row in (p10, p25, p50, p75, p90)), strict=True))
    return replace(
        chart,
        option=_with_bands(chart, (p10, p90), (p25, p75)),
        header=["", "P10", "P25", "P50", "P75", "P90"],
        rows=[list(row) for row in rows],
        table_caption=f"Sum of savings up to each month, in {result.currency}",
    )


def tornado_chart(result: ResultFigures, option: OptionFigures) -> Chart:
    """Return what moves an option's saving most: its mean where a driver is low, and high."""
    currency, middle = result.currency, option.value.mean
    shown = option.matters[:_MOST_BARS]
    titles = [one.title for one in shown]
    low = Series(
        "Assumption in its lowest tenth", [_whole(x.low - middle) for x in shown], _LOW_ROLE
    )
    high = Series(
        "In its highest tenth", [_whole(x.high - middle) for x in shown], _HIGH_ROLE
    )  # fmt: skip
    chart = charts.bar_chart(
        f"matters-{option.id}",
        _tornado_sentence(result, option),
        labels=titles,
        series=[low, high],
        unit=currency,
        size="large" if len(shown) > 4 else "medium",
    )
    drawn = lying(chart.option, name=f"{currency} off the mean saving")
    hollow = {"color": "@surface", "borderColor": f"@{_LOW_ROLE}", "borderWidth": 1.5}
    drawn["series"][0]["itemStyle"] = hollow
    return replace(
        chart,
        option=drawn,
        header=["", "Lowest tenth", "Highest tenth", "Rank correlation"],
        rows=[_swing_row(one) for one in option.matters],
        table_caption=f"Mean saving by assumption, in {currency}",
    )


def years_chart(result: ResultFigures, option: OptionFigures) -> Chart:
    """Return what the baseline and an option cost in each fiscal year, and what is saved."""
    currency = result.currency
    baseline = result.baseline_title
    years = option.years
    chart = charts.bar_chart(
        f"years-{option.id}",
        _years_sentence(result, option),
        labels=[year.title for year in years],
        series=[
            Series(baseline, [_whole(year.cost + year.saving) for year in years], _BASELINE_ROLE),
            Series(option.title, [_whole(year.cost) for year in years], MEASURED),
            Series("Saved", [_whole(year.saving) for year in years], "series-3"),
        ],
        unit=currency,
    )
    return replace(
        chart,
        header=["", "Months", baseline, option.title, "Saved", "Saved a year at its end"],
        rows=[
            [
                year.title,
                str(year.months),
                *map(
                    amount_words, (year.cost + year.saving, year.cost, year.saving, year.run_rate)
                ),
            ]
            for year in years
        ],
        table_caption=f"Fiscal years, in {currency}",
    )


def lines_chart(result: ResultFigures) -> Chart:
    """Return what the lines of all options cost as of the start, the dearest of each first."""
    costs = result.lines
    shown = {key: _dearest(lines, len(costs)) for key, lines in costs.items()}
    labels = [label for key, bars in shown.items() for label, _ in bars]
    chart = charts.bar_chart(
        "lines",
        _lines_sentence(result, costs),
        labels=labels,
        series=_line_series(result, shown),
        unit=result.currency,
        size="large",
    )
    return replace(
        chart,
        option=lying(chart.option, name=f"{result.currency} as of the start"),
        header=["", "Option", "Kind", "As of the start", "Paid over the term"],
        rows=[
            _line_row(result.title_of(key), one) for key, lines in costs.items() for one in lines
        ],
        table_caption=f"Cost by line, in {result.currency}",
    )


def amount_words(amount: Money) -> str:
    """Return an amount in whole units, its currency left to the heading: 947,810."""
    return number(amount.amount)


def lying(option: Any, *, name: str) -> dict[str, Any]:
    """Return upright bars as lying ones, the first on top; `name` says what is measured."""
    drawn: dict[str, Any] = dict(option)
    value, labels = option["yAxis"], option["xAxis"]
    style = {"color": "@quiet"}
    drawn["xAxis"] = {
        **value,
        "name": name,
        "nameLocation": "middle",
        "nameGap": 28,
        "nameTextStyle": style,
        "axisLabel": {"color": "@quiet", "hideOverlap": True},
    }
    drawn["yAxis"] = {
        **labels,
        "inverse": True,
        "axisLabel": {
            "color": "@ink",
            "width": _LABEL_WIDTH,
            "overflow": "break",
            "lineHeight": 14,
        },
        "axisLine": {"onZero": False, "lineStyle": {"color": "@line-strong"}},
    }
    drawn["grid"] = {**option["grid"], "top": 40, "bottom": 34, "right": 36}
    place = {"barGap": "-100%", "itemStyle": {}}  # one place for all bars of a label
    drawn["series"] = [one | place for one in option["series"]]
    return drawn


def _with_bands(
    chart: Chart, outer: tuple[Sequence[int], ...], inner: tuple[Sequence[int], ...]
) -> dict[str, Any]:
    """Return the fan: bands on a hidden axis of their own, so that nobody reads their widths."""
    drawn: dict[str, Any] = dict(chart.option)
    middle = drawn["series"][0] | {"symbol": "none", "z": 3}
    bands = [
        *_band("Eight of ten draws", outer, 0.14),
        *_band("Half of the draws", inner, 0.26),
    ]
    drawn["series"] = [middle, *bands]
    drawn["legend"] = drawn["legend"] | {
        "data": [
            {"name": middle["name"]},
            *({"name": one["name"], "icon": "rect"} for one in bands if "areaStyle" in one),
        ]
    }
    hidden = {"axisPointer": {"show": False}, "show": False, "boundaryGap": False}
    seen = drawn["xAxis"] | {"boundaryGap": False}
    seen["axisLine"] = {"onZero": False, **seen["axisLine"]}
    drawn["grid"] = drawn["grid"] | {"right": 28}  # the last label stands in the middle of its tick
    drawn["xAxis"] = [seen, {"type": "category", "data": seen["data"], **hidden}]
    middle["markLine"] = {
        "symbol": "none",
        "silent": True,
        "label": {"show": False},
        "data": [{"yAxis": 0, "lineStyle": {"color": "@line-strong", "type": "solid"}}],
    }
    return drawn


def _band(name: str, edges: tuple[Sequence[int], ...], opacity: float) -> list[dict[str, Any]]:
    """Return an area between two rows of values: an unseen line, and what is stacked on it."""
    low, high = edges
    unseen = {
        "type": "line",
        "stack": name,
        "stackStrategy": "all",
        "symbol": "none",
        "silent": True,
        "xAxisIndex": 1,
        "lineStyle": {"opacity": 0},
        "color": f"@{MEASURED}",
    }
    width = [above - below for below, above in zip(low, high, strict=True)]
    area = {
        "areaStyle": {"color": f"@{MEASURED}", "opacity": opacity},
        "itemStyle": {"opacity": opacity * 2},  # its sign in the legend
    }
    return [
        unseen | {"name": f"Below {name.lower()}", "data": list(low)},
        unseen | {"name": name, "data": width, **area},
    ]


def _dearest(lines: Sequence[LineFigures], options: int) -> list[tuple[str, int]]:
    """Return the dearest lines, and the others together, so that all options fit one picture."""
    room = max(_MOST_LINES // options, 3)
    kept = lines if len(lines) <= room else lines[: room - 1]
    bars = [(one.title, _whole(one.present)) for one in kept]
    rest = lines[len(kept) :]
    if rest:
        together = total((one.present for one in rest), rest[0].present.currency)
        bars.append((f"{len(rest)} other lines", _whole(together)))
    return bars


def _line_series(result: ResultFigures, shown: dict[str, list[tuple[str, int]]]) -> list[Series]:
    """Return one row of bars for each option: each stands in the places of its own lines."""
    series, before = [], 0
    count = sum(map(len, shown.values()))
    others = iter(_ROLES * len(shown))
    for key, bars in shown.items():
        values: list[int | None] = [None] * count
        values[before : before + len(bars)] = [amount for _, amount in bars]
        before += len(bars)
        role = _BASELINE_ROLE if key == result.baseline else next(others)
        series.append(Series(result.title_of(key), values, role))
    return series


def _fan_sentence(result: ResultFigures, option: OptionFigures, ends: tuple[int, int, int]) -> str:
    low, middle, high = (f"{number(one)}" for one in ends)
    said = (
        f"After {result.months} months {option.title} has saved {middle} "
        f"{result.currency} in the middle, and between {low} and {high} in eight of ten draws"
    )
    return f"{said}; {payback_words(option)}."


def payback_words(option: OptionFigures) -> str:
    """Return when the money is back, in words."""
    if option.payback.median is None:
        return "in most draws the money is not back within the term"
    if option.payback.median == 0:
        return "nothing has to be laid out first"
    return f"the money is back in month {option.payback.median} in the middle of all draws"


def _tornado_sentence(result: ResultFigures, option: OptionFigures) -> str:
    if not option.matters:
        return "Every assumption is one figure for sure: nothing moves the saving."
    first = option.matters[0]
    name, low, high = first.title, amount_words(first.low), amount_words(first.high)
    return (
        f"“{name}” matters most: the mean saving is {low} {result.currency} where it lies in "
        f"its lowest tenth, and {high} where it lies in its highest."
    )


def _years_sentence(result: ResultFigures, option: OptionFigures) -> str:
    parts = [f"{amount_words(year.saving)} in {year.title}" for year in option.years]
    pace = amount_words(option.years[-1].run_rate)
    return (
        f"{option.title} saves, in {result.currency}: {', '.join(parts)}; "
        f"at the pace of its last month {pace} a year."
    )


def _lines_sentence(result: ResultFigures, costs: dict[str, tuple[LineFigures, ...]]) -> str:
    parts = [
        f"{result.title_of(key)}: “{lines[0].title}” is the "
        f"{f'dearest of {len(lines)} lines' if len(lines) > 1 else 'only line'}, "
        f"{amount_words(lines[0].present)} {result.currency}"
        for key, lines in costs.items()
    ]
    return "; ".join(parts) + "."


def _swing_row(one: SwingFigures) -> list[str]:
    return [one.title, amount_words(one.low), amount_words(one.high), f"{one.rank:+.2f}"]


def _line_row(option: str, one: LineFigures) -> list[str]:
    kind = "one-off" if one.once else "running"
    return [one.title, option, kind, amount_words(one.present), amount_words(one.paid)]


def _whole(amount: Money) -> int:
    return int(amount.amount.quantize(Decimal(1)))


def _texts(values: Sequence[int]) -> list[str]:
    return [number(value) for value in values]


def savings_chart(named: Sequence[tuple[str, ValueFigures]]) -> Chart:
    """Return what several options save beside each other: the middle, and eight of ten draws."""
    best = max(named, key=lambda one: one[1].mean.amount)
    currency = best[1].mean.currency
    chart = charts.bar_chart(
        "savings",
        f"{best[0]} saves most on the mean: {amount_words(best[1].mean)} {currency}, in "
        f"{round(best[1].chance * 100)} of 100 draws anything at all.",
        labels=[name for name, _ in named],
        series=[
            Series("P10", [_whole(one.p10) for _, one in named], _LOW_ROLE),
            Series("P50", [_whole(one.p50) for _, one in named], MEASURED),
            Series("P90", [_whole(one.p90) for _, one in named], _HIGH_ROLE),
        ],
        unit=currency,
    )
    return replace(chart, table_caption=f"Saving as of the start of the term, in {currency}")

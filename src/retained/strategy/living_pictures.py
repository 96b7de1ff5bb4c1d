"""Pictures of a living case: planned against come true, and the chance by month."""

from dataclasses import replace
from decimal import Decimal

from retained.pages import charts
from retained.pages.charts import PLAIN, Chart, Mark, Series
from retained.shared.months import Month
from retained.strategy.engine.living_document import LivingFigures
from retained.strategy.pictures import amount_words


def planned_chart(figures: LivingFigures) -> Chart:
    """Return what the chosen option cost up to each month, as planned and as it came true."""
    planned, came = figures.months[-1].planned, figures.months[-1].came_true
    more = came - planned
    word = "more" if more.amount >= 0 else "less"
    size = amount_words(more if more.amount >= 0 else -more)
    chart = charts.line_chart(
        "planned",
        (
            f"Up to {figures.through.title} {figures.option_title} has cost {amount_words(came)} "
            f"{figures.currency}: {size} {word} than planned."
        ),
        labels=[_label(one.month) for one in figures.months],
        series=[
            Series("Came true", [round(one.came_true.amount) for one in figures.months]),
            Series("Planned", [round(one.planned.amount) for one in figures.months], PLAIN),
        ],
        unit=figures.currency,
    )
    came_true, as_planned = chart.option["series"]
    dashed = as_planned | {"lineStyle": as_planned["lineStyle"] | {"type": "dashed"}}
    return replace(
        chart,
        option={**chart.option, "series": [came_true, dashed]},
        table_caption=f"Cost up to the end of each month, in {figures.currency}",
    )


def chance_chart(figures: LivingFigures) -> Chart:
    """Return how likely the option saves anything, as it stood after each month."""
    signed, now = (round(100 * one.chance) for one in (figures.signed, figures.now))
    return charts.line_chart(
        "chance",
        (
            f"In {signed} of 100 draws it saved as it was signed; in {now} of 100 it does after "
            f"{figures.through.title}."
        ),
        labels=[_label(one.month, "Signed") for one in figures.history],
        series=[Series("Draws that save", [one.value.chance for one in figures.history])],
        marks=[Mark("Even odds", Decimal("0.5"), "minimum")],
    )


def _label(month: Month | None, first: str = "Start") -> str:
    return f"{month.first_day:%b %y}" if month else first

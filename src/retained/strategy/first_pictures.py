"""The picture of a first result: what each way has saved up to each month."""

from retained.pages import charts
from retained.pages.cells import number
from retained.pages.charts import MEASURED, Chart, Series
from retained.strategy.engine.outcomes import fan_of
from retained.strategy.engine.results import CaseResult, OptionResult

_MIDDLE = (0.5,)
_ROLES = (MEASURED, "series-3", "series-4", "series-5")


def ways_chart(result: CaseResult) -> Chart:
    """Return the sum of savings of each way in the middle of all draws, not discounted."""
    terms = result.terms
    months = [terms.first_month.plus(place) for place in range(terms.months)]
    series = [
        Series(one.title, _sums(result, one), role)
        for one, role in zip(result.options, _ROLES, strict=False)
    ]
    return charts.line_chart(
        "ways",
        _sentence(result, series),
        labels=["Start", *(f"{month.first_day:%b %y}" for month in months)],
        series=series,
        unit=terms.currency,
        size="large",
    )


def _sums(result: CaseResult, option: OptionResult) -> list[int]:
    [middle] = fan_of(result.simulation.saving_by_month(option.id), _MIDDLE)
    return [round(float(one)) for one in middle]


def _sentence(result: CaseResult, series: list[Series]) -> str:
    parts = (f"{one.name} {number(int(one.values[-1] or 0))}" for one in series)
    return (
        f"Saved against staying by month {result.terms.months}, in {result.terms.currency} and in "
        f"the middle of all draws: {', '.join(parts)}."
    )

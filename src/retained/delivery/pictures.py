"""Pictures of figures: what was measured beside what was reported, levels, bars of causes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from retained.delivery.queries import wording
from retained.delivery.queries.level_months import LevelMonth, LevelStory, drawn
from retained.delivery.queries.replays import Replay
from retained.delivery.queries.wholeness import SourceLook
from retained.pages import charts
from retained.pages.charts import MEASURED, REPORTED, Chart, Mark, Series
from retained.pages.parts import FigureCard

SO_FAR = "series-5"
_HOLLOW = {
    "symbol": "circle",
    "symbolSize": 11,
    "lineStyle": {"width": 0},
    "itemStyle": {"color": "@surface", "borderColor": f"@{SO_FAR}", "borderWidth": 2.5},
}
_UNITS = {wording.PERCENT: "percent", wording.SECONDS: "h", wording.TICKETS: "number"}


def level_chart(story: LevelStory) -> Chart:
    """Return a level's months as lines: attained, the provider's, and the month so far apart."""
    months = story.months
    unit = months[-1].unit
    series = [Series("Measured", [None if m.so_far else m.ratio for m in months], MEASURED)]
    reported = [_reported(month) for month in months]
    if any(value is not None for value in reported):
        series.append(Series("Reported by the provider", reported, REPORTED))
    if story.running is not None and story.running.ratio is not None:
        so_far = [m.ratio if m.so_far else None for m in months]
        series.append(Series("So far, no verdict yet", so_far, SO_FAR))
    chart = charts.line_chart(
        f"level-{story.level_id}",
        level_words(story),
        labels=[wording.short_month(month.month) for month in months],
        series=series,
        marks=_marks(months[-1]),
        unit=_UNITS[unit],
    )
    return _with_hollow_so_far(replace(chart, rows=_rows(story)))


def level_words(story: LevelStory) -> str:
    """Return what the picture of a level shows, in a sentence."""
    last, missed = story.last, [month for month in story.complete if month.is_missed]
    if last is None:
        return "No month is over yet: what stands here is “so far”."
    said = f"{last.month.title}: {last.words} measured"
    if last.reported_words:
        said += f", {last.reported_words} reported by the provider"
    if not missed:
        return f"{said}; no month of {len(story.complete)} was missed."
    times = f"{len(missed)} of {len(story.complete)} months"
    return f"{said}; {times} fell below what is expected."


def level_card(
    story: LevelStory, month: LevelMonth, *, url: str = "", link: str = ""
) -> FigureCard:
    """Return a level's figure of one month beside the provider's."""
    return FigureCard(
        title=f"{story.title}, {month.month.title}",
        figure=month.words,
        kind="text",
        reported=month.reported_words or None,
        reported_counts=month.reported_counts,
        difference=month.difference,
        verdict=month.verdict,
        so_far=month.so_far,
        against=month.against,
        counts=month.counts,
        counted=story.counted_sentence,
        url=url,
        link=link or "Open the tickets",
    )


def parts_bar(
    key: str,
    sentence: str,
    parts: Sequence[tuple[str, Decimal | int]],
    *,
    unit: str = "number",
    name: str = "Tickets",
) -> Chart:
    """Return named amounts as lying bars, the longest on top."""
    labels = [name for name, _ in parts]
    values = [value for _, value in parts]
    chart = charts.bar_chart(
        key, sentence, labels=labels, series=[Series(name, values, MEASURED)], unit=unit
    )
    option: dict[str, Any] = dict(chart.option)
    option["xAxis"], option["yAxis"] = (
        {**option["yAxis"], "minInterval": 1},
        {**option["xAxis"], "inverse": True, "axisLabel": {"color": "@ink"}},
    )
    series = dict(option["series"][0])
    series["label"] = {"show": True, "position": "right", "color": "@ink"}
    option["series"] = [series]
    option.pop("legend")
    option["grid"] = {**option["grid"], "top": 4, "right": 48}  # room for the figure at its end
    return replace(chart, option=option, size="small")


def _reported(month: LevelMonth) -> Decimal | None:
    figure = month.reported.figure if month.reported else None
    return None if figure is None or month.unit != wording.PERCENT else figure / 100


def _marks(month: LevelMonth) -> list[Mark]:
    marks = []
    for name, level in (("expected", month.expected), ("minimum", month.minimum)):
        value = drawn(level, month.unit)
        if value is not None:
            marks.append(Mark(name, value, name))
    return marks


def _rows(story: LevelStory) -> list[list[str]]:
    """Return the table behind the picture with figures as they are written elsewhere."""
    has_reported = any(_reported(month) is not None for month in story.months)
    has_so_far = story.running is not None and story.running.ratio is not None
    rows = []
    for month in story.months:
        row = [wording.short_month(month.month), "–" if month.so_far else month.words]
        row += [month.reported_words or "–"] if has_reported else []
        row += [month.words if month.so_far else "–"] if has_so_far else []
        rows.append(row)
    return rows


def _with_hollow_so_far(chart: Chart) -> Chart:
    """Draw the month so far as one hollow grey point that no line leads to."""
    option = dict(chart.option)
    option["series"] = [
        one | _HOLLOW if one["color"] == f"@{SO_FAR}" else one for one in option["series"]
    ]
    return replace(chart, option=option)


def days_chart(month: LevelMonth, days: Mapping[date, Mapping[str, int]]) -> Chart:
    """Return the tickets of a month by the day on which they stopped, misses apart."""
    worst = max(days, key=lambda day: days[day]["missed"])
    missed = sum(counts["missed"] for counts in days.values())
    said = f"{missed:,} of {month.counted:,} tickets were missed"
    if missed and len(days) > 1:
        said += f"; most of them on {worst.day} {worst:%B}: {days[worst]['missed']:,}"
    return charts.bar_chart(
        "days",
        f"{said}.",
        labels=[f"{day.day} {day:%b}" for day in days],
        series=[
            Series("Missed", [counts["missed"] for counts in days.values()], "bad"),
            Series("Met", [counts["met"] for counts in days.values()], MEASURED),
        ],
        unit="tickets",
        stacked=True,
    )


def owed_chart(answer: Replay) -> Chart:
    """Return what is owed month by month as agreed and under the changed rule."""
    months = sorted(month for month, amounts in answer.owed.items() if any(amounts))
    currency = answer.worth.currency
    owed = [answer.owed[month] for month in months]
    return charts.bar_chart(
        "owed",
        f"What is owed in each month as agreed, and under the changed rule, in {currency}.",
        labels=[wording.short_month(month) for month in months],
        series=[
            Series("As agreed", [was.amount for was, _ in owed], MEASURED),
            Series("Under the changed rule", [would.amount for _, would in owed], "series-4"),
        ],
        unit=currency,
    )


def volumes_chart(look: SourceLook) -> Chart:
    """Return how many tickets a source opened in each month, beside what the provider states."""
    months = [month for month, _ in look.volumes]
    counts = [count for _, count in look.volumes]
    series = [Series("Tickets in the evidence", counts, MEASURED)]
    stated = dict(look.stated)
    if stated:
        series.append(Series("Stated by the provider", [stated.get(m) for m in months], REPORTED))
    said = f"{sum(counts):,} tickets in {len(months)} months of “{look.source.name}”"
    whole = counts[:-1] or counts  # the last month may still run
    return charts.bar_chart(
        f"volumes-{look.source.pk}",
        f"{said}; the fewest in {months[whole.index(min(whole))].title} ({min(whole):,}).",
        labels=[wording.short_month(month) for month in months],
        series=series,
        unit="tickets",
    )

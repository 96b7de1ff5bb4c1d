"""The table of every month: what each service level attained, what it owes, where its close is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from retained.delivery.queries.level_months import AgreementMonths, LevelMonth, MonthRow
from retained.pages import cells
from retained.pages.sources import ListSource
from retained.pages.tables import Column, Filter, Sort, Table

STATUS_WORDS = {
    "so_far": "so far",
    "open": "to close",
    "checked": "checked",
    "confirmed": "closed",
    "sent": "closed, sent",
    "agreed": "closed, agreed",
    "disputed": "closed, disputed",
    "silent": "closed, no answer",
}
_MISSED = [("missed", "with a miss"), ("met", "all met")]


@dataclass(frozen=True, slots=True)
class LevelCell:
    """A service level in a month as a page shows it, and in words as an export holds it."""

    level: LevelMonth
    url: str

    @property
    def verdict(self) -> str:
        """The verdict; of a month that runs, that it is none."""
        return "so_far" if self.level.so_far else self.level.verdict

    def __str__(self) -> str:
        """Return figure, verdict, counts and the provider's figure in words."""
        level = self.level
        verdict = cells.VERDICTS[self.verdict].word.lower()
        reported = [f"provider {level.reported_words}"] if level.reported_words else []
        return ", ".join([level.words, verdict, level.counts, *reported]).replace(cells.GAP, " ")

    def __html__(self) -> str:
        """Return the figure, which leads to its tickets, its verdict, and the quieter lines."""
        figure = format_html('<a class="rt-figure" href="{}">{}</a>', self.url, self.level.words)
        return figure + " " + cells.verdict(self.verdict) + self._counts() + self._late()

    def _counts(self) -> SafeString:
        level, words = self.level, [format_html("{}", self.level.counts)]
        if level.reported_words:
            reported = '<span class="dl-reported">provider {}</span>'
            words.append(format_html(reported, level.reported_words))
        if level.unusable:
            words.append(format_html("{} unusable", cells.number(level.unusable)))
        if level.unusable_rows:
            share = cells.percent(level.unusable_rows_share)
            words.append(format_html("{} of its rows unusable", share))
        return format_html(
            "<small>{}</small>", format_html_join(" · ", "{}", ((word,) for word in words))
        )

    def _late(self) -> SafeString:
        if self.level.late is None:
            return SafeString("")
        late = self.level.late.words
        return format_html('<small class="rt-tone-warn">late evidence: {}</small>', late)


def month_table(months: AgreementMonths) -> Table:
    """Return the table of an agreement's months, the newest first."""
    reference = months.agreed.agreement.reference
    rows = [_row(row, months) for row in months.months]
    present = {row.status for row in months.months}
    statuses = [(name, words) for name, words in STATUS_WORDS.items() if name in present]

    def source(chosen: Mapping[str, str]) -> ListSource:
        return ListSource(row for row in rows if _fits(row["row"], chosen))

    return Table(
        key="months",
        caption="Every service level in every month",
        columns=_columns(months, reference),
        source=source,
        sort=Sort("month", falling=True),
        filters=(Filter("misses", "Verdicts", _MISSED), Filter("status", "Status", statuses)),
        empty_title="No month yet",
        empty_text="Months stand here once there is evidence of them.",
        file_name=f"{reference}-months",
        row_class=lambda row: "dl-so-far-row" if row["row"].so_far else "",
    )


def _fits(row: MonthRow, chosen: Mapping[str, str]) -> bool:
    if chosen["status"] not in {"", row.status}:
        return False
    if not chosen["misses"]:
        return True
    return not row.so_far and bool(row.missed) is (chosen["misses"] == "missed")


def _row(row: MonthRow, months: AgreementMonths) -> dict[str, Any]:
    """Return a month with what it is ordered by: each figure, what is owed, its status."""
    reference = months.agreed.agreement.reference
    found: dict[str, Any] = {
        **{f"figure-{story.level_id}": None for story in months.levels},
        "row": row,
        "month": row.month,
        "status": STATUS_WORDS[row.status],
        "owed": None if row.so_far else row.owed.amount,
    }
    for level in row.there:
        url = reverse("figure", args=[reference, level.level_id, level.month])
        found[f"cell-{level.level_id}"] = LevelCell(level, url)
        found[f"figure-{level.level_id}"] = level.attained
    return found


def _columns(months: AgreementMonths, reference: str) -> list[Column]:
    def close_url(row: Mapping[str, Any]) -> str:
        month: MonthRow = row["row"]
        if month.so_far:
            return ""
        page = reverse("month_close", args=[reference, month.month])
        return f"{page}#correct" if month.is_late else page

    return [
        Column("month", "Month", value=lambda row: row["month"].title, sort="month"),
        *(_level_column(story.level_id, story.title) for story in months.levels),
        Column("owed", "Credit", "money", value=_owed, sort="owed", note=_owed_note),
        Column("status", "Status", sort="status", link=close_url, note=_late_words),
    ]


def _level_column(level_id: str, title: str) -> Column:
    return Column(
        f"cell-{level_id}",
        title,
        value=lambda row: row.get(f"cell-{level_id}"),
        sort=f"figure-{level_id}",
    )


def _owed(row: Mapping[str, Any]) -> Any:
    month: MonthRow = row["row"]
    return None if month.so_far or not month.owed else month.owed


def _owed_note(row: Mapping[str, Any]) -> str:
    month: MonthRow = row["row"]
    words = []
    if month.lost_to_cap and not month.so_far:
        words.append(f"{month.lost_to_cap} lost to the cap")
    if month.earned_back:
        words.append(f"{month.earned_back} earned back, net {month.net}")
    return ", ".join(words)


def _late_words(row: Mapping[str, Any]) -> str:
    return "late evidence" if row["row"].is_late else ""

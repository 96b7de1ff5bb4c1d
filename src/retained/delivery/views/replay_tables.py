"""The tables of a replay: every figure under both rules, and what would be owed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html

from retained.delivery.queries.replays import Replay, ReplayedLevel
from retained.pages import cells
from retained.pages.sources import ListSource
from retained.pages.tables import Column, Filter, Sort, Table

_SHOWN = (("changed", "changes"), ("all", "everything"))


@dataclass(frozen=True, slots=True)
class _Side:
    """A figure under one of the two rules, with its verdict and what was counted."""

    words: str
    verdict: str
    counts: str

    def __str__(self) -> str:
        """Return it in words, as an export holds it."""
        verdict = cells.VERDICTS[self.verdict].word.lower()
        return f"{self.words}, {verdict}, {self.counts}".replace(cells.GAP, " ")

    def __html__(self) -> str:
        """Return it as a page shows it."""
        verdict = cells.verdict(self.verdict)
        return format_html("{} {}<small>{}</small>", self.words, verdict, self.counts)


def replay_tables(answer: Replay, *, reference: str) -> list[Table]:
    """Return the tables of an answer; that of money only where credits are agreed."""
    tables = [_figures(answer, reference)]
    return [*tables, _owed(answer, reference)] if answer.owed else tables


def _figures(answer: Replay, reference: str) -> Table:
    levels = {level.service_level: level.title for level in answer.levels}

    def source(chosen: Mapping[str, str]) -> ListSource:
        return ListSource(
            level
            for level in answer.levels
            if (level.changed or chosen["figures"] == "all")
            and chosen["of"] in {"", level.service_level}
        )

    return Table(
        key="replayed",
        caption="Figures as agreed and under the changed rule",
        columns=(
            Column("month", "Month", value=lambda row: row.month.title, sort="month"),
            Column("title", "Service level", sort="title"),
            Column("agreed", "As agreed", value=_as_agreed, sort="agreed"),
            Column("replayed", "Under the changed rule", value=_as_replayed, sort="replayed"),
        ),
        source=source,
        sort=Sort("month", falling=True),
        filters=(
            Filter("figures", "Show", _SHOWN, default="changed"),
            Filter("of", "Service level", list(levels.items())),
        ),
        empty_title="No figure of any month would change",
        empty_text="Choose everything above to see all months under both rules.",
        file_name=f"{reference}-what-if-figures",
        row_class=lambda row: "dl-so-far-row" if row.so_far else "",
        is_alone=False,
    )


def _as_agreed(level: ReplayedLevel) -> _Side:
    verdict = "so_far" if level.so_far else level.agreed_verdict
    return _Side(level.agreed_words, verdict, level.agreed_counts)


def _as_replayed(level: ReplayedLevel) -> _Side:
    verdict = "so_far" if level.so_far else level.replayed_verdict
    return _Side(level.replayed_words, verdict, level.replayed_counts)


def _owed(answer: Replay, reference: str) -> Table:
    months: Sequence[dict[str, Any]] = [
        {"month": month, "was": was, "would": would, "was_minor": was.minor, "minor": would.minor}
        for month, (was, would) in answer.owed.items()
    ]

    def source(chosen: Mapping[str, str]) -> ListSource:
        everything = chosen["money"] == "all"
        return ListSource(row for row in months if everything or row["was"] != row["would"])

    return Table(
        key="owed",
        caption="What would be owed, month by month",
        columns=(
            Column("month", "Month", value=lambda row: row["month"].title, sort="month"),
            Column("was", "As agreed", "money", sort="was_minor"),
            Column("would", "Under the changed rule", "money", sort="minor"),
        ),
        source=source,
        sort=Sort("month", falling=True),
        filters=(Filter("money", "Show", _SHOWN, default="changed"),),
        empty_title="No other amount would be owed",
        empty_text="Choose everything above to see what is owed in every month.",
        file_name=f"{reference}-what-if-owed",
        is_alone=False,
    )

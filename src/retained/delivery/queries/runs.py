"""The list of agreements that run: how the last month that is over came out for each."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from retained.contracts import queries as contracts_queries
from retained.contracts.models import Agreement
from retained.delivery.models import CloseState, Measured, MeasuredMonth, MonthClose
from retained.delivery.queries.level_months import LevelMonth
from retained.delivery.queries.months import frozen_month, level_month, month_status, with_answers
from retained.shared.money import Money, total
from retained.shared.months import Month

_WORST = ("below_minimum", "below_expected", "not_measured", "too_few", "met")


@dataclass(frozen=True, slots=True)
class RunRow:
    """One agreement as the list shows it; nothing of it may be measured yet."""

    reference: str
    title: str
    provider: str
    month: Month | None
    levels: tuple[LevelMonth, ...]
    so_far: tuple[LevelMonth, ...]
    status: str
    owed: Money | None

    @property
    def verdict(self) -> str:
        """The worst verdict of the month."""
        found = [level.verdict for level in self.levels]
        return next((verdict for verdict in _WORST if verdict in found), "")

    @property
    def met(self) -> str:
        """How many service levels were met, in words."""
        verdicts = [level.verdict for level in self.levels]
        return f"{verdicts.count('met')} of {len(verdicts)}" if verdicts else ""

    @property
    def is_late(self) -> bool:
        """Whether evidence that came after the close would give other figures."""
        return any(level.late for level in self.levels)

    @property
    def at_risk(self) -> int:
        """How many service levels stand below expected in the month that runs."""
        return sum(level.stands_below for level in self.so_far)


def agreements_named(agreements: QuerySet[Agreement], words: str) -> QuerySet[Agreement]:
    """Return the agreements in whose title, reference or provider all words are found."""
    return contracts_queries.agreements_named(agreements, words.split())


def run_rows(agreements: Sequence[Agreement]) -> list[RunRow]:
    """Return the rows of some agreements: three queries for all of them."""
    measured = {
        row.agreement_id: row
        for row in Measured.objects.filter(agreement__in=agreements).defer("inputs", "triggers")
    }
    last = {key: Month.parse(row.running).plus(-1) for key, row in measured.items()}
    wanted = {str(month) for month in last.values()} | {row.running for row in measured.values()}
    closes = {
        (close.agreement_id, close.month): close
        for close in with_answers(
            MonthClose.objects.filter(agreement__in=measured, month__in=wanted)
        )
        .exclude(state=CloseState.DROPPED)
        .order_by("is_current", "number")
    }
    by_measured: dict[int, list[LevelMonth]] = {}
    agreement_of = {row.pk: key for key, row in measured.items()}
    for row in MeasuredMonth.objects.filter(measured__in=measured.values(), month__in=wanted):
        close = closes.get((agreement_of[row.measured_id], row.month))
        by_measured.setdefault(row.measured_id, []).append(frozen_month(level_month(row), close))
    return [
        _row(agreement, measured.get(agreement.pk), by_measured, last, closes)
        for agreement in agreements
    ]


def _row(
    agreement: Agreement,
    measured: Measured | None,
    by_measured: dict[int, list[LevelMonth]],
    last: dict[int, Month],
    closes: dict[tuple[int, str], MonthClose],
) -> RunRow:
    months = by_measured.get(measured.pk, []) if measured else []
    month = last.get(agreement.pk)
    levels = tuple(level for level in months if not level.so_far and level.month == month)
    amounts = [level.money for level in levels if level.money]
    close = closes.get((agreement.pk, str(month)))
    return RunRow(
        reference=agreement.reference,
        title=agreement.title,
        provider=agreement.provider.name,
        month=month if levels else None,
        levels=levels,
        so_far=tuple(level for level in months if level.so_far),
        status=month_status(close, so_far=False) if levels else "",
        owed=total(amounts, amounts[0].currency) if amounts else None,
    )

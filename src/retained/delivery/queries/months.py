"""The service levels of an agreement by month: what the page of its figures is made of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from retained.contracts.models import Agreement
from retained.delivery.engine.result_rows import SO_FAR
from retained.delivery.models import CloseState, Measured, MeasuredMonth, MonthClose
from retained.delivery.queries.level_months import (
    AgreementMonths,
    LevelMonth,
    LevelStory,
    MonthRow,
)
from retained.delivery.queries.reported import figures_reported, reported_by_month
from retained.delivery.queries.statements import StatedCredit, StatedLevel, content
from retained.delivery.queries.terms import Agreed, agreed
from retained.shared.months import Month


def measured_of(agreement: Agreement) -> Measured | None:
    """Return the latest look at an agreement's evidence, if there was one."""
    try:
        return agreement.measured
    except Measured.DoesNotExist:
        return None


def agreement_months(
    agreement: Agreement, measured: Measured, closes_read: Iterable[MonthClose] | None = None
) -> AgreementMonths:
    """Return every service level and month of an agreement: four queries, however many.

    `closes_read` are its closes where more than the usual was asked of them.
    """
    terms = agreed(agreement)
    all_closes = _linked(agreement, closes_of(agreement) if closes_read is None else closes_read)
    closes = {close.month: close for close in all_closes}
    reported = figures_reported(terms)
    by_month = reported_by_month(terms, reported)
    measured_now = [level_month(row) for row in measured.months.all()]
    found = [
        replace(
            _frozen(one, closes.get(str(one.month))),
            reported=by_month.get((one.level_id, one.month)),
        )
        for one in measured_now
    ]
    return AgreementMonths(
        agreed=terms,
        measured=measured,
        now=_by_month(measured_now),
        levels=tuple(_stories(found, terms)),
        months=tuple(_month_rows(found, closes, terms)),
        closes=closes,
        all_closes=tuple(all_closes),
        reported=tuple(reported),
    )


def closes_of(agreement: Agreement) -> QuerySet[MonthClose]:
    """Return the closes of an agreement that were not dropped; of a month, what counts is last."""
    found = MonthClose.objects.filter(agreement=agreement).exclude(state=CloseState.DROPPED)
    return found.order_by("is_current", "number")


def _linked(agreement: Agreement, closes: Iterable[MonthClose]) -> list[MonthClose]:
    """Return closes, each correction with the close that it supersedes: pages compare the two."""
    found = list(closes)
    by_key = {close.pk: close for close in found}
    for close in found:
        close.agreement = agreement
        if close.supersedes_id in by_key:
            close.supersedes = by_key[close.supersedes_id]
    return found


def _by_month(found: Sequence[LevelMonth]) -> dict[Month, dict[str, LevelMonth]]:
    months: dict[Month, dict[str, LevelMonth]] = {}
    for one in found:
        months.setdefault(one.month, {})[one.level_id] = one
    return months


def level_month(row: MeasuredMonth) -> LevelMonth:
    """Return one measured row as a value."""
    return LevelMonth(
        level_id=row.service_level,
        title=row.title,
        month=Month.parse(row.month),
        unit=row.unit,
        attained=_decimal(row.attained),
        attained_with_excluded=_decimal(row.attained_with_excluded),
        at_best=_decimal(row.at_best),
        expected=Decimal(row.expected),
        minimum=_decimal(row.minimum),
        met=row.met,
        missed=row.missed,
        open=row.open,
        excluded=row.excluded,
        unusable=row.unusable,
        verdict="" if row.verdict == SO_FAR else row.verdict,
        so_far=row.verdict == SO_FAR,
        misses_left=row.misses_left,
        interval=(row.interval_low, row.interval_high),
        pooled_from=tuple(row.pooled_from),
        credit=row.credit,
    )


def month_status(close: MonthClose | None, *, so_far: bool) -> str:
    """Return where a month stands: so_far, open, checked, confirmed, sent or answered."""
    if so_far:
        return "so_far"
    return "open" if close is None else close.state


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _frozen(now: LevelMonth, close: MonthClose | None) -> LevelMonth:
    """Return the figures of a month's close where it has one that counts."""
    if close is None or not close.is_current:
        return now
    stated = next((level for level in content(close).levels if level.id == now.level_id), None)
    return now if stated is None else _as_stated(now, stated, content(close).currency)


def _as_stated(now: LevelMonth, stated: StatedLevel, currency: str) -> LevelMonth:
    credit = stated.credit
    return replace(
        now,
        attained=_decimal(stated.attained or ""),
        attained_with_excluded=_decimal(stated.attained_with_excluded or ""),
        expected=Decimal(stated.expected),
        minimum=_decimal(stated.minimum or ""),
        met=stated.met,
        missed=stated.missed,
        open=stated.open,
        excluded=stated.excluded,
        unusable=stated.unusable,
        verdict=stated.verdict,
        interval=(stated.interval_low or "", stated.interval_high or ""),
        credit=None if credit is None else _as_measured(credit, currency),
    )


def _as_measured(credit: StatedCredit, currency: str) -> dict[str, Any]:
    """Return a frozen credit as measured ones are written."""
    return {
        "allocation": str(credit.allocation),
        "share": str(credit.share),
        "points": str(credit.points),
        "misses_running": credit.misses_running,
        "multiplier": str(credit.multiplier),
        "amount_minor": credit.amount.minor,
        "after_cap_minor": credit.after_cap.minor,
        "currency": currency,
    }


def _stories(found: Sequence[LevelMonth], terms: Agreed) -> list[LevelStory]:
    """Return the service levels in the order of the agreement, each with its months."""
    by_level: dict[str, list[LevelMonth]] = {}
    for one in found:
        by_level.setdefault(one.level_id, []).append(one)
    stories = []
    for level_id, months in by_level.items():
        months.sort(key=lambda one: one.month)
        newest = terms.on(months[-1].month)
        stories.append(LevelStory(newest.service_level(level_id), newest, tuple(months)))
    return stories


def _month_rows(
    found: Sequence[LevelMonth], closes: Mapping[str, MonthClose], terms: Agreed
) -> list[MonthRow]:
    """Return the months, the newest first, with their levels in one order for all."""
    level_ids = list(dict.fromkeys(one.level_id for one in found))
    by_place = {(one.month, one.level_id): one for one in found}
    rows = []
    for month in sorted({one.month for one in found}, reverse=True):
        levels = tuple(by_place.get((month, level_id)) for level_id in level_ids)
        close = closes.get(str(month))
        so_far = any(level.so_far for level in levels if level)
        rows.append(
            MonthRow(
                month=month,
                levels=levels,
                status=month_status(close, so_far=so_far),
                close=close,
                currency=terms.on(month).currency,
            )
        )
    return rows

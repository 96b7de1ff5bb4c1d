"""The service levels of an agreement by month: what the page of its figures is made of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from retained.contracts.models import Agreement
from retained.delivery.engine.earn_back import EarnBack, earned_back, earned_in
from retained.delivery.engine.result_rows import SO_FAR
from retained.delivery.engine.statements import Reported
from retained.delivery.models import (
    CloseState,
    Measured,
    MeasuredMonth,
    MonthClose,
    ProviderAnswer,
)
from retained.delivery.queries.level_months import (
    AgreementMonths,
    LevelMonth,
    LevelStory,
    MonthRow,
)
from retained.delivery.queries.people import name_behind, name_read
from retained.delivery.queries.reported import reported_by_month
from retained.delivery.queries.statements import Content, StatedCredit, StatedLevel, content
from retained.delivery.queries.terms import Agreed, agreed
from retained.delivery.queries.what_counts import (
    knows_earn_back,
    measured_credits,
    measured_figures,
    what_counts,
)
from retained.shared.money import Money
from retained.shared.months import Month

_ACTS = ("checked", "confirmed", "sent")


def measured_of(agreement: Agreement) -> Measured | None:
    """Return the latest look at an agreement's evidence, if there was one."""
    try:
        return agreement.measured
    except Measured.DoesNotExist:
        return None


def agreement_months(
    agreement: Agreement, measured: Measured, *, with_makers: bool = False
) -> AgreementMonths:
    """Return every service level and month of an agreement: four queries, however many.

    `with_makers` has each close know the names of those who made it (`names_of_makers`).
    """
    terms = agreed(agreement)
    all_closes = _closes(agreement, with_makers=with_makers)
    by_key = {close.pk: close for close in all_closes}
    for close in all_closes:
        # Known already: nobody has to ask for them again.
        close.agreement = agreement
        if close.supersedes_id in by_key:
            close.supersedes = by_key[close.supersedes_id]
    closes = {close.month: close for close in all_closes}
    reported = reported_by_month(terms)
    rows = list(measured.months.all())
    now = [level_month(row) for row in rows]
    found = [
        frozen_month(
            replace(one, reported=reported.get((one.level_id, one.month))),
            closes.get(str(one.month)),
        )
        for one in now
    ]
    earned = _earn_backs(rows, closes, terms)
    return AgreementMonths(
        agreed=terms,
        measured=measured,
        rows=tuple(rows),
        now=_by_month(now),
        levels=tuple(_stories(found, terms)),
        months=tuple(_month_rows(found, closes, terms, earned)),
        closes=closes,
        all_closes=tuple(all_closes),
        earn_backs=earned,
        reported=reported,
    )


def _closes(agreement: Agreement, *, with_makers: bool) -> list[MonthClose]:
    """Return an agreement's closes, those that count last, each with what was answered."""
    closes = with_answers(MonthClose.objects.filter(agreement=agreement))
    if with_makers:
        closes = closes.annotate(**{f"{act}_by": name_behind(f"{act}_by_key") for act in _ACTS})
    closes = closes.exclude(state=CloseState.DROPPED).select_related("tickets", "credit")
    return list(closes.order_by("is_current", "number"))


def _by_month(found: Iterable[LevelMonth]) -> dict[Month, dict[str, LevelMonth]]:
    months: dict[Month, dict[str, LevelMonth]] = {}
    for one in found:
        months.setdefault(one.month, {})[one.level_id] = one
    return months


def names_of_makers(close: MonthClose) -> dict[str, str]:
    """Return the names of those who made a close that was read with them, by their keys."""
    acts = ((getattr(close, f"{act}_by_key"), getattr(close, f"{act}_by")) for act in _ACTS)
    return {key: name_read(name, key) for key, name in acts if key}


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
        rows=row.rows,
        unusable_rows=row.unusable_rows,
        verdict="" if row.verdict == SO_FAR else row.verdict,
        so_far=row.verdict == SO_FAR,
        misses_left=row.misses_left,
        interval=(row.interval_low, row.interval_high),
        pooled_from=tuple(row.pooled_from),
        credit=row.credit,
    )


def month_status(close: MonthClose | None, *, so_far: bool) -> str:
    """Return where a month stands: so_far, open, checked, confirmed, sent, or what was answered.

    An answer is agreed, disputed or silent. `close` comes with its latest (`with_answers`).
    """
    if so_far:
        return "so_far"
    if close is None:
        return "open"
    return close.answered_as if close.state == CloseState.ANSWERED else close.state  # type: ignore[attr-defined] # annotated


def with_answers(closes: QuerySet[MonthClose]) -> QuerySet[MonthClose]:
    """Return closes each with what the provider answered last (`answered_as`)."""
    answers = ProviderAnswer.objects.filter(close=OuterRef("pk")).order_by("-at", "-pk")
    return closes.annotate(answered_as=Subquery(answers.values("kind")[:1]))


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def frozen_month(now: LevelMonth, close: MonthClose | None) -> LevelMonth:
    """Return the figures of a month's close where it has one that counts."""
    return frozen_as(now, content(close)) if close is not None and close.is_current else now


def frozen_as(now: LevelMonth, statement: Content) -> LevelMonth:
    """Return the figures of a month as its statement froze them, if it holds the level."""
    stated = next((level for level in statement.levels if level.id == now.level_id), None)
    return now if stated is None else as_stated(now, stated, statement.currency)


def as_stated(now: LevelMonth, stated: StatedLevel, currency: str) -> LevelMonth:
    """Return what a statement froze of a service level, with what is measured now beside it."""
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
        rows=stated.rows,
        unusable_rows=stated.unusable_rows,
        verdict=stated.verdict,
        interval=(stated.interval_low or "", stated.interval_high or ""),
        credit=None if credit is None else _as_measured(credit, currency),
        reported=_as_reported(stated),
        late=now if _differs(stated, now) else None,
    )


def _differs(stated: StatedLevel, now: LevelMonth) -> bool:
    frozen = (stated.met, stated.missed, stated.open, stated.excluded, stated.unusable)
    return frozen != (now.met, now.missed, now.open, now.excluded, now.unusable) or (
        stated.attained or ""
    ) != ("" if now.attained is None else format(now.attained, "f"))


def _as_reported(stated: StatedLevel) -> Reported | None:
    """Return the provider's figure as it stood when the month was checked."""
    if stated.reported is None:
        return None
    percent = Decimal(stated.reported)
    return Reported(stated.title, stated.reported_met, stated.reported_counted, percent)


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


def _earn_backs(
    rows: Sequence[MeasuredMonth], closes: Mapping[str, MonthClose], terms: Agreed
) -> tuple[EarnBack, ...]:
    """Return where each credit stands that can be earned back; most agreements know none."""
    if not knows_earn_back(terms.over_time):
        return ()
    counting = {Month.parse(text): close for text, close in closes.items() if close.is_current}
    counts = what_counts(measured_figures(rows), measured_credits(rows), counting)
    return tuple(counts.earn_backs(terms.over_time))


def _earned_back(
    month: Month, close: MonthClose | None, earned: Iterable[EarnBack], currency: str
) -> Money:
    """Return what a month earned back: as its statement says, else as it would say today."""
    if close is not None and close.is_current:
        return content(close).earned_back_together
    return earned_back(earned_in(month, earned), currency)


def _month_rows(
    found: Sequence[LevelMonth],
    closes: Mapping[str, MonthClose],
    terms: Agreed,
    earned: Sequence[EarnBack],
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
                earned_back=_earned_back(month, close, earned, terms.on(month).currency),
            )
        )
    return rows

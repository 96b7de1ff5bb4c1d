"""What counts of an agreement's months: as their statements froze them, else as measured.

Earn-back reaches over months, so it asks here: a closed month stays what its statement says,
whatever late evidence says, and a credit that was waived is no credit any more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from retained.contracts.models import Agreement
from retained.delivery.engine.earn_back import EarnBack, Place, after_the_cap, earn_backs, earned_in
from retained.delivery.engine.earned_back_lines import ClosedAs, MonthEarnedBack
from retained.delivery.engine.measurement import Measurement, TermsOverTime
from retained.delivery.engine.measures import MonthFigure, MonthVerdict
from retained.delivery.engine.result_rows import SO_FAR
from retained.delivery.models import CreditState, MeasuredMonth, MonthClose
from retained.delivery.queries.statements import StatedLevel, content
from retained.delivery.queries.wording import PERCENT
from retained.shared.money import Money
from retained.shared.months import Month

_WRITTEN_WITHIN = Decimal("0.00005")  # percent: half of the last digit that is written
Figures = Mapping[str, Sequence[MonthFigure]]


@dataclass(frozen=True, slots=True)
class WhatCounts:
    """Figures by service level, and what the cap left of each credit that was not waived."""

    figures: Figures
    credits: Mapping[Place, Money]

    def earn_backs(self, over_time: TermsOverTime) -> list[EarnBack]:
        """Return where each credit stands that can be earned back."""
        return earn_backs(self.figures, self.credits, over_time.on)


def closes_that_count(agreements: Iterable[int]) -> dict[int, dict[Month, MonthClose]]:
    """Return the closes that count, by agreement and month, with their credits: one query."""
    found: dict[int, dict[Month, MonthClose]] = {key: {} for key in agreements}
    closes = MonthClose.objects.filter(agreement__in=list(found), is_current=True)
    for close in closes.select_related("credit"):
        found[close.agreement_id][Month.parse(close.month)] = close
    return found


def knows_earn_back(over_time: TermsOverTime) -> bool:
    """Return whether any version of an agreement lets credits be earned back."""
    return any(terms.credits and terms.credits.earn_back for _, terms in over_time.versions)


def month_earned_back(
    agreement: Agreement, month: Month, measurement: Measurement
) -> MonthEarnedBack | None:
    """Return what a month that is being closed earned back; None where no version knows it."""
    if not knows_earn_back(measurement.over_time):
        return None
    closes = closes_that_count([agreement.pk])[agreement.pk]
    closes.pop(month, None)  # what is closed anew is measured anew
    counts = what_counts(measurement.figures, after_the_cap(measurement.credits), closes)
    closed = {month: ClosedAs(close.number, close.sha256) for month, close in closes.items()}
    return MonthEarnedBack(
        earned=earned_in(month, counts.earn_backs(measurement.over_time)), closed=closed
    )


def what_counts(
    figures: Figures, credits: Mapping[Place, Money], closes: Mapping[Month, MonthClose]
) -> WhatCounts:
    """Return what counts: of a month in `closes`, what its statement froze."""
    measured = {
        (level_id, figure.month): figure for level_id, row in figures.items() for figure in row
    }
    counted = {place: one for place, one in measured.items() if place[1] not in closes}
    owed = {place: one for place, one in credits.items() if place[1] not in closes}
    for month, close in closes.items():
        for level in content(close).levels:
            place = level.id, month
            counted[place] = _frozen_figure(level, month, measured.get(place))
            if level.credit is not None and not _is_waived(close):
                owed[place] = level.credit.after_cap
    return WhatCounts(_by_level(counted.values()), owed)


def measured_figures(rows: Iterable[MeasuredMonth]) -> dict[str, list[MonthFigure]]:
    """Return the figures of measured rows as the engine takes them."""
    return _by_level(_measured_figure(row) for row in rows)


def measured_credits(rows: Iterable[MeasuredMonth]) -> dict[Place, Money]:
    """Return what the cap left of each credit of measured rows."""
    return {
        (row.service_level, Month.parse(row.month)): Money.of_minor(
            row.credit["after_cap_minor"], row.credit["currency"]
        )
        for row in rows
        if row.credit is not None
    }


def _is_waived(close: MonthClose) -> bool:
    credit = getattr(close, "credit", None)  # none where nothing is owed
    return credit is not None and credit.state == CreditState.WAIVED


def _measured_figure(row: MeasuredMonth) -> MonthFigure:
    so_far = row.verdict == SO_FAR
    return MonthFigure(
        service_level=row.service_level,
        month=Month.parse(row.month),
        attained=_attained(row.attained, row.unit, row.met, row.missed),
        met=row.met,
        missed=row.missed,
        open=row.open,
        excluded=row.excluded,
        unusable=row.unusable,
        verdict=MonthVerdict.NOT_MEASURED if so_far else MonthVerdict(row.verdict),
        complete=not so_far,
        pooled_from=tuple(Month.parse(month) for month in row.pooled_from),
    )


def _frozen_figure(level: StatedLevel, month: Month, measured: MonthFigure | None) -> MonthFigure:
    return MonthFigure(
        service_level=level.id,
        month=month,
        attained=_attained(level.attained or "", level.unit, level.met, level.missed),
        met=level.met,
        missed=level.missed,
        open=level.open,
        excluded=level.excluded,
        unusable=level.unusable,
        verdict=MonthVerdict(level.verdict),
        pooled_from=measured.pooled_from if measured else (),
    )


def _attained(text: str, unit: str, met: int, missed: int) -> Decimal | None:
    """Return a written figure in the unit of its measure.

    Figures are written to four digits: of a share the counts give it exactly.
    """
    if not text:
        return None
    written = Decimal(text)
    if unit != PERCENT:
        return written
    for hits in (met, missed):
        exact = Decimal(hits) / (met + missed) if hits else Decimal(0)
        if abs(exact * 100 - written) <= _WRITTEN_WITHIN:
            return exact
    return written / 100


def _by_level(figures: Iterable[MonthFigure]) -> dict[str, list[MonthFigure]]:
    rows: dict[str, list[MonthFigure]] = {}
    for figure in figures:
        rows.setdefault(figure.service_level, []).append(figure)
    return rows

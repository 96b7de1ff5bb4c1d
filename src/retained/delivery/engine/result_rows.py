"""The rows that a measurement is written out as, the same at every door.

In   a measurement and its agreement
Out  one row per service level and month; one row per ticket and service level
Why  docs/reference/measure.md
"""

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.level_terms import SHARES, TIMES, ServiceLevelTerms
from retained.delivery.engine.earn_back import earned_back, earned_in
from retained.delivery.engine.measurement import Measurement
from retained.delivery.engine.measures import MonthFigure
from retained.delivery.engine.verdicts import TicketResult
from retained.evidence.engine.normalising.row_counts import RowCount, RowsByMonth
from retained.shared.intervals import exact_interval
from retained.shared.money import Money
from retained.shared.quantities import decimal_text

MONTH_COLUMNS = (
    "service_level", "month", "attained", "unit", "expected", "minimum", "met", "counted",
    "missed", "open", "excluded", "unusable", "rows", "unusable_rows", "verdict", "credit", "owed",
    "currency", "interval_low", "interval_high", "at_best", "rule_version", "earned_back",
)  # fmt: skip
TICKET_COLUMNS = (
    "ticket", "service_level", "month", "clock_seconds", "paused_seconds", "verdict", "priority",
    "calendar", "target", "due_at", "reason", "uncertain",
)  # fmt: skip

# What stands in place of a verdict while a month runs.
SO_FAR = "so_far"


def month_rows(
    measurement: Measurement, agreement: AgreementTerms, rows: Mapping[str, RowsByMonth]
) -> Iterator[dict[str, object]]:
    """Yield one row per service level and month, in the order of the agreement.

    Figures are texts: percent for shares, open seconds for times, tickets for counts. `rows` are
    those of each source by month.
    """
    owed = {
        (credit.month, credit.service_level): credit
        for month in measurement.credits
        for credit in month.levels
    }
    for level in agreement.service_levels:
        for figure in measurement.figures[level.id]:
            credit = owed.get((figure.month, level.id)) if figure.complete else None
            earned = _earned(measurement, figure, agreement.currency)
            low, high = share_interval(figure, level)
            read = rows.get(level.source, {}).get(figure.month, RowCount())
            yield {
                "service_level": level.id,
                "month": str(figure.month),
                "attained": figure_text(figure.attained, level),
                "unit": unit_of(level),
                "expected": figure_text(level.expected_level, level),
                "minimum": figure_text(level.minimum_level, level),
                "met": figure.met,
                "counted": figure.counted,
                "missed": figure.missed,
                "open": figure.open,
                "excluded": figure.excluded,
                "unusable": figure.unusable,
                "rows": read.rows,
                "unusable_rows": read.unusable,
                "verdict": figure.verdict.value if figure.complete else SO_FAR,
                "credit": None if credit is None else str(credit.amount.amount),
                "owed": None if credit is None else str(credit.after_cap.amount),
                "currency": agreement.currency if credit is not None or earned else None,
                "interval_low": low,
                "interval_high": high,
                "at_best": figure_text(figure.best_case, level),
                "rule_version": measurement.rule_version,
                "earned_back": str(earned.amount) if earned else None,
            }


def _earned(measurement: Measurement, figure: MonthFigure, currency: str) -> Money:
    """Return what a month earned back of a service level's earlier credits."""
    found = earned_in(figure.month, measurement.earn_backs)
    return earned_back((o for o in found if o.service_level == figure.service_level), currency)


def ticket_row(result: TicketResult) -> dict[str, object]:
    """Return one ticket under one service level as a row."""
    return {
        "ticket": result.ticket,
        "service_level": result.service_level,
        "month": "" if result.month is None else str(result.month),
        "clock_seconds": result.clock_seconds,
        "paused_seconds": result.paused_seconds,
        "verdict": result.verdict.value,
        "priority": result.priority,
        "calendar": result.calendar,
        "target": "" if result.target is None else str(result.target),
        "due_at": result.due_at,
        "reason": result.reason,
        "uncertain": result.uncertain,
    }


def unit_of(level: ServiceLevelTerms) -> str:
    """Return what the figures of a service level are counted in."""
    if level.measure in SHARES:
        return "percent"
    return "seconds" if level.measure in TIMES else "tickets"


def figure_text(figure: Decimal | None, level: ServiceLevelTerms) -> str | None:
    """Return a figure in its unit, to four digits after the point at most, if there is one."""
    if figure is None:
        return None
    value = figure * 100 if level.measure in SHARES else figure
    return decimal_text(value.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP))


def share_interval(figure: MonthFigure, level: ServiceLevelTerms) -> tuple[str | None, str | None]:
    """Return the exact 95 % bounds of a share, in percent to one digit."""
    if level.measure not in SHARES or not figure.counted:
        return None, None
    hits = figure.missed if level.lower_is_better else figure.met
    low, high = exact_interval(hits, figure.counted)
    return f"{low * 100:.1f}", f"{high * 100:.1f}"

"""Where an agreement stands, worked out from its months: the values of a row of `standing`."""

from collections.abc import Iterable
from typing import Any

from retained.delivery.models import CloseState, MonthClose, ProviderAnswer
from retained.delivery.queries.late import late_months
from retained.delivery.queries.level_months import AgreementMonths, LevelMonth, MonthRow
from retained.delivery.queries.rights import fired_rights
from retained.shared.months import Month

# The verdicts that a month of an agreement may have, the worst first.
WORST = ("below_minimum", "below_expected", "not_measured", "too_few", "met")
NOTHING = len(WORST)
MISSED = WORST.index("below_expected")  # up to this rank a service level was missed


def standing_values(months: AgreementMonths, answers: Iterable[ProviderAnswer]) -> dict[str, Any]:
    """Return where an agreement stands, by the columns of its row.

    `answers` are those to its statements that count, the latest to each first.
    """
    last_month = Month.parse(months.measured.running).plus(-1)
    last = next((row for row in months.months if row.month == last_month), None)
    running = months.running
    return {
        **_last_month(last, months.agreed.latest.currency),
        "running": running is not None,
        "at_risk": sum(level.stands_below for level in running.there) if running else 0,
        **_to_do(months),
        **_disputed(months, answers),
        **_rights(months),
        "level_titles": "\n".join(f"{one.level_id}\t{one.title}" for one in months.levels),
    }


def _last_month(row: MonthRow | None, currency: str) -> dict[str, Any]:
    verdicts = [level.verdict for level in row.there] if row else []
    worst = next((verdict for verdict in WORST if verdict in verdicts), "")
    return {
        "month": str(row.month) if row else "",
        "verdict": worst,
        "rank": WORST.index(worst) if worst else NOTHING,
        "levels": len(verdicts),
        "met": verdicts.count("met"),
        "missed": [_missed(level) for level in row.missed] if row else [],
        "owed_minor": row.owed.minor if row and any(one.money for one in row.there) else None,
        "currency": currency,
        "status": row.status if row else "",
        "is_late": row.is_late if row else False,
    }


def _missed(level: LevelMonth) -> dict[str, str]:
    return {"level": level.level_id, "title": level.title, "words": level.words}


def _to_do(months: AgreementMonths) -> dict[str, Any]:
    """Return the months that nobody began to close, and those that late evidence changed."""
    over = [row for row in months.months if not row.so_far]
    waiting = sorted(str(row.month) for row in over if not _is_begun(row.close))
    late = [str(one.month) for one in late_months(months)]
    return {
        "to_close": len(waiting),
        "oldest_to_close": waiting[0] if waiting else "",
        "late": late,
        "latest_late": max(late, default=""),
    }


def _is_begun(close: MonthClose | None) -> bool:
    return close is not None and (close.is_current or close.state == CloseState.CHECKED)


def _disputed(months: AgreementMonths, answers: Iterable[ProviderAnswer]) -> dict[str, Any]:
    """Return the months that the provider disputed last, with its sentence."""
    latest: dict[int, ProviderAnswer] = {}
    for answer in answers:
        latest.setdefault(answer.close_id, answer)
    counting = [close for close in months.closes.values() if close.is_current]
    disputed = [
        {"month": close.month, "sentence": latest[close.pk].sentence}
        for close in counting
        if close.pk in latest and latest[close.pk].kind == ProviderAnswer.Kind.DISPUTED
    ]
    return {
        "disputed": disputed,
        "latest_disputed": max((one["month"] for one in disputed), default=""),
    }


def _rights(months: AgreementMonths) -> dict[str, Any]:
    """Return the rights whose last day is known: a right lapses from its statement on."""
    fired = fired_rights(months.measured, months.closes, months.agreed.latest.zone)
    known = [right for right in fired if right.lapses_on is not None]
    return {
        "rights": [
            {
                "title": right.title,
                "right": right.right,
                "month": str(right.month),
                "lapses_on": str(right.lapses_on),
            }
            for right in known
        ],
        "rights_until": max((one.lapses_on for one in known if one.lapses_on), default=None),
    }

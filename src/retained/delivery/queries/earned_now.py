"""What a closed month would earn back today: other months may have been corrected since."""

from retained.delivery.engine.earn_back import EarnBack, earned_in
from retained.delivery.models import MonthClose
from retained.delivery.queries.level_months import AgreementMonths
from retained.delivery.queries.what_counts import (
    measured_credits,
    measured_figures,
    what_counts,
)
from retained.shared.months import Month

_MARK = '"earned_back":{'  # in the canonical text of agreements that know it


def may_earn_back(close: MonthClose) -> bool:
    """Return whether a statement says anything of earn-back, without reading all of it."""
    return _MARK in close.document


def earned_now(months: AgreementMonths, close: MonthClose) -> list[EarnBack]:
    """Return what a close would earn back today.

    Its month is looked at as it is measured now, every other closed one as it was frozen.
    """
    month = Month.parse(close.month)
    others = {Month.parse(one.month): one for one in months.all_closes if one.is_current}
    others.pop(month, None)
    counts = what_counts(measured_figures(months.rows), measured_credits(months.rows), others)
    return earned_in(month, counts.earn_backs(months.agreed.over_time))

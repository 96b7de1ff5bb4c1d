"""What closed months would earn back today: other months may have been corrected since."""

from collections.abc import Iterable, Sequence

from retained.contracts import queries as contracts_queries
from retained.delivery.engine.earn_back import EarnBack, earned_in
from retained.delivery.engine.measurement import TermsOverTime
from retained.delivery.models import MeasuredMonth, MonthClose
from retained.delivery.queries.what_counts import (
    closes_that_count,
    measured_credits,
    measured_figures,
    what_counts,
)
from retained.shared.months import Month

_MARK = '"earned_back":{'  # in the canonical text of agreements that know it


def may_earn_back(close: MonthClose) -> bool:
    """Return whether a statement says anything of earn-back, without reading all of it."""
    return _MARK in close.document


def earned_now(closes: Sequence[MonthClose]) -> dict[int, list[EarnBack]]:
    """Return what each close would earn back today, by its key: three queries, or none.

    The month itself is looked at as it is measured now, every other closed one as it was frozen.
    """
    if not closes:
        return {}
    keys = {close.agreement_id for close in closes}
    rows, counting = _measured_rows(keys), closes_that_count(keys)
    versions = contracts_queries.versions_that_count_of(keys)
    found = {}
    for close in closes:
        month, key = Month.parse(close.month), close.agreement_id
        own = rows.get(key, [])
        others = {one: other for one, other in counting[key].items() if one != month}
        counts = what_counts(measured_figures(own), measured_credits(own), others)
        over_time = TermsOverTime(tuple((row.effective_from, row.terms) for row in versions[key]))
        found[close.pk] = earned_in(month, counts.earn_backs(over_time))
    return found


def _measured_rows(agreements: Iterable[int]) -> dict[int, list[MeasuredMonth]]:
    found: dict[int, list[MeasuredMonth]] = {}
    rows = MeasuredMonth.objects.filter(measured__agreement__in=list(agreements))
    for row in rows.select_related("measured"):
        found.setdefault(row.measured.agreement_id, []).append(row)
    return found

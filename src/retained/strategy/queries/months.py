"""Reads of the monthly re-runs: which cases are due, what they lacked, what is lacking still."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from retained.shared.months import Month
from retained.strategy.engine.missing import Missing, missing_in
from retained.strategy.models import ActualEntry, BusinessCase, CaseState, MonthlyRerun
from retained.strategy.queries.actuals import (
    actuals_by,
    mapping_of,
    mapping_written_in,
    signed_terms,
)

_UTC = ZoneInfo("UTC")


def month_ended(at: datetime) -> Month:
    """Return the last month that was over at a moment."""
    return Month.of(at.astimezone(UTC), _UTC).plus(-1)


def cases_to_rerun(month: Month) -> list[BusinessCase]:
    """Return the signed cases in whose term a month lies, and which were not re-run for it."""
    signed = BusinessCase.objects.filter(state=CaseState.SIGNED).select_related("baseline")
    open_cases = signed.exclude(monthly_reruns__month=str(month)).order_by("pk")
    return [case for case in open_cases if _is_in_term(case, month)]


def _is_in_term(case: BusinessCase, month: Month) -> bool:
    terms = signed_terms(case)
    return terms.first_month <= month <= terms.first_month.plus(terms.months - 1)


def missing_of(case: BusinessCase, month: Month) -> Missing:
    """Return what of a month nobody gave to a case yet."""
    mapping = mapping_of(case)
    if mapping is None:
        return missing_in(month, None, None)
    terms = mapping_written_in(mapping.document)
    return missing_in(month, actuals_by(case, mapping), terms)


def lacking_still(cases: QuerySet[BusinessCase]) -> QuerySet[MonthlyRerun]:
    """Return the newest monthly re-run of each case whose month is still not whole.

    Whether a file came is asked of the entries and not of the mapping: what no line takes is
    unmapped, and not missing.
    """
    of_month = ActualEntry.objects.filter(
        file__case=OuterRef("case"),
        month=OuterRef("month"),
        file__superseded_at=None,
        file__counts_since__isnull=False,
    )
    later = MonthlyRerun.objects.filter(case=OuterRef("case"), month__gt=OuterRef("month"))
    no_ledger = Q(lacks_ledger=True) & ~Exists(of_month.exclude(amount_minor=None))
    no_drivers = Q(lacks_drivers=True) & ~Exists(of_month.exclude(value=None))
    newest = MonthlyRerun.objects.filter(~Exists(later), case__in=cases)
    newest = newest.filter(case__state=CaseState.SIGNED)
    return (
        newest.filter(no_ledger | no_drivers)
        .select_related("case", "run")
        .defer("run__document")
        .order_by("month")
    )


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A monthly re-run as pages, API and command line read it; `through` is blank without a run."""

    month: str
    title: str
    made_at: datetime
    through: str
    missing: str
    sha256: str


def month_rows(reruns: Iterable[MonthlyRerun]) -> list[MonthRow]:
    """Return monthly re-runs as rows."""
    return [
        MonthRow(
            month=one.month,
            title=Month.parse(one.month).title,
            made_at=one.made_at,
            through=one.run.through if one.run else "",
            missing=Missing(ledger=one.lacks_ledger, drivers=one.lacks_drivers).words,
            sha256=one.run.sha256 if one.run else "",
        )
        for one in reruns
    ]


def months_of(case: BusinessCase) -> QuerySet[MonthlyRerun]:
    """Return the monthly re-runs of a case, the newest first."""
    found = case.monthly_reruns.select_related("run").defer("run__document")
    return found.order_by("-month")

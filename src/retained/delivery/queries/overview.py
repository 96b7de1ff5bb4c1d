"""The overview's card of each agreement: its last month beside the provider's, and what runs.

Three questions for all of them, however many months they have.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from retained.contracts import queries as contracts_queries
from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.term import Term, term_of
from retained.contracts.models import Agreement, AgreementVersion
from retained.delivery.engine.statements import Reported
from retained.delivery.models import MeasuredMonth, MonthClose, Standing
from retained.delivery.queries import wording
from retained.delivery.queries.level_months import LevelMonth, drawn
from retained.delivery.queries.months import frozen_as, level_month
from retained.delivery.queries.statements import content_of
from retained.evidence.models import ReportedFigure
from retained.pages.parts import Spark, spark
from retained.shared.money import Money, total
from retained.shared.months import Month

MOST_AGREEMENTS = 6
_MONTHS = 13  # a year of trend, and the month that runs
_SEVERITY = ("below_minimum", "below_expected")
STATE_WORDS = {
    "open": "over, not closed yet",
    "checked": "checked, waits for a second person",
    "confirmed": "closed",
    "sent": "closed, statement sent",
    "agreed": "closed, the provider agreed",
    "disputed": "closed, and disputed by the provider",
    "silent": "closed, and the provider did not answer in time",
}


@dataclass(frozen=True, slots=True)
class LevelNow:
    """A service level of an agreement: its last month, its trend, and the month that runs."""

    last: LevelMonth
    running: LevelMonth | None
    trend: Spark | None


@dataclass(frozen=True, slots=True)
class AgreementNow:
    """An agreement as the overview shows it."""

    agreement: Agreement
    month: Month
    running: Month
    status: str
    levels: tuple[LevelNow, ...]
    term: Term
    today: date

    @property
    def state(self) -> str:
        """How far the month is closed, in words."""
        return STATE_WORDS[self.status]

    @property
    def owed(self) -> Money | None:
        """What the month owes; nothing where the agreement gives no credits."""
        amounts = [level.last.money for level in self.levels if level.last.money]
        return total(amounts, amounts[0].currency) if amounts else None

    @property
    def missed(self) -> int:
        """How many service levels fell below what is expected."""
        return sum(level.last.is_missed for level in self.levels)

    @property
    def notice_on(self) -> date | None:
        """The last day to give notice, unless it has passed."""
        return None if self.term.notice_has_passed(self.today) else self.term.notice_on

    @property
    def days_to_notice(self) -> int | None:
        """How many days are left for it."""
        return self.term.days_to_notice(self.today)


def agreements_now(standings: QuerySet[Standing], *, at: datetime) -> list[AgreementNow]:
    """Return the agreements whose last month came out worst, the worst first."""
    worst = standings.order_by("rank", "pk").values("pk")[:MOST_AGREEMENTS]
    promised = contracts_queries.terms_shown(_versions_of(worst), at.date())
    rows = _months_of(worst, at)
    last = {one: Month.parse(one.measured.running).plus(-1) for one in promised}
    reported = _reported(promised.values(), last.values())
    found = []
    for one, terms in promised.items():
        own = [row for row in rows if row.measured_id == one.measured.pk]
        levels = _levels(own, terms, last[one], reported)
        found.append(_now(one, levels, term_of(terms, at.date()), at.date()))
    return sorted((one for one in found if one.levels), key=_worst_first)


def _versions_of(worst: QuerySet[Standing, Any]) -> QuerySet[AgreementVersion]:
    """Return the versions of the agreements, each with where its agreement stands."""
    return (
        AgreementVersion.objects.filter(agreement__in=worst)
        .select_related("agreement__provider", "agreement__measured", "agreement__standing")
        .defer("agreement__measured__inputs", "agreement__measured__triggers")
    )


def _months_of(worst: QuerySet[Standing, Any], at: datetime) -> list[Any]:
    """Return a year of every service level.

    Those of the last month that is over come with the statement that froze it (`statement`).
    """
    since = Month(at.year, at.month).plus(-_MONTHS)
    closes = MonthClose.objects.filter(
        agreement=OuterRef("measured__agreement"), month=OuterRef("month"), is_current=True
    )
    of_last = closes.filter(month=OuterRef("measured__agreement__standing__month"))
    return list(
        MeasuredMonth.objects.filter(measured__agreement__in=worst, month__gte=str(since)).annotate(
            statement=Subquery(of_last.values("document")[:1])
        )
    )


def _reported(
    terms: Iterable[AgreementTerms], months: Iterable[Month]
) -> dict[tuple[str, str, str], Reported]:
    """Return the providers' own figures by source, month and the name that they give."""
    found = ReportedFigure.objects.filter(
        source__name__in={level.source for one in terms for level in one.service_levels},
        month__in={str(month) for month in months},
        superseded_at=None,
    ).select_related("source")
    return {
        (row.source.name, row.month, row.label.strip().casefold()): Reported(
            row.label, row.met, row.counted, Decimal(row.percent) if row.percent else None
        )
        for row in found
    }


def _levels(
    rows: Sequence[Any],
    terms: AgreementTerms,
    last: Month,
    reported: Mapping[tuple[str, str, str], Reported],
) -> list[LevelNow]:
    """Return the service levels of one agreement that its last month has a figure of."""
    sources = {level.id: level.source for level in terms.service_levels}
    by_level: dict[str, dict[Month, LevelMonth]] = {}
    for row in rows:
        month = level_month(row)
        shown = frozen_as(month, content_of(row.statement)) if row.statement else month
        by_level.setdefault(row.service_level, {})[month.month] = shown
    found = []
    for level_id, months in by_level.items():
        if last not in months:
            continue
        names = (level_id.casefold(), months[last].title.casefold())
        places = [(sources.get(level_id, ""), str(last), name) for name in names]
        theirs = next((reported[place] for place in places if place in reported), None)
        months[last] = replace(months[last], reported=theirs)
        running = months.pop(last.plus(1), None)
        found.append(LevelNow(months[last], running, _trend(list(months.values()))))
    return found


def _trend(months: list[LevelMonth]) -> Spark | None:
    """Return the months that are over as a line against what is expected, with its words."""
    months = sorted(months, key=lambda one: one.month)
    first, last = months[0], months[-1]
    if len(months) < 2:
        return None
    missed = sum(one.is_missed for one in months)
    said = (
        f"{first.words} in {wording.short_month(first.month)}, "
        f"{last.words} in {wording.short_month(last.month)}; "
        + (f"missed in {missed} of {len(months)} months" if missed else "no month was missed")
    )
    level = drawn(last.expected, last.unit)
    return spark([one.ratio for one in months], level=level, sentence=said)


def _now(agreement: Agreement, levels: list[LevelNow], term: Term, today: date) -> AgreementNow:
    running = Month.parse(agreement.measured.running)
    return AgreementNow(
        agreement=agreement,
        month=running.plus(-1),
        running=running,
        status=agreement.standing.status,
        levels=tuple(levels),
        term=term,
        today=today,
    )


def _worst_first(one: AgreementNow) -> tuple[int, str]:
    verdicts = {level.last.verdict for level in one.levels}
    rank = next((rank for rank, name in enumerate(_SEVERITY) if name in verdicts), len(_SEVERITY))
    return rank, one.agreement.title

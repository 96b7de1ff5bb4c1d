"""Exclusions as pages list and show them, with what each does to its figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Q, QuerySet

from retained.contracts import queries as contracts_queries
from retained.contracts.engine.sentences.levels import level_sentence
from retained.contracts.models import Agreement
from retained.delivery.models import (
    Exclusion,
    ExclusionState,
    Measured,
    MeasuredMonth,
    MonthClose,
)
from retained.delivery.queries import derived
from retained.delivery.queries.level_months import LevelMonth
from retained.delivery.queries.months import frozen_month, level_month
from retained.delivery.queries.people import names_of
from retained.delivery.queries.wording import PERCENT, figure_words
from retained.directory.engine.roles import Side
from retained.directory.models import Person
from retained.shared.errors import DomainError
from retained.shared.months import Month, months_between

STATES = [(state.value, state.label) for state in ExclusionState]
_SIDES = {
    Side.CLIENT: [("client", "we ask"), ("provider", "the provider asks")],
    Side.PROVIDER: [("client", "the client asks"), ("provider", "we ask")],
}


@dataclass(frozen=True, slots=True)
class ExclusionRow:
    """One exclusion in the list."""

    key: int
    ticket: str
    agreement: str
    reference: str
    service_level: str
    month: str
    asked_by: str
    asked_side: str
    reason: str
    state: str
    state_words: str


@dataclass(frozen=True)
class ShownExclusion:
    """One exclusion opened; `figure` is its service level's in that month, where it is measured."""

    exclusion: Exclusion
    level_title: str
    month: Month
    asked_by: str
    answered_by: str
    promise: str
    figure: LevelMonth | None
    verdict: str  # what the ticket counts as in that figure; nothing where it does not

    @property
    def if_agreed(self) -> LevelMonth | None:
        """The figure as it would be if the ticket was left out; None where nothing would change.

        Only a share can be worked out from its counts.
        """
        figure = self.figure
        if figure is None or figure.unit != PERCENT or self.verdict not in {"met", "missed"}:
            return None
        left = {self.verdict: getattr(figure, self.verdict) - 1}
        fewer = replace(figure, excluded=figure.excluded + 1, credit=None, **left)
        if not fewer.counted:
            return None
        hits = fewer.missed if figure.lower_is_better else fewer.met
        attained = Decimal(hits) * 100 / fewer.counted
        return replace(fewer, attained=attained)

    @property
    def with_excluded(self) -> str:
        """The figure as it would be with every excluded ticket counted."""
        if self.figure is None:
            return ""
        return figure_words(
            self.figure.attained_with_excluded, self.figure.unit, levels=self.figure.levels
        )

    @property
    def is_asked(self) -> bool:
        """Whether it waits for an answer."""
        return self.exclusion.state == ExclusionState.ASKED


def sides(reader: Person) -> list[tuple[str, str]]:
    """Return who may have asked, in words of the reader's side."""
    return _SIDES[reader.side]


def ticket_in_evidence(agreement: Agreement, ticket: str, service_level: str) -> str | None:
    """Return a ticket's number as the evidence of a service level spells it; None if unknown.

    Letter case does not matter. Before any evidence came, nobody can tell: the number stands.
    """
    versions = contracts_queries.versions_that_count(agreement)
    levels = [level for row in versions for level in row.terms.service_levels]
    sources = dict.fromkeys(level.source for level in levels if level.id == service_level)
    folders = [folder for name in sources if (folder := derived.history_folder(name))]
    if not folders:
        return ticket
    for match in ("ticket = ?", "lower(ticket) = lower(?)"):  # the first reads a few rows only
        sql = f"SELECT min(ticket) FROM read_parquet(?) WHERE {match}"  # noqa: S608 - our own words
        for folder in folders:
            [(found,)] = derived.rows(sql, [str(folder / derived.CHANGES), ticket])
            if found is not None:
                return str(found)
    return None


def chosen_exclusions(
    exclusions: QuerySet[Exclusion], chosen: Mapping[str, str]
) -> QuerySet[Exclusion]:
    """Return those that the reader's filters leave."""
    for field, key in (("state", "state"), ("asked_side", "side"), ("month", "month")):
        if chosen.get(key):
            exclusions = exclusions.filter(**{field: chosen[key]})
    for word in chosen.get("words", "").split():
        exclusions = exclusions.filter(
            Q(ticket__icontains=word)
            | Q(reason__icontains=word)
            | Q(agreement__title__icontains=word)
        )
    return exclusions


def exclusion_rows(some: Sequence[Exclusion]) -> list[ExclusionRow]:
    """Return rows of a page: two more queries, however many they are."""
    names = names_of(one.asked_by_key for one in some)
    titles = _titles(some)
    return [
        ExclusionRow(
            key=one.pk,
            ticket=one.ticket,
            agreement=one.agreement.title,
            reference=one.agreement.reference,
            service_level=titles.get((one.agreement_id, one.service_level), one.service_level),
            month=one.month,
            asked_by=names.get(one.asked_by_key, ""),
            asked_side=str(one.agreement.provider) if one.asked_side == "provider" else "client",
            reason=one.reason,
            state=one.state,
            state_words=one.get_state_display(),
        )
        for one in some
    ]


def _titles(some: Sequence[Exclusion]) -> dict[tuple[int, str], str]:
    """Return the titles of the service levels that are named, as they were measured last."""
    rows = MeasuredMonth.objects.filter(
        measured__agreement__in={one.agreement_id for one in some},
        service_level__in={one.service_level for one in some},
    ).order_by("month")
    values = rows.values_list("measured__agreement_id", "service_level", "title")
    return {(agreement, level): title for agreement, level, title in values.distinct()}


def shown_exclusion(exclusion: Exclusion, reader: Person) -> ShownExclusion:
    """Return one exclusion in words; figures are for the client's people only."""
    names = names_of([exclusion.asked_by_key, exclusion.answered_by_key])
    month = Month.parse(exclusion.month)
    terms = contracts_queries.terms_in_force(exclusion.agreement, month.first_day)
    level = next((one for one in terms.service_levels if one.id == exclusion.service_level), None)
    is_client = reader.side is Side.CLIENT
    return ShownExclusion(
        exclusion=exclusion,
        level_title=level.title if level else exclusion.service_level,
        month=month,
        asked_by=names.get(exclusion.asked_by_key, ""),
        answered_by=names.get(exclusion.answered_by_key, ""),
        promise=level_sentence(level, terms) if level else "",
        figure=_figure(exclusion) if is_client else None,
        verdict=_verdict(exclusion) if is_client else "",
    )


def askable(agreement: Agreement, running: Month) -> tuple[list[tuple[str, str]], list[Month]]:
    """Return the service levels and the months, newest first, for which one may ask."""
    versions = contracts_queries.versions_that_count(agreement)
    titles = {level.id: level.title for row in versions for level in row.terms.service_levels}
    first = Month.of_day(versions[0].effective_from)
    months = months_between(max(first, running.plus(-24)), max(first, running))
    return list(titles.items()), months[::-1]


def measured_month(agreement: Agreement, service_level: str, ticket: str) -> Month | None:
    """Return the month in which a ticket counts, as far as it was measured."""
    return measured_months(agreement, [ticket]).get((service_level, ticket))


def measured_months(agreement: Agreement, tickets: Sequence[str]) -> dict[tuple[str, str], Month]:
    """Return in which months some tickets count, by service level, as far as it was measured."""
    measured = Measured.objects.filter(agreement=agreement).first()
    if measured is None or not tickets:
        return {}
    try:
        results = derived.results_file(measured)
    except DomainError:
        return {}  # the tickets are gone until the next measurement
    found = derived.rows(
        "SELECT service_level, ticket, month FROM read_parquet(?) "
        "WHERE coalesce(month, '') <> '' AND ticket IN (SELECT unnest(?))",
        [str(results), list(tickets)],
    )
    return {(level, ticket): Month.parse(month) for level, ticket, month in found}


def _figure(exclusion: Exclusion) -> LevelMonth | None:
    row = MeasuredMonth.objects.filter(
        measured__agreement=exclusion.agreement,
        service_level=exclusion.service_level,
        month=exclusion.month,
    ).first()
    if row is None:
        return None
    close = MonthClose.objects.filter(
        agreement=exclusion.agreement, month=exclusion.month, is_current=True
    ).first()
    return frozen_month(level_month(row), close)


def _verdict(exclusion: Exclusion) -> str:
    """Return what a ticket counts as in the month that it is to be left out of."""
    measured = Measured.objects.filter(agreement=exclusion.agreement).first()
    if measured is None:
        return ""
    try:
        results = derived.results_file(measured)
    except DomainError:
        return ""
    found = derived.rows(
        "SELECT verdict FROM read_parquet(?) WHERE service_level = ? AND ticket = ? AND month = ?",
        [str(results), exclusion.service_level, exclusion.ticket, exclusion.month],
    )
    return str(found[0][0]) if found else ""

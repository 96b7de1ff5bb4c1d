"""Reads of agreements: lists, versions, and the terms that are in force on a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.reading import read_stored_agreement
from retained.contracts.engine.term import Term, term_on
from retained.contracts.models import Agreement, AgreementVersion
from retained.directory.queries.people import names_of
from retained.shared.days import day_in_words
from retained.shared.errors import DomainError, NotThereError
from retained.shared.money import Money

NOTICE_HORIZON_DAYS = 90
SORTS = ("reference", "title", "provider__name", "ends_on")


@lru_cache(maxsize=512)
def terms_written_in(document: str) -> AgreementTerms:
    """Return the terms that a version's document writes; a version never changes."""
    return read_stored_agreement(document)


@dataclass(frozen=True)
class VersionRow:
    """One version as pages, exports and measurements read it.

    `until` is the last day on which it counts (None: no later version yet); `corrected_by` is
    the number of the version from the same day that took its place.
    """

    number: int
    effective_from: date
    until: date | None
    corrected_by: int | None
    document: str
    sha256: str
    note: str
    created_by_key: str
    created_at: datetime

    @cached_property
    def terms(self) -> AgreementTerms:
        """What this version promises."""
        return terms_written_in(self.document)

    @property
    def counts(self) -> bool:
        """Whether no other version took this one's place."""
        return self.corrected_by is None

    def is_in_force(self, day: date) -> bool:
        """Return whether this version counts on `day`."""
        begun = self.effective_from <= day
        return self.counts and begun and (self.until is None or day <= self.until)


def versions(agreement: Agreement) -> list[VersionRow]:
    """Return every version, by the day from which it counts; the corrected ones too."""
    found = agreement.versions.order_by("effective_from", "correction")
    return _version_rows(list(found))


def versions_that_count(agreement: Agreement) -> list[VersionRow]:
    """Return the versions that no other one corrected, by the day from which each counts."""
    return [row for row in versions(agreement) if row.counts]


def version(agreement: Agreement, number: int) -> VersionRow:
    """Return one version by its number; raises NotThereError."""
    for row in versions(agreement):
        if row.number == number:
            return row
    raise NotThereError("This version")


def version_in_force(agreement: Agreement, day: date) -> VersionRow:
    """Return the version in force on `day`; raises DomainError before the first one."""
    return in_force(versions(agreement), day)


def terms_in_force(agreement: Agreement, day: date) -> AgreementTerms:
    """Return what the agreement promises on `day`; raises DomainError before its first day."""
    return version_in_force(agreement, day).terms


def in_force(rows: Sequence[VersionRow], day: date) -> VersionRow:
    """Return the one of `rows` that is in force on `day`; raises DomainError."""
    for row in rows:
        if row.is_in_force(day):
            return row
    first = rows[0]
    raise DomainError(
        f"“{first.terms.title}” has no terms on {day_in_words(day)}: its first version counts from "
        f"{day_in_words(first.effective_from)}. Choose a later day, or add a version from then."
    )


def shown_version(rows: Sequence[VersionRow], day: date) -> VersionRow:
    """Return the version that a page shows on `day`: in force, or the first one to come."""
    counting = [row for row in rows if row.counts]
    begun = [row for row in counting if row.effective_from <= day]
    return begun[-1] if begun else counting[0]


def agreements_with_a_recent_version(day: date) -> QuerySet[Agreement]:
    """Return the agreements of which a version has just begun to count, or is still to come."""
    since = day - timedelta(days=2)  # a day begins at another moment in each zone
    return Agreement.objects.filter(versions__effective_from__gte=since).distinct()


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One agreement in a list, as it stands on a day."""

    reference: str
    title: str
    provider: str
    provider_slug: str
    term: Term
    monthly: Money | None
    service_levels: int
    version: int


def agreements_by(agreements: QuerySet[Agreement], day: date) -> QuerySet[Agreement]:
    """Return agreements with the id and the last day of the version that a list shows on `day`."""
    return agreements.annotate(
        shown_version_id=_shown_on(day, "pk", agreement="pk"),
        ends_on=_shown_on(day, "ends_on", agreement="pk"),
    )


def agreement_rows(agreements: Iterable[Agreement], day: date) -> list[AgreementRow]:
    """Return the rows of agreements that `agreements_by` gave: one more query for all."""
    listed = list(agreements)
    ids = [agreement.shown_version_id for agreement in listed]  # type: ignore[attr-defined] # annotated by agreements_by
    shown = AgreementVersion.objects.defer("document").in_bulk(ids)
    return [
        _row(agreement, shown[shown_id], day)
        for agreement, shown_id in zip(listed, ids, strict=True)
    ]


def agreements_of_provider(agreements: QuerySet[Agreement], slug: str) -> QuerySet[Agreement]:
    """Return those of `agreements` that one provider has signed."""
    return agreements.filter(provider__slug=slug)


def agreements_named(agreements: QuerySet[Agreement], words: Sequence[str]) -> QuerySet[Agreement]:
    """Return those of `agreements` in whose reference, title or provider all words are found."""
    for word in words:
        agreements = agreements.filter(
            Q(reference__icontains=word)
            | Q(title__icontains=word)
            | Q(provider__name__icontains=word)
        )
    return agreements


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """An agreement about which word must be given soon."""

    reference: str
    title: str
    provider: str
    term: Term


def notice_rows(versions: QuerySet[AgreementVersion], day: date) -> list[NoticeRow]:
    """Return the agreements whose last day to give word lies within 90 days from `day`.

    `versions` are those that the reader may read. A term that has gone on by itself has a later
    last day than its document says: those are worked out one by one.
    """
    horizon = day + timedelta(days=NOTICE_HORIZON_DAYS)
    rows = (
        NoticeRow(
            reference, title, provider, term_on(day, *days, by_months=by, notice_months=notice)
        )
        for reference, title, provider, *days, by, notice in _near_notice(versions, day, horizon)
    )
    due = [row for row in rows if row.term.notice_on and day <= row.term.notice_on <= horizon]
    return sorted(due, key=lambda row: (row.term.notice_on or day, row.reference))


def terms_shown(versions: QuerySet[AgreementVersion], day: date) -> dict[Agreement, AgreementTerms]:
    """Return what the version promises that a list shows on `day`, by agreement: one query.

    `versions` are all of some agreements, read together with these.
    """
    shown: dict[int, AgreementVersion] = {}
    for row in versions.order_by("effective_from", "correction"):
        first = shown.setdefault(row.agreement_id, row)
        if row.effective_from <= day or row.effective_from == first.effective_from:
            shown[row.agreement_id] = row
    return {row.agreement: terms_written_in(row.document) for row in shown.values()}


def agreements_near_notice(
    agreements: QuerySet[Agreement], versions: QuerySet[AgreementVersion], day: date
) -> QuerySet[Agreement]:
    """Return those of `agreements` whose last day to give word lies within 90 days."""
    near = [row.reference for row in notice_rows(versions, day)]
    return agreements.filter(reference__in=near)


def _near_notice(
    versions: QuerySet[AgreementVersion], day: date, horizon: date
) -> Iterable[tuple[Any, ...]]:
    """Return what tells the term of the versions whose word may be due: one question, no rows."""
    has_gone_on = Q(ends_on__lt=day, renewal_months__gt=0)
    near = Q(notice_on__lte=horizon) & (Q(notice_on__gte=day) | has_gone_on)
    return (
        versions.filter(near, pk=_shown_on(day, "pk", agreement="agreement"))
        .order_by()
        .values_list(
            "agreement__reference", "agreement__title", "agreement__provider__name",
            "starts_on", "ends_on", "renewal_months", "notice_months",
        )
    )  # fmt: skip


def _shown_on(day: date, column: str, *, agreement: str) -> Coalesce:
    """Return a column of the newest version that has begun on `day`, or of the first to come.

    `agreement` is where the query around it names its agreement.
    """
    mine = AgreementVersion.objects.filter(agreement=OuterRef(agreement))
    begun = mine.filter(effective_from__lte=day).order_by("-effective_from", "-correction")
    first = mine.order_by("effective_from", "-correction")
    return Coalesce(Subquery(begun.values(column)[:1]), Subquery(first.values(column)[:1]))


def _row(agreement: Agreement, shown: AgreementVersion, day: date) -> AgreementRow:
    """Return one row of a list."""
    monthly = None
    if shown.monthly_minor is not None:
        monthly = Money.of_minor(shown.monthly_minor, shown.currency)
    return AgreementRow(
        reference=agreement.reference,
        title=agreement.title,
        provider=agreement.provider.name,
        provider_slug=agreement.provider.slug,
        term=term_on(
            day,
            shown.starts_on,
            shown.ends_on,
            by_months=shown.renewal_months,
            notice_months=shown.notice_months,
        ),
        monthly=monthly,
        service_levels=shown.service_level_count,
        version=shown.number,
    )


def _version_rows(found: Sequence[AgreementVersion]) -> list[VersionRow]:
    """Return versions in their order, each with the day before the next one that counts."""
    corrected_by = {
        earlier.number: later.number
        for earlier in found
        for later in found
        if later.effective_from == earlier.effective_from and later.correction > earlier.correction
    }
    starts = sorted({row.effective_from for row in found})
    next_start = dict(zip(starts, [*starts[1:], None], strict=True))
    return [
        VersionRow(
            number=row.number,
            effective_from=row.effective_from,
            until=_day_before(next_start[row.effective_from]),
            corrected_by=corrected_by.get(row.number),
            document=row.document,
            sha256=row.sha256,
            note=row.note,
            created_by_key=row.created_by_key,
            created_at=row.created_at,
        )
        for row in found
    ]


def _day_before(day: date | None) -> date | None:
    return None if day is None else day - timedelta(days=1)


def names_of_creators(rows: Iterable[VersionRow]) -> dict[str, str]:
    """Return the names of those who made versions, by actor key."""
    return names_of(row.created_by_key for row in rows)

"""What delivery asks of people today, and what the search finds."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from retained.contracts import access as contracts_access
from retained.contracts import queries as contracts_queries
from retained.delivery import access
from retained.delivery.models import CloseState, Measured, MeasuredMonth, MonthClose
from retained.delivery.queries.late import late_of_agreements
from retained.delivery.queries.level_months import MISSED_VERDICTS, LevelMonth
from retained.delivery.queries.months import frozen_month, level_month
from retained.delivery.queries.rights import fired_rights, standing
from retained.directory import access as directory_access
from retained.directory.engine.roles import Side
from retained.directory.models import Person
from retained.pages.needs import Need
from retained.pages.search import MOST_HITS_A_SOURCE, Hit
from retained.shared.months import Month

_MOST_NEEDS = 10  # of one kind; what is left is one line that leads to the list
_MEASURED_LATELY = 1000  # agreements looked at, those measured last before others
_LAPSE_HORIZON = timedelta(days=45)


def needs(person: Person, at: datetime) -> list[Need]:
    """Return what a person of the client can do: misses, months to close, late evidence, rights.

    Who only reads gets nothing to do here: the cards of the overview show how things stand.
    """
    if person.side is not Side.CLIENT:
        return []
    agreements = contracts_access.agreements_to_read(person, "keep_agreement_documents")
    measured = list(
        Measured.objects.filter(agreement__in=agreements)
        .select_related("agreement__provider")
        .defer("inputs")
        .order_by("-measured_at")[:_MEASURED_LATELY]
    )
    closing = [
        row
        for row in measured
        if directory_access.may(person, "check_months", row.agreement.reference)
    ]
    return [
        *_missed(closing),
        *_to_close(closing),
        *_late(closing),
        *_rights(measured, at),
        *_answers(person),
    ]


def found_agreements(person: Person, words: Sequence[str]) -> list[Hit]:
    """Return the agreements that run by name, each leading to its service levels."""
    named = contracts_queries.agreements_named(access.agreements_to_watch(person), words)
    return [
        Hit("Service levels", row.title, reverse("service_levels", args=[row.reference]),
            row.provider.name)
        for row in named[:MOST_HITS_A_SOURCE]
    ]  # fmt: skip


def found_levels(person: Person, words: Sequence[str]) -> list[Hit]:
    """Return service levels by name."""
    rows = MeasuredMonth.objects.filter(
        measured__agreement__in=access.agreements_to_watch(person)
    ).select_related("measured__agreement")
    for word in words:
        rows = rows.filter(title__icontains=word)
    found: dict[tuple[int, str], Hit] = {}
    for row in rows.order_by("-month")[: MOST_HITS_A_SOURCE * 20]:
        agreement = row.measured.agreement
        url = f"{reverse('service_levels', args=[agreement.reference])}#level-{row.service_level}"
        hit = Hit("Service level", row.title, url, agreement.title)
        found.setdefault((agreement.pk, row.service_level), hit)
    return list(found.values())[:MOST_HITS_A_SOURCE]


def _missed(measured: Sequence[Measured]) -> Iterator[Need]:
    """Yield the agreements that fell below expected in their last month that is over."""
    by_agreement: dict[int, list[LevelMonth]] = {}
    wanted = {row.pk: str(Month.parse(row.running).plus(-1)) for row in measured}
    agreement_of = {row.pk: row.agreement_id for row in measured}
    closes = _closes_of(measured, set(wanted.values()))
    closed = [row.pk for row in measured if (row.agreement_id, wanted[row.pk]) in closes]
    rows = MeasuredMonth.objects.filter(
        Q(verdict__in=MISSED_VERDICTS) | Q(measured__in=closed),
        measured__in=measured,
        month__in=set(wanted.values()),
    )
    for found in rows:
        close = closes.get((agreement_of[found.measured_id], found.month))
        level = frozen_month(level_month(found), close)
        if found.month == wanted[found.measured_id] and level.is_missed:
            by_agreement.setdefault(found.measured_id, []).append(level)
    missed = [row for row in measured if row.pk in by_agreement]
    for row in missed[:_MOST_NEEDS]:
        levels = by_agreement[row.pk]
        said = ", ".join(f"{level.title} {level.words}" for level in levels)
        yield Need(
            title=f"{row.agreement.title}: {_counted(len(levels), 'service level')} missed",
            why=f"{levels[0].month.title}: {said}",
            url=reverse("service_levels", args=[row.agreement.reference]),
            weight=30,
        )
    yield from _rest(len(missed), "agreements below expected")


def _closes_of(
    measured: Sequence[Measured], months: Collection[str]
) -> dict[tuple[int, str], MonthClose]:
    """Return the closes that count for some months: what they froze is what is shown."""
    closes = MonthClose.objects.filter(
        agreement__in=[row.agreement_id for row in measured], month__in=months, is_current=True
    )
    return {(close.agreement_id, close.month): close for close in closes}


def _to_close(measured: Sequence[Measured]) -> Iterator[Need]:
    """Yield the agreements that have months which are over, and nobody has begun to close."""
    begun = MonthClose.objects.filter(
        Q(is_current=True) | Q(state=CloseState.CHECKED),
        agreement=OuterRef("measured__agreement"),
        month=OuterRef("month"),
    )
    rows = (
        MeasuredMonth.objects.filter(measured__in=measured)
        .exclude(verdict="so_far")
        .filter(~Exists(begun))
        .order_by("month")  # the table's own order would count each service level
        .values_list("measured_id", "month")
        .distinct()
    )
    months: dict[int, list[str]] = {}
    for measured_id, month in rows:
        months.setdefault(measured_id, []).append(month)
    waiting = [row for row in measured if row.pk in months]
    for row in waiting[:_MOST_NEEDS]:
        oldest, count = min(months[row.pk]), len(months[row.pk])
        since = Month.parse(oldest).title
        yield Need(
            title=f"{row.agreement.title}: {_counted(count, 'month')} to close",
            why=f"{since} is over and not closed"
            if count == 1
            else f"{since} and later months are over and not closed",
            url=reverse("month_close", args=[row.agreement.reference, Month.parse(oldest)]),
            weight=20,
        )
    yield from _rest(len(waiting), "agreements with months to close")


def _late(measured: Sequence[Measured]) -> Iterator[Need]:
    """Yield the closed months that the evidence would measure otherwise now."""
    for late in late_of_agreements(measured)[:_MOST_NEEDS]:
        yield Need(
            title=f"{late.agreement.title}: late evidence for {late.month.title}",
            why="It is closed, and its figures would be others now: correct it, or leave it.",
            url=reverse("month_close", args=[late.agreement.reference, late.month]),
            weight=25,
        )


def _rights(measured: Sequence[Measured], at: datetime) -> Iterator[Need]:
    """Yield the rights that lapse soon."""
    fired = [row for row in measured if row.triggers]
    closes: dict[int, dict[str, MonthClose]] = {}
    for close in MonthClose.objects.filter(
        agreement__in=[row.agreement_id for row in fired], is_current=True
    ).defer("document"):
        closes.setdefault(close.agreement_id, {})[close.month] = close
    for row in fired:
        zone = ZoneInfo(row.agreement.provider.time_zone)
        rights = fired_rights(row, closes.get(row.agreement_id, {}), zone)
        for right in standing(rights, at.astimezone(zone).date()):
            if right.lapses_on is None or right.lapses_on > (at + _LAPSE_HORIZON).date():
                continue
            yield Need(
                title=f"{row.agreement.title}: a right to {right.right} lapses",
                why=f"{right.title}, from the statement of {right.month.title}",
                url=reverse("service_levels", args=[row.agreement.reference]),
                due=datetime.combine(right.lapses_on, time(23, 59), tzinfo=zone),
                weight=40,
            )


def _answers(person: Person) -> Iterator[Need]:
    """Yield the statements to which the provider's answer is due."""
    sent = (
        MonthClose.objects.filter(
            agreement__in=contracts_access.agreements_to_read(person, "record_answers"),
            state=CloseState.SENT,
            is_current=True,
        )
        .select_related("agreement__provider")
        .defer("document")
        .order_by("answer_due")
    )
    for close in sent[:_MOST_NEEDS]:
        if close.answer_due is None:
            continue
        zone = ZoneInfo(close.agreement.provider.time_zone)
        month = Month.parse(close.month).title
        yield Need(
            title=f"{close.agreement.title}: the provider’s answer for {month}",
            why="The statement was sent and is not answered yet",
            url=reverse("service_levels", args=[close.agreement.reference]),
            due=datetime.combine(close.answer_due, time(23, 59), tzinfo=zone),
            weight=15,
        )


def _rest(count: int, what: str) -> Iterator[Need]:
    if count > _MOST_NEEDS:
        yield Need(
            title=f"{count - _MOST_NEEDS} more {what}",
            why="The list shows every one",
            url=reverse("runs"),
            weight=1,
        )


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"

"""What delivery asks of people today, and what the search finds.

All of it is read from where agreements stand: two questions, however many there are.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Func, Q, QuerySet, Subquery
from django.urls import reverse

from retained.contracts import queries as contracts_queries
from retained.delivery import access
from retained.delivery.models import Standing
from retained.delivery.queries.standings import MISSED
from retained.directory.access import may
from retained.directory.engine.roles import Side
from retained.directory.models import Person
from retained.pages.needs import Need
from retained.pages.search import MOST_HITS_A_SOURCE, Hit
from retained.shared.months import Month

_MOST_NEEDS = 10  # of one kind; what is left is one line that leads to the list
_LAPSE_HORIZON = timedelta(days=45)


def needs(person: Person, at: datetime) -> list[Need]:
    """Return what a person of the client can do: misses, months to close, late evidence, rights.

    Who only reads gets nothing to do here: the cards of the overview show how things stand.
    """
    if person.side is not Side.CLIENT:
        return []
    closing = access.standings_to_read(person, "check_months")
    found: list[Any] = list(_worth_a_line(person, closing, at.date()))
    if not found:
        return []
    to_check = _where_may(person, "check_months", found)
    return [
        *_missed(to_check),
        *_rest(found[0].all_missed, "missed", "agreements below expected"),
        *_to_close(to_check),
        *_rest(found[0].all_to_close, "to_close", "agreements with months to close"),
        *_late(to_check),
        *_disputed(_where_may(person, "send_statements", found)),
        *_rights(_where_may(person, "keep_agreement_documents", found), at),
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
    found = access.standings_to_read(person)
    for word in words:
        found = found.filter(level_titles__icontains=word)
    hits = (hit for one in found.order_by("pk")[:MOST_HITS_A_SOURCE] for hit in _levels(one, words))
    return [hit for hit, _ in zip(hits, range(MOST_HITS_A_SOURCE), strict=False)]


def _levels(stands: Standing, words: Sequence[str]) -> Iterator[Hit]:
    """Yield the service levels of an agreement in whose titles all words are found."""
    page = reverse("service_levels", args=[stands.agreement.reference])
    for line in stands.level_titles.splitlines():
        level_id, _, title = line.partition("\t")
        if all(word.casefold() in title.casefold() for word in words):
            yield Hit("Service level", title, f"{page}#level-{level_id}", stands.agreement.title)


_MISSED = Q(rank__lte=MISSED)
_TO_CLOSE = Q(oldest_to_close__gt="")


def _worth_a_line(person: Person, closing: QuerySet[Standing], today: date) -> QuerySet[Standing]:
    """Return the few agreements that the overview has something to say of: the most pressing.

    `closing` are those of which the person may check months. Each row says how many of them were
    missed, and how many have months to close (`all_missed`, `all_to_close`).
    """
    disputed = access.standings_to_read(person, "send_statements").filter(latest_disputed__gt="")
    filing = access.standings_to_read(person, "keep_agreement_documents")
    kinds = (
        closing.filter(_MISSED).order_by("rank", "pk"),
        closing.filter(_TO_CLOSE).order_by("oldest_to_close", "pk"),
        closing.filter(latest_late__gt="").order_by("-latest_late", "pk"),
        disputed.order_by("-latest_disputed", "pk"),
        filing.filter(rights_until__gte=today).order_by("rights_until", "pk"),
    )
    chosen = Q()
    for kind in kinds:
        chosen |= Q(pk__in=kind.values("pk")[:_MOST_NEEDS])
    return (
        Standing.objects.filter(chosen)
        .select_related("agreement__provider")
        .annotate(
            all_missed=_count_of(closing.filter(_MISSED)),
            all_to_close=_count_of(closing.filter(_TO_CLOSE)),
        )
    )


def _count_of(rows: QuerySet[Standing]) -> Subquery:
    return Subquery(rows.order_by().annotate(n=Func(F("pk"), function="count")).values("n"))


def _where_may(person: Person, action: str, found: Sequence[Standing]) -> list[Standing]:
    return [one for one in found if may(person, action, one.agreement.reference)]


def _missed(found: Sequence[Standing]) -> Iterator[Need]:
    """Yield the agreements that fell below expected in their last month that is over."""
    missed = [one for one in found if one.rank <= MISSED]
    for one in sorted(missed, key=lambda one: one.rank)[:_MOST_NEEDS]:
        said = ", ".join(f"{level['title']} {level['words']}" for level in one.missed)
        yield Need(
            title=f"{one.agreement.title}: {_counted(len(one.missed), 'service level')} missed",
            why=f"{Month.parse(one.month).title}: {said}",
            url=reverse("service_levels", args=[one.agreement.reference]),
            weight=30,
        )


def _to_close(found: Sequence[Standing]) -> Iterator[Need]:
    """Yield the agreements that have months which are over, and nobody has begun to close."""
    waiting = [one for one in found if one.to_close]
    for one in sorted(waiting, key=lambda one: one.oldest_to_close)[:_MOST_NEEDS]:
        oldest = Month.parse(one.oldest_to_close)
        whose = oldest.title if one.to_close == 1 else f"{oldest.title} and later months"
        yield Need(
            title=f"{one.agreement.title}: {_counted(one.to_close, 'month')} to close",
            why=f"{whose} {'is' if one.to_close == 1 else 'are'} over and not closed",
            url=reverse("month_close", args=[one.agreement.reference, oldest]),
            weight=20,
        )


def _late(found: Sequence[Standing]) -> Iterator[Need]:
    """Yield the closed months that the evidence would measure otherwise now."""
    late = sorted(((month, one) for one in found for month in one.late), key=_newest, reverse=True)
    for text, one in late[:_MOST_NEEDS]:
        month = Month.parse(text)
        yield Need(
            title=f"{one.agreement.title}: late evidence for {month.title}",
            why="It is closed, and its figures would be others now: correct it, or leave it.",
            url=reverse("month_close", args=[one.agreement.reference, month]),
            weight=25,
        )


def _disputed(found: Sequence[Standing]) -> Iterator[Need]:
    """Yield the statements that the provider disputed and that were not corrected since."""
    disputes = ((one, dispute) for one in found for dispute in one.disputed)
    for one, dispute in disputes:
        month = Month.parse(dispute["month"])
        yield Need(
            title=f"{one.agreement.title}: {month.title} is disputed",
            why=f"“{dispute['sentence']}”",
            url=reverse("month_close", args=[one.agreement.reference, month]),
            weight=33,
        )


def _newest(late: tuple[str, Standing]) -> str:
    return late[0]


def _rights(found: Sequence[Standing], at: datetime) -> Iterator[Need]:
    """Yield the rights that lapse soon."""
    for one in found:
        zone = ZoneInfo(one.agreement.provider.time_zone)
        first, last = at.astimezone(zone).date(), (at + _LAPSE_HORIZON).date()
        for right in one.rights:
            lapses_on = date.fromisoformat(right["lapses_on"])
            if not first <= lapses_on <= last:
                continue
            yield Need(
                title=f"{one.agreement.title}: a right to {right['right']} lapses",
                why=f"{right['title']}, from the statement of {Month.parse(right['month']).title}",
                url=reverse("service_levels", args=[one.agreement.reference]),
                due=datetime.combine(lapses_on, time(23, 59), tzinfo=zone),
                weight=40,
            )


def _rest(count: int, stands: str, what: str) -> Iterator[Need]:
    if count > _MOST_NEEDS:
        yield Need(
            title=f"{count - _MOST_NEEDS} more {what}",
            why="The list shows every one",
            url=f"{reverse('runs')}?stands={stands}",
            weight=1,
        )


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"

"""What an agreement brings to the overview and to the search over names."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse

from retained.contracts import access, queries
from retained.contracts.models import Agreement
from retained.directory.engine.roles import Side
from retained.directory.models import Organisation, Person
from retained.pages.needs import Need
from retained.pages.search import MOST_HITS_A_SOURCE, Hit
from retained.shared.days import short_day

_URGENT_DAYS = 30
_MOST_NEEDS = 10  # what is left is one line that leads to the list


def notice_needs(person: Person, at: datetime) -> list[Need]:
    """Return the notice deadlines of the next 90 days, for who looks after the agreement."""
    if person.side is not Side.CLIENT:
        return []
    zone = ZoneInfo(person.organisation.time_zone)
    today = at.astimezone(zone).date()
    mine = access.versions_to_read(person, "keep_agreement_documents")
    needs = []
    rows = queries.notice_rows(mine, today)
    for row in rows[:_MOST_NEEDS]:
        last_day, renewed = row.term.notice_on, row.term.renewed_until
        if last_day is None:
            continue
        goes_on = f"Without it the agreement goes on to {short_day(renewed)}." if renewed else ""
        needs.append(
            Need(
                title=f"Decide whether {row.title} with {row.provider} goes on",
                why=f"{short_day(last_day)} is the last day to give notice. {goes_on}".strip(),
                url=reverse("agreement", args=[row.reference]),
                due=_end_of(last_day, zone),
                weight=2 if (last_day - today).days <= _URGENT_DAYS else 1,
            )
        )
    if len(rows) > _MOST_NEEDS:
        needs.append(
            Need(
                title=f"{len(rows) - _MOST_NEEDS} more agreements to decide on within "
                f"{queries.NOTICE_HORIZON_DAYS} days",
                why="The list shows every one",
                url=f"{reverse('agreements')}?notice=near&sort=ends_on",
            )
        )
    return needs


def agreements_found(person: Person, words: Sequence[str]) -> list[Hit]:
    """Return agreements in whose reference, title or provider the words are found."""
    found = queries.agreements_named(access.agreements_to_read(person), words)
    return [
        Hit(
            "Agreement",
            agreement.title,
            reverse("agreement", args=[agreement.reference]),
            f"{agreement.reference}, {agreement.provider.name}",
        )
        for agreement in found[:MOST_HITS_A_SOURCE]
    ]


def agreements_to_limit(organisation: Organisation) -> list[tuple[str, str]]:
    """Return reference and title of the agreements that an organisation has a part in.

    The client has a part in every one.
    """
    found = Agreement.objects.order_by("title", "reference")
    if organisation.side is Side.PROVIDER:
        found = found.filter(provider=organisation)
    return list(found.values_list("reference", "title"))


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the last second of a day on the wall of `zone`."""
    return datetime.combine(day + timedelta(days=1), time(0), zone).astimezone(UTC) - timedelta(
        seconds=1
    )

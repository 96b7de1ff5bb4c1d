"""What needs a provider's person today: statements that wait for its answer."""

from collections.abc import Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.urls import reverse

from retained.delivery import access
from retained.delivery.models import CloseState
from retained.directory.access import may
from retained.directory.engine.roles import Side
from retained.directory.models import Person
from retained.pages.needs import Need
from retained.shared.months import Month

_MOST = 20


def needs(person: Person, at: datetime) -> Iterator[Need]:
    """Yield the statements to which the person's side has not answered yet."""
    del at  # a statement waits for its answer until it has one
    if person.side is not Side.PROVIDER or not may(person, "answer_statements"):
        return
    waiting = access.closes_to_read(person).filter(state=CloseState.SENT, is_current=True)
    for close in waiting.defer("document").order_by("answer_due")[:_MOST]:
        zone = ZoneInfo(close.agreement.provider.time_zone)
        month = Month.parse(close.month)
        yield Need(
            title=f"{close.agreement.title}: answer the statement of {month.title}",
            why="Agree to it, or dispute it with a sentence and an amount",
            url=reverse("portal_statement", args=[close.agreement.reference, month, close.number]),
            due=datetime.combine(close.answer_due, time(23, 59), tzinfo=zone)
            if close.answer_due
            else None,
            weight=30,
        )

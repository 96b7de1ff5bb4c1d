"""What delivery shows on the overview: how its agreements stand, and what credits are to come."""

from datetime import datetime

from django.urls import reverse

from retained.delivery import access
from retained.delivery.queries.credits import credit_charts, credit_sums
from retained.delivery.queries.overview import agreements_now
from retained.directory.access import agreements_reached
from retained.directory.models import Person
from retained.pages.overview import Card


def levels_card(person: Person, at: datetime) -> Card | None:
    """Return the agreements whose last month came out worst, beside what providers report."""
    if not _watches(person):
        return None
    found = agreements_now(access.standings_to_read(person), at=at)
    if not found:
        return None
    return Card(
        title="Service levels, as we measured them",
        template="delivery/overview_levels.html",
        context={"agreements": found},
        url=reverse("runs"),
        width="whole",
        order=10,
    )


def credits_card(person: Person, at: datetime) -> Card | None:
    """Return what confirmed months gave back so far, month by month, a picture per currency."""
    del at  # a credit waits whatever day it is
    if not _watches(person):
        return None
    charts = credit_charts(credit_sums(access.current_credits(person)), size="small")
    if not charts:
        return None
    return Card(
        title="Credits owed to us",
        template="delivery/overview_credits.html",
        context={"charts": charts},
        url=reverse("credits"),
        width="third",
        order=10,
    )


def _watches(person: Person) -> bool:
    """Return whether any agreement's figures are open to the person; this asks no table."""
    return agreements_reached(person, "read_delivery") != frozenset()

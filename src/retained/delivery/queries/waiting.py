"""What waits for a person on a month's way: checks, confirmations, sending, answers, credits."""

from collections.abc import Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet
from django.urls import reverse

from retained.delivery import access
from retained.delivery.models import (
    CloseState,
    CreditClaim,
    CreditState,
    ExclusionState,
    MonthClose,
)
from retained.directory.access import may
from retained.directory.engine.roles import Side
from retained.directory.models import Person
from retained.pages.needs import Need
from retained.shared.money import Money
from retained.shared.months import Month

_MOST = 10


def needs(person: Person, at: datetime) -> Iterator[Need]:
    """Yield what only this person's side, and this person's role, can do next."""
    del at  # these wait until they are done; days are set where there is one
    yield from _exclusions(person)
    if person.side is Side.CLIENT:
        for close in _standing_closes(person):
            need = _of_close(person, close)
            if need is not None:
                yield need
        yield from _credits(person)


def _exclusions(person: Person) -> Iterator[Need]:
    asked = (
        access.exclusions_to_read(person)
        .filter(state=ExclusionState.ASKED)
        .exclude(asked_side=person.side.value)
        .order_by("asked_at")
    )
    for one in asked[:_MOST]:
        if may(person, "answer_exclusions", one.agreement.reference):
            month = Month.parse(one.month).title
            yield Need(
                title=f"{one.agreement.title}: may {one.ticket} be left out?",
                why=f"{month}: “{one.reason}”",
                url=reverse("exclusion", args=[one.pk]),
                weight=28,
            )


def _standing_closes(person: Person) -> QuerySet[MonthClose]:
    """Return the closes that wait for somebody, the oldest first: one question for all.

    Those to be confirmed or sent, and those whose answer is due.
    """
    mine = access.closes_to_read(person)
    current = mine.filter(is_current=True)
    kinds = (
        mine.filter(is_current=False, state=CloseState.CHECKED),
        current.filter(state=CloseState.CONFIRMED),
        current.filter(state=CloseState.SENT),
    )
    chosen = Q()
    for kind in kinds:
        chosen |= Q(pk__in=kind.order_by("month").values("pk")[:_MOST])
    found = MonthClose.objects.filter(chosen).select_related("agreement__provider")
    return found.defer("document").order_by("month", "pk")


def _of_close(person: Person, close: MonthClose) -> Need | None:
    """Return what a close waits for, if this person can do it."""
    find = {
        CloseState.CHECKED: _to_confirm,
        CloseState.CONFIRMED: _to_send,
        CloseState.SENT: _to_be_answered,
    }[CloseState(close.state)]
    return find(person, close)


def _to_confirm(person: Person, close: MonthClose) -> Need | None:
    if close.checked_by_key == person.actor_key:
        return None
    if not may(person, "confirm_months", close.agreement.reference):
        return None
    return Need(
        title=f"{close.agreement.title}: confirm {Month.parse(close.month).title}",
        why="A colleague checked it: it counts once a second person confirms it",
        url=_page(close),
        weight=35,
    )


def _to_send(person: Person, close: MonthClose) -> Need | None:
    if not may(person, "send_statements", close.agreement.reference):
        return None
    return Need(
        title=f"{close.agreement.title}: send {Month.parse(close.month).title}",
        why="It is confirmed, and the provider has not seen it yet",
        url=_page(close),
        weight=22,
    )


def _to_be_answered(person: Person, close: MonthClose) -> Need | None:
    """Return that the provider's answer is due, to whoever watches the agreement."""
    del person
    if close.answer_due is None:
        return None
    zone = ZoneInfo(close.agreement.provider.time_zone)
    return Need(
        title=f"{close.agreement.title}: the provider’s answer for "
        f"{Month.parse(close.month).title}",
        why="The statement was sent and is not answered yet",
        url=reverse("service_levels", args=[close.agreement.reference]),
        due=datetime.combine(close.answer_due, time(23, 59), tzinfo=zone),
        weight=15,
    )


def _page(close: MonthClose) -> str:
    return reverse("month_close", args=[close.agreement.reference, Month.parse(close.month)])


def _credits(person: Person) -> Iterator[Need]:
    """Yield the credits that nobody claimed, and those whose credit note came short."""
    mine = access.credits_to_read(person)
    due = mine.filter(state=CreditState.DUE).order_by("month", "pk")
    short = mine.filter(received_minor__lt=F("amount_minor")).order_by("-month", "pk")
    chosen = Q(pk__in=due.values("pk")[:_MOST]) | Q(pk__in=short.values("pk")[:_MOST])
    found = CreditClaim.objects.filter(chosen).select_related("agreement__provider")
    for credit in found.order_by("month", "pk"):
        if may(person, "look_after_credits", credit.agreement.reference):
            yield _of_credit(credit)


def _of_credit(credit: CreditClaim) -> Need:
    month, url = Month.parse(credit.month).title, reverse("credit", args=[credit.pk])
    if credit.state == CreditState.DUE:
        return Need(
            title=f"{credit.agreement.title}: claim the credit of {month}",
            why=f"{Money.of_minor(credit.amount_minor, credit.currency)} is due and not claimed",
            url=url,
            weight=18,
        )
    missing = credit.amount_minor - (credit.received_minor or 0)
    return Need(
        title=f"{credit.agreement.title}: a credit note came short",
        why=f"{credit.credit_note} for {month}: {Money.of_minor(missing, credit.currency)} less "
        "than owed",
        url=url,
        weight=17,
    )

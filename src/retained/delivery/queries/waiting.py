"""What waits for a person on a month's way: checks, confirmations, sending, answers, credits."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, Q
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
        yield from _closes(person)
        yield from _disputes(person)
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


def _closes(person: Person) -> Iterator[Need]:
    waiting = (
        access.closes_to_read(person)
        .filter(state__in=(CloseState.CHECKED, CloseState.CONFIRMED))
        .defer("document")
        .order_by("month")
    )
    for close in waiting[: _MOST * 2]:
        need = _of_close(person, close)
        if need is not None:
            yield need


def _of_close(person: Person, close: MonthClose) -> Need | None:
    """Return what a close waits for, if this person can do it."""
    reference, month = close.agreement.reference, Month.parse(close.month)
    url = reverse("month_close", args=[reference, month])
    if close.state == CloseState.CHECKED:
        if close.checked_by_key == person.actor_key:
            return None
        if not may(person, "confirm_months", reference):
            return None
        why = "A colleague checked it: it counts once a second person confirms it"
        return Need(f"{close.agreement.title}: confirm {month.title}", why, url, weight=35)
    if close.is_current and may(person, "send_statements", reference):
        why = "It is confirmed, and the provider has not seen it yet"
        return Need(f"{close.agreement.title}: send {month.title}", why, url, weight=22)
    return None


def _disputes(person: Person) -> Iterator[Need]:
    """Yield the statements that the provider disputed and that were not corrected since."""
    answered = (
        access.closes_to_read(person)
        .filter(state=CloseState.ANSWERED, is_current=True)
        .defer("document")
        .prefetch_related("answers")
        .order_by("-month")
    )
    for close in answered[: _MOST * 3]:
        latest = next(iter(close.answers.all()), None)
        if latest is None or latest.kind != "disputed":
            continue
        if not may(person, "send_statements", close.agreement.reference):
            continue
        month = Month.parse(close.month)
        yield Need(
            title=f"{close.agreement.title}: {month.title} is disputed",
            why=f"“{latest.sentence}”",
            url=reverse("month_close", args=[close.agreement.reference, month]),
            weight=33,
        )


def _credits(person: Person) -> Iterator[Need]:
    """Yield the credits that nobody has settled, then the credit notes that came short."""
    short = Q(state=CreditState.RECEIVED, received_minor__lt=F("amount_minor"))
    waiting = access.credits_to_read(person).filter(Q(state=CreditState.DUE) | short)
    for credit in waiting.order_by("state", "-close__month")[: _MOST * 2]:
        if may(person, "look_after_credits", credit.close.agreement.reference):
            yield _of_credit(credit)


def _of_credit(credit: CreditClaim) -> Need:
    title, month = credit.close.agreement.title, Month.parse(credit.close.month).title
    url = reverse("credit", args=[credit.pk])
    amount = Money.of_minor(credit.amount_minor, credit.currency)
    if credit.state == CreditState.DUE and credit.is_owed_to_provider:
        why = f"{-amount} more was earned back than the month owes"
        return Need(f"{title}: give back what {month} earned back", why, url, weight=18)
    if credit.state == CreditState.DUE:
        why = f"{amount} is due and not claimed"
        return Need(f"{title}: claim the credit of {month}", why, url, weight=18)
    missing = Money.of_minor(credit.amount_minor - (credit.received_minor or 0), credit.currency)
    why = f"{credit.credit_note} for {month}: {missing} less than owed"
    return Need(f"{title}: a credit note came short", why, url, weight=17)

"""What waits for a person on a month's way: checks, confirmations, sending, answers, credits."""

from collections.abc import Iterable, Iterator
from datetime import datetime, time
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet
from django.urls import reverse

from retained.contracts import access as contracts_access
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

_MOST = 10  # of one kind
# As the index `credit_claim_short` has it: only what was received of a credit has an amount above
# nothing, so that the state need not be asked.
_IS_SHORT = Q(received_minor__lt=F("amount_minor"), amount_minor__gt=0)
Row = TypeVar("Row", MonthClose, CreditClaim)


def needs(person: Person, at: datetime) -> Iterator[Need]:
    """Yield what only this person's side, and this person's role, can do next."""
    del at  # these wait until they are done; days are set where there is one
    yield from _exclusions(person)
    if person.side is Side.CLIENT:
        closes = _waiting_closes(person)
        yield from (need for close in closes if (need := _of_close(person, close)))
        yield from _credits(person, closes)


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


def _waiting_closes(person: Person) -> list[MonthClose]:
    """Return the closes that wait for this person, or whose credit does: one question for all.

    Those to be confirmed, to be sent, and those whose answer is due; credits that nobody has
    settled, and those whose credit note came short. More may come with them: each is asked again.
    """
    current = _rows_of(person, "send_statements", MonthClose).filter(is_current=True)
    sent = _rows_of(person, "record_answers", MonthClose).filter(is_current=True)
    credits = _rows_of(person, "look_after_credits", CreditClaim).filter(is_current=True)
    kinds = (
        _rows_of(person, "confirm_months", MonthClose)
        .filter(is_current=False, state=CloseState.CHECKED)
        .exclude(checked_by_key=person.actor_key)
        .order_by("month")
        .values("pk"),
        current.filter(state=CloseState.CONFIRMED).order_by("month").values("pk"),
        sent.filter(state=CloseState.SENT).order_by("answer_due").values("pk"),
        credits.filter(state=CreditState.DUE).order_by("-month", "pk").values("close"),
        credits.filter(_IS_SHORT).order_by("-month", "pk").values("close"),
    )
    chosen = Q()
    for kind in kinds:
        chosen |= Q(pk__in=kind[:_MOST])
    found = MonthClose.objects.filter(chosen).select_related("agreement__provider", "credit")
    return list(found.defer("document").order_by("month", "pk"))


def _rows_of(person: Person, action: str, kind: type[Row]) -> QuerySet[Row]:
    return contracts_access.of_agreements(kind._default_manager.all(), person, action)


def _of_close(person: Person, close: MonthClose) -> Need | None:
    """Return what a close waits for, if this person can do it."""
    reference = close.agreement.reference
    if close.state == CloseState.CHECKED and close.checked_by_key != person.actor_key:
        return _to_confirm(close) if may(person, "confirm_months", reference) else None
    if close.state == CloseState.CONFIRMED and close.is_current:
        return _to_send(close) if may(person, "send_statements", reference) else None
    if close.state == CloseState.SENT and close.is_current:
        return _to_be_answered(close) if may(person, "record_answers", reference) else None
    return None


def _to_confirm(close: MonthClose) -> Need:
    return Need(
        title=f"{close.agreement.title}: confirm {Month.parse(close.month).title}",
        why="A colleague checked it: it counts once a second person confirms it",
        url=_page(close),
        weight=35,
    )


def _to_send(close: MonthClose) -> Need:
    return Need(
        title=f"{close.agreement.title}: send {Month.parse(close.month).title}",
        why="It is confirmed, and the provider has not seen it yet",
        url=_page(close),
        weight=22,
    )


def _to_be_answered(close: MonthClose) -> Need | None:
    if close.answer_due is None:
        return None
    zone, month = ZoneInfo(close.agreement.provider.time_zone), Month.parse(close.month).title
    return Need(
        title=f"{close.agreement.title}: the provider’s answer for {month}",
        why="The statement was sent and is not answered yet",
        url=reverse("service_levels", args=[close.agreement.reference]),
        due=datetime.combine(close.answer_due, time(23, 59), tzinfo=zone),
        weight=15,
    )


def _page(close: MonthClose) -> str:
    return reverse("month_close", args=[close.agreement.reference, Month.parse(close.month)])


def _credits(person: Person, closes: Iterable[MonthClose]) -> Iterator[Need]:
    """Yield the credits that nobody has settled, then the credit notes that came short."""
    waiting = [
        close.credit
        for close in closes
        if hasattr(close, "credit")
        and _waits(close.credit)
        and may(person, "look_after_credits", close.agreement.reference)
    ]
    newest = sorted(waiting, key=lambda credit: credit.month, reverse=True)
    for credit in sorted(newest, key=lambda credit: credit.state)[: _MOST * 2]:
        yield _of_credit(credit)


def _waits(credit: CreditClaim) -> bool:
    """Return whether nobody has settled a credit, or its credit note came short."""
    if credit.state == CreditState.RECEIVED:
        return credit.is_current and (credit.received_minor or 0) < credit.amount_minor
    return credit.is_current and credit.state == CreditState.DUE


def _of_credit(credit: CreditClaim) -> Need:
    title, month = credit.close.agreement.title, Month.parse(credit.month).title
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

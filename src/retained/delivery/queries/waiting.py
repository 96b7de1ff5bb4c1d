"""What waits for a person on a month's way: checks, confirmations, sending, answers, credits."""

from collections.abc import Iterator
from datetime import datetime, time
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

_MOST = 10


def needs(person: Person, at: datetime) -> Iterator[Need]:
    """Yield what only this person's side, and this person's role, can do next."""
    del at  # these wait until they are done; days are set where there is one
    yield from _exclusions(person)
    if person.side is Side.CLIENT:
        for close in _waiting_closes(person):
            yield _of_close(close)
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


def _waiting_closes(person: Person) -> QuerySet[MonthClose]:
    """Return the closes that wait for this person: one question for all.

    Those to be confirmed, to be sent, and those whose answer is due.
    """
    kinds = (
        _closes_of(person, "confirm_months")
        .filter(is_current=False, state=CloseState.CHECKED)
        .exclude(checked_by_key=person.actor_key)
        .order_by("month"),
        _closes_of(person, "send_statements")
        .filter(is_current=True, state=CloseState.CONFIRMED)
        .order_by("month"),
        _closes_of(person, "record_answers")
        .filter(is_current=True, state=CloseState.SENT, answer_due__isnull=False)
        .order_by("answer_due"),
    )
    chosen = Q()
    for kind in kinds:
        chosen |= Q(pk__in=kind.values("pk")[:_MOST])
    found = MonthClose.objects.filter(chosen).select_related("agreement__provider")
    return found.defer("document").order_by("month", "pk")


def _closes_of(person: Person, action: str) -> QuerySet[MonthClose]:
    return contracts_access.of_agreements(MonthClose.objects.all(), person, action)


def _of_close(close: MonthClose) -> Need:
    """Return what a close waits for."""
    need_of = {
        CloseState.CHECKED: _to_confirm,
        CloseState.CONFIRMED: _to_send,
        CloseState.SENT: _to_be_answered,
    }[CloseState(close.state)]
    return need_of(close)


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


def _to_be_answered(close: MonthClose) -> Need:
    zone, month = ZoneInfo(close.agreement.provider.time_zone), Month.parse(close.month).title
    due = close.answer_due
    return Need(
        title=f"{close.agreement.title}: the provider’s answer for {month}",
        why="The statement was sent and is not answered yet",
        url=reverse("service_levels", args=[close.agreement.reference]),
        due=None if due is None else datetime.combine(due, time(23, 59), tzinfo=zone),
        weight=15,
    )


def _page(close: MonthClose) -> str:
    return reverse("month_close", args=[close.agreement.reference, Month.parse(close.month)])


def _credits(person: Person) -> Iterator[Need]:
    """Yield the credits that nobody has settled, then the credit notes that came short."""
    counting = CreditClaim.objects.filter(is_current=True)
    mine = contracts_access.of_agreements(counting, person, "look_after_credits")
    is_short = Q(state=CreditState.RECEIVED, received_minor__lt=F("amount_minor"))
    due = mine.filter(state=CreditState.DUE).order_by("-month", "pk")
    short = mine.filter(is_short).order_by("-month", "pk")
    chosen = Q(pk__in=due.values("pk")[:_MOST]) | Q(pk__in=short.values("pk")[:_MOST])
    found = CreditClaim.objects.filter(chosen).select_related("agreement")
    for credit in found.order_by("state", "-month", "pk"):
        yield _of_credit(credit)


def _of_credit(credit: CreditClaim) -> Need:
    title, month = credit.agreement.title, Month.parse(credit.month).title
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

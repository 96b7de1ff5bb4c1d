"""The only way from a person to what was measured, closed, left out or is owed."""

from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from retained.contracts import access as contracts_access
from retained.contracts.models import Agreement
from retained.delivery.models import (
    CloseState,
    CreditClaim,
    EarnedBack,
    Exclusion,
    MonthClose,
    ProviderAnswer,
    Standing,
)
from retained.directory import access as directory_access
from retained.directory.engine.roles import Side
from retained.directory.models import Person
from retained.files.models import StoredFile
from retained.shared.errors import NotThereError

# What a provider may see of a month: statements that were sent to it, and nothing before.
_SENT = (CloseState.SENT, CloseState.ANSWERED)


def agreements_to_watch(person: Person) -> QuerySet[Agreement]:
    """Return the agreements whose figures the person may see: the client's people only."""
    return contracts_access.agreements_to_read(person, "read_delivery")


def agreement_to_watch(person: Person, reference: str) -> Agreement:
    """Return an agreement whose figures the person may see."""
    found = (
        agreements_to_watch(person).select_related("measured").filter(reference=reference).first()
    )
    if found is None:
        raise NotThereError("This agreement")
    return found


def agreement_for(person: Person, reference: str, action: str) -> Agreement:
    """Return an agreement that the person may read, once it is sure that it may do `action`."""
    agreement = contracts_access.agreement_to_read(person, reference)
    directory_access.must(person, action, reference)
    return agreement


def closes_to_read(person: Person) -> QuerySet[MonthClose]:
    """Return the month closes that the person may open; a provider's, those sent to it."""
    action = "read_statements" if person.side is Side.PROVIDER else "read_delivery"
    closes = contracts_access.of_agreements(MonthClose.objects.all(), person, action)
    closes = closes.select_related("agreement__provider")
    if person.side is Side.PROVIDER:
        closes = closes.filter(state__in=_SENT)
    return closes


def close_to_read(person: Person, reference: str, month: str, number: int) -> MonthClose:
    """Return one month close by its agreement, month and number."""
    found = (
        closes_to_read(person)
        .select_related("credit")
        .filter(agreement__reference=reference, month=month, number=number)
    )
    close = found.first()
    if close is None:
        raise NotThereError("This statement")
    return close


def exclusions_to_read(person: Person) -> QuerySet[Exclusion]:
    """Return the exclusions that the person may see: both sides see all of their agreements."""
    exclusions = Exclusion.objects.select_related("agreement__provider")
    return contracts_access.of_agreements(exclusions, person, "read_exclusions")


def exclusion_to_read(person: Person, key: int) -> Exclusion:
    """Return one exclusion."""
    found = exclusions_to_read(person).filter(pk=key).first()
    if found is None:
        raise NotThereError("This exclusion")
    return found


_CLOSING = {
    "check": "check_months",
    "confirm": "confirm_months",
    "send": "send_statements",
    "record_answers": "record_answers",
    "waive": "waive_credits",
    "credits": "look_after_credits",
}


def closing_rights(person: Person, reference: str) -> dict[str, bool]:
    """Return which acts of a close a person may do: what a page offers, and what it does not."""
    return {
        name: directory_access.may(person, action, reference) for name, action in _CLOSING.items()
    }


def answer_mail(person: Person, key: int) -> StoredFile:
    """Return the mail that an answer to a statement came in: for the client's people."""
    found = ProviderAnswer.objects.filter(
        pk=key, close__agreement__in=agreements_to_watch(person), mail__isnull=False
    ).first()
    if found is None or found.mail is None:
        raise NotThereError("This mail")
    return found.mail


def exclusion_mail(person: Person, key: int) -> StoredFile:
    """Return the mail that an answer to an exclusion came in: for the client's people."""
    found = Exclusion.objects.filter(
        pk=key, agreement__in=agreements_to_watch(person), mail__isnull=False
    ).first()
    if found is None or found.mail is None:
        raise NotThereError("This mail")
    return found.mail


def current_credits(person: Person) -> QuerySet[CreditClaim]:
    """Return the bare credits of statements that count: what sums are made of."""
    credits = CreditClaim.objects.filter(is_current=True)
    return contracts_access.of_agreements(credits, person, "read_delivery")


def credits_to_read(person: Person) -> QuerySet[CreditClaim]:
    """Return the credits of statements that count, of agreements that the person watches."""
    listed = _with_what_followed(current_credits(person))
    return listed.select_related("agreement__provider", "close").defer("close__document")


def _with_what_followed(credits: QuerySet[CreditClaim]) -> QuerySet[CreditClaim]:
    """Return credits with what the provider answered to their statement last.

    `earned_back_minor` is what later statements earned back of each.
    """
    answers = ProviderAnswer.objects.filter(close=OuterRef("close")).order_by("-at", "-pk")
    earned = EarnedBack.objects.filter(
        agreement=OuterRef("agreement"), month=OuterRef("month"), is_current=True
    )
    together = earned.order_by().values("agreement").annotate(minor=Sum("amount_minor"))
    return credits.annotate(
        answered_as=Subquery(answers.values("kind")[:1]),
        earned_back_minor=Coalesce(
            Subquery(together.values("minor")), 0, output_field=BigIntegerField()
        ),
    )


def standings_to_read(person: Person, action: str = "read_delivery") -> QuerySet[Standing]:
    """Return where the agreements stand for which the person may do `action`."""
    standings = Standing.objects.select_related("agreement__provider")
    return contracts_access.of_agreements(standings, person, action)


def credit_to_read(person: Person, key: int) -> CreditClaim:
    """Return one credit; that of a statement that was corrected since stays readable."""
    credits = contracts_access.of_agreements(CreditClaim.objects.all(), person, "read_delivery")
    followed = _with_what_followed(credits.filter(pk=key))
    found = followed.select_related("agreement__provider", "close__agreement").first()
    if found is None:
        raise NotThereError("This credit")
    return found


def agreements_to_ask_in(person: Person) -> QuerySet[Agreement]:
    """Return the agreements in which the person may ask to leave a ticket out."""
    return contracts_access.agreements_to_read(person, "ask_exclusions")

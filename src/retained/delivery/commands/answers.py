"""Answers to a statement: by the provider itself, from a mail, or by saying nothing."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction

from retained.audit.actors import Actor, SystemActor
from retained.audit.record import record
from retained.contracts import queries as contracts_queries
from retained.contracts.engine.agreement import Silence
from retained.delivery.commands.standings import keep_standing
from retained.delivery.models import CloseState, MonthClose, ProviderAnswer
from retained.delivery.queries.statements import content
from retained.directory import access as directory_access
from retained.directory.engine.roles import Side
from retained.directory.models import Person
from retained.directory.versions import save_version
from retained.files.models import StoredFile
from retained.shared.errors import DomainError
from retained.shared.money import Money
from retained.shared.months import Month

Kind = ProviderAnswer.Kind
_MOST_DISPUTED = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a statement: a dispute says what and why, and may name its amount."""

    kind: Kind
    sentence: str = ""
    disputed: Money | None = None
    mail: StoredFile | None = None


def disputed_amount(text: str, currency: str) -> Money | None:
    """Return the amount that a dispute names, such as 2760.00, if it names one."""
    if not text.strip():
        return None
    wrong = DomainError(f"“{text}” is not an amount: write it like 2760.00.")
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        raise wrong from None
    if not amount.is_finite() or not 0 <= amount < _MOST_DISPUTED:
        raise wrong
    return Money(amount, currency)


@transaction.atomic
def answer_statement(
    close: MonthClose, answer: Answer, *, by: Person, at: datetime, version: int
) -> ProviderAnswer:
    """Agree to a statement or dispute it, as the provider's account manager."""
    directory_access.must(by, "answer_statements", close.agreement.reference)
    return _answer(close, answer, by=by, side=by.side, at=at, version=version)


@transaction.atomic
def record_answer(
    close: MonthClose, answer: Answer, *, by: Person, at: datetime, version: int
) -> ProviderAnswer:
    """Write down an answer that came by mail, as the client; the mail must be attached."""
    directory_access.must(by, "record_answers", close.agreement.reference)
    if answer.mail is None:
        raise DomainError("Attach the mail that the answer came in.")
    return _answer(close, answer, by=by, side=Side.CLIENT, at=at, version=version)


def apply_silence(at: datetime) -> int:
    """Let the agreement say what it means that the provider did not answer; return how many."""
    waiting = MonthClose.objects.filter(
        state=CloseState.SENT, is_current=True, answer_due__lt=at.date()
    )
    applied = 0
    for close in waiting.select_related("agreement"):
        day = Month.parse(close.month).first_day
        terms = contracts_queries.terms_in_force(close.agreement, day)
        local_day = at.astimezone(terms.zone).date()
        if close.answer_due is None or local_day <= close.answer_due:
            continue
        if terms.answer.silence is Silence.NOTHING:
            continue
        with transaction.atomic():
            sentence = f"No answer in time: it counts as {terms.answer.silence}."
            answer = Answer(Kind.SILENT, sentence)
            silent = SystemActor("schedule")
            _answer(close, answer, by=silent, side=Side.CLIENT, at=at, version=close.version)
        applied += 1
    return applied


def _answer(
    close: MonthClose, answer: Answer, *, by: Actor, side: Side, at: datetime, version: int
) -> ProviderAnswer:
    if close.state not in {CloseState.SENT, CloseState.ANSWERED}:
        raise DomainError("This statement was not sent yet.")
    if not close.is_current:
        raise DomainError("This statement was superseded: answer the newer one.")
    if answer.kind is Kind.DISPUTED and not answer.sentence.strip():
        raise DomainError("Say what you dispute, and why.")
    owed = content(close).owed
    if answer.disputed is not None and answer.disputed.minor > owed.minor:
        raise DomainError(f"The statement says that {owed} is owed: no more than that is disputed.")
    save_version(close, {"state": CloseState.ANSWERED}, version=version)
    given = ProviderAnswer.objects.create(
        close=close,
        kind=answer.kind,
        sentence=answer.sentence.strip(),
        disputed_minor=answer.disputed.minor if answer.disputed else None,
        by_key=by.actor_key,
        by_side=side.value,
        mail=answer.mail,
        at=at,
    )
    keep_standing(close.agreement)
    after = {"kind": answer.kind.value, "side": side.value}
    record("answered", close, by=by, at=at, after=after, reason=answer.sentence)
    return given

"""What the provider's pages list: the statements that were sent to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from retained.delivery.models import MonthClose, ProviderAnswer
from retained.delivery.queries.statements import content
from retained.shared.money import Money
from retained.shared.months import Month


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One statement in the provider's list."""

    reference: str
    agreement: str
    month: Month
    number: int
    missed: str
    owed: Money  # less what was earned back
    answer_due: date | None
    state: str


def statement_rows(closes: Sequence[MonthClose]) -> list[StatementRow]:
    """Return rows of a page: one more query, however many they are."""
    latest: dict[int, ProviderAnswer] = {}
    for answer in ProviderAnswer.objects.filter(close__in=closes).order_by("at", "id"):
        latest[answer.close_id] = answer
    return [_row(close, latest.get(close.pk)) for close in closes]


def _row(close: MonthClose, answer: ProviderAnswer | None) -> StatementRow:
    stated = content(close)
    missed = sum(level.verdict.startswith("below") for level in stated.levels)
    if not close.is_current:
        state = "superseded"
    elif answer is None:
        state = "waits for your answer"
    else:
        state = answer.get_kind_display()
    return StatementRow(
        reference=stated.agreement,
        agreement=stated.title,
        month=stated.month,
        number=close.number,
        missed=f"{missed} of {len(stated.levels)}",
        owed=stated.net,
        answer_due=close.answer_due,
        state=state,
    )

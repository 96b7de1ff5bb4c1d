"""The shapes of delivery's JSON: what goes out, and what comes in."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from retained.directory.api import VersionIn

MonthText = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]


class FigureOut(Schema):
    """A service level in a month; figures are texts in `unit`, so_far has no verdict."""

    service_level: str
    title: str
    month: str
    unit: str
    attained: str | None
    attained_with_excluded: str | None
    expected: str
    minimum: str | None
    met: int
    missed: int
    open: int
    excluded: int
    unusable: int
    rows: int
    unusable_rows: int
    verdict: str
    so_far: bool
    reported: str | None
    owed: str | None
    currency: str


class MonthOut(Schema):
    """A month: so_far, open, checked, confirmed, sent, agreed, disputed or silent.

    `net` is what is owed less what the month earned back of earlier credits.
    """

    month: str
    status: str
    owed: str
    lost_to_cap: str
    earned_back: str
    net: str
    currency: str
    figures: list[FigureOut]


class PauseOut(Schema):
    """Paused time by one actor for one reason; `share` of all that was paused."""

    actor: str
    reason: str
    state: str
    pauses: int
    seconds: int
    share: Decimal


class OddTicketOut(Schema):
    """A ticket whose pauses or priorities follow a pattern."""

    ticket: str
    pattern: str
    sentence: str
    verdict: str


class PauseAuditOut(Schema):
    """Who let the clocks of a figure stand, why, and what looks odd."""

    tickets: int
    paused_seconds: int
    clock_span: int
    paused_share: Decimal
    rows: list[PauseOut]
    odd: list[OddTicketOut]


class EarnBackOut(Schema):
    """Where a credit stands that can be earned back: open, earned or lost, and by which months."""

    service_level: str
    month: str
    credit_minor: int
    amount_minor: int
    currency: str
    standing: str
    decided_in: str | None
    months: list[str]
    sentence: str


class TicketOut(Schema):
    """What a ticket counts as."""

    ticket: str
    priority: str
    verdict: str
    reason: str
    clock_seconds: int | None
    paused_seconds: int | None
    target: str
    due_at: datetime | None
    started_at: datetime | None
    stopped_at: datetime | None
    uncertain: bool


class TicketPage(Schema):
    """Some tickets; `next` is what to send as `after` for those that follow."""

    items: list[TicketOut]
    next: str | None


class StatementOut(Schema):
    """A month's close; `version` is what an act on it must send."""

    agreement: str
    month: str
    number: int
    state: str
    is_current: bool
    sha256: str
    reason: str
    checked_at: datetime
    confirmed_at: datetime | None
    sent_at: datetime | None
    answer_due: date | None
    version: int

    @staticmethod
    def resolve_agreement(close: Any) -> str:
        """Return the agreement's reference."""
        return str(close.agreement.reference)


class ExclusionOut(Schema):
    """A ticket that one side asks not to count."""

    id: int
    agreement: str
    service_level: str
    ticket: str
    month: str
    state: str
    reason: str
    asked_side: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None
    version: int

    @staticmethod
    def resolve_agreement(exclusion: Any) -> str:
        """Return the agreement's reference."""
        return str(exclusion.agreement.reference)


class CreditOut(Schema):
    """What a confirmed month gives back; below nothing it is given back to the provider."""

    id: int
    agreement: str
    month: str
    amount_minor: int
    received_minor: int | None
    earned_back_minor: int
    currency: str
    state: str
    credit_note: str
    version: int

    @staticmethod
    def resolve_agreement(credit: Any) -> str:
        """Return the agreement's reference."""
        return str(credit.agreement.reference)

    @staticmethod
    def resolve_month(credit: Any) -> str:
        """Return the month that gives it back."""
        return str(credit.month)


class ReasonIn(Schema):
    """Why."""

    reason: str = ""


class AskIn(Schema):
    """A ticket that should not count."""

    service_level: str
    ticket: str
    month: MonthText | None = None
    reason: str


class AnswerIn(VersionIn):
    """An answer to an exclusion."""

    agreed: bool
    answer: str = ""


class ReceiveIn(VersionIn):
    """A credit note."""

    credit_note: str
    amount_minor: int
    covers_several: bool = False


class GiveBackIn(VersionIn):
    """The provider's invoice for what is given back to it."""

    invoice: str
    amount_minor: int


class WaiveIn(VersionIn):
    """A credit that is given up."""

    reason: str

"""What a month earned back, as its statement writes it down.

In   the credits that the month earned back, their terms, the statements that they rest on
Out  a part of the statement's document: a line for each credit, their sum, the month's net
Why  docs/methods/earn-back.md
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.level_terms import ServiceLevelTerms
from retained.delivery.engine.earn_back import EarnBack, Seen
from retained.delivery.engine.result_rows import figure_text, unit_of
from retained.shared.money import Money, total
from retained.shared.months import Month


@dataclass(frozen=True, slots=True)
class ClosedAs:
    """The statement that counts of a closed month."""

    number: int
    sha256: str


@dataclass(frozen=True, slots=True)
class MonthEarnedBack:
    """What a month earned back, and the statements of the months that it rests on."""

    earned: Sequence[EarnBack]
    closed: Mapping[Month, ClosedAs]


def earned_back_part(
    found: MonthEarnedBack | None,
    owed: Money | None,
    terms_on: Callable[[Month], AgreementTerms],
    month: Month,
) -> dict[str, Any]:
    """Return what a statement says of earn-back; nothing where none is agreed or happens.

    A statement of an agreement without earn-back stays the same, byte for byte.
    """
    terms = terms_on(month)
    agreed = terms.credits is not None and terms.credits.earn_back is not None
    if found is None or not (agreed or found.earned):
        return {}
    nothing = Money(Decimal(0), terms.currency)
    together = total((one.amount for one in found.earned), terms.currency)
    part = {
        "lines": [_line(one, terms_on(one.month), found.closed) for one in found.earned],
        "together_minor": together.minor,
        "net_minor": ((owed or nothing) - together).minor,
    }
    return {"earned_back": part}


def _line(one: EarnBack, terms: AgreementTerms, closed: Mapping[Month, ClosedAs]) -> dict[str, Any]:
    level = terms.service_level(one.service_level)
    rule = terms.earn_back_of(level)
    if rule is None:
        raise ValueError("A credit that cannot be earned back stands on no statement.")
    asked = level.expected if rule.at_least is None else rule.at_least
    return {
        "service_level": level.id,
        "title": level.title,
        **_closed_as(one.month, closed),
        "way": "contract_year" if rule.contract_year else "following_months",
        "unit": unit_of(level),
        "at_least": figure_text(level.level(asked), level),
        "lower_is_better": level.lower_is_better,
        "attained": figure_text(one.attained, level),
        "because_of": [_seen(part, level, closed) for part in one.seen],
        "credit_minor": one.credit.minor,
        "at_most": str(rule.at_most),
        "amount_minor": one.amount.minor,
    }


def _seen(part: Seen, level: ServiceLevelTerms, closed: Mapping[Month, ClosedAs]) -> dict[str, Any]:
    return {
        **_closed_as(part.month, closed),
        "attained": figure_text(part.attained, level),
        "met": part.met,
        "counted": part.met + part.missed,
    }


def _closed_as(month: Month, closed: Mapping[Month, ClosedAs]) -> dict[str, Any]:
    """Return a month with its statement; the month that is being closed has none yet."""
    found = closed.get(month)
    return {
        "month": str(month),
        "statement": found.number if found else None,
        "statement_sha256": found.sha256 if found else None,
    }

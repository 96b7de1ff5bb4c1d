"""Statements as pages and exports read them: the frozen document, typed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from retained.delivery.models import MonthClose
from retained.shared.money import Money
from retained.shared.months import Month


@dataclass(frozen=True, slots=True)
class StatedCredit:
    """The factors of one service level's credit, and what they come to."""

    allocation: Decimal
    share: Decimal
    points: Decimal
    misses_running: int
    multiplier: Decimal
    amount: Money
    after_cap: Money


@dataclass(frozen=True, slots=True)
class StatedLevel:
    """A service level on a statement; figures are texts in the unit of its measure."""

    id: str
    title: str
    unit: str
    attained: str | None
    attained_with_excluded: str | None
    expected: str
    minimum: str | None
    met: int
    missed: int
    counted: int
    open: int
    excluded: int
    unusable: int
    verdict: str
    interval_low: str | None
    interval_high: str | None
    reported: str | None
    reported_met: int | None
    reported_counted: int | None
    credit: StatedCredit | None


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that a statement says. Amounts of an agreement without credits are nothing."""

    month: Month
    agreement: str
    title: str
    client: str
    provider: str
    currency: str
    rule_version: str
    agreement_version: int
    agreement_sha256: str
    as_of: int
    levels: Sequence[StatedLevel]
    base: Money
    at_risk: Money
    before_cap: Money
    owed: Money
    lost_to_cap: Money
    evidence: Sequence[dict[str, Any]]
    exclusions: Sequence[dict[str, Any]]
    triggers: Sequence[dict[str, Any]]
    tickets_sha256: str


@dataclass(frozen=True, slots=True)
class InShort:
    """What a list says of a statement."""

    reference: str
    title: str
    month: Month
    missed: int
    levels: int
    owed: Money


def in_short(close: MonthClose) -> InShort:
    """Return what a list says of a month close: it has fifty, and need not type all they hold."""
    document = json.loads(close.document)
    levels, credits = document["service_levels"], document["credits"] or {}
    return InShort(
        reference=document["agreement"],
        title=document["title"],
        month=Month.parse(document["month"]),
        missed=sum(level["verdict"].startswith("below") for level in levels),
        levels=len(levels),
        owed=Money.of_minor(credits.get("owed_minor", 0), document["currency"]),
    )


def content(close: MonthClose) -> Content:
    """Return what a month close froze."""
    return content_of(close.document)


@lru_cache(maxsize=128)
def content_of(text: str) -> Content:
    """Return what a statement's canonical text says; the same text always says the same."""
    document = json.loads(text)
    currency = document["currency"]
    credits = document["credits"] or {}

    def money(name: str) -> Money:
        return Money.of_minor(credits.get(name, 0), currency)

    return Content(
        month=Month.parse(document["month"]),
        agreement=document["agreement"],
        title=document["title"],
        client=document["client"],
        provider=document["provider"],
        currency=currency,
        rule_version=document["rule_version"],
        agreement_version=document["agreement_version"],
        agreement_sha256=document["agreement_sha256"],
        as_of=document["as_of"],
        levels=tuple(_level(level, currency) for level in document["service_levels"]),
        base=money("base_minor"),
        at_risk=money("at_risk_minor"),
        before_cap=money("before_cap_minor"),
        owed=money("owed_minor"),
        lost_to_cap=money("lost_to_cap_minor"),
        evidence=tuple(document["evidence"]),
        exclusions=tuple(document["exclusions"]),
        triggers=tuple(document["triggers"]),
        tickets_sha256=document["tickets_sha256"],
    )


def _level(level: dict[str, Any], currency: str) -> StatedLevel:
    plain = {name: value for name, value in level.items() if name not in {"interval", "credit"}}
    low, high = level["interval"]
    return StatedLevel(
        **plain, interval_low=low, interval_high=high, credit=_credit(level["credit"], currency)
    )


def _credit(credit: dict[str, Any] | None, currency: str) -> StatedCredit | None:
    if credit is None:
        return None
    return StatedCredit(
        allocation=Decimal(credit["allocation"]),
        share=Decimal(credit["share"]),
        points=Decimal(credit["points"]),
        misses_running=credit["misses_running"],
        multiplier=Decimal(credit["multiplier"]),
        amount=Money.of_minor(credit["amount_minor"], currency),
        after_cap=Money.of_minor(credit["after_cap_minor"], currency),
    )

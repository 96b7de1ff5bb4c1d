"""Statements as pages and exports read them: the frozen document, typed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    rows: int = 0  # statements from before rows were counted say nothing of them
    unusable_rows: int = 0


@dataclass(frozen=True, slots=True)
class RestsOn:
    """A month that an earn-back rests on; `statement` is None for the month that states it."""

    month: Month
    statement: int | None
    sha256: str | None
    attained: str | None = None
    met: int = 0
    counted: int = 0


@dataclass(frozen=True, slots=True)
class StatedEarnBack:
    """One credit that a statement earned back; figures are texts in the unit of the measure."""

    service_level: str
    title: str
    of: RestsOn
    way: str
    unit: str
    at_least: str
    lower_is_better: bool
    attained: str | None
    because_of: tuple[RestsOn, ...]
    credit: Money
    at_most: Decimal
    amount: Money


@dataclass(frozen=True, slots=True)
class EarnedBackPart:
    """What a statement earned back together, and its net: what is owed less that."""

    lines: tuple[StatedEarnBack, ...]
    together: Money
    net: Money


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that a statement says. Amounts of an agreement without credits are nothing.

    `earned_back` is None where the agreement knows no earn-back.
    """

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
    earned_back: EarnedBackPart | None = None

    @property
    def net(self) -> Money:
        """What the provider gives back for the month; below nothing it is given to it."""
        return self.earned_back.net if self.earned_back else self.owed

    @property
    def earned_back_together(self) -> Money:
        """What the month earned back."""
        return self.earned_back.together if self.earned_back else self.owed.zero()


def content(close: MonthClose) -> Content:
    """Return what a month close froze."""
    return content_of(close.document)


@lru_cache(maxsize=512)
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
        earned_back=_earned_back(document.get("earned_back"), currency),
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


def _earned_back(part: dict[str, Any] | None, currency: str) -> EarnedBackPart | None:
    if part is None:
        return None
    return EarnedBackPart(
        lines=tuple(_earn_back(line, currency) for line in part["lines"]),
        together=Money.of_minor(part["together_minor"], currency),
        net=Money.of_minor(part["net_minor"], currency),
    )


def _earn_back(line: dict[str, Any], currency: str) -> StatedEarnBack:
    plain = (
        "service_level", "title", "way", "unit", "at_least", "lower_is_better", "attained",
    )  # fmt: skip
    return StatedEarnBack(
        **{name: line[name] for name in plain},
        of=_rests_on(line),
        because_of=tuple(
            replace(
                _rests_on(one), attained=one["attained"], met=one["met"], counted=one["counted"]
            )
            for one in line["because_of"]
        ),
        credit=Money.of_minor(line["credit_minor"], currency),
        at_most=Decimal(line["at_most"]),
        amount=Money.of_minor(line["amount_minor"], currency),
    )


def _rests_on(part: dict[str, Any]) -> RestsOn:
    return RestsOn(Month.parse(part["month"]), part["statement"], part["statement_sha256"])

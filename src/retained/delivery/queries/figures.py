"""One figure opened: where its credit comes from, on which days its misses came."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from retained.contracts.engine.agreement import AgreementTerms
from retained.delivery.queries.level_months import LevelMonth
from retained.shared.money import Money
from retained.shared.quantities import decimal_text, percent_text

_ORDINALS = {1: "first", 2: "second", 3: "third"}
_VERDICTS = {"below_expected": "Below expected", "below_minimum": "Below minimum"}


@dataclass(frozen=True, slots=True)
class CreditStep:
    """One step of a credit: what is done, in words, and what it comes to."""

    words: str
    amount: Money


def credit_steps(figure: LevelMonth, terms: AgreementTerms) -> list[CreditStep]:
    """Return how a figure's credit came about, from the month's amount to what is left of it.

    Nothing while the month runs, or where no credit is agreed.
    """
    credit, pool = figure.credit, terms.credits
    base = terms.monthly_amount(figure.month)
    if credit is None or pool is None or base is None or figure.so_far:
        return []
    at_risk = (base * pool.at_risk).rounded()
    allocation = Decimal(credit["allocation"])
    steps = [
        CreditStep("The month’s amount that credits are based on", base),
        CreditStep(f"{percent_text(pool.at_risk)} of it is at risk", at_risk),
    ]
    if allocation:
        part = (at_risk * allocation).rounded()
        steps.append(CreditStep(f"{percent_text(allocation)} of that for this level", part))
    steps += _miss_steps(figure, credit, at_risk)
    return steps


def _miss_steps(
    figure: LevelMonth, credit: Mapping[str, Any], at_risk: Money
) -> Iterable[CreditStep]:
    """Return the steps that depend on how far the level was missed."""
    allocation, share = Decimal(credit["allocation"]), Decimal(credit["share"])
    multiplier, points = Decimal(credit["multiplier"]), Decimal(credit["points"])
    amount = Money.of_minor(credit["amount_minor"], credit["currency"])
    left = Money.of_minor(credit["after_cap_minor"], credit["currency"])
    fell = _VERDICTS.get(figure.verdict)
    if fell is None:
        yield CreditStep("The level was not missed: nothing of it is owed", amount)
        return
    if allocation:
        yield CreditStep(
            f"{fell} costs {percent_text(share)} of that",
            (at_risk * (allocation * share)).rounded(),
        )
    if points:
        yield CreditStep(f"{decimal_text(points)} points, worth its share of the month’s", amount)
    elif multiplier != 1:
        running = credit["misses_running"]
        which = _ORDINALS.get(running, f"{running}th")
        yield CreditStep(f"× {decimal_text(multiplier)}: the {which} miss running", amount)
    if left != amount:
        yield CreditStep("What the month’s cap leaves of it", left)


def days_of(counts: Iterable[tuple[int, str, int]], zone: ZoneInfo) -> dict[date, dict[str, int]]:
    """Return met and missed tickets by day on the wall of the agreement, in order."""
    days: dict[date, dict[str, int]] = {}
    for moment, verdict, count in counts:
        day = datetime.fromtimestamp(moment, tz=UTC).astimezone(zone).date()
        own = days.setdefault(day, {"met": 0, "missed": 0})
        own[verdict] += count
    return dict(sorted(days.items()))

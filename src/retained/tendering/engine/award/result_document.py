"""What came out, as plain values: the award, scenarios, prices of rules, alternatives, conflict.

In   solutions and what they are compared with
Out  a document that is the same to the byte for the same input, seed and engine
Why  docs/reference/award.md
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from retained.shared.money import Money
from retained.tendering.engine.award.awards import Line, half_up
from retained.tendering.engine.award.comparing import RulePrice, Scenario
from retained.tendering.engine.award.conflicts import Conflict
from retained.tendering.engine.award.files import AwardFile
from retained.tendering.engine.award.solutions import VERSION, Solution

SCHEMA = "retained/award-result/1"


@dataclass(frozen=True, slots=True)
class AwardResult:
    """Everything that was asked about a file."""

    file: AwardFile
    solution: Solution
    scenarios: Sequence[tuple[Scenario, Solution]] = ()
    prices: Sequence[RulePrice] = ()
    alternatives: Sequence[Solution] = ()
    conflict: Conflict | None = None

    @property
    def currency(self) -> str:
        """The currency of all amounts."""
        return self.file.problem.currency

    def amount(self, minor: int | Fraction | None) -> str | None:
        """Return minor units as people write them."""
        if minor is None:
            return None
        whole = half_up(Fraction(minor))
        return format(Money.of_minor(whole, self.currency).amount, "f")

    def difference(self, other: Solution) -> int | None:
        """Return by how much (minor units) another solution costs more than the award."""
        if self.solution.cost is None or other.cost is None:
            return None
        return other.cost - self.solution.cost


def document_of(result: AwardResult) -> dict[str, Any]:
    """Return a result as plain values; amounts and shares are texts, exact."""
    limits = result.solution.limits
    return {
        "schema": SCHEMA,
        "reference": result.file.reference,
        "title": result.file.title,
        "currency": result.currency,
        "version": VERSION,
        "engine": result.solution.engine,
        "seed": limits.seed,
        "time_limit_seconds": limits.seconds,
        "gap_asked": limits.gap,
        "award": _solution(result, result.solution),
        "scenarios": [
            {"name": one.name, **_compared(result, solution)} for one, solution in result.scenarios
        ],
        "prices_of_rules": [_price(result, one) for one in result.prices],
        "alternatives": [_compared(result, one) for one in result.alternatives],
        "conflict": _conflict(result.conflict),
    }


def _compared(result: AwardResult, solution: Solution) -> dict[str, Any]:
    difference = result.amount(result.difference(solution))
    return {"difference": difference, **_solution(result, solution)}


def _solution(result: AwardResult, solution: Solution) -> dict[str, Any]:
    found: dict[str, Any] = {
        "status": solution.status.value,
        "model_sha256": solution.model_hash,
        "cost": result.amount(solution.cost),
        "bound": result.amount(solution.bound),
        "gap": None if solution.gap is None else round(solution.gap, 8),
    }
    bill = solution.bill
    if bill is None:
        return found
    return found | {
        "partners": list(bill.partners),
        "lines": [_line(result, one) for one in bill.lines],
        "discounts": {name: result.amount(one) for name, one in bill.discounts.items()},
        "onboarding": {name: result.amount(one) for name, one in bill.onboarding.items()},
        "switching": {name: result.amount(one) for name, one in bill.switching.items()},
    }


def _line(result: AwardResult, line: Line) -> dict[str, Any]:
    return {
        "lots": list(line.lots),
        "bidder": line.bidder,
        "bundle": line.bundle or None,
        "share": str(line.share),
        "price": result.amount(line.price),
    }


def _price(result: AwardResult, one: RulePrice) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "price": result.amount(one.price),
        "below_gap": one.below_gap,
        "at_most": result.amount(one.most),
        "without": _solution(result, one.without),
    }


def _conflict(found: Conflict | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "rules": list(found.names),
        "enough_alone": list(found.enough),
        "proven": found.proven,
        "sentence": found.sentence,
    }

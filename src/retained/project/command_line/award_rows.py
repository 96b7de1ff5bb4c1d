"""The rows that `retained award` lists: who gets what, and solutions side by side."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from retained.tendering.engine.award.result_document import AwardResult
from retained.tendering.engine.award.solutions import Solution

LINE_COLUMNS = ("solution", "lots", "bidder", "bundle", "percent", "price")
COMPARISON_COLUMNS = (
    "solution", "name", "status", "cost", "difference", "gap", "partners", "model_sha256",
)  # fmt: skip
_OWED = (("discount", "discounts", -1), ("onboarding", "onboarding", 1))


def line_rows(result: AwardResult) -> list[dict[str, Any]]:
    """Return what each bidder gets, and what else is owed, for every solution."""
    return [
        {"solution": f"{kind}: {name}" if name else kind, **row}
        for kind, name, solution in _solutions(result)
        for row in _lines(result, solution)
    ]


def _solutions(result: AwardResult) -> Iterator[tuple[str, str, Solution]]:
    yield "award", "", result.solution
    for scenario, solution in result.scenarios:
        yield "scenario", scenario.name, solution
    for one in result.prices:
        yield "without", one.rule, one.without
    for number, solution in enumerate(result.alternatives, start=1):
        yield "alternative", str(number), solution


def _lines(result: AwardResult, solution: Solution) -> Iterator[dict[str, Any]]:
    bill = solution.bill
    if bill is None:
        return
    for line in bill.lines:
        yield {
            "lots": ", ".join(line.lots),
            "bidder": line.bidder,
            "bundle": line.bundle,
            "percent": _percent(line.share),
            "price": _decimal(result, line.price),
        }
    for word, field, sign in _OWED:
        for name, amount in getattr(bill, field).items():
            if amount:
                yield {"lots": word, "bidder": name, "price": _decimal(result, sign * amount)}
    for lot, amount in bill.switching.items():
        yield {"lots": f"switching of {lot}", "price": _decimal(result, amount)}


def comparison_rows(result: AwardResult) -> list[dict[str, Any]]:
    """Return one row for each solution, with what it costs more than the award.

    For a rule, `difference` is its price: what the award costs more than without it.
    """
    rows = []
    prices = {one.rule: one for one in result.prices}
    for kind, name, solution in _solutions(result):
        difference: object = _decimal(result, result.difference(solution))
        if kind == "award":
            difference = None
        if kind == "without":
            one = prices[name]
            difference = "< gap" if one.below_gap else _decimal(result, one.price)
        rows.append(
            {
                "solution": "price of rule" if kind == "without" else kind,
                "name": name,
                "status": solution.status.value,
                "cost": _decimal(result, solution.cost),
                "difference": difference,
                "gap": None if solution.gap is None else f"{solution.gap:.4%}",
                "partners": None if solution.bill is None else ", ".join(solution.bill.partners),
                "model_sha256": solution.model_hash,
            }
        )
    return rows


def _decimal(result: AwardResult, minor: int | None) -> Decimal | None:
    text = result.amount(minor)
    return None if text is None else Decimal(text)


def _percent(share: Fraction) -> Decimal:
    """Return a share in per cent, to four digits."""
    rounded = round(share * 100, 4)
    return Decimal(rounded.numerator) / Decimal(rounded.denominator)

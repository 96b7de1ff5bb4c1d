"""A living case as a document of plain values: what is stored of a re-run, and shown from it.

In   a living case, or a document that one was written as
Out  the document, and its figures again as money and numbers
Why  docs/methods/living-case.md
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from retained.shared.money import Money
from retained.shared.months import Month
from retained.shared.remarks import Remark, Severity
from retained.strategy.engine.living import Living, MonthCost
from retained.strategy.engine.moves import DriverMove, LineMove, in_cents
from retained.strategy.engine.outcomes import Value
from retained.strategy.engine.result_figures import ValueFigures
from retained.strategy.engine.results import RULE_VERSION

SCHEMA = "retained/living-case/1"
_AMOUNTS = ("mean", "p10", "p50", "p90", "worst")
_OF_A_LINE = ("planned", "came_true", "moved", "to_date")
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Stood:
    """What the saving was worth after a month; before the first one, as it was signed."""

    month: Month | None
    value: ValueFigures


@dataclass(frozen=True)
class LivingFigures:
    """A living case as it is shown."""

    currency: str
    through: Month
    option: str
    option_title: str
    sentence: str
    moved: Money
    rest: Money
    draws: int
    seed: int
    lines: tuple[LineMove, ...]
    drivers: tuple[DriverMove, ...]
    months: tuple[MonthCost, ...]
    history: tuple[Stood, ...]
    remarks: tuple[Remark, ...]

    @property
    def signed(self) -> ValueFigures:
        """As it was signed."""
        return self.history[0].value

    @property
    def now(self) -> ValueFigures:
        """As it stands."""
        return self.history[-1].value


def living_document(living: Living) -> dict[str, Any]:
    """Return everything that a living case says, as plain values."""
    terms = living.terms
    return {
        "schema": SCHEMA,
        "rules": RULE_VERSION,
        "case": {"reference": terms.reference, "title": terms.title, "currency": terms.currency},
        "option": {"id": living.chosen, "title": terms.options[living.chosen].title},
        "through": str(living.place.through),
        "actuals_sha256": living.actuals.sha256,
        "draws": living.draws,
        "seed": living.seed,
        "sentence": living.sentence,
        "moved": str(living.moved.amount),
        "rest": str(living.rest.amount),
        "lines": [_line(one) for one in living.lines],
        "drivers": [_driver(one) for one in living.drivers],
        "months": [
            {
                "month": str(one.month or ""),
                "planned": str(one.planned.amount),
                "came_true": str(one.came_true.amount),
            }
            for one in living.months
        ],
        "history": [
            {"month": str(one.month or ""), **_value(one.value, terms.currency)}
            for one in living.history
        ],
        "remarks": [
            {"severity": one.severity.value, "code": one.code, "sentence": one.sentence}
            for one in living.remarks
        ],
    }


def read_living(document: Mapping[str, Any]) -> LivingFigures:
    """Return the figures of a document that `living_document` gave, also of one read from JSON."""
    currency = document["case"]["currency"]
    return LivingFigures(
        currency=currency,
        through=Month.parse(document["through"]),
        option=document["option"]["id"],
        option_title=document["option"]["title"],
        sentence=document["sentence"],
        moved=_money(document["moved"], currency),
        rest=_money(document["rest"], currency),
        draws=document["draws"],
        seed=document["seed"],
        lines=tuple(_read_line(one, currency) for one in document["lines"]),
        drivers=tuple(DriverMove(**one) for one in document["drivers"]),
        months=tuple(
            MonthCost(
                _month(one["month"]),
                _money(one["planned"], currency),
                _money(one["came_true"], currency),
            )
            for one in document["months"]
        ),
        history=tuple(
            Stood(_month(one["month"]), _read_value(one, currency)) for one in document["history"]
        ),
        remarks=tuple(
            Remark(Severity(one["severity"]), one["code"], one["sentence"])
            for one in document["remarks"]
        ),
    )


def _line(line: LineMove) -> dict[str, Any]:
    amounts = {name: str(getattr(line, name).amount) for name in _OF_A_LINE}
    named = {"line": line.line, "title": line.title, "option": line.option}
    return named | {"booked": line.booked} | amounts


def _read_line(one: Mapping[str, Any], currency: str) -> LineMove:
    amounts = {name: _money(one[name], currency) for name in _OF_A_LINE}
    return LineMove(one["line"], one["title"], one["option"], one["booked"], **amounts)


def _driver(one: DriverMove) -> dict[str, Any]:
    return {
        "driver": one.driver,
        "title": one.title,
        "months": one.months,
        "planned": round(one.planned, _DIGITS),
        "seen": round(one.seen, _DIGITS),
    }


def _value(value: Value, currency: str) -> dict[str, Any]:
    return {
        **{name: str(in_cents(getattr(value, name), currency).amount) for name in _AMOUNTS},
        "chance": round(value.chance, _DIGITS),
        "error": round(value.error, _DIGITS),
    }


def _read_value(one: Mapping[str, Any], currency: str) -> ValueFigures:
    amounts = {name: _money(one[name], currency) for name in _AMOUNTS}
    return ValueFigures(**amounts, chance=one["chance"], error=one["error"])


def _month(text: str) -> Month | None:
    return Month.parse(text) if text else None


def _money(text: str, currency: str) -> Money:
    return Money(Decimal(text), currency)

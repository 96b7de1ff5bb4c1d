"""A result as a document of plain values: what is stored of a run, and what pages show from it.

In   a result, or a document that one was written as
Out  the document, its one text, and its figures again as money and numbers
Why  docs/methods/business-case.md

The same case, draws, seed and rules give the same bytes: money is written in whole cents, as text,
and ratios are rounded far below what the draws can tell.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from retained.shared.money import Money
from retained.shared.months import Month
from retained.strategy.engine.break_even import BreakEven
from retained.strategy.engine.outcomes import FAN, Payback, Swing, Value, fan_of
from retained.strategy.engine.result_figures import (
    EvenFigures,
    Fan,
    LineFigures,
    OptionFigures,
    ResultFigures,
    SwingFigures,
    ValueFigures,
)
from retained.strategy.engine.results import (
    RULE_VERSION,
    CaseResult,
    OptionResult,
    Year,
    as_money,
    break_evens,
    present_lines,
)

SCHEMA = "retained/case-result/1"
_DIGITS = 6


def result_document(result: CaseResult) -> dict[str, Any]:
    """Return everything that a result says, as plain values."""
    terms, simulation = result.terms, result.simulation
    return {
        "schema": SCHEMA,
        "rules": RULE_VERSION,
        "case": {
            "reference": terms.reference,
            "title": terms.title,
            "currency": terms.currency,
            "from": terms.start,
            "months": terms.months,
            "discount": terms.discount,
        },
        "draws": simulation.draws,
        "seed": simulation.seed,
        "rests_on": {
            "assumptions": len(terms.assumptions),
            "priors": terms.priors,
            "sentence": result.rests_on,
        },
        "baseline": {
            "id": terms.baseline,
            "title": terms.options[terms.baseline].title,
            "lines": _lines(result, terms.baseline),
        },
        "options": [_option(result, one) for one in result.options],
    }


def canonical(document: Mapping[str, Any]) -> str:
    """Return the text of a document: the same values always give the same bytes."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def result_figures(result: CaseResult) -> ResultFigures:
    """Return the figures of a result as they are stored and shown."""
    return read_result(result_document(result))


def read_result(document: Mapping[str, Any]) -> ResultFigures:
    """Return the figures of a document that `result_document` gave, also of one read from JSON."""
    case, rests_on, baseline = document["case"], document["rests_on"], document["baseline"]
    currency = case["currency"]
    return ResultFigures(
        reference=case["reference"],
        title=case["title"],
        currency=currency,
        first_month=Month.parse(case["from"]),
        months=case["months"],
        draws=document["draws"],
        seed=document["seed"],
        rules=document["rules"],
        assumptions=rests_on["assumptions"],
        priors=rests_on["priors"],
        rests_on=rests_on["sentence"],
        baseline=baseline["id"],
        baseline_title=baseline["title"],
        baseline_lines=_read_lines(baseline["lines"], currency),
        options=tuple(_read_option(one, currency) for one in document["options"]),
    )


def _option(result: CaseResult, option: OptionResult) -> dict[str, Any]:
    fan = fan_of(result.simulation.saving_by_month(option.id))
    return {
        "id": option.id,
        "title": option.title,
        "at_means": _text(option.at_means),
        "value": _value(option.value, result),
        "payback": {"month": option.payback.median, "never": _ratio(option.payback.never)},
        "years": [_year(year) for year in option.years],
        "matters": [_swing(one, result) for one in option.matters],
        "lines": _lines(result, option.id),
        "fan": {
            "shares": list(FAN),
            "amounts": [[_amount(one, result) for one in months] for months in fan],
        },
        "break_even": [_even(one, result) for one in break_evens(result, option.id)],
    }


def _value(value: Value, result: CaseResult) -> dict[str, Any]:
    amounts = ("mean", "p10", "p50", "p90", "worst")
    return {
        **{name: _amount(getattr(value, name), result) for name in amounts},
        "chance": _ratio(value.chance),
        "error": _ratio(value.error),
    }


def _year(year: Year) -> dict[str, Any]:
    return {
        "title": year.title,
        "months": year.months,
        "cost": _text(year.cost),
        "saving": _text(year.saving),
        "run_rate": _text(year.run_rate),
    }


def _swing(one: Swing, result: CaseResult) -> dict[str, Any]:
    return {
        "assumption": one.driver,
        "title": _title(one.driver, result),
        "rank": round(one.rank, 4),
        "low": _amount(one.low, result),
        "high": _amount(one.high, result),
    }


def _even(one: BreakEven, result: CaseResult) -> dict[str, Any]:
    return {
        "assumption": one.driver,
        "title": _title(one.driver, result),
        "unit": result.terms.assumptions[one.driver].unit,
        "mean": _number(one.mean),
        "value": None if one.value is None else _number(one.value),
        "change": None if one.change is None else _ratio(one.change),
    }


def _lines(result: CaseResult, option: str) -> list[dict[str, Any]]:
    currency, written = result.terms.currency, result.terms.options[option].lines
    run, present = result.simulation.options[option], present_lines(result.simulation, option)
    titles = {line.id: line.title for line in run.option.lines}
    return [
        {
            "line": name,
            "title": titles[f"{option}.{name}"],
            "once": line.once,
            "present": _text(present[f"{option}.{name}"]),
            "paid": _text(as_money(float(run.lines[f"{option}.{name}"].sum()), currency)),
        }
        for name, line in written.items()
    ]


def _title(driver: str, result: CaseResult) -> str:
    return result.terms.assumptions[driver].title or driver.replace("_", " ").capitalize()


def _text(money: Money) -> str:
    return str(money.rounded().amount)


def _amount(amount: float, result: CaseResult) -> str:
    return _text(as_money(amount, result.terms.currency))


def _ratio(ratio: float) -> float:
    return round(ratio, _DIGITS)


def _number(value: float) -> float:
    """Return a figure of an assumption with as many digits as a break-even is looked for."""
    return float(f"{value:.{_DIGITS}g}")


def _read_option(found: Mapping[str, Any], currency: str) -> OptionFigures:
    value, payback, fan = found["value"], found["payback"], found["fan"]
    return OptionFigures(
        id=found["id"],
        title=found["title"],
        at_means=_money(found["at_means"], currency),
        value=ValueFigures(
            **{name: _money(value[name], currency) for name in ("mean", "p10", "p50", "p90")},
            worst=_money(value["worst"], currency),
            chance=value["chance"],
            error=value["error"],
        ),
        payback=Payback(payback["month"], payback["never"]),
        years=tuple(_read_year(one, currency) for one in found["years"]),
        matters=tuple(
            SwingFigures(
                one["assumption"], one["title"], one["rank"],
                _money(one["low"], currency), _money(one["high"], currency),
            )
            for one in found["matters"]
        ),
        lines=_read_lines(found["lines"], currency),
        fan=Fan(
            tuple(fan["shares"]),
            tuple(tuple(_money(one, currency) for one in months) for months in fan["amounts"]),
        ),
        break_evens=tuple(
            EvenFigures(
                one["assumption"], one["title"], one["unit"],
                one["mean"], one["value"], one["change"],
            )
            for one in found["break_even"]
        ),
    )  # fmt: skip


def _read_year(found: Mapping[str, Any], currency: str) -> Year:
    amounts = (_money(found[name], currency) for name in ("cost", "saving", "run_rate"))
    return Year(found["title"], found["months"], *amounts)


def _read_lines(found: list[dict[str, Any]], currency: str) -> tuple[LineFigures, ...]:
    return tuple(
        LineFigures(
            one["line"], one["title"], one["once"],
            _money(one["present"], currency), _money(one["paid"], currency),
        )
        for one in found
    )  # fmt: skip


def _money(text: str, currency: str) -> Money:
    return Money(Decimal(text), currency)

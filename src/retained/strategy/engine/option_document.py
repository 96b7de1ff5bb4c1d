"""What a result says of one option, as a document of plain values, and read again.

In   the result of an option, or its part of a document
Out  the part, or its figures as money and numbers
Why  docs/methods/business-case.md
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from retained.shared.money import Money
from retained.strategy.engine.break_even import BreakEven
from retained.strategy.engine.budget_bridge import Bridge, Step, budget_bridge
from retained.strategy.engine.case_figures import Terms
from retained.strategy.engine.decisions import Effect
from retained.strategy.engine.option_terms import BenefitTerms, FreedTerms
from retained.strategy.engine.outcomes import FAN, Payback, Swing, Value, fan_of
from retained.strategy.engine.result_figures import (
    EvenFigures,
    ExitFigures,
    Fan,
    LineFigures,
    OptionFigures,
    SwingFigures,
    ValueFigures,
)
from retained.strategy.engine.results import (
    CaseResult,
    OptionResult,
    Year,
    as_money,
    break_evens,
    present_lines,
)
from retained.strategy.engine.right_to_exit import RightToExit, right_to_exit

_DIGITS = 6


def option_document(
    result: CaseResult, option: OptionResult, moved: Sequence[Effect]
) -> dict[str, Any]:
    """Return everything that a result says of an option; `moved` is what decisions move."""
    fan = fan_of(result.simulation.saving_by_month(option.id))
    return {
        "id": option.id,
        "title": option.title,
        "at_means": _text(option.at_means),
        "value": _value(option.value, result),
        "payback": {"month": option.payback.median, "never": _ratio(option.payback.never)},
        "years": [_year(year) for year in option.years],
        "matters": [_swing(one, result) for one in option.matters],
        "lines": lines_document(result, option.id),
        "fan": {
            "shares": list(FAN),
            "amounts": [[_amount(one, result) for one in months] for months in fan],
        },
        "break_even": [_even(one, result) for one in break_evens(result, option.id)],
        "bridge": [_bridge(one) for one in budget_bridge(result, option.id)],
        "decisions": [_effect(one) for one in moved if one.option == option.id],
        "exit": _exit(right_to_exit(result.simulation, option.id), result),
        "benefits": _plain(result.terms.options[option.id].benefits),
        "freed": _plain(result.terms.options[option.id].freed),
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
        "mean": number(one.mean),
        "value": None if one.value is None else number(one.value),
        "change": None if one.change is None else _ratio(one.change),
    }


def lines_document(result: CaseResult, option: str) -> list[dict[str, Any]]:
    """Return what each line of an option costs, in the order of the case."""
    run, present = result.simulation.options[option], present_lines(result.simulation, option)
    found = []
    for line in run.option.lines:
        name = line.id.removeprefix(f"{option}.")
        found.append(
            {
                "line": name,
                "title": line.title,
                "once": result.terms.options[option].lines[name].once,
                "present": _text(present[line.id]),
                "paid": _amount(float(run.lines[line.id].sum()), result),
            }
        )
    return found


def _bridge(one: Bridge) -> dict[str, Any]:
    return {
        "year": one.year,
        "budget": _text(one.budget),
        "steps": [
            {"title": step.title, "line": step.line, "amount": _text(step.amount)}
            for step in one.steps
        ],
        "cost": _text(one.cost),
        "run_rate": _text(one.run_rate),
    }


def _effect(one: Effect) -> dict[str, Any]:
    return {
        "decision": one.decision,
        "title": one.title,
        "way": one.way,
        "way_title": one.way_title,
        "instead_of": one.instead_of,
        "moved": _text(one.moved),
        "error": _text(one.error),
        "chance": _ratio(one.chance),
        "chance_moved": _ratio(one.chance_moved),
    }


def _exit(right: RightToExit | None, result: CaseResult) -> dict[str, Any] | None:
    if right is None:
        return None
    return {
        "to": right.to,
        "draws": right.draws,
        "worth": _amount(right.worth, result),
        "error": _amount(right.error, result),
        "used": {str(month): _ratio(share) for month, share in sorted(right.used.items())},
        "value": _value(right.with_right, result),
    }


def _plain(terms: Sequence[Terms]) -> list[dict[str, Any]]:
    return [one.model_dump(mode="json") for one in terms]


def _title(driver: str, result: CaseResult) -> str:
    return result.terms.assumptions[driver].title or driver.replace("_", " ").capitalize()


def _text(money: Money) -> str:
    return str(money.rounded().amount)


def _amount(amount: float, result: CaseResult) -> str:
    return _text(as_money(amount, result.terms.currency))


def _ratio(ratio: float) -> float:
    return round(ratio, _DIGITS)


def number(value: float) -> float:
    """Return a figure of an assumption with as many digits as a break-even is looked for."""
    return float(f"{value:.{_DIGITS}g}")


def read_option(found: Mapping[str, Any], currency: str) -> OptionFigures:
    """Return the figures of an option."""
    payback, fan = found["payback"], found["fan"]
    return OptionFigures(
        id=found["id"],
        title=found["title"],
        at_means=_money(found["at_means"], currency),
        value=_read_value(found["value"], currency),
        payback=Payback(payback["month"], payback["never"]),
        years=tuple(_read_year(one, currency) for one in found["years"]),
        matters=tuple(
            SwingFigures(
                one["assumption"], one["title"], one["rank"],
                _money(one["low"], currency), _money(one["high"], currency),
            )
            for one in found["matters"]
        ),
        lines=read_lines(found["lines"], currency),
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
        bridge=tuple(_read_bridge(one, currency) for one in found["bridge"]),
        decisions=tuple(_read_effect(one, found["id"], currency) for one in found["decisions"]),
        exit=_read_exit(found["exit"], currency),
        benefits=tuple(BenefitTerms.model_validate(one) for one in found["benefits"]),
        freed=tuple(FreedTerms.model_validate(one) for one in found["freed"]),
    )  # fmt: skip


def _read_value(value: Mapping[str, Any], currency: str) -> ValueFigures:
    return ValueFigures(
        **{name: _money(value[name], currency) for name in ("mean", "p10", "p50", "p90")},
        worst=_money(value["worst"], currency),
        chance=value["chance"],
        error=value["error"],
    )


def _read_bridge(found: Mapping[str, Any], currency: str) -> Bridge:
    return Bridge(
        found["year"],
        _money(found["budget"], currency),
        tuple(
            Step(step["title"], step["line"], _money(step["amount"], currency))
            for step in found["steps"]
        ),
        _money(found["cost"], currency),
        _money(found["run_rate"], currency),
    )


def _read_effect(found: Mapping[str, Any], option: str, currency: str) -> Effect:
    amounts = {name: _money(found[name], currency) for name in ("moved", "error")}
    return Effect(**{**found, **amounts, "option": option})


def _read_exit(found: Mapping[str, Any] | None, currency: str) -> ExitFigures | None:
    if found is None:
        return None
    return ExitFigures(
        to=found["to"],
        draws=found["draws"],
        worth=_money(found["worth"], currency),
        error=_money(found["error"], currency),
        used={int(month): share for month, share in found["used"].items()},
        value=_read_value(found["value"], currency),
    )


def _read_year(found: Mapping[str, Any], currency: str) -> Year:
    amounts = (_money(found[name], currency) for name in ("cost", "saving", "run_rate"))
    return Year(found["title"], found["months"], *amounts)


def read_lines(found: Sequence[Mapping[str, Any]], currency: str) -> tuple[LineFigures, ...]:
    """Return what lines cost."""
    return tuple(
        LineFigures(
            one["line"], one["title"], one["once"],
            _money(one["present"], currency), _money(one["paid"], currency),
        )
        for one in found
    )  # fmt: skip


def _money(text: str, currency: str) -> Money:
    return Money(Decimal(text), currency)

"""What `retained case run` lists of a result: for each part its columns and rows."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from retained.strategy.engine.budget_bridge import budget_bridge
from retained.strategy.engine.decisions import effects
from retained.strategy.engine.outcomes import FAN, fan_of
from retained.strategy.engine.results import (
    RULE_VERSION,
    CaseResult,
    as_money,
    break_evens,
    present_lines,
)
from retained.strategy.engine.right_to_exit import right_to_exit

Row = dict[str, Any]
_OPTIONS = (
    "option", "title", "currency", "at_means", "mean", "p10", "p50", "p90", "worst_5_percent",
    "chance_it_saves", "standard_error", "payback_month", "never_pays_back",
)  # fmt: skip
_WHOLE = ("case", *_OPTIONS, "draws", "seed", "rules", "assumptions", "priors")


def rows_of(part: str, result: CaseResult, *, whole: bool) -> tuple[tuple[str, ...], list[Row]]:
    """Return the columns and rows of a part; the options `whole` say draws, seed and rules too."""
    columns, list_rows = PARTS[part]
    return (_WHOLE if whole and part == "options" else columns), list(list_rows(result))


def _options(result: CaseResult) -> Iterator[Row]:
    simulation = result.simulation
    for option in result.options:
        value = asdict(option.value)
        yield {
            "case": result.terms.reference,
            "option": option.id,
            "title": option.title,
            "currency": result.terms.currency,
            "at_means": str(option.at_means.amount),
            **{name: _amount(value[name], result) for name in ("mean", "p10", "p50", "p90")},
            "worst_5_percent": _amount(option.value.worst, result),
            "chance_it_saves": round(option.value.chance, 6),
            "standard_error": round(option.value.error, 6),
            "payback_month": option.payback.median,
            "never_pays_back": round(option.payback.never, 6),
            "draws": simulation.draws,
            "seed": simulation.seed,
            "rules": RULE_VERSION,
            "assumptions": len(result.terms.assumptions),
            "priors": result.terms.priors,
        }


def _years(result: CaseResult) -> Iterator[Row]:
    for option in result.options:
        for year in option.years:
            yield {
                "option": option.id,
                "year": year.title,
                "months": year.months,
                "cost": str(year.cost.amount),
                "saving": str(year.saving.amount),
                "run_rate": str(year.run_rate.amount),
                "currency": result.terms.currency,
            }


def _lines(result: CaseResult) -> Iterator[Row]:
    """Yield what each line costs in each fiscal year, and where it is booked."""
    terms = result.terms
    for option, run in result.simulation.options.items():
        present = present_lines(result.simulation, option)
        for line in run.option.lines:
            name = line.id.removeprefix(f"{option}.")
            written, cash = terms.options[option].lines[name], run.lines[line.id]
            for year in terms.fiscal_years:
                yield {
                    "option": option,
                    "line": name,
                    "title": line.title,
                    "year": year.title,
                    "paid": _amount(float(cash[year.places].sum()), result),
                    "present_in_all": str(present[line.id].amount),
                    "once": written.once,
                    "investment": written.investment,
                    "legal_entity": written.legal_entity,
                    "cost_centre": written.cost_centre,
                    "account": written.account,
                }


def _fan(result: CaseResult) -> Iterator[Row]:
    for option in result.options:
        by_share = fan_of(result.simulation.saving_by_month(option.id))
        for month, amounts in enumerate(by_share.T):
            quantiles = zip(FAN, amounts, strict=True)
            yield {
                "option": option.id,
                "month": month,
                **{f"p{share * 100:g}": _amount(float(one), result) for share, one in quantiles},
            }


def _bridge(result: CaseResult) -> Iterator[Row]:
    start = "Budget" if result.terms.budget else "Staying"
    for option in result.options:
        for year in budget_bridge(result, option.id):
            steps = [(one.title, one.line, one.amount) for one in year.steps]
            ends = [(option.title, "", year.cost), ("Run-rate saving", "", year.run_rate)]
            for step, line, amount in [(start, "", year.budget), *steps, *ends]:
                yield {
                    "option": option.id,
                    "year": year.year,
                    "step": step,
                    "line": line,
                    "amount": str(amount.amount),
                }


def _matters(result: CaseResult) -> Iterator[Row]:
    for option in result.options:
        for one in option.matters:
            yield {
                "option": option.id,
                "assumption": one.driver,
                "rank_correlation": round(one.rank, 4),
                "in_lowest_tenth": _amount(one.low, result),
                "in_highest_tenth": _amount(one.high, result),
            }


def _evens(result: CaseResult) -> Iterator[Row]:
    for option in result.options:
        for even in break_evens(result, option.id):
            change = even.change
            yield {
                "option": option.id,
                "assumption": even.driver,
                "mean": round(even.mean, 6),
                "break_even": None if even.value is None else round(even.value, 6),
                "change": None if change is None else f"{change * 100:+.1f} %",
            }


def _decisions(result: CaseResult) -> Iterator[Row]:
    for one in effects(result):
        yield {
            "option": one.option,
            "decision": one.decision,
            "way": one.way,
            "instead_of": one.instead_of,
            "mean_moves": str(one.moved.amount),
            "standard_error": str(one.error.amount),
            "chance_it_saves": round(one.chance, 6),
            "chance_moves": round(one.chance_moved, 6),
        }


def _exits(result: CaseResult) -> Iterator[Row]:
    for option in result.options:
        found = right_to_exit(result.simulation, option.id)
        if found is not None:
            yield {
                "option": option.id,
                "to": found.to,
                "draws": found.draws,
                "worth": _amount(found.worth, result),
                "standard_error": _amount(found.error, result),
                "chance_it_is_used": round(found.chance, 6),
                "mean_with_it": _amount(found.with_right.mean, result),
                "chance_it_saves_with_it": round(found.with_right.chance, 6),
            }


def _benefits(result: CaseResult) -> Iterator[Row]:
    for name, option in result.terms.options.items():
        for one in option.benefits:
            yield {
                "option": name,
                "goal": one.goal,
                "mark": one.mark,
                "figure": one.figure,
                "unit": one.unit,
                "words": one.words,
            }


def _freed(result: CaseResult) -> Iterator[Row]:
    for name, option in result.terms.options.items():
        for one in option.freed:
            yield {
                "option": name,
                "who": one.who,
                "people": one.people,
                "hours_a_month": one.hours_a_month,
                "from_month": one.from_month,
                "where": one.where,
            }


def _amount(amount: float, result: CaseResult) -> str:
    return str(as_money(amount, result.terms.currency).amount)


PARTS: dict[str, tuple[tuple[str, ...], Callable[[CaseResult], Iterator[Row]]]] = {
    "options": (_OPTIONS, _options),
    "years": (("option", "year", "months", "cost", "saving", "run_rate", "currency"), _years),
    "lines": (
        (
            "option", "line", "title", "year", "paid", "present_in_all", "once", "investment",
            "legal_entity", "cost_centre", "account",
        ),
        _lines,
    ),
    "fan": (("option", "month", *(f"p{share * 100:g}" for share in FAN)), _fan),
    "bridge": (("option", "year", "step", "line", "amount"), _bridge),
    "matters": (
        ("option", "assumption", "rank_correlation", "in_lowest_tenth", "in_highest_tenth"),
        _matters,
    ),
    "break-even": (("option", "assumption", "mean", "break_even", "change"), _evens),
    "decisions": (
        (
            "option", "decision", "way", "instead_of", "mean_moves", "standard_error",
            "chance_it_saves", "chance_moves",
        ),
        _decisions,
    ),
    "exit": (
        (
            "option", "to", "draws", "worth", "standard_error", "chance_it_is_used",
            "mean_with_it", "chance_it_saves_with_it",
        ),
        _exits,
    ),
    "benefits": (("option", "goal", "mark", "figure", "unit", "words"), _benefits),
    "freed": (("option", "who", "people", "hours_a_month", "from_month", "where"), _freed),
}  # fmt: skip

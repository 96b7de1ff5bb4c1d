"""`retained case`: business cases from files, without a server."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from retained.project.command_line.case_pack import pack
from retained.project.command_line.case_runs import (
    CASE_FILE,
    case_at,
    draws_and_seed,
    run_with_bar,
)
from retained.project.command_line.formats import format_option, show
from retained.strategy.engine.break_even import BreakEven
from retained.strategy.engine.case_files import case_schema, write_case
from retained.strategy.engine.results import (
    RULE_VERSION,
    CaseResult,
    OptionResult,
    as_money,
    break_evens,
)

_OPTIONS = (
    "option", "title", "currency", "at_means", "mean", "p10", "p50", "p90", "worst_5_percent",
    "chance_it_saves", "standard_error", "payback_month", "never_pays_back",
)  # fmt: skip
_MORE = ("case", *_OPTIONS, "draws", "seed", "rules", "assumptions", "priors")
_YEARS = ("option", "year", "months", "cost", "saving", "run_rate", "currency")
_MATTERS = ("option", "assumption", "rank_correlation", "in_lowest_tenth", "in_highest_tenth")
_EVENS = ("option", "assumption", "mean", "break_even", "change")
_PARTS = {"options": _OPTIONS, "years": _YEARS, "matters": _MATTERS, "break-even": _EVENS}


@click.group(
    epilog="""\b
Examples:
  retained case check case.yaml
  retained case run case.yaml --draws 100000 --seed 7 --format json
  retained case run case.yaml --show matters
  retained case run case.yaml --show break-even --format csv
  retained case pack case.yaml --pdf board.pdf --xlsx board.xlsx
"""
)
def case() -> None:
    """Check and run business cases; nothing is stored."""


case.add_command(pack)


@case.command("check")
@click.argument("file", type=CASE_FILE)
def check(file: Path) -> None:
    """Say everything that is wrong with the case FILE; a right one is printed as it is kept."""
    click.echo(write_case(case_at(file)), nl=False)


@case.command("schema")
def schema() -> None:
    """Print the JSON Schema of a case."""
    click.echo(case_schema(), nl=False)


@case.command("run")
@click.argument("file", type=CASE_FILE)
@draws_and_seed
@click.option(
    "--show", "part", type=click.Choice(list(_PARTS)), default="options", show_default=True,
    help="What to list: the options, fiscal years, what matters most, or where it just pays.",
)  # fmt: skip
@format_option
def run(*, file: Path, draws: int, seed: int, part: str, format_name: str) -> None:
    """Run the case FILE by Monte Carlo; the same seed gives the same figures."""
    terms = case_at(file)
    result = run_with_bar(terms, draws, seed)
    click.echo(result.rests_on, err=True)
    rows = [row for option in result.options for row in _rows(part, result, option)]
    is_whole = part == "options" and format_name != "table"
    show(rows, format_name, columns=_MORE if is_whole else _PARTS[part])


def _rows(part: str, result: CaseResult, option: OptionResult) -> Iterator[dict[str, Any]]:
    if part == "options":
        yield _option_row(result, option)
    elif part == "years":
        for year in option.years:
            amounts = {
                name: str(getattr(year, name).amount) for name in ("cost", "saving", "run_rate")
            }
            yield {
                "option": option.id, "year": year.title, "months": year.months, **amounts,
                "currency": result.terms.currency,
            }  # fmt: skip
    elif part == "matters":
        for one in option.matters:
            yield {
                "option": option.id,
                "assumption": one.driver,
                "rank_correlation": round(one.rank, 4),
                "in_lowest_tenth": _amount(one.low, result),
                "in_highest_tenth": _amount(one.high, result),
            }
    else:
        for even in break_evens(result, option.id):
            yield _even_row(option, even)


def _option_row(result: CaseResult, option: OptionResult) -> dict[str, Any]:
    value, simulation = asdict(option.value), result.simulation
    return {
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


def _even_row(option: OptionResult, even: BreakEven) -> dict[str, Any]:
    return {
        "option": option.id,
        "assumption": even.driver,
        "mean": round(even.mean, 6),
        "break_even": None if even.value is None else round(even.value, 6),
        "change": None if even.change is None else f"{even.change * 100:+.1f} %",
    }


def _amount(amount: float, result: CaseResult) -> str:
    return str(as_money(amount, result.terms.currency).amount)

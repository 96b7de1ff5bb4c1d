"""`retained case`: business cases from files, without a server."""

import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from retained.project.command_line.formats import format_option, show
from retained.project.command_line.program import set_up_django
from retained.project.command_line.texts import refuse, text_at
from retained.strategy.engine.break_even import BreakEven
from retained.strategy.engine.case_files import case_schema, model_of, read_case, write_case
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.cases import CaseRefusedError
from retained.strategy.engine.results import (
    DEFAULT_DRAWS,
    DEFAULT_SEED,
    RULE_VERSION,
    CaseResult,
    OptionResult,
    as_money,
    break_evens,
    run_case,
)
from retained.strategy.engine.simulation import MOST_DRAWS, simulate

_File = click.Path(exists=True, dir_okay=False, path_type=Path)
_OPTIONS = (
    "option", "title", "currency", "at_means", "mean", "p10", "p50", "p90", "worst_5_percent",
    "chance_it_saves", "standard_error", "payback_month", "never_pays_back",
)  # fmt: skip
_MORE = ("case", *_OPTIONS, "draws", "seed", "rules", "assumptions", "priors")
_YEARS = ("option", "year", "months", "cost", "saving", "run_rate", "currency")
_MATTERS = ("option", "assumption", "rank_correlation", "in_lowest_tenth", "in_highest_tenth")
_EVENS = ("option", "assumption", "mean", "break_even", "change")
_PARTS = {"options": _OPTIONS, "years": _YEARS, "matters": _MATTERS, "break-even": _EVENS}


# The others work on files alone.
WITH_DATABASE = {
    "keep", "list", "versions", "export", "result", "sign", "withdraw", "actuals", "rerun",
}  # fmt: skip


@click.group(
    epilog="""\b
Examples:
  retained case check case.yaml
  retained case run case.yaml --draws 100000 --seed 7 --format json
  retained case run case.yaml --show matters
  retained case run case.yaml --show break-even --format csv
  retained case keep --as anna@bank.example case.yaml
  retained case result --as anna@bank.example SD-2025
  retained case sign --as anna@bank.example SD-2025 --chosen offer --reasons "..." --run SHA256
"""
)
@click.pass_context
def case(ctx: click.Context) -> None:
    """Run business cases from files, and keep, sign and export them."""
    if ctx.invoked_subcommand in WITH_DATABASE:
        set_up_django()


@case.command("check")
@click.argument("file", type=_File)
def check(file: Path) -> None:
    """Say everything that is wrong with the case FILE; a right one is printed as it is kept."""
    click.echo(write_case(read_file(file)), nl=False)


@case.command("schema")
def schema() -> None:
    """Print the JSON Schema of a case."""
    click.echo(case_schema(), nl=False)


@case.command("run")
@click.argument("file", type=_File)
@click.option(
    "--draws", type=click.IntRange(1, MOST_DRAWS), default=DEFAULT_DRAWS, show_default=True
)
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=DEFAULT_SEED, show_default=True)
@click.option(
    "--show", "part", type=click.Choice(list(_PARTS)), default="options", show_default=True,
    help="What to list: the options, fiscal years, what matters most, or where it just pays.",
)  # fmt: skip
@format_option
def run(*, file: Path, draws: int, seed: int, part: str, format_name: str) -> None:
    """Run the case FILE by Monte Carlo; the same seed gives the same figures."""
    terms = read_file(file)
    result = _run(terms, draws, seed)
    click.echo(result.rests_on, err=True)
    rows = [row for option in result.options for row in _rows(part, result, option)]
    is_whole = part == "options" and format_name != "table"
    show(rows, format_name, columns=_MORE if is_whole else _PARTS[part])


def read_file(file: Path) -> CaseTerms:
    """Return the case that a file writes, or end with every remark."""
    try:
        return read_case(text_at(file), name=file.name)
    except CaseRefusedError as error:
        refuse(error.remarks)


def _run(terms: CaseTerms, draws: int, seed: int) -> CaseResult:
    with click.progressbar(length=draws, label="Drawing", file=sys.stderr) as bar:
        simulation = simulate(
            model_of(terms), draws=draws, seed=seed, tell=lambda done, _: bar.update(done - bar.pos)
        )
    return run_case(simulation, terms)


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

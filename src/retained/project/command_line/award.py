"""`retained award`: who gets which lot, from a file alone, without a server."""

import json
import sys
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from retained.project.command_line.award_progress import ProgressLine
from retained.project.command_line.award_rows import (
    COMPARISON_COLUMNS,
    LINE_COLUMNS,
    comparison_rows,
    line_rows,
)
from retained.project.command_line.formats import format_option, show, table
from retained.project.command_line.texts import refuse, text_at
from retained.shared.quantities import parse_percent
from retained.tendering.engine.award.comparing import alternatives, prices_of_rules, scenarios
from retained.tendering.engine.award.conflicts import conflict
from retained.tendering.engine.award.files import (
    AwardFile,
    AwardRefusedError,
    award_schema,
    read_award,
)
from retained.tendering.engine.award.result_document import AwardResult, document_of
from retained.tendering.engine.award.solutions import Limits, Status
from retained.tendering.engine.award.solving import solve

EXIT_CODES = {Status.OPTIMAL: 0, Status.FEASIBLE: 3, Status.INFEASIBLE: 4, Status.UNDECIDED: 5}
_File = click.Path(exists=True, dir_okay=False, path_type=Path)


def _print_schema(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        click.echo(award_schema(), nl=False)
        context.exit()


@click.command(
    epilog="""\b
Examples:
  retained award award.yaml
  retained award award.yaml --prices-of-rules --alternatives 3 --within "1 %"
  retained award award.yaml --prices prices.csv --time-limit 300 --gap 0.001
  retained award award.yaml --format json > result.json
  retained award award.yaml --show comparison --format csv
  retained award --schema

Exit codes: 0 optimal (within the gap), 1 the file is wrong, 2 wrong usage, 3 the best found when
time was over, 4 no award keeps all rules, 5 time was over before any was found.
"""
)
@click.argument("file", type=_File)
@click.option(
    "--prices", "price_files", type=_File, multiple=True,
    help="CSV with the columns lot,bidder,price; may be given again.",
)  # fmt: skip
@click.option(
    "--time-limit", type=click.FloatRange(1, 86_400), default=60.0, show_default=True,
    help="Seconds for each solve.",
)  # fmt: skip
@click.option(
    "--gap", type=click.FloatRange(0, 1), default=1e-4, show_default=True,
    help="Stop when nothing can be cheaper by more than this share.",
)  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True)
@click.option("--prices-of-rules", "with_prices", is_flag=True, help="Say what each rule costs.")
@click.option(
    "--alternatives", "number", type=click.IntRange(0, 50), default=0, show_default=True,
    help="List so many other awards that cost hardly more.",
)  # fmt: skip
@click.option("--within", default="1 %", show_default=True, help="What hardly more is.")
@click.option("--show", "part", type=click.Choice(["lines", "comparison"]), default="lines",
    show_default=True, help="What CSV lists: who gets what, or solutions side by side.",
)  # fmt: skip
@click.option("--schema", is_flag=True, is_eager=True, expose_value=False, callback=_print_schema,
    help="Print the JSON Schema of an award file.",
)  # fmt: skip
@format_option
def award(  # noqa: PLR0913 - one parameter for each option
    *,
    file: Path,
    price_files: tuple[Path, ...],
    time_limit: float,
    gap: float,
    seed: int,
    with_prices: bool,
    number: int,
    within: str,
    part: str,
    format_name: str,
) -> None:
    """Find the cheapest award of the lots in FILE that keeps every rule."""
    share = _share(within)
    found = _read(file, price_files)
    limits = Limits(time_limit, gap, seed)
    with ProgressLine(found.problem.currency) as line:
        result = _result(found, limits, line, with_prices=with_prices, number=number, within=share)
    _print(result, format_name, part)
    if result.conflict is not None:
        click.echo(result.conflict.sentence, err=True)
    sys.exit(EXIT_CODES[result.solution.status])


def _read(file: Path, price_files: Iterable[Path]) -> AwardFile:
    """Return what the files say, or end with every remark."""
    prices = {one.name: text_at(one) for one in price_files}
    try:
        return read_award(text_at(file), name=file.name, prices=prices)
    except AwardRefusedError as error:
        refuse(error.remarks)


def _share(text: str) -> Fraction:
    try:
        found = parse_percent(text)
    except ValueError as error:
        raise click.BadParameter(f"{error}.", param_hint="--within") from error
    if not Decimal(0) <= found <= 1:
        raise click.BadParameter("use 0 % to 100 %.", param_hint="--within")
    return Fraction(found)


def _result(
    found: AwardFile,
    limits: Limits,
    line: ProgressLine,
    *,
    with_prices: bool,
    number: int,
    within: Fraction,
) -> AwardResult:
    """Return everything that was asked for; without an award, why there is none."""
    problem = found.problem
    solution = solve(problem, limits, tell=line.about("award"))
    sides = list(scenarios(problem, found.scenarios, limits, tell=line.about("scenario")))
    if solution.status is Status.INFEASIBLE:
        why = conflict(problem, limits, tell=line.about("conflict"))
        return AwardResult(found, solution, sides, conflict=why)
    prices = (
        list(prices_of_rules(problem, solution, limits, tell=line.about("price of a rule")))
        if with_prices
        else []
    )
    others = alternatives(
        problem, solution, limits, number=number, within=within, tell=line.about("alternative")
    )
    return AwardResult(found, solution, sides, prices, list(others))


def _print(result: AwardResult, format_name: str, part: str) -> None:
    if format_name == "json":
        click.echo(json.dumps(document_of(result), indent=2, ensure_ascii=False))
        return
    lines, compared = line_rows(result), comparison_rows(result)
    if format_name == "csv":
        rows, columns = (lines, LINE_COLUMNS) if part == "lines" else (compared, COMPARISON_COLUMNS)
        show(rows, format_name, columns=columns)
        return
    _print_tables([row for row in lines if row["solution"] == "award"], compared)


def _print_tables(lines: list[dict[str, Any]], compared: list[dict[str, Any]]) -> None:
    if lines:
        click.echo(table(lines, LINE_COLUMNS[1:]))
        click.echo()
    click.echo(table(compared, COMPARISON_COLUMNS[:-1]))

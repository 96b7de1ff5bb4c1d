"""`retained case`: business cases from files, without a server."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click

from retained.project.command_line.case_begin import begin, schema_of_answers
from retained.project.command_line.case_rows import PARTS, rows_of
from retained.project.command_line.case_runs import (
    CASE_FILE,
    draws_and_seed,
    read_file,
    run_with_bar,
)
from retained.project.command_line.formats import format_option, show
from retained.project.command_line.program import WithStored
from retained.project.command_line.texts import refuse
from retained.strategy.engine.case_files import case_schema, model_of, write_case
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.cases import Case, CaseRefusedError
from retained.strategy.engine.quick import holding
from retained.strategy.engine.trial import trial_remarks


@click.group(
    cls=WithStored,
    stored=["case_records", "case_actuals", "case_accounts", "case_confirmations"],
    epilog="""\b
Examples:
  retained case check case.yaml
  retained case run case.yaml --draws 100000 --seed 7 --format json
  retained case run case.yaml --show matters
  retained case run case.yaml --hold fee=80000 --hold "inflation=4 %"
  retained case run case.yaml --show bridge
  retained case run case.yaml --show break-even --format csv
  retained case pack case.yaml --pdf board.pdf --xlsx board.xlsx
  retained case keep --as anna@bank.example case.yaml
  retained case result --as anna@bank.example SD-2025
  retained case sign --as anna@bank.example SD-2025 --chosen offer --reasons "..." --run SHA256
""",
)
def case() -> None:
    """Run business cases from files, and keep, sign and export them."""


case.add_command(begin)
case.add_command(schema_of_answers)


@case.command("check")
@click.argument("file", type=CASE_FILE)
def check(file: Path) -> None:
    """Say everything that is wrong with the case FILE; a right one is printed as it is kept."""
    terms = read_file(file)
    remarks = trial_remarks(terms)
    if remarks:
        refuse([replace(one, place=replace(one.place, file=file.name)) for one in remarks])
    click.echo(write_case(terms), nl=False)


@case.command("schema")
def schema() -> None:
    """Print the JSON Schema of a case."""
    click.echo(case_schema(), nl=False)


@case.command("run")
@click.argument("file", type=CASE_FILE)
@draws_and_seed
@click.option(
    "--show", "part", type=click.Choice(list(PARTS)), default="options", show_default=True,
    help="What to list; each part says what it is under “case run” in the reference.",
)  # fmt: skip
@click.option(
    "--hold", "holds", multiple=True, metavar="NAME=FIGURE",
    help="Hold an assumption at a figure; the draws of all others stay. May be given again.",
)  # fmt: skip
@click.option(
    "--decide", "decides", multiple=True, metavar="DECISION=WAY",
    help="Take another way of a decision than the one that the case rests on.",
)  # fmt: skip
@format_option
def run(
    *,
    file: Path,
    draws: int,
    seed: int,
    part: str,
    holds: tuple[str, ...],
    decides: tuple[str, ...],
    format_name: str,
) -> None:
    """Run the case FILE by Monte Carlo; the same seed gives the same figures."""
    terms = read_file(file)
    case = _changed(
        terms,
        holds=dict(_pair(text, "--hold", "fee=80000") for text in holds),
        decides=dict(_pair(text, "--decide", "index_cap=none") for text in decides),
    )
    result = run_with_bar(terms, case, draws=draws, seed=seed)
    click.echo(result.rests_on, err=True)
    columns, rows = rows_of(part, result, whole=format_name != "table")
    show(rows, format_name, columns=columns)


def _changed(terms: CaseTerms, *, holds: Mapping[str, str], decides: Mapping[str, str]) -> Case:
    """Return the model of a case with what `--hold` and `--decide` say."""
    try:
        return holding(model_of(terms, decides), holds)
    except CaseRefusedError as error:
        refuse(error.remarks)


def _pair(text: str, option: str, example: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise click.BadParameter(
            f"“{text}” says too little: write it like {example}.", None, None, option
        )
    return name.strip(), value.strip()

"""`retained function`: check a function's file; what acts on kept ones is in `function_records`."""

from pathlib import Path

import click

from retained.project.command_line.program import WithStored
from retained.project.command_line.texts import refuse, text_at
from retained.strategy.engine.function_figures import function_remarks
from retained.strategy.engine.function_files import (
    FunctionRefusedError,
    function_schema,
    read_function,
)
from retained.strategy.engine.function_terms import FunctionTerms

EXAMPLES = """\b
Examples:
  retained function list --as anna@bank.example
  retained function add --as anna@bank.example networks.yaml
  retained function take --as anna@bank.example service-desk networks
  retained function import --as anna@bank.example functions.xlsx
  retained function import --as anna@bank.example --column title=Service list.csv
  retained function appraise --as anna@bank.example networks edge=1 knowledge=1 capability=2 \\
      vulnerability=3 specificity=1 uncertainty=1 opportunism=2 frequency=4
  retained function advice --as anna@bank.example networks
  retained function advice --as anna@bank.example --if edge=4 networks
  retained function export --as anna@bank.example networks > networks.yaml
"""
FUNCTION_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=WithStored, stored=["function_records"], epilog=EXAMPLES)
def function() -> None:
    """List, add, change and appraise IT functions."""


@function.command("check")
@click.argument("file", type=FUNCTION_FILE)
def check(*, file: Path) -> None:
    """Say everything that is wrong with a function's FILE, and what it leaves open."""
    terms = read_file(file)
    click.echo(f"{terms.reference} {terms.title}: {terms.performer.value}")
    for remark in function_remarks(terms):
        click.echo(f"- {remark.sentence}")


@function.command("schema")
def schema() -> None:
    """Print the JSON Schema of a function."""
    click.echo(function_schema(), nl=False)


def read_file(file: Path) -> FunctionTerms:
    """Return the function that a file writes, or end with every remark."""
    try:
        return read_function(text_at(file), name=file.name)
    except FunctionRefusedError as error:
        refuse(error.remarks)

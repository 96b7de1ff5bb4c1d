"""`retained case begin` and `answers-schema`: a first case from twelve answers."""

import sys
from datetime import datetime
from pathlib import Path

import click

from retained.project.command_line.texts import refuse, text_at
from retained.shared import clock
from retained.strategy.engine.answers import answers_schema, read_answers
from retained.strategy.engine.case_files import write_case
from retained.strategy.engine.cases import CaseRefusedError
from retained.strategy.engine.wizard import first_case

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    "begin",
    epilog="""\b
Examples:
  retained case begin answers.yaml > case.yaml
  retained case begin answers.yaml --on 2026-11-09 > case.yaml
  retained case run case.yaml
""",
)
@click.argument("file", type=_FILE)
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="The day of the answers; today by default."
)
def begin(*, file: Path, on: datetime | None) -> None:
    """Print the case that the twelve answers in FILE begin."""
    try:
        answers = read_answers(text_at(file), name=file.name)
    except CaseRefusedError as error:
        refuse(error.remarks)
    sys.stdout.write(write_case(first_case(answers, on=(on or clock.now()).date())))


@click.command("answers-schema")
def schema_of_answers() -> None:
    """Print the JSON Schema of the twelve answers."""
    click.echo(answers_schema(), nl=False)

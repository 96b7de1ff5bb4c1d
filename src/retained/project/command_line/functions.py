"""`retained function` and `retained business-function`: the portfolio from the command line.

`check`, `schema` and `template` work on files alone; the others act as a named person.
"""

from pathlib import Path
from typing import Any

import click

from retained.project.command_line.acting import acting
from retained.project.command_line.formats import format_option, show
from retained.project.command_line.program import set_up_django
from retained.project.command_line.texts import refuse, text_at
from retained.shared import clock
from retained.shared.errors import DomainError
from retained.strategy.engine.function_figures import function_remarks
from retained.strategy.engine.function_files import (
    FunctionRefusedError,
    function_schema,
    read_function,
    with_fields,
)
from retained.strategy.engine.function_terms import FunctionTerms
from retained.strategy.engine.own_or_buy import HIGHEST, LOWEST, Question

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
_WITHOUT_DATABASE = {"check", "schema"}
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NOTE = click.option("--note", default="", help="Why; kept with the version.")


@click.group(epilog=EXAMPLES)
@click.pass_context
def function(ctx: click.Context) -> None:
    """List, add, change and appraise IT functions."""
    if ctx.invoked_subcommand not in _WITHOUT_DATABASE:
        set_up_django()


@function.command("check")
@click.argument("file", type=_FILE)
def check(*, file: Path) -> None:
    """Say everything that is wrong with a function's FILE, and what it leaves open."""
    terms = _read(file)
    click.echo(f"{terms.reference} {terms.title}: {terms.performer.value}")
    for remark in function_remarks(terms):
        click.echo(f"- {remark.sentence}")


@function.command("schema")
def schema() -> None:
    """Print the JSON Schema of a function."""
    click.echo(function_schema(), nl=False)


@function.command("list")
@format_option
@acting
def list_functions(*, by: Any, format_name: str) -> None:
    """List the functions in use, in the order of their tree."""
    from retained.strategy.access.portfolio import functions_to_read  # noqa: PLC0415 - settings
    from retained.strategy.queries.plain_functions import (  # noqa: PLC0415 - the same
        FUNCTION_FIELDS,
        function_row,
    )
    from retained.strategy.queries.portfolio import tree  # noqa: PLC0415 - the same

    rows = [function_row(row) for row in tree(functions_to_read(by))]
    if format_name == "table":
        rows = [{**row, "title": "  " * row["depth"] + row["title"]} for row in rows]
    few = ("reference", "title", "performer", "owner", "people", "importance", "risk", "way")
    show(rows, format_name, columns=few if format_name == "table" else FUNCTION_FIELDS)


@function.command("show")
@click.argument("reference")
@format_option
@acting
def show_function(*, by: Any, reference: str, format_name: str) -> None:
    """Show what one function adds up to, and what is missing."""
    from retained.strategy.access.portfolio import function_to_read  # noqa: PLC0415 - settings
    from retained.strategy.queries.plain_functions import function_document  # noqa: PLC0415

    found = function_document(function_to_read(by, reference))
    rows = [
        {"what": "version", "value": f"{found['version']}, SHA-256 {found['sha256']}"},
        {"what": "hand-offs", "value": found["hand_offs"]},
        {"what": "between client and provider", "value": found["crossing_hand_offs"]},
        *({"what": f"team of {one['option']}", "value": one["people"]}
          for one in found["retained_teams"]),
        *({"what": "to look at", "value": sentence} for sentence in found["remarks"]),
    ]  # fmt: skip
    show(rows, format_name, columns=("what", "value"))


@function.command("export")
@click.argument("reference")
@click.option("--version", type=click.IntRange(min=1), help="This version (default: the newest).")
@acting
def export(*, by: Any, reference: str, version: int | None) -> None:
    """Print a function as YAML; adding it elsewhere gives an equal function."""
    from retained.strategy.access.portfolio import function_to_read  # noqa: PLC0415 - settings
    from retained.strategy.queries import portfolio as queries  # noqa: PLC0415 - the same

    found = function_to_read(by, reference)
    row = queries.version(found, version) if version else queries.newest_version(found)
    click.echo(row.document, nl=False)


@function.command("add")
@click.argument("file", type=_FILE)
@_NOTE
@acting
def add(*, by: Any, file: Path, note: str) -> None:
    """Add the function of a YAML FILE."""
    from retained.strategy.commands.portfolio import add_function  # noqa: PLC0415 - settings

    made = add_function(_read(file), note=note, by=by, at=clock.now())
    click.echo(f"{made.reference} {made.title} is added.")


@function.command("change")
@click.argument("file", type=_FILE)
@_NOTE
@acting
def change(*, by: Any, file: Path, note: str) -> None:
    """Save a YAML FILE as the newest version of the function that it names."""
    _change(_read(file), note=note, by=by)


@function.command("move")
@click.argument("reference")
@click.option("--below", default="", help="The reference of the function above; blank: the top.")
@acting
def move(*, by: Any, reference: str, below: str) -> None:
    """Hang a function below another one, or at the top."""
    from retained.strategy.access.portfolio import function_to_change  # noqa: PLC0415 - settings
    from retained.strategy.queries.portfolio import newest_version  # noqa: PLC0415 - the same

    terms = newest_version(function_to_change(by, reference)).terms
    note = f"Moved below {below}." if below else "Moved to the top."
    _change(with_fields(terms, parent=below or None), note=note, by=by)


@function.command("retire")
@click.argument("reference")
@click.option("--reason", required=True, help="Why; it stays in the record.")
@acting
def retire(*, by: Any, reference: str, reason: str) -> None:
    """Retire a function that is done no more."""
    from retained.strategy.access.portfolio import function_to_change  # noqa: PLC0415 - settings
    from retained.strategy.commands.portfolio import retire_function  # noqa: PLC0415 - the same

    found = function_to_change(by, reference)
    retire_function(found, reason=reason, by=by, at=clock.now(), expected_version=found.version)
    click.echo(f"{found.title} is retired.")


@function.command("bring-back")
@click.argument("reference")
@acting
def bring_back(*, by: Any, reference: str) -> None:
    """Bring a retired function back into use."""
    from retained.strategy.access.portfolio import function_to_change  # noqa: PLC0415 - settings
    from retained.strategy.commands.portfolio import bring_back_function  # noqa: PLC0415

    found = function_to_change(by, reference)
    bring_back_function(found, by=by, at=clock.now(), expected_version=found.version)
    click.echo(f"{found.title} is in use again.")


@function.command("take")
@click.argument("references", nargs=-1)
@format_option
@acting
def take(*, by: Any, references: tuple[str, ...], format_name: str) -> None:
    """Take functions of the starter catalogue; without REFERENCES, list it."""
    from retained.strategy.commands.portfolio import take_from_catalogue  # noqa: PLC0415
    from retained.strategy.engine.catalogue import catalogue  # noqa: PLC0415 - read only here

    if not references:
        rows = [
            {"reference": one.reference, "title": one.title, "parent": one.parent}
            for one in catalogue().values()
        ]
        show(rows, format_name, columns=("reference", "title", "parent"))
        return
    for made in take_from_catalogue(references, by=by, at=clock.now()):
        click.echo(f"{made.reference} {made.title} is added.")


@function.command("import")
@click.argument("file", type=_FILE)
@click.option("--column", "columns", multiple=True, help="ROLE=COLUMN, such as title=Service.")
@acting
def import_list(*, by: Any, file: Path, columns: tuple[str, ...]) -> None:
    """Take in a CSV or XLSX of functions: as its titles say, or as --column says."""
    from retained.files.storing import SentFile  # noqa: PLC0415 - settings
    from retained.strategy.commands.function_lists import (  # noqa: PLC0415 - the same
        ListRefusedError,
        take_in_file,
    )

    try:
        with file.open("rb") as stream:
            done = take_in_file(SentFile(stream, file.name), _pairs(columns), by=by, at=clock.now())
    except ListRefusedError as error:
        refuse(error.remarks)
    click.echo(f"{done.added} added, {done.changed} changed, {done.same} as they were.")


@function.command("appraise")
@click.argument("reference")
@click.argument("answers", nargs=-1)
@click.option("--note", default="", help="What you thought of.")
@acting
def appraise(*, by: Any, reference: str, answers: tuple[str, ...], note: str) -> None:
    """Give your own ANSWERS, QUESTION=0 to QUESTION=4 for each of the eight questions."""
    from retained.strategy.access.portfolio import function_to_appraise  # noqa: PLC0415
    from retained.strategy.commands.appraisals import give_appraisal  # noqa: PLC0415

    found = function_to_appraise(by, reference)
    give_appraisal(found, _levels(answers), note=note, by=by, at=clock.now())
    click.echo(f"Your answers about {found.title} are kept.")


@function.command("advice")
@click.argument("reference")
@click.option("--if", "asked", multiple=True, help="QUESTION=LEVEL: what if the answer were so.")
@format_option
@acting
def advice(*, by: Any, reference: str, asked: tuple[str, ...], format_name: str) -> None:
    """Say what people's answers speak for, why, and what would change it."""
    from retained.strategy.access.portfolio import function_to_read  # noqa: PLC0415 - settings
    from retained.strategy.queries.plain_functions import (  # noqa: PLC0415 - the same
        ADVICE_FIELDS,
        advice_row,
    )

    row = advice_row(function_to_read(by, reference), by, _levels(asked))
    changes = [f"{one['question']}={one['to']}: {one['way']}" for one in row["changes"]]
    told = {**row, "reasons": " ".join(row["reasons"]), "changes": "; ".join(changes)}
    told |= {name: ", ".join(row[name]) for name in ("differs", "waiting")}
    if format_name == "table":
        rows = [{"what": name, "value": told[name]} for name in ADVICE_FIELDS]
        show(rows, format_name, columns=("what", "value"))
    else:
        show([told], format_name, columns=ADVICE_FIELDS)


def _change(terms: FunctionTerms, *, note: str, by: Any) -> None:
    from retained.strategy.access.portfolio import function_to_change  # noqa: PLC0415 - settings
    from retained.strategy.commands.portfolio import change_function  # noqa: PLC0415 - the same

    found = function_to_change(by, terms.reference)
    made = change_function(
        found, terms, note=note, by=by, at=clock.now(), expected_version=found.version
    )
    click.echo(f"Version {made.number} of {found.reference} counts.")


def _read(file: Path) -> FunctionTerms:
    try:
        return read_function(text_at(file), name=file.name)
    except FunctionRefusedError as error:
        refuse(error.remarks)


def _pairs(texts: tuple[str, ...]) -> dict[str, str]:
    pairs = dict(text.split("=", 1) for text in texts if "=" in text)
    if len(pairs) != len(texts):
        raise DomainError("Write each as NAME=VALUE, and no name twice.")
    return pairs


def _levels(texts: tuple[str, ...]) -> dict[Question, int]:
    """Return answers by question; raises DomainError for what is neither."""
    levels = {}
    for name, text in _pairs(texts).items():
        if name not in set(Question):
            raise DomainError(f"“{name}” is no question: ask {', '.join(Question)}.")
        if not text.isdecimal() or not LOWEST <= int(text) <= HIGHEST:
            raise DomainError(f"{name}: “{text}” is no answer, they go from 0 to 4.")
        levels[Question(name)] = int(text)
    return levels

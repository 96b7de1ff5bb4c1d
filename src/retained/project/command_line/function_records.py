"""`retained function` for functions that are kept: list, change, retire, import and appraise."""

from pathlib import Path
from typing import Any

import click

from retained.files.storing import SentFile
from retained.project.command_line.acting import acting
from retained.project.command_line.formats import format_option, show
from retained.project.command_line.functions import FUNCTION_FILE, function, read_file
from retained.project.command_line.texts import refuse
from retained.shared import clock
from retained.shared.errors import DomainError
from retained.strategy.access.portfolio import (
    function_to_appraise,
    function_to_change,
    function_to_read,
    functions_to_read,
)
from retained.strategy.commands.appraisals import give_appraisal
from retained.strategy.commands.function_lists import ListRefusedError, take_in_file
from retained.strategy.commands.portfolio import (
    add_function,
    bring_back_function,
    change_function,
    retire_function,
    take_from_catalogue,
)
from retained.strategy.engine.catalogue import catalogue
from retained.strategy.engine.function_files import with_fields
from retained.strategy.engine.function_terms import FunctionTerms
from retained.strategy.engine.own_or_buy import HIGHEST, LOWEST, Question
from retained.strategy.queries import portfolio as queries
from retained.strategy.queries.plain_functions import (
    ADVICE_FIELDS,
    FUNCTION_FIELDS,
    advice_row,
    function_document,
    function_row,
)

_NOTE = click.option("--note", default="", help="Why; kept with the version.")


@function.command("list")
@format_option
@acting
def list_functions(*, by: Any, format_name: str) -> None:
    """List the functions in use, in the order of their tree."""
    rows = [function_row(row) for row in queries.tree(functions_to_read(by))]
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
    found = function_to_read(by, reference)
    row = queries.version(found, version) if version else queries.newest_version(found)
    click.echo(row.document, nl=False)


@function.command("add")
@click.argument("file", type=FUNCTION_FILE)
@_NOTE
@acting
def add(*, by: Any, file: Path, note: str) -> None:
    """Add the function of a YAML FILE."""
    made = add_function(read_file(file), note=note, by=by, at=clock.now())
    click.echo(f"{made.reference} {made.title} is added.")


@function.command("change")
@click.argument("file", type=FUNCTION_FILE)
@_NOTE
@acting
def change(*, by: Any, file: Path, note: str) -> None:
    """Save a YAML FILE as the newest version of the function that it names."""
    _change(read_file(file), note=note, by=by)


@function.command("move")
@click.argument("reference")
@click.option("--below", default="", help="The reference of the function above; blank: the top.")
@acting
def move(*, by: Any, reference: str, below: str) -> None:
    """Hang a function below another one, or at the top."""
    terms = queries.newest_version(function_to_change(by, reference)).terms
    note = f"Moved below {below}." if below else "Moved to the top."
    _change(with_fields(terms, parent=below or None), note=note, by=by)


@function.command("retire")
@click.argument("reference")
@click.option("--reason", required=True, help="Why; it stays in the record.")
@acting
def retire(*, by: Any, reference: str, reason: str) -> None:
    """Retire a function that is done no more."""
    found = function_to_change(by, reference)
    retire_function(found, reason=reason, by=by, at=clock.now(), expected_version=found.version)
    click.echo(f"{found.title} is retired.")


@function.command("bring-back")
@click.argument("reference")
@acting
def bring_back(*, by: Any, reference: str) -> None:
    """Bring a retired function back into use."""
    found = function_to_change(by, reference)
    bring_back_function(found, by=by, at=clock.now(), expected_version=found.version)
    click.echo(f"{found.title} is in use again.")


@function.command("take")
@click.argument("references", nargs=-1)
@format_option
@acting
def take(*, by: Any, references: tuple[str, ...], format_name: str) -> None:
    """Take functions of the starter catalogue; without REFERENCES, list it."""
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
@click.argument("file", type=FUNCTION_FILE)
@click.option("--column", "columns", multiple=True, help="ROLE=COLUMN, such as title=Service.")
@acting
def import_list(*, by: Any, file: Path, columns: tuple[str, ...]) -> None:
    """Take in a CSV or XLSX of functions: as its titles say, or as --column says."""
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

    found = function_to_change(by, terms.reference)
    made = change_function(
        found, terms, note=note, by=by, at=clock.now(), expected_version=found.version
    )
    click.echo(f"Version {made.number} of {found.reference} counts.")


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

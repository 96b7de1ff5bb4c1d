"""`retained case actuals`, `rerun` and `months`: what came true of signed cases that are kept."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from retained.files.storing import SentFile
from retained.project.command_line.acting import acting
from retained.project.command_line.cases import case
from retained.project.command_line.formats import format_option, month_in, show
from retained.project.command_line.texts import text_at
from retained.shared import clock
from retained.shared.errors import DomainError
from retained.shared.money import Money
from retained.shared.quantities import parse_number
from retained.strategy.access.actuals import actuals_file_to_change
from retained.strategy.access.cases import case_to_give_actuals, case_to_read
from retained.strategy.commands.actuals import (
    give_actuals,
    set_actuals_mapping,
    withdraw_actuals,
)
from retained.strategy.commands.reruns import keep_rerun
from retained.strategy.engine.actuals_terms import read_actuals_mapping
from retained.strategy.queries import actuals as queries
from retained.strategy.queries.months import month_rows, months_of

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FILES = (
    "id", "name", "state", "first", "last", "rows", "unusable", "total", "control", "given_by",
    "given_at", "sha256",
)  # fmt: skip
_MONTHS = ("month", "made_at", "through", "missing", "sha256")


@case.group(
    "actuals",
    epilog="""\b
Examples:
  retained case actuals mapping SD-2025 actuals.yaml --as anouk@bank.example
  retained case actuals look SD-2025 ledger.csv --as anouk@bank.example
  retained case actuals accounts SD-2025 --as anouk@bank.example
  retained case actuals assign SD-2025 4990 --leave-out "Flowers" --as ...
  retained case actuals give SD-2025 ledger.csv --control 251340.12 --as anouk@bank.example
  retained case actuals list SD-2025 --as anouk@bank.example --format csv
  retained case actuals withdraw SD-2025 7 --reason "Another department" --as ...
""",
)
def actuals() -> None:
    """Give a signed case what came true: mapping, ledgers, volumes and headcount."""


@actuals.command("mapping")
@click.argument("reference")
@click.argument("file", type=_FILE)
@acting
def set_mapping(*, by: Any, reference: str, file: Path) -> None:
    """Say by a mapping FILE how files are read, and which accounts make up which line."""
    found = case_to_give_actuals(by, reference)
    newest = queries.mapping_of(found)
    made = set_actuals_mapping(
        found, read_actuals_mapping(text_at(file), name=file.name), by=by, at=clock.now(),
        expected_number=newest.number if newest else 0,
    )  # fmt: skip
    click.echo(f"Mapping {made.number} of {reference} is kept, and counts for every file.")


@actuals.command("list")
@click.argument("reference")
@format_option
@acting
def list_files(*, by: Any, reference: str, format_name: str) -> None:
    """List the files that were given, the newest first."""
    found = case_to_read(by, reference)
    currency = queries.signed_terms(found).currency
    rows = queries.file_rows(queries.files_of(found), currency)
    show([{name: getattr(row, name) for name in _FILES} for row in rows], format_name,
         columns=_FILES)  # fmt: skip


@actuals.command("give")
@click.argument("reference")
@click.argument("file", type=_FILE)
@click.option("--control", help="What all rows must add up to, like 251340.12.")
@click.option("--replaces", type=int, metavar="ID", help="The file whose place it takes.")
@acting
def give(*, by: Any, reference: str, file: Path, control: str | None, replaces: int | None) -> None:
    """Give a ledger, or volumes and headcount; it counts at once, and the case is re-run."""
    found = case_to_give_actuals(by, reference)
    replaced = actuals_file_to_change(by, reference, replaces) if replaces else None
    with file.open("rb") as stream:
        given = give_actuals(
            found, SentFile(stream, file.name), control=_control(found, control),
            replaces=replaced, by=by, at=clock.now(),
        )  # fmt: skip
    kept = given.file
    if not given.is_new:
        click.echo(f"Nothing changed: {file.name} is in already, as file {kept.pk}.")
        return
    click.echo(f"File {kept.pk} counts: {kept.rows - kept.unusable:,} of {kept.rows:,} rows.")
    for remark in kept.remarks:
        click.echo(f"row {remark['row']}, {remark['column']}: {remark['sentence']}", err=True)


@actuals.command("withdraw")
@click.argument("reference")
@click.argument("key", type=int, metavar="ID")
@click.option("--reason", required=True, help="Why; it stays in the record.")
@acting
def withdraw(*, by: Any, reference: str, key: int, reason: str) -> None:
    """Take a file that was wrong out of a case; it stays readable."""
    file = actuals_file_to_change(by, reference, key)
    withdraw_actuals(file, reason=reason, by=by, at=clock.now())
    click.echo(f"File {key} counts no more.")


@case.command("rerun")
@click.argument("reference")
@click.option("--through", help="The last month, like 2026-10; by default all that is known.")
@acting
def rerun(*, by: Any, reference: str, through: str | None) -> None:
    """Run a signed case again with what came true, here and now, and print the result as JSON."""
    found = case_to_give_actuals(by, reference)
    month = month_in(through) if through else None
    with click.progressbar(length=100, label="Drawing", file=sys.stderr) as bar:
        run = keep_rerun(
            found,
            through=month,
            at=clock.now(),
            tell=lambda done, whole: bar.update(100 * done // whole - bar.pos),
        )
    click.echo(json.dumps({"sha256": run.sha256, "result": json.loads(run.document)}, indent=2))


@case.command("months")
@click.argument("reference")
@format_option
@acting
def months(*, by: Any, reference: str, format_name: str) -> None:
    """List the monthly re-runs of a signed case, the newest first, with what was missing then."""
    found = case_to_read(by, reference)
    queries.signed_terms(found)
    rows = month_rows(months_of(found))
    show([{name: getattr(row, name) for name in _MONTHS} for row in rows], format_name,
         columns=_MONTHS)  # fmt: skip


def _control(case: Any, text: str | None) -> Money | None:
    if text is None:
        return None
    try:
        return Money(parse_number(text), queries.signed_terms(case).currency)
    except ValueError as error:
        raise DomainError(f"--control: {error}.") from None

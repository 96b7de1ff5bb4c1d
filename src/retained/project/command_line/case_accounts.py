"""`retained case actuals look`, `accounts`, `assign`: the mapping of a case without YAML."""

from pathlib import Path
from typing import Any

import click

from retained.files.storing import SentFile
from retained.project.command_line.acting import acting
from retained.project.command_line.case_actuals import actuals
from retained.project.command_line.formats import format_option, show
from retained.shared import clock
from retained.shared.documents import as_yaml
from retained.shared.errors import DomainError
from retained.strategy.access.cases import case_to_give_actuals, cases_to_read
from retained.strategy.commands.account_choices import choose_accounts
from retained.strategy.commands.held_actuals import hold_actuals, put_aside
from retained.strategy.engine.account_choices import Choice
from retained.strategy.engine.actuals_looks import terms_of_fields
from retained.strategy.queries.account_rows import AccountRow, desk_of
from retained.strategy.queries.actuals import mapping_of
from retained.strategy.queries.held_actuals import header_of, known_fields, look_at

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_ACCOUNTS = ("account", "cost_centre", "total", "rows", "line", "because", "guess", "why", "text")


@actuals.command("look")
@click.argument("reference")
@click.argument("file", type=_FILE)
@acting
def look(*, by: Any, reference: str, file: Path) -> None:
    """Print how a FILE seems to be written, as a part of a mapping, and what each reading gives.

    Nothing of the file is kept.
    """
    found = case_to_give_actuals(by, reference)
    with file.open("rb") as stream:
        held = hold_actuals(found, SentFile(stream, file.name), by=by, at=clock.now())
    try:
        known = known_fields(found, header_of(held), cases_to_read(by))
        seen = look_at(found, held, known.fields if known else {})
    finally:
        put_aside(held, by=by, at=clock.now(), reason="It was only looked at.")
    click.echo(as_yaml(terms_of_fields(seen.fields)), nl=False)
    for one in seen.readings:
        total = f", adds up to {one.total}" if one.total is not None else ""
        now = " (as above)" if one.is_chosen else ""
        click.echo(f"{one.setting} {one.value}{now}: {one.unusable} unusable{total}", err=True)


@actuals.command("accounts")
@click.argument("reference")
@format_option
@acting
def accounts(*, by: Any, reference: str, format_name: str) -> None:
    """List what was booked by account and cost centre, what no line takes first, with guesses."""
    desk = desk_of(case_to_give_actuals(by, reference), cases_to_read(by))
    show([_row(row) for row in desk.rows], format_name, columns=_ACCOUNTS)


@actuals.command("assign")
@click.argument("reference")
@click.argument("account")
@click.argument("line", required=False)
@click.option("--cost-centre", default="", help="Of this cost centre only.")
@click.option("--leave-out", "because", metavar="WHY", help="It is not of this case, because …")
@acting
def assign(
    *,
    by: Any,
    reference: str,
    account: str,
    line: str | None,
    cost_centre: str,
    because: str | None,
) -> None:
    """Give an ACCOUNT (or all that begin so: 43*) to a LINE such as offer.fee, or leave it out."""
    if (line is None) == (because is None):
        raise DomainError("Name a line, or say with --leave-out why it is not of this case.")
    found = case_to_give_actuals(by, reference)
    way = Choice(line or "", (because or "").strip())
    desk = desk_of(found, cases_to_read(by))
    newest = mapping_of(found)
    centres = [one.cost_centre for one in desk.booked if one.account == account]
    wanted = [cost_centre] if cost_centre else centres or [""]
    is_beginning = account.endswith("*")
    made = choose_accounts(
        found,
        {} if is_beginning else {(account, centre): way for centre in wanted},
        beginning=(account, way) if is_beginning else None,
        by=by,
        at=clock.now(),
        expected_number=newest.number if newest else 0,
    )
    click.echo(f"Mapping {made.number} of {reference} is kept, and counts for every file.")


def _row(row: AccountRow) -> dict[str, Any]:
    booked, guess = row.booked, row.guess
    guessed = (guess.choice.line or f"left out: {guess.choice.because}") if guess else ""
    return {
        "account": booked.account,
        "cost_centre": booked.cost_centre,
        "total": booked.total,
        "rows": booked.rows,
        "line": row.choice.line,
        "because": row.choice.because,
        "guess": guessed,
        "why": guess.why if guess else "",
        "text": booked.text,
    }

"""`retained case confirmations` and `confirm`: who stands behind the assumptions of a case."""

from collections.abc import Iterable
from typing import Any

import click

from retained.project.command_line.acting import acting
from retained.project.command_line.cases import case
from retained.project.command_line.formats import format_option, show
from retained.shared import clock
from retained.shared.errors import DomainError
from retained.strategy.access.confirmations import case_to_confirm, rows_to_see
from retained.strategy.commands.confirmations import confirm_assumptions
from retained.strategy.queries import cases as queries
from retained.strategy.queries.confirmations import assumptions_to_confirm, confirmed_in

_ROWS = (
    "assumption", "value", "unit", "source", "on", "prior", "owner", "state", "words", "moves",
    "turns", "sha256",
)  # fmt: skip
_SHORT = ("assumption", "value", "unit", "owner", "words")


@case.command("confirmations")
@click.argument("reference")
@format_option
@acting
def confirmations(*, by: Any, reference: str, format_name: str) -> None:
    """List who stands behind each assumption, what moves the saving most first."""
    found = case_to_confirm(by, reference)
    version = queries.version_of(found)
    run = queries.run_of(version)
    result = queries.result_written_in(run.document) if run else None
    rows = rows_to_see(by, assumptions_to_confirm(version, result))
    told = [{"assumption": row.key} | {n: getattr(row, n) for n in _ROWS[1:]} for row in rows]
    show(told, format_name, columns=_SHORT if format_name == "table" else _ROWS)


@case.command(
    "confirm",
    epilog="""\b
Examples:
  retained case confirmations SD-2025 --as ruth@bank.example --format csv
  retained case confirm SD-2025 --assumption salary=SHA256 --as ruth@bank.example
  retained case confirm SD-2025 --assumption salary=SHA256 --reason "Ruth said so" --as ...
""",
)
@click.argument("reference")
@click.option(
    "--assumption", "seen", multiple=True, required=True, metavar="NAME=SHA256",
    help="What is confirmed, with the SHA-256 of what was looked at; may stand several times.",
)  # fmt: skip
@click.option("--reason", default="", help="Why you confirm what another owns.")
@acting
def confirm(*, by: Any, reference: str, seen: tuple[str, ...], reason: str) -> None:
    """Say that assumptions are right as they stand; whoever changes one opens it again."""
    found = case_to_confirm(by, reference)
    confirm_assumptions(found, dict(_pairs(seen)), reason=reason, by=by, at=clock.now())
    click.echo(confirmed_in(queries.version_of(found)).sentence)


def _pairs(seen: Iterable[str]) -> Iterable[tuple[str, str]]:
    for one in seen:
        name, sign, sha256 = one.partition("=")
        if not sign:
            raise DomainError(f"--assumption {one}: write it as {name}=SHA256, as the list has it.")
        yield name, sha256

"""`retained record`: proof that the record of who did what is whole, and its head kept."""

from pathlib import Path
from typing import Any

import click
from django.conf import settings

from retained.audit.actors import SystemActor
from retained.audit.chain import Head, Verdict
from retained.audit.verifications import check_and_keep, verify_against
from retained.project import commands
from retained.project.command_line.acting import acting
from retained.project.command_line.formats import format_option, show
from retained.shared import clock

EXAMPLES = """\b
Examples:
  retained record verify
  retained record verify --head 1204:9f3c... --kept /mnt/worm/kept-heads.jsonl
"""


@click.group(epilog="\b\nExample:\n  retained record verify")
def record() -> None:
    """Look after the record of who did what, when."""


@record.command("verify", epilog=EXAMPLES)
@click.option("--head", "head_text", help="A head printed on a statement, in a mail or a backup.")
@click.option(
    "--kept",
    "path",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Another file of kept heads than that of this installation.",
)
@format_option
def verify_record(*, head_text: str | None, path: Path | None, format_name: str) -> None:
    """Recompute the chain: find any edit, removal, insertion, reorder or cut.

    The record is held against every head that was kept outside the database, and with --head
    against what somebody else has on paper: that finds a record that was cut at its end or
    rewritten. Exit code 1 if it is not whole.
    """
    head = Head.parse(head_text) if head_text else None
    verdict, remark = verify_against(path or settings.KEPT_HEADS, head)
    if format_name == "table":
        _tell(verdict, remark)
    else:
        faults = [
            {"kind": fault.kind, "number": fault.number, "sentence": fault.sentence}
            for fault in verdict.faults
        ]
        show(faults, format_name, columns=["kind", "number", "sentence"])
    if not verdict.whole:
        raise click.exceptions.Exit(1)


@record.command("keep", epilog="\b\nExample:\n  retained record keep")
def keep_head() -> None:
    """Seal and verify the record, and keep its head outside the database, as every night.

    Exit code 1 if the record is not whole or the head could not be kept.
    """
    found = check_and_keep(settings.KEPT_HEADS, by=SystemActor("command line"), at=clock.now())
    click.echo(found.sentence)
    for fault in found.faults:
        click.echo(f"  {fault}")
    if found.remark:
        click.echo(found.remark)
    if found.kept_in:
        click.echo(f"Head {found.number}:{found.hash} is kept in {found.kept_in}.")
    if not found.whole or not found.kept_in:
        raise click.exceptions.Exit(1)


@record.command(
    "explain",
    epilog="\b\nExample:\n  retained record explain --as anna@bank.example "
    '--reason "Restored from the backup of 8 November."',
)
@click.option("--reason", required=True, help="Why the record lost heads that were kept of it.")
@acting
def explain(*, by: Any, reason: str) -> None:
    """Write into the record why it lost kept heads, after a backup was restored."""
    count = commands.explain_lost_heads(reason=reason, by=by, at=clock.now())
    click.echo(f"Lost heads named in the record, with your reason: {count}.")


def _tell(verdict: Verdict, remark: str) -> None:
    """Print what was found."""
    click.echo(verdict.sentence)
    click.echo(f"Head: {verdict.head}")
    for fault in verdict.faults:
        click.echo(f"  {fault.sentence}")
    if remark:
        click.echo(remark)

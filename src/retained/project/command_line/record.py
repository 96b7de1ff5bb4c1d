"""`retained record`: proof that the record of who did what is whole."""

import click

from retained.audit.chain import Head, verify
from retained.project.command_line.formats import format_option, show


@click.group(epilog="\b\nExample:\n  retained record verify")
def record() -> None:
    """Look after the record of who did what, when."""


@record.command(
    "verify",
    epilog="\b\nExamples:\n  retained record verify\n  retained record verify --head 1204:9f3c...",
)
@click.option("--head", "head_text", help="A head printed on a statement or a backup.")
@format_option
def verify_record(*, head_text: str | None, format_name: str) -> None:
    """Recompute the chain: find any edit, removal, insertion, reorder or cut.

    With --head the record is also held against what somebody else has on paper, which finds a
    record that was cut at its end or rewritten. Exit code 1 if it is not whole.
    """
    verdict = verify(Head.parse(head_text) if head_text else None)
    if format_name == "table":
        click.echo(verdict.sentence)
        click.echo(f"Head: {verdict.head}")
        for fault in verdict.faults:
            click.echo(f"  {fault.sentence}")
    else:
        faults = [
            {"kind": fault.kind, "number": fault.number, "sentence": fault.sentence}
            for fault in verdict.faults
        ]
        show(faults, format_name, columns=["kind", "number", "sentence"])
    if not verdict.whole:
        raise click.exceptions.Exit(1)

"""`retained record`: proof that the record of who did what is whole, and its head kept."""

from collections.abc import Callable
from functools import wraps
from itertools import islice
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


_COLUMNS = ("id", "at", "person", "verb", "kind", "label", "key", "changes", "reason", "number")


def _filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the filters of the record's page to a command, as its parameter `chosen`."""
    options = (
        ("--who", "Who did it: a part of the name, or the key."),
        ("--verb", "What was done, such as closed."),
        ("--kind", "To what kind of object, such as agreement."),
        ("--object", "The key of the object."),
        ("--since", "From this day on (2026-11-09), in UTC."),
        ("--until", "To this day and with it, in UTC."),
    )
    names = [option.removeprefix("--") for option, _ in options]

    @wraps(command)
    def gathered(**given: Any) -> Any:
        return command(chosen={name: given.pop(name) for name in names}, **given)

    for option, words in reversed(options):
        gathered = click.option(option, default="", help=words)(gathered)
    return gathered


@click.group(
    epilog="""\b
Examples:
  retained record list --as anna@bank.example --verb closed --since 2026-11-01
  retained record export --as anna@bank.example --kind agreement > agreements.csv
  retained record verify
"""
)
def record() -> None:
    """Read the record of who did what, when; prove that it is whole."""


@record.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@_filters
@acting
@format_option
def list_entries(*, chosen: dict[str, str], limit: int, by: Any, format_name: str) -> None:
    """List who did what to which object, the newest first."""
    from retained.audit import queries  # noqa: PLC0415 - Django is set up now
    from retained.directory.access import must  # noqa: PLC0415 - the same
    from retained.project.queries import wanted_entries  # noqa: PLC0415 - the same

    must(by, "read_record")
    found = queries.entries(wanted_entries(chosen)).order_by("-pk")[:limit]
    rows = [_row(row, format_name) for row in queries.entry_rows(list(found))]
    show(rows, format_name, columns=_COLUMNS)


@record.command("export")
@click.option("--chain", is_flag=True, help="The whole chain instead, a line of JSON each link.")
@_filters
@acting
def export_entries(*, chosen: dict[str, str], chain: bool, by: Any) -> None:
    """Write every entry that fits as CSV, the oldest first.

    With --chain: every link of the chain, for outsiders who recompute it; it takes no filter.
    """
    from retained.audit import queries  # noqa: PLC0415 - Django is set up now
    from retained.directory.access import must  # noqa: PLC0415 - the same
    from retained.pages.exports import csv_lines  # noqa: PLC0415 - the same
    from retained.pages.sources import QuerySource  # noqa: PLC0415 - the same
    from retained.pages.tables import Sort  # noqa: PLC0415 - the same
    from retained.project.queries import wanted_entries  # noqa: PLC0415 - the same

    must(by, "read_record")
    if chain:
        if any(chosen.values()):
            raise click.UsageError("The chain is whole or it proves nothing: leave filters out.")
        for line in queries.chain_lines():
            click.echo(line, nl=False)
        return
    entries = QuerySource(queries.entries(wanted_entries(chosen)), queries.entry_rows)
    rows = (list(_row(row, "csv").values()) for row in entries.everything(Sort("id")))
    for line in islice(csv_lines(_COLUMNS, rows), 1, None):  # without the mark for Excel
        click.echo(line, nl=False)


def _row(row: Any, format_name: str) -> dict[str, Any]:
    """Return an entry as a listing shows it: changes as a list in JSON, else on one line."""
    from retained.project.queries import plain_entry  # noqa: PLC0415 - Django is set up now

    plain = plain_entry(row)
    if format_name != "json":
        plain["changes"] = "; ".join(map(str, row.changes))
    return {name: plain[name] for name in _COLUMNS}


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

"""`retained source`: where evidence comes from, its batches, and the provider's own report."""

from pathlib import Path
from typing import Any

import click

from retained.project.command_line.acting import acting
from retained.project.command_line.formats import format_option, month_in, show
from retained.shared import clock

_SOURCES = ("name", "provider", "batches", "rows", "latest")
_BATCHES = (
    "number", "file_name", "sha256", "rows_read", "rows_used", "tickets", "latest_at",
    "imported_at", "withdrawn_at", "withdrawal_reason",
)  # fmt: skip
_REMARKS = ("severity", "code", "row", "column", "sentence")
_FIGURES = ("label", "month", "met", "counted", "percent", "reported_at")
_File = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(
    epilog="""\b
Examples:
  retained source list --as jeroen@bank.example
  retained source show brightdesk --as jeroen@bank.example --format csv
  retained source check tickets-2026-10.csv --as jeroen@bank.example > mapping.yaml
  retained source withdraw brightdesk 3 --reason "Sent twice" --as jeroen@bank.example
  retained source report brightdesk "P1 and P2 in time" 2026-10 --percent 95.4 --as ...
  retained source verdicts brightdesk "P1 and P2 in time" 2026-10 report.csv \\
      --ticket-column Number --verdict-column "SLA met" --as jeroen@bank.example
"""
)
def source() -> None:
    """List sources and batches; check a file, withdraw a batch, keep the provider's report."""


@source.command("list")
@acting
@format_option
def list_sources(*, by: Any, format_name: str) -> None:
    """List the sources, and what counts of each."""
    from retained.evidence import access, queries  # noqa: PLC0415 - Django is set up now

    found: Any = queries.with_figures(access.sources_to_read(by))  # with annotated counts
    rows = [
        {"name": one.name, "provider": str(one.provider or ""), "batches": one.batch_count,
         "rows": one.row_count, "latest": one.latest}
        for one in found
    ]  # fmt: skip
    show(rows, format_name, columns=_SOURCES)


@source.command("show")
@click.argument("name")
@acting
@format_option
def show_source(*, name: str, by: Any, format_name: str) -> None:
    """List every batch of a source, the newest first."""
    from retained.evidence import access, queries  # noqa: PLC0415 - Django is set up now

    _show_batches(queries.all_batches(access.source_to_read(by, name)), format_name)


@source.command("remarks")
@click.argument("name")
@click.argument("number", type=int)
@acting
@format_option
def remarks(*, name: str, number: int, by: Any, format_name: str) -> None:
    """List every remark on a batch, in the order of its rows."""
    from retained.evidence import access, queries  # noqa: PLC0415 - Django is set up now

    found = queries.remarks_of(access.batch_to_read(by, name, number))
    rows = [{column: getattr(one, column) for column in _REMARKS} for one in found]
    show(rows, format_name, columns=_REMARKS)


@source.command("check")
@click.argument("file", type=_File)
@click.option("--mapping", "mapping_path", type=_File, help="Try this one instead of a proposal.")
@acting
def check(*, file: Path, mapping_path: Path | None, by: Any) -> None:
    """Say what a mapping makes of FILE before it counts; the mapping goes to standard output.

    Without --mapping: the one by which a file with the same header was read, or a proposal.
    """
    from retained.evidence import access, commands, dropped  # noqa: PLC0415 - set up now
    from retained.files.storing import store_upload  # noqa: PLC0415 - the same

    access.must_import(by)
    with file.open("rb") as stream:
        stored = store_upload(stream, name=file.name, by=by, at=clock.now())
    run = commands.start_import(stored, by=by, at=clock.now())
    mapping = mapping_path.read_text(encoding="utf-8-sig") if mapping_path else ""
    found = dropped.checked(run, mapping)
    preview = found.preview
    for reason in found.reasons:
        click.echo(reason, err=True)
    part = "" if preview.is_whole else "of its beginning "
    click.echo(
        f"{preview.rows_used:,} of {preview.rows_read:,} rows {part}can be used, "
        f"{preview.tickets:,} tickets.", err=True,
    )  # fmt: skip
    for remark in preview.remarks:
        click.echo(str(remark), err=True)
    click.echo(found.mapping, nl=False)


@source.command("withdraw")
@click.argument("name")
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why it counts no more.")
@acting
@format_option
def withdraw(*, name: str, number: int, reason: str, by: Any, format_name: str) -> None:
    """Take a batch out of the figures; its rows and its place in the record stay."""
    from retained.evidence import access, commands  # noqa: PLC0415 - Django is set up now

    found = access.batch_to_withdraw(by, name, number)
    batch = commands.withdraw_batch(found, reason=reason, by=by, at=clock.now())
    _show_batches([batch], format_name)


@source.command("reported")
@click.argument("name")
@acting
@format_option
def reported(*, name: str, by: Any, format_name: str) -> None:
    """List the provider's own figures, under its own labels."""
    from retained.evidence import access  # noqa: PLC0415 - Django is set up now

    _show_figures(access.source_to_read(by, name), format_name)


@source.command("report")
@click.argument("name")
@click.argument("label")
@click.argument("month_text", metavar="MONTH")
@click.option("--met", type=click.IntRange(0, 10**9), help="Tickets that the provider says it met.")
@click.option("--counted", type=click.IntRange(0, 10**9), help="Tickets that it counted.")
@click.option("--percent", default="", help="Or its percentage, such as 95.4.")
@acting
@format_option
def report(
    *,
    name: str,
    label: str,
    month_text: str,
    met: int | None,
    counted: int | None,
    percent: str,
    by: Any,
    format_name: str,
) -> None:
    """Keep a figure under the LABEL that it has in the provider's report."""
    from retained.evidence import access, commands  # noqa: PLC0415 - Django is set up now

    found = access.source_to_read(by, name)
    access.must_import(by)
    figure = commands.Figure(label.strip(), month_in(month_text), met, counted, percent.strip())
    commands.keep_reported_figures(found, [figure], by=by, at=clock.now())
    _show_figures(found, format_name)


@source.command("verdicts")
@click.argument("name")
@click.argument("label")
@click.argument("month_text", metavar="MONTH")
@click.argument("file", type=_File)
@click.option("--ticket-column", required=True, help="The column of the ticket's number.")
@click.option("--verdict-column", required=True, help="The column of the provider's verdict.")
@click.option(
    "--says", type=click.Choice(["met", "breached"]), default="met", show_default=True,
    help="What “yes” in that column means.",
)  # fmt: skip
@acting
def verdicts(
    *,
    name: str,
    label: str,
    month_text: str,
    file: Path,
    ticket_column: str,
    verdict_column: str,
    says: str,
    by: Any,
) -> None:
    """Keep the provider's verdict of each ticket from its report FILE."""
    from retained.evidence import access, dropped  # noqa: PLC0415 - Django is set up now

    found = access.source_to_read(by, name)
    access.must_import(by)
    columns = dropped.VerdictColumns(ticket_column, verdict_column, breached=says == "breached")
    with file.open("rb") as stream:
        sent = dropped.SentFile(stream, file.name)
        kept, unclear = dropped.keep_verdict_file(
            found, label.strip(), month_in(month_text), columns, sent, by=by, at=clock.now()
        )
    click.echo(f"{kept:,} verdicts are kept; {unclear:,} rows say neither met nor missed.")


def _show_batches(batches: Any, format_name: str) -> None:
    rows = [{column: getattr(one, column) for column in _BATCHES} for one in batches]
    show(rows, format_name, columns=_BATCHES)


def _show_figures(found: Any, format_name: str) -> None:
    from retained.evidence import queries  # noqa: PLC0415 - Django is set up now

    rows = [
        {column: getattr(one, column) for column in _FIGURES} for one in queries.figures_of(found)
    ]
    show(rows, format_name, columns=_FIGURES)

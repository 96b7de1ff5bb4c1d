"""`retained source`: where evidence comes from, its batches, and the provider's own report."""

import sys
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
_FIGURES = ("label", "month", "met", "counted", "percent", "tickets", "reported_at")
_VOLUMES = ("month", "tickets", "stated", "difference")
_REPORTED = ("month", "label", "met", "counted", "percent", "tickets")
_File = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(
    epilog="""\b
Examples:
  retained source list --as jeroen@bank.example
  retained source show brightdesk --as jeroen@bank.example --format csv
  retained source check tickets-2026-10.csv --as jeroen@bank.example > mapping.yaml
  retained source discard 12 --reason "Only a trial" --as jeroen@bank.example
  retained source withdraw brightdesk 3 --reason "Sent twice" --as jeroen@bank.example
  retained source whole brightdesk --as jeroen@bank.example
  retained source report brightdesk --month 2026-10 --label "P1 in time" --met 229 --counted 240
  retained source report brightdesk --month 2026-10 --label "All tickets" --tickets 3630
  retained source verdicts brightdesk report.csv --month 2026-10 --label "P1 in time" \\
      --ticket-column Number --verdict-column "SLA met" --as jeroen@bank.example
"""
)
def source() -> None:
    """List sources and batches; is one whole; check a file; keep the provider's report."""


@source.command("list")
@acting
@format_option
def list_sources(*, by: Any, format_name: str) -> None:
    """List the sources, and what counts of each."""
    from retained.evidence import access  # noqa: PLC0415 - Django is set up now
    from retained.evidence.queries.batches import with_figures  # noqa: PLC0415 - the same

    found: Any = with_figures(access.sources_to_read(by))  # with annotated counts
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
    from retained.evidence import access  # noqa: PLC0415 - Django is set up now
    from retained.evidence.queries.batches import all_batches  # noqa: PLC0415 - the same

    _show_batches(all_batches(access.source_to_read(by, name)), format_name)


@source.command("remarks")
@click.argument("name")
@click.argument("number", type=int)
@acting
@format_option
def remarks(*, name: str, number: int, by: Any, format_name: str) -> None:
    """List every remark on a batch, in the order of its rows."""
    from retained.evidence import access  # noqa: PLC0415 - Django is set up now
    from retained.evidence.queries.batches import remarks_of  # noqa: PLC0415 - the same

    found = remarks_of(access.batch_to_read(by, name, number))
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
    from retained.evidence import access  # noqa: PLC0415 - Django is set up now
    from retained.evidence.commands.handed_in import check_file  # noqa: PLC0415 - the same
    from retained.files.storing import SentFile  # noqa: PLC0415 - the same

    access.must_import(by)
    mapping = mapping_path.read_text(encoding="utf-8-sig") if mapping_path else ""
    with file.open("rb") as stream:
        found = check_file(SentFile(stream, file.name), mapping, by=by, at=clock.now())
    preview = found.preview
    click.echo(f"Import {found.run.pk}: discard it, or map it on its page.", err=True)
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


@source.command("discard")
@click.argument("key", type=int, metavar="ID")
@click.option("--reason", required=True, help="Why; it stays in the record.")
@acting
def discard(*, key: int, reason: str, by: Any) -> None:
    """Remove a file that was checked and never mapped."""
    from retained.evidence import access  # noqa: PLC0415 - Django is set up now
    from retained.evidence.commands.importing import discard_import  # noqa: PLC0415 - the same

    access.must_import(by)
    run = access.import_to_read(by, key)
    name = run.file.original_name
    discard_import(run, reason=reason, by=by, at=clock.now())
    click.echo(f"{name} is discarded.")


@source.command("withdraw")
@click.argument("name")
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why it counts no more.")
@acting
@format_option
def withdraw(*, name: str, number: int, reason: str, by: Any, format_name: str) -> None:
    """Take a batch out of the figures; its rows and its place in the record stay."""
    from retained.evidence import access  # noqa: PLC0415 - Django is set up now
    from retained.evidence.commands.batches import withdraw_batch  # noqa: PLC0415 - the same

    found = access.batch_to_withdraw(by, name, number)
    batch = withdraw_batch(found, reason=reason, by=by, at=clock.now())
    _show_batches([batch], format_name)


@source.command("whole")
@click.argument("name")
@acting
@format_option
def whole(*, name: str, by: Any, format_name: str) -> None:
    """Show the tickets of each month; what looks missing goes to standard error.

    Exit code 1 if anything does.
    """
    from retained.evidence import access  # noqa: PLC0415 - Django is set up now
    from retained.evidence.queries.wholeness import wholeness_of  # noqa: PLC0415 - the same

    found = wholeness_of(access.source_to_read(by, name))
    for remark in found.remarks:
        click.echo(str(remark), err=True)
    rows = [
        {
            "month": str(one.month),
            "tickets": one.tickets,
            "stated": one.stated,
            "difference": one.difference,
        }
        for one in found.volumes
    ]
    show(rows, format_name, columns=_VOLUMES)
    if found.remarks:
        sys.exit(1)


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
@click.option("--month", "month_text", required=True, metavar="MONTH", help="Like 2026-10.")
@click.option("--label", required=True, help="The name in the provider's report.")
@click.option("--met", type=click.IntRange(0), help="Tickets in time, as reported.")
@click.option("--counted", type=click.IntRange(0), help="Tickets that it counts.")
@click.option("--percent", default="", help="Or the percentage alone.")
@click.option("--tickets", type=click.IntRange(0), help="All tickets of the month, as stated.")
@acting
@format_option
def report(
    *, name: str, month_text: str, label: str, by: Any, format_name: str, **stated: Any
) -> None:
    """Keep a figure of the provider's report, the number of tickets that it states, or both."""
    from retained.evidence import access  # noqa: PLC0415 - Django is set up now
    from retained.evidence.commands.reported import Report, keep_report  # noqa: PLC0415 - the same

    found = access.source_to_read(by, name)
    access.must_import(by)
    month = month_in(month_text)
    keep_report(found, Report(label, month, **stated), by=by, at=clock.now())
    show([{"month": str(month), "label": label, **stated}], format_name, columns=_REPORTED)


@source.command("verdicts")
@click.argument("name")
@click.argument("file", type=_File)
@click.option("--month", "month_text", required=True, metavar="MONTH", help="Like 2026-10.")
@click.option("--label", required=True, help="The name in the provider's report.")
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
    file: Path,
    month_text: str,
    label: str,
    ticket_column: str,
    verdict_column: str,
    says: str,
    by: Any,
) -> None:
    """Keep the provider's verdict of each ticket from its report FILE."""
    from retained.evidence import access  # noqa: PLC0415 - Django is set up now
    from retained.evidence.commands import handed_in  # noqa: PLC0415 - the same
    from retained.files.storing import SentFile  # noqa: PLC0415 - the same

    found = access.source_to_read(by, name)
    access.must_import(by)
    columns = handed_in.VerdictColumns(ticket_column, verdict_column, breached=says == "breached")
    with file.open("rb") as stream:
        sent = SentFile(stream, file.name)
        kept, unclear = handed_in.keep_verdict_file(
            found, label.strip(), month_in(month_text), columns, sent, by=by, at=clock.now()
        )
    click.echo(f"{kept:,} verdicts are kept; {unclear:,} rows say neither met nor missed.")


def _show_batches(batches: Any, format_name: str) -> None:
    rows = [{column: getattr(one, column) for column in _BATCHES} for one in batches]
    show(rows, format_name, columns=_BATCHES)


def _show_figures(found: Any, format_name: str) -> None:
    from retained.evidence.queries import reported as reports  # noqa: PLC0415 - set up now

    figures = [
        {column: getattr(one, column, None) for column in _FIGURES}
        for one in reports.figures_of(found)
    ]
    volumes = [
        {"label": one.label, "month": one.month, "tickets": one.tickets,
         "reported_at": one.stated_at}
        for one in reports.volumes_of(found)
    ]  # fmt: skip
    rows = sorted([*figures, *volumes], key=lambda row: str(row["month"]), reverse=True)
    show(rows, format_name, columns=_FIGURES)

"""`retained source`: whether its evidence is whole, and what the provider reports about it."""

import sys
from typing import Any

import click

from retained.project.command_line.acting import acting
from retained.project.command_line.formats import format_option, show
from retained.shared import clock
from retained.shared.months import Month

_VOLUMES = ("month", "tickets", "stated", "difference")
_REPORTED = ("month", "label", "met", "counted", "percent", "tickets")


@click.group(
    epilog="""\b
Examples:
  retained source whole brightdesk --as jeroen@bank.example
  retained source report brightdesk --month 2026-10 --label "P1 in time" --met 229 --counted 240
  retained source report brightdesk --month 2026-10 --label "All tickets" --tickets 3630
"""
)
def source() -> None:
    """Look whether a source is whole; keep what the provider reports about it."""


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
    month = Month.parse(month_text)
    keep_report(found, Report(label, month, **stated), by=by, at=clock.now())
    show([{"month": str(month), "label": label, **stated}], format_name, columns=_REPORTED)

"""`retained figures`: what was measured, opened: months, tickets, differences, pauses, what if."""

from typing import Any

import click

from retained.project.command_line.acting import acting
from retained.project.command_line.formats import format_option, month_in, show
from retained.shared import clock
from retained.shared.errors import DomainError

_MONTHS = (
    "month", "status", "service_level", "attained", "unit", "expected", "met", "missed", "verdict",
    "reported", "owed", "currency",
)  # fmt: skip
_TICKETS = (
    "ticket", "priority", "verdict", "reason", "clock_seconds", "paused_seconds", "target",
    "due_at", "stopped_at", "said",
)  # fmt: skip
_DIFFERENCES = ("ticket", "ours", "reported", "cause", "clock_seconds", "target", "sentence")
_PAUSES = ("actor", "reason", "state", "pauses", "seconds", "share")
_ODD = ("ticket", "pattern", "verdict", "sentence")
_WHOLENESS = ("source", "code", "sentence", "file")
_VOLUMES = ("source", "month", "tickets")
_REPLAYED = (
    "month", "service_level", "unit", "agreed", "replayed", "agreed_verdict", "replayed_verdict",
    "owed_in_month", "would_be_owed_in_month",
)  # fmt: skip
_TERMS = ("at", "event", "open_seconds", "sign", "sum_so_far", "row")
_RAW = ("at", "says", "priority", "actor", "reason", "batch", "row")
CHANGES = (
    ("pauses", "The clock pauses: none, client, third_party or both."),
    ("calendar", "Service hours: 24x7, mon-fri-8-18, mon-fri-7-20 or mon-sat-8-18."),
    ("stops", "The clock stops at: resolved or closed."),
    ("reopening", "A reopening: resume, new_cycle or ignore."),
    ("as-new", "A ticket reopened as a new one: continues or separate."),
    ("priority", "Of a changed priority: first, last or split."),
    ("level", "Only this service level, by its id."),
    ("target", "Target of every priority, such as 8h."),
    ("expected", "Expected level, such as '90 %'."),
    ("minimum", "Minimum level, such as '85 %'."),
    ("earn-back", "A credit is earned back: never, 1, 3 or year."),
)


@click.group(
    epilog="""\b
Examples:
  retained figures months AG-7 --as jeroen@bank.example --format csv
  retained figures tickets AG-7 2026-10 urgent --as jeroen@bank.example
  retained figures differences AG-7 2026-10 urgent --as jeroen@bank.example --format csv
  retained figures pauses AG-7 2026-10 urgent --as jeroen@bank.example
  retained figures ticket AG-7 urgent INC-1 --as jeroen@bank.example
  retained figures wholeness AG-7 --as jeroen@bank.example
  retained figures what-if AG-7 --pauses both --as jeroen@bank.example
"""
)
def figures() -> None:
    """Open what was measured: months, tickets, differences, pauses, wholeness, what if."""


@figures.command("months")
@click.argument("reference")
@acting
@format_option
def months(*, reference: str, by: Any, format_name: str) -> None:
    """List every stored month with its figures, the newest first."""
    from retained.delivery.queries.months import agreement_months  # noqa: PLC0415 - set up now
    from retained.delivery.queries.opened import measured_to_watch  # noqa: PLC0415 - the same
    from retained.delivery.queries.plain_rows import month_rows  # noqa: PLC0415 - the same

    agreement, measured = measured_to_watch(by, reference)
    show(month_rows(agreement_months(agreement, measured)), format_name, columns=_MONTHS)


@figures.command("tickets")
@click.argument("reference")
@click.argument("month_text", metavar="MONTH")
@click.argument("level")
@click.option("--verdict", default="", help="Only met, missed, open, excluded or unusable ones.")
@acting
@format_option
def tickets(
    *, reference: str, month_text: str, level: str, verdict: str, by: Any, format_name: str
) -> None:
    """List the tickets of one figure by number, with what each counts as."""
    from retained.delivery.queries.ticket_rows import TicketSource  # noqa: PLC0415 - the same
    from retained.delivery.queries.ticket_scopes import scope_of  # noqa: PLC0415
    from retained.pages.tables import Sort  # noqa: PLC0415 - Django is set up now

    opened = _opened(by, reference, level, month_text)
    terms = opened.months.agreed.on(opened.figure.month)
    month = opened.figure.month
    scope = scope_of(opened.measured, terms, opened.terms, month, close=opened.close)
    chosen = dict.fromkeys(("words", "priority", "reason", "difference"), "")
    found = TicketSource(scope, {**chosen, "verdict": verdict}).everything(Sort("ticket"))
    rows = [{name: getattr(row, name) for name in _TICKETS} for row in found]
    show(rows, format_name, columns=_TICKETS)


@figures.command("ticket")
@click.argument("reference")
@click.argument("level")
@click.argument("number")
@click.option("--raw", is_flag=True, help="Its raw rows instead of the terms of its clock.")
@acting
@format_option
def ticket(
    *, reference: str, level: str, number: str, raw: bool, by: Any, format_name: str
) -> None:
    """Open one ticket: the terms of its clock, or its raw rows."""
    from retained.delivery.queries.opened import ticket_to_watch  # noqa: PLC0415 - set up now
    from retained.delivery.queries.plain_rows import ticket_rows  # noqa: PLC0415 - the same

    row = ticket_rows(ticket_to_watch(by, reference, level, number))
    spent = f"{row['clock_seconds']} s of {row['target'] or 'no target'}"
    said = f"{row['ticket']}: {row['verdict']} {row['reason']}".strip()
    click.echo(f"{said}, {spent}. {row['promise']}", err=True)
    part, columns = ("raw", _RAW) if raw else ("terms", _TERMS)
    show(row[part], format_name, columns=columns)


@figures.command("differences")
@click.argument("reference")
@click.argument("month_text", metavar="MONTH")
@click.argument("level")
@acting
@format_option
def differences(*, reference: str, month_text: str, level: str, by: Any, format_name: str) -> None:
    """List the tickets between the provider's figure and ours, each with its cause."""
    from retained.delivery.queries.plain_rows import (  # noqa: PLC0415 - Django is set up now
        difference_rows,
        differences_of,
    )

    found = differences_of(_opened(by, reference, level, month_text))
    if not found.knows_tickets and found.possible:
        click.echo("The provider gave totals only: these are possible causes.", err=True)
    show(difference_rows(found), format_name, columns=_DIFFERENCES)


@figures.command("pauses")
@click.argument("reference")
@click.argument("month_text", metavar="MONTH")
@click.argument("level")
@click.option("--odd", is_flag=True, help="The tickets whose pauses look odd.")
@acting
@format_option
def pauses(
    *, reference: str, month_text: str, level: str, odd: bool, by: Any, format_name: str
) -> None:
    """Show who let the clocks of a figure stand, and why."""
    from retained.delivery.queries.plain_rows import (  # noqa: PLC0415 - Django is set up now
        audit_of,
        odd_rows,
        pause_rows,
    )

    audit = audit_of(_opened(by, reference, level, month_text))
    if odd:
        show(odd_rows(audit), format_name, columns=_ODD)
    else:
        show(pause_rows(audit), format_name, columns=_PAUSES)


@figures.command("wholeness")
@click.argument("reference")
@click.option("--volumes", is_flag=True, help="The tickets of each source by month.")
@acting
@format_option
def wholeness(*, reference: str, volumes: bool, by: Any, format_name: str) -> None:
    """Say what looks missing in the evidence of an agreement."""
    from retained.delivery import access  # noqa: PLC0415 - Django is set up now
    from retained.delivery.queries import plain_rows  # noqa: PLC0415 - the same

    look = plain_rows.look_of(access.agreement_to_watch(by, reference))
    if volumes:
        show(plain_rows.volume_rows(look), format_name, columns=_VOLUMES)
    else:
        show(plain_rows.wholeness_rows(look), format_name, columns=_WHOLENESS)


@figures.command("measure")
@click.argument("reference")
@acting
def measure(*, reference: str, by: Any) -> None:
    """Measure an agreement anew, and wait until it is done."""
    from retained.delivery import access  # noqa: PLC0415 - Django is set up now
    from retained.delivery.commands.measuring import measure_agreement  # noqa: PLC0415

    agreement = access.agreement_for(by, reference, "measure_again")
    measured = measure_agreement(agreement, by=by, at=clock.now())
    click.echo(f"{reference} is measured as of {measured.as_of:%Y-%m-%d %H:%M} UTC.")


def _with_changes(command: Any) -> Any:
    """Add an option for each rule that a what-if may change."""
    for name, sentence in reversed(CHANGES):
        command = click.option(f"--{name}", default="", help=sentence)(command)
    return command


@figures.command("what-if")
@click.argument("reference")
@_with_changes
@acting
@format_option
def what_if(*, reference: str, by: Any, format_name: str, **asked: str) -> None:
    """Measure the same history under changed rules; nothing of the record changes."""
    from retained.delivery.forms.what_if import question_in  # noqa: PLC0415 - Django is set up now
    from retained.delivery.queries.opened import measured_to_watch  # noqa: PLC0415 - the same
    from retained.delivery.queries.plain_rows import replay_rows  # noqa: PLC0415 - the same
    from retained.delivery.queries.replays import answer_at_once  # noqa: PLC0415 - the same
    from retained.delivery.queries.terms import agreed  # noqa: PLC0415 - the same

    agreement, measured = measured_to_watch(by, reference)
    question = question_in([row.terms for row in agreed(agreement).versions], asked)
    answer = answer_at_once(agreement, measured, question, at=clock.now(), whatever=True)
    if answer is None:
        raise DomainError("This question has no answer: measure the agreement first.")
    worth = answer.worth
    said = f"The change is worth {worth.amount} {worth.currency}"
    click.echo(f"{said}; {answer.verdicts_changed} verdicts of whole months change.", err=True)
    show(replay_rows(answer), format_name, columns=_REPLAYED)


def _opened(by: Any, reference: str, level: str, month_text: str) -> Any:
    """Return a figure that the person may watch."""
    from retained.delivery.queries.opened import figure_to_watch  # noqa: PLC0415 - set up now

    return figure_to_watch(by, reference, level, month_in(month_text))

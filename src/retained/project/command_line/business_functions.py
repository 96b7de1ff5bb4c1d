"""`retained business-function`: what the company does, from the command line."""

from typing import Any

import click

from retained.project.command_line.acting import acting
from retained.project.command_line.formats import format_option, show
from retained.shared import clock
from retained.strategy.access.portfolio import (
    business_function_to_change,
    business_functions_to_read,
)
from retained.strategy.commands import business_functions as commands
from retained.strategy.queries.plain_functions import BUSINESS_FIELDS, business_row

EXAMPLES = """\b
Examples:
  retained business-function list --as anna@bank.example
  retained business-function add --as anna@bank.example --criticality vital \\
      --recovery-time 120 --recovery-point 0 payments "Payments"
  retained business-function change --as anna@bank.example --criticality high payments
  retained business-function retire --as anna@bank.example payments
"""
_CRITICALITY = click.Choice(("low", "medium", "high", "vital"))
_TIME = click.option(
    "--recovery-time", type=click.IntRange(min=0), help="Minutes that it may stand still."
)
_POINT = click.option(
    "--recovery-point", type=click.IntRange(min=0), help="Minutes of data that may be lost."
)


@click.group("business-function", epilog=EXAMPLES)
def business_function() -> None:
    """List, add, change and retire business functions."""


@business_function.command("list")
@format_option
@acting
def list_business_functions(*, by: Any, format_name: str) -> None:
    """List business functions, retired ones too."""
    rows = [business_row(one) for one in business_functions_to_read(by)]
    show(rows, format_name, columns=BUSINESS_FIELDS)


@business_function.command("add")
@click.argument("reference")
@click.argument("title")
@click.option("--criticality", type=_CRITICALITY, required=True)
@_TIME
@_POINT
@acting
def add(
    *, by: Any, reference: str, title: str, criticality: str, recovery_time: int | None,
    recovery_point: int | None,
) -> None:  # fmt: skip
    """Add a business function."""
    details = commands.BusinessFunctionDetails(title, criticality, recovery_time, recovery_point)
    made = commands.add_business_function(reference, details, by=by, at=clock.now())
    click.echo(f"{made.reference} {made.title} is added.")


@business_function.command("change")
@click.argument("reference")
@click.option("--title", help="A new title; the reference stays.")
@click.option("--criticality", type=_CRITICALITY)
@_TIME
@_POINT
@acting
def change(
    *, by: Any, reference: str, title: str | None, criticality: str | None,
    recovery_time: int | None, recovery_point: int | None,
) -> None:  # fmt: skip
    """Change a business function; what is not named stays as it is."""
    found = business_function_to_change(by, reference)
    details = commands.BusinessFunctionDetails(
        title or found.title,
        criticality or found.criticality,
        found.recovery_time_minutes if recovery_time is None else recovery_time,
        found.recovery_point_minutes if recovery_point is None else recovery_point,
    )
    commands.change_business_function(
        found, details, by=by, at=clock.now(), expected_version=found.version
    )
    click.echo(f"{found.reference} {found.title} is saved.")


@business_function.command("retire")
@click.argument("reference")
@acting
def retire(*, by: Any, reference: str) -> None:
    """Retire a business function: it cannot be named anew."""
    found = business_function_to_change(by, reference)
    commands.retire_business_function(found, by=by, at=clock.now(), expected_version=found.version)
    click.echo(f"{found.title} is retired.")


@business_function.command("bring-back")
@click.argument("reference")
@acting
def bring_back(*, by: Any, reference: str) -> None:
    """Bring a retired business function back into use."""
    found = business_function_to_change(by, reference)
    commands.bring_back_business_function(
        found, by=by, at=clock.now(), expected_version=found.version
    )
    click.echo(f"{found.title} is in use again.")

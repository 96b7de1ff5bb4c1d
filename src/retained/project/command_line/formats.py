"""`--format table|json|csv`: every listing speaks to people and to programs alike."""

import csv
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import click

from retained.shared.errors import DomainError
from retained.shared.months import Month

Row = Mapping[str, object]

FORMATS = ("table", "json", "csv")


def format_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--format` to a command, as its parameter `format_name`."""
    return click.option(
        "--format",
        "format_name",
        type=click.Choice(FORMATS),
        default="table",
        show_default=True,
        help="How to print the result.",
    )(command)


def show(rows: Sequence[Row], format_name: str, *, columns: Sequence[str]) -> None:
    """Print rows: a table for people, one JSON list, or CSV with a header."""
    if format_name == "json":
        click.echo(
            json.dumps(
                [{name: row.get(name) for name in columns} for row in rows], indent=2, default=str
            )
        )
    elif format_name == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_text(row.get(name)) for name in columns] for row in rows)
    else:
        click.echo(table(rows, columns))


def table(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """Return rows as aligned text; columns that hold only numbers stand to the right."""
    titles = [name.replace("_", " ") for name in columns]
    cells = [[_text(row.get(name)) for name in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(titles, *cells, strict=True)]
    right = [all(_is_figure(row.get(name)) for row in rows) for name in columns]
    lines = [titles, ["-" * width for width in widths], *cells]
    return "\n".join(_line(line, widths, right) for line in lines)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    """Return one line of the table."""
    padded = [
        cell.rjust(width) if to_right else cell.ljust(width)
        for cell, width, to_right in zip(cells, widths, right, strict=True)
    ]
    return "  ".join(padded).rstrip()


def _is_figure(value: object) -> bool:
    """Return whether a value is a number (truth is an int to Python, not to people)."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _text(value: object) -> str:
    """Return a value as a cell: nothing for None, yes and no for truth."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def month_in(text: str) -> Month:
    """Return the month that somebody wrote as 2026-10; raises DomainError."""
    try:
        return Month.parse(text)
    except ValueError:
        raise DomainError(f"“{text}” is not a month: write it like 2026-10.") from None

"""The table of doors names every address of the API and only commands that are there."""

import re
from pathlib import Path

import click

from retained.project.api import api
from retained.project.command_line import program

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "doors.md").read_text("utf-8")
CELLS = [re.split(r"(?<!\\)\|", line) for line in PAGE.splitlines() if line.startswith("| ")]


def named(column: int) -> set[str]:
    """Return what stands between backquotes in one column of the tables."""
    return {name for cells in CELLS for name in re.findall(r"`([^`]+)`", cells[column])}


def commands() -> set[str]:
    """Return every command as people write it, such as “month close”."""
    group = program.program
    context = click.Context(group)
    found = set()
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        parts = command.list_commands(context) if isinstance(command, click.Group) else []
        found |= {name, *(f"{name} {part}" for part in parts)}
    return found


def addresses() -> set[str]:
    """Return every method and address of the API."""
    paths = api.get_openapi_schema()["paths"]
    return {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in paths.items()
        for method in methods
    }


def test_every_address_of_the_api_stands_in_the_table_and_no_other() -> None:
    assert named(3) - addresses() == set()
    assert addresses() - named(3) == set(), "name these in docs/reference/doors.md"


def test_every_command_of_the_table_is_there() -> None:
    assert named(2) - commands() == set()

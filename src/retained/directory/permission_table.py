"""The permission table of this installation, read once from permissions.toml beside this file."""

from functools import cache
from pathlib import Path

from retained.directory.engine.permissions import PermissionTable, parse_permissions

PATH = Path(__file__).with_name("permissions.toml")


@cache
def permission_table() -> PermissionTable:
    """Return the table; a mistake in the file stops the program at its first request."""
    return parse_permissions(PATH.read_text(encoding="utf-8"))

"""The permission table as a page of the documentation: docs/reference/permissions.md."""

from collections.abc import Iterable, Sequence

from retained.directory.engine.permissions import PermissionTable
from retained.directory.engine.roles import Role
from retained.directory.permission_table import permission_table

_INTRO = """# The permission table

Who may open which address, and who may do what. This page is printed from
`src/retained/directory/permissions.toml` by `retained permissions`; a test holds the two equal.

Three rules stand around it:

* What the table does not name is closed: to everybody the address is not there.
* Somebody whose role is not named gets the same answer as for what is not there.
* The table opens pages; which *rows* a person sees on them is decided by `access.py` of each room.
  A provider's person sees only what belongs to its own organisation.

An action “by agreement” is also open, for the agreements named, to a person whose role is limited
to them. Any other action asks for a role without limits.
"""


def permission_page() -> str:
    """Return the page as Markdown."""
    table = permission_table()
    parts = [_INTRO, "## Roles\n", _roles()]
    for room, (addresses, actions) in table.rooms.items():
        if addresses or actions:
            parts.append(f"## {room.capitalize()}\n")
            parts += _actions(table, actions) + _addresses(table, addresses)
    return "\n".join(parts)


def _roles() -> str:
    """Return the roles and what they are for."""
    rows = [(role.label, role.side.value, role.purpose) for role in Role]
    return _markdown(("Role", "Side", "What it is for"), rows)


def _actions(table: PermissionTable, names: Sequence[str]) -> list[str]:
    """Return the actions of a room."""
    rules = [(name, table.actions[name]) for name in names]
    rows = [
        (f"`{name}`", str(rule.audience), "yes" if rule.per_agreement else "")
        for name, rule in rules
    ]
    return [_markdown(("Action", "Open to", "By agreement"), rows)] if rows else []


def _addresses(table: PermissionTable, names: Sequence[str]) -> list[str]:
    """Return the addresses of a room, each method by itself."""
    rows = [
        (f"`{name}`", method, str(audience))
        for name in names
        for method, audience in table.addresses[name].items()
    ]
    return [_markdown(("Address", "Method", "Open to"), rows)] if rows else []


def _markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"

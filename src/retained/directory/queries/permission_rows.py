"""The permission table as people read it: what each page and each act is for, and who may."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from inspect import getdoc

from django.urls import URLPattern, URLResolver, get_resolver

from retained.directory.permission_table import permission_table

ACT, SEE, SEND = "act", "see", "send"
KIND_WORDS = {ACT: "act", SEE: "look at", SEND: "send"}


@dataclass(frozen=True, slots=True)
class PermissionRow:
    """One thing that the table opens to somebody. `name` is what the table calls it."""

    room: str
    kind: str
    words: str
    name: str
    audience: str
    by_agreement: bool

    @property
    def kind_words(self) -> str:
        """What one does there."""
        return KIND_WORDS[self.kind]


def permission_rows(chosen: Mapping[str, str]) -> list[PermissionRow]:
    """Return what the reader's filters leave of the table."""
    words = chosen.get("words", "").casefold().split()
    return [
        row
        for row in _all_rows()
        if chosen.get("room", "") in {"", row.room}
        and chosen.get("kind", "") in {"", row.kind}
        and all(word in f"{row.words} {row.name} {row.audience}".casefold() for word in words)
    ]


def room_choices() -> list[tuple[str, str]]:
    """Return the rooms of the table as choices."""
    return [(room, room.capitalize()) for room in permission_table().rooms]


@cache
def _all_rows() -> tuple[PermissionRow, ...]:
    return tuple(row for room in permission_table().rooms for row in _rows(room))


def _rows(room: str) -> Iterator[PermissionRow]:
    table = permission_table()
    addresses, actions = table.rooms[room]
    for name in actions:
        rule = table.actions[name]
        yield PermissionRow(room, ACT, _spoken(name), name, str(rule.audience), rule.per_agreement)
    purposes = _purposes()
    for name in addresses:
        for method, audience in table.addresses[name].items():
            kind = SEE if method == "GET" else SEND
            words = purposes.get(name) or _spoken(name)
            yield PermissionRow(room, kind, words, f"{name} {method}", str(audience), False)


def _spoken(name: str) -> str:
    return name.replace(":", ": ").replace("_", " ").capitalize()


@cache
def _purposes() -> dict[str, str]:
    """Return what our own pages say of themselves, by the name of their address."""
    return {
        name: (getdoc(view) or "").partition("\n")[0].rstrip(".")
        for name, view in _views(get_resolver())
        if getattr(view, "__module__", "").startswith("retained.")
    }


def _views(resolver: URLResolver) -> Iterator[tuple[str, object]]:
    for found in resolver.url_patterns:
        if isinstance(found, URLResolver):
            yield from _views(found)
        elif isinstance(found, URLPattern) and found.name:
            yield found.name, found.callback

"""The permission table: who may open which address and do what.

In   the text of permissions.toml; the roles of a person, each with the agreement it is limited to
Out  the table as values; yes or no; the agreements that a permission reaches
Why  docs/reference/permissions.md
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from retained.directory.engine.roles import CLIENT_ROLES, PROVIDER_ROLES, Role
from retained.shared.errors import DomainError

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_GROUPS = {"client": CLIENT_ROLES, "provider": PROVIDER_ROLES}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that somebody holds; an empty reference means every agreement."""

    role: Role
    agreement_reference: str = ""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is let in: anyone at all, anyone signed in, the holders of some roles, or nobody."""

    roles: frozenset[Role] = frozenset()
    signed_in: bool = False
    anyone: bool = False

    def admits(self, roles: Iterable[Role]) -> bool:
        """Return whether a signed-in person with `roles` is let in."""
        return self.anyone or self.signed_in or not self.roles.isdisjoint(roles)

    def __str__(self) -> str:
        """Return the audience as the documentation says it."""
        if self.anyone:
            return "anyone"
        if self.signed_in:
            return "anyone signed in"
        return ", ".join(_words(self.roles)) or "nobody"


@dataclass(frozen=True, slots=True)
class ActionRule:
    """Who may do something, and whether that something belongs to one agreement."""

    audience: Audience
    per_agreement: bool


@dataclass(frozen=True, slots=True)
class PermissionTable:
    """Everything that permissions.toml says. What it does not name is closed."""

    addresses: Mapping[str, Mapping[str, Audience]]
    actions: Mapping[str, ActionRule]
    rooms: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]  # room: its addresses, its actions
    before_second_factor: frozenset[str]  # addresses open while a required factor is missing

    def action(self, name: str) -> ActionRule:
        """Return the rule of an action; one that the table does not name is a fault in the code."""
        if name not in self.actions:
            raise LookupError(f"permissions.toml names no action “{name}”")
        return self.actions[name]


def allowed(
    grants: Iterable[Grant], rule: ActionRule, agreement_reference: str | None = None
) -> bool:
    """Return whether the holder of `grants` may do what `rule` is about.

    For one agreement, a role counts that reaches it. Without a reference, an action that belongs
    to an agreement is allowed to who may do it somewhere; any other asks for an unlimited role.
    """
    reach = agreements_reached(grants, rule)
    if reach is None:
        return True
    if agreement_reference is not None:
        return agreement_reference in reach
    return rule.per_agreement and bool(reach)


def agreements_reached(grants: Iterable[Grant], rule: ActionRule) -> frozenset[str] | None:
    """Return the agreements for which the action is allowed; None means every one."""
    if rule.audience.signed_in or rule.audience.anyone:
        return None
    counting = [grant for grant in grants if grant.role in rule.audience.roles]
    if any(not grant.agreement_reference for grant in counting):
        return None
    return frozenset(grant.agreement_reference for grant in counting)


def parse_permissions(text: str) -> PermissionTable:
    """Return the table that the TOML `text` holds; raise DomainError that names what is wrong."""
    table = tomllib.loads(text)
    addresses: dict[str, Mapping[str, Audience]] = {}
    for room, entries in table["addresses"].items():
        for name, methods in entries.items():
            _once(name, addresses, room)
            addresses[name] = {
                method: _audience(words, f"{room}.{name}.{_known_method(method, name)}")
                for method, words in methods.items()
            }
    actions: dict[str, ActionRule] = {}
    for room, entries in table["actions"].items():
        for name, rule in entries.items():
            _once(name, actions, room)
            actions[name] = _action(rule, f"{room}.{name}")
    waiting = frozenset(table["second_factor"]["open_before"])
    if unknown := waiting - addresses.keys():
        raise DomainError(f"[second_factor] names unknown addresses: {', '.join(sorted(unknown))}.")
    return PermissionTable(addresses, actions, _rooms(table), waiting)


def _rooms(
    table: Mapping[str, Mapping[str, Mapping[str, object]]],
) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the names of each room's addresses and actions, in the order of the file."""
    order = list(dict.fromkeys([*table["addresses"], *table["actions"]]))
    return {
        room: (tuple(table["addresses"].get(room, {})), tuple(table["actions"].get(room, {})))
        for room in order
    }


def _action(rule: object, place: str) -> ActionRule:
    """Return an action's rule, written as words or as { roles, per_agreement }."""
    if isinstance(rule, dict):
        return ActionRule(_audience(rule["roles"], place), bool(rule["per_agreement"]))
    return ActionRule(_audience(rule, place), per_agreement=False)


def _audience(words: object, place: str) -> Audience:
    """Return the audience that one word or a list of words stands for."""
    names = [words] if isinstance(words, str) else words
    if not isinstance(names, list) or not names:
        raise DomainError(f"{place}: say who, as a word or a list of words.")
    if names in (["anyone"], ["signed_in"], ["nobody"]):
        return Audience(anyone=names == ["anyone"], signed_in=names == ["signed_in"])
    roles: set[Role] = set()
    for name in names:
        if name not in _GROUPS and name not in set(Role):
            raise DomainError(f"{place}: “{name}” is no role and no group of roles.")
        roles |= _GROUPS.get(name, frozenset()) or {Role(name)}
    return Audience(frozenset(roles))


def _known_method(method: str, name: str) -> str:
    """Return `method`, or raise DomainError if addresses have no such method."""
    if method not in METHODS:
        raise DomainError(f"{name}: “{method}” is no method; use one of {', '.join(METHODS)}.")
    return method


def _once(name: str, seen: Mapping[str, object], room: str) -> None:
    """Raise DomainError if two rooms name the same thing."""
    if name in seen:
        raise DomainError(f"{room}.{name}: another room names it too.")


def _words(roles: frozenset[Role]) -> list[str]:
    """Return roles in words; a whole side is one word."""
    words = []
    rest = set(roles)
    for group, members in (
        ("every client role", CLIENT_ROLES),
        ("every provider role", PROVIDER_ROLES),
    ):
        if members <= rest:
            words.append(group)
            rest -= members
    return words + [role.label for role in Role if role in rest]

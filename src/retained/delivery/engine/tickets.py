"""A ticket's history as values: what happened to it, row by row.

In   raw rows that `evidence` has read and ordered
Out  tickets with their changes, each change still naming its raw row
Why  docs/methods/ticket-clocks.md
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from retained.shared.states import State


@dataclass(frozen=True, slots=True)
class Change:
    """One raw row: at `at` (UTC seconds) the ticket entered `state`, or had this priority.

    `file` is the SHA-256 of the file, `row` its row (the header is row 1).
    """

    at: int
    state: State | None
    priority: str | None = None
    actor: str = ""
    reason: str = ""
    file: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket: its changes in order, and what its source says beside them.

    `hold_seconds` is the source's own total of waiting, where rows show no pauses;
    `pauses_known` is false where neither rows nor a total tell of them, `rows_whole` where a row of
    it could not be used.
    """

    number: str
    changes: tuple[Change, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)
    hold_seconds: int | None = None
    pauses_known: bool = True
    reported: str | None = None
    rows_whole: bool = True

    def until(self, as_of: int) -> "Ticket":
        """Return the ticket as it was known at `as_of`: later rows are left away."""
        if not self.changes or self.changes[-1].at <= as_of:
            return self
        known = tuple(change for change in self.changes if change.at <= as_of)
        return replace(self, changes=known)


def joined(tickets: Iterable[Ticket]) -> list[Ticket]:
    """Return tickets with those that continue another (attribute `continues`) put to it.

    The ticket that was continued keeps its number, attributes and first priority; the other
    disappears. A chain is followed to its beginning; a ring, or a ticket that is not there,
    joins nothing.
    """
    by_number = {ticket.number: ticket for ticket in tickets}
    before = {
        number: earlier
        for number, ticket in by_number.items()
        if (earlier := ticket.attributes.get("continues", "")) in by_number
    }
    parts: dict[str, list[Ticket]] = {}
    for number, ticket in by_number.items():
        parts.setdefault(beginning(number, before), []).append(ticket)
    return [_one(by_number[number], own) for number, own in sorted(parts.items())]


def beginning(number: str, before: Mapping[str, str]) -> str:
    """Return the ticket that `number` continues in the end, or itself; of a ring, the least.

    `before` maps a ticket to the one that it continues.
    """
    seen = {number}
    while (earlier := before.get(number)) is not None:
        if earlier in seen:
            return min(seen)
        seen.add(earlier)
        number = earlier
    return number


def _one(first: Ticket, own: list[Ticket]) -> Ticket:
    if len(own) == 1:
        return first
    changes = sorted((change for ticket in own for change in ticket.changes), key=_moment)
    holds = [ticket.hold_seconds for ticket in own if ticket.hold_seconds is not None]
    return replace(
        first,
        changes=tuple(changes),
        hold_seconds=sum(holds) if holds else None,
        pauses_known=all(ticket.pauses_known for ticket in own),
        rows_whole=all(ticket.rows_whole for ticket in own),
    )


def _moment(change: Change) -> int:
    return change.at

"""A ticket's history as values: what happened to it, row by row.

In   raw rows that `evidence` has read and ordered
Out  tickets with their changes, each change still naming its raw row
Why  docs/methods/ticket-clocks.md
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

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
    `pauses_known` is false where neither rows nor a total tell of them.
    """

    number: str
    changes: tuple[Change, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)
    hold_seconds: int | None = None
    pauses_known: bool = True
    reported: str | None = None

    def until(self, as_of: int) -> "Ticket":
        """Return the ticket as it was known at `as_of`: later rows are left away."""
        if not self.changes or self.changes[-1].at <= as_of:
            return self
        known = tuple(change for change in self.changes if change.at <= as_of)
        return Ticket(
            self.number,
            known,
            self.attributes,
            self.hold_seconds,
            self.pauses_known,
            self.reported,
        )

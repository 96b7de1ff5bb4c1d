"""Where a ticket stands: the eight states that every source's own states are mapped to."""

from enum import StrEnum


class State(StrEnum):
    """Where a ticket stands."""

    NEW = "new"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    WAITING_CLIENT = "waiting_client"
    WAITING_THIRD_PARTY = "waiting_third_party"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"


WAITING = (State.WAITING_CLIENT, State.WAITING_THIRD_PARTY)

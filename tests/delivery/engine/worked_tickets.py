"""Tickets written by hand for the worked tables of the methods pages."""

from datetime import datetime
from zoneinfo import ZoneInfo

from delivery.story import AGREEMENT
from retained.contracts.engine.reading import read_agreement
from retained.delivery.engine.measurement import hours_for, level_results, meant_tickets
from retained.delivery.engine.tickets import Change, Ticket
from retained.delivery.engine.verdicts import TicketResult
from retained.shared.states import State

TERMS = read_agreement(AGREEMENT)
LEVEL = TERMS.service_level("urgent")


def at(text: str) -> int:
    """Return the UTC second of a moment of October 2026, such as 05 09:00, in Amsterdam."""
    wall = datetime.strptime(f"2026-10-{text}", "%Y-%m-%d %H:%M")  # noqa: DTZ007 - zone follows
    return int(wall.replace(tzinfo=ZoneInfo("Europe/Amsterdam")).timestamp())


AS_OF = at("31 12:00")


def ticket(number: str, *rows: tuple[str, str], continues: str = "", by: str = "") -> Ticket:
    """Return a P2 ticket: each row is a moment, and a state (with : reason) or "priority 3"."""
    changes = []
    for moment, what in rows:
        state, _, reason = what.partition(": ")
        is_priority = state.startswith("priority ")
        priority = state.removeprefix("priority ") if is_priority else None
        changes.append(
            Change(
                at(moment),
                None if is_priority else State(state),
                priority=priority or ("2" if state == "new" else None),
                actor=by,
                reason=reason,
            )
        )
    attributes = {"continues": continues} if continues else {}
    return Ticket(number, tuple(changes), attributes)


def results_of(tickets: list[Ticket]) -> dict[str, TicketResult]:
    """Return what each ticket counts as under "P1 and P2 in time"."""
    meant = meant_tickets(tickets, LEVEL, TERMS)
    hours = hours_for(TERMS, meant, as_of=AS_OF)
    found = level_results(meant, LEVEL, TERMS, hours, as_of=AS_OF, excluded={})
    return {result.ticket: result for result in found}

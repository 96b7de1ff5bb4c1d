"""Agreements and tickets for the tests of the engine: small, and each told in one line."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.reading import agreement_of
from retained.delivery.engine.measurement import Measurement, hours_for, measure
from retained.delivery.engine.tickets import Change, Ticket
from retained.delivery.engine.verdicts import TicketResult, ticket_result
from retained.shared.states import State

ZONE = "Europe/Amsterdam"
SHORT = {
    "new": State.NEW,
    "assigned": State.ASSIGNED,
    "work": State.IN_PROGRESS,
    "client": State.WAITING_CLIENT,
    "third": State.WAITING_THIRD_PARTY,
    "resolved": State.RESOLVED,
    "closed": State.CLOSED,
    "cancelled": State.CANCELLED,
    "-": None,
}
CALENDARS: dict[str, Any] = {
    "office": {"hours": {"monday-friday": ["08:00-18:00"]}, "holidays": "NL"},
    "always": "24x7",
}


def agreement(
    *,
    clock: Mapping[str, Any] | None = None,
    level: Mapping[str, Any] | None = None,
    levels: Sequence[Mapping[str, Any]] = (),
    calendars: Mapping[str, Any] | None = None,
    **fields: Any,
) -> AgreementTerms:
    """Return an agreement with one clock, and one service level unless `levels` are given."""
    promised = [dict(_LEVEL, **one) for one in levels] or [dict(_LEVEL, **(level or {}))]
    document = {
        "schema": "retained/agreement/1",
        "reference": "AG-1",
        "title": "Service desk",
        "client": "Lindenhof Bank",
        "provider": "Brightdesk",
        "currency": "EUR",
        "time_zone": ZONE,
        "from": "2026-01-01",
        "until": "2028-12-31",
        "calendars": dict(calendars or CALENDARS),
        "clocks": {"resolve": {"calendar": "office", **(clock or {})}},
        "service_levels": promised,
    }
    return agreement_of({**document, **fields})


_LEVEL: dict[str, Any] = {
    "id": "in-time",
    "title": "Resolved in time",
    "source": "brightdesk",
    "clock": "resolve",
    "targets": {"any": "8h"},
    "expected": "95 %",
    "minimum": "90 %",
}


def at(text: str, zone: str = ZONE) -> int:
    """Return the UTC second of a moment on the wall."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


def ticket(number: str, *rows: str, **known: Any) -> Ticket:
    """Return a ticket of rows such as "2026-10-05 09:00 new 2" (moment, state, priority)."""
    changes = []
    for row_number, row in enumerate(rows, 2):
        day, hour, state, *priority = row.split()
        changes.append(
            Change(
                at(f"{day} {hour}"),
                SHORT[state],
                priority[0] if priority else None,
                row=row_number,
            )
        )
    return Ticket(number, tuple(changes), **known)


def result(
    one: Ticket,
    terms: AgreementTerms,
    *,
    as_of: str = "2026-11-02 12:00",
    excluded: Mapping[str, str] | None = None,
) -> TicketResult:
    """Return what a ticket counts as under the agreement's only service level."""
    moment = at(as_of)
    hours = hours_for(terms, [one], as_of=moment)
    level = terms.service_levels[0]
    found = ticket_result(one, level, terms, hours, as_of=moment, excluded=excluded or {})
    assert found is not None
    return found


def measured(
    tickets: Sequence[Ticket], terms: AgreementTerms, *, as_of: str = "2026-11-02 12:00"
) -> Measurement:
    """Measure all service levels over the same tickets."""
    return measure(lambda _: tickets, terms, as_of=at(as_of))

"""Settled results: what an earlier look found, and later evidence cannot change.

In   the tickets of an earlier look and what they counted as, under the same terms
Out  the results that stand as long as their ticket has no new row
Why  docs/methods/ticket-clocks.md
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retained.delivery.engine.bulk.detailed import StoredResults
from retained.delivery.engine.found import LevelResults, OnlyCounted
from retained.delivery.engine.tickets import Ticket
from retained.delivery.engine.verdicts import TicketResult, Verdict

Known = Mapping[str, tuple[Ticket, TicketResult]]


@dataclass(frozen=True, slots=True)
class Looked:
    """The tickets of one service level as its clock saw them, and what they counted as.

    What the large path counted has no tickets here, and is counted anew each time.
    """

    tickets: Sequence[Ticket]
    results: LevelResults


def settled(looked: Looked, excluded: Mapping[str, str]) -> Known:
    """Return the results of tickets whose clock has stopped, each with the ticket it is about.

    An open ticket's clock runs on, and what is excluded now or was then is looked at again.
    """
    if isinstance(looked.results, StoredResults | OnlyCounted):
        return {}
    tickets = {ticket.number: ticket for ticket in looked.tickets}
    return {
        result.ticket: (tickets[result.ticket], result)
        for result in looked.results
        if result.stopped_at is not None
        and result.verdict in {Verdict.MET, Verdict.MISSED}
        and result.ticket not in excluded
    }

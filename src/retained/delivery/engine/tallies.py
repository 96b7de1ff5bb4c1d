"""Tallies: what the tickets of a service level and a month count as, summed.

In   what each ticket counts as, or the same counted in bulk
Out  for each month the tickets by verdict, and the clocks where a time is measured
Why  docs/methods/measures.md
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from retained.contracts.engine.level_terms import TIMES, ServiceLevelTerms
from retained.delivery.engine.verdicts import TicketResult, Verdict
from retained.shared.months import Month


@dataclass(frozen=True, slots=True)
class Tally:
    """Tickets by verdict. `uncertain` are misses that a pause nobody knows of could undo.

    `clocks` are the open seconds of the tickets that count, ascending; kept only where the
    measure is of times.
    """

    met: int = 0
    missed: int = 0
    open: int = 0
    excluded: int = 0
    unusable: int = 0
    uncertain: int = 0
    clocks: tuple[int, ...] = ()

    @property
    def counted(self) -> int:
        """The tickets that a figure is about."""
        return self.met + self.missed

    def __add__(self, other: "Tally") -> "Tally":
        """Return both together."""
        return Tally(
            self.met + other.met,
            self.missed + other.missed,
            self.open + other.open,
            self.excluded + other.excluded,
            self.unusable + other.unusable,
            self.uncertain + other.uncertain,
            tuple(sorted((*self.clocks, *other.clocks))),
        )


# By month; None holds the tickets that belong to none yet.
Tallies = Mapping[Month | None, Tally]


def tallies_of(results: Iterable[TicketResult], level: ServiceLevelTerms) -> Tallies:
    """Return the tallies of what tickets count as."""
    by_month: dict[Month | None, list[TicketResult]] = defaultdict(list)
    for result in results:
        by_month[result.month].append(result)
    return {month: _tally(own, level) for month, own in by_month.items()}


def summed_tallies(sums: Iterable[tuple[Month | None, Verdict, int, int]]) -> Tallies:
    """Return tallies of counts by month and verdict, each with how many are uncertain."""
    counts: dict[Month | None, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for month, verdict, tickets, uncertain in sums:
        counts[month][verdict.value] += tickets
        counts[month]["uncertain"] += uncertain
    return {
        month: Tally(
            met=own["met"],
            missed=own["missed"],
            open=own["open"],
            excluded=own["excluded"],
            unusable=own["unusable"],
            uncertain=own["uncertain"],
        )
        for month, own in counts.items()
    }


def _tally(results: Iterable[TicketResult], level: ServiceLevelTerms) -> Tally:
    own = list(results)
    counts = Counter(result.verdict for result in own)
    counted = {Verdict.MET, Verdict.MISSED}
    clocks = sorted(result.clock_seconds for result in own if result.verdict in counted)
    return Tally(
        met=counts[Verdict.MET],
        missed=counts[Verdict.MISSED],
        open=counts[Verdict.OPEN],
        excluded=counts[Verdict.EXCLUDED],
        unusable=counts[Verdict.UNUSABLE],
        uncertain=sum(result.uncertain for result in own),
        clocks=tuple(clocks) if level.measure in TIMES else (),
    )

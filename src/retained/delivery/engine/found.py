"""What a look found about tickets: results in memory or stored, read the same way.

In   the results of each version and service level, and the months that they count for
Out  one collection of results; those of a month
Why  docs/methods/index.md
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from retained.contracts.engine.level_terms import ServiceLevelTerms
from retained.delivery.engine.bulk.detailed import StoredResults
from retained.delivery.engine.tallies import Tallies, summed_tallies, tallies_of
from retained.delivery.engine.verdicts import TicketResult
from retained.shared.months import Month


@dataclass(frozen=True, slots=True)
class OnlyCounted:
    """What tickets count as, summed: nobody asked for a row of each."""

    tallies: Tallies


LevelResults = Sequence[TicketResult] | StoredResults | OnlyCounted


def tallies_found(found: LevelResults, level: ServiceLevelTerms) -> Tallies:
    """Return the tallies of a level's results."""
    if isinstance(found, OnlyCounted):
        return found.tallies
    if isinstance(found, StoredResults):
        return summed_tallies(found.sums())
    return tallies_of(found, level)


@dataclass(frozen=True, slots=True)
class Part:
    """Results of one level under one version: those whose month `counts` here."""

    found: Sequence[TicketResult] | StoredResults
    counts: Callable[[Month | None], bool]

    def __iter__(self) -> Iterator[TicketResult]:
        """Yield the results that count."""
        return (result for result in self.found if self.counts(result.month))

    def of_month(self, month: Month) -> Iterable[TicketResult]:
        """Yield those of a month."""
        if not self.counts(month):
            return ()
        if isinstance(self.found, StoredResults):
            return self.found.of_month(month)
        return (result for result in self.found if result.month == month)

    def __len__(self) -> int:
        """Return how many count."""
        if isinstance(self.found, StoredResults):
            return sum(sums[2] for sums in self.found.sums() if self.counts(sums[0]))
        return sum(self.counts(result.month) for result in self.found)


@dataclass(frozen=True)
class Together(Collection[TicketResult]):
    """The results of several parts, one part after the other."""

    parts: Sequence[Part]

    def __len__(self) -> int:
        """Return how many there are."""
        return sum(map(len, self.parts))

    def __iter__(self) -> Iterator[TicketResult]:
        """Yield all of them."""
        return chain.from_iterable(self.parts)

    def __contains__(self, result: object) -> bool:
        """Return whether a result is one of these."""
        return any(one == result for one in self)


def results_of_month(results: Iterable[TicketResult], month: Month) -> Iterable[TicketResult]:
    """Yield the results that count in a month."""
    if isinstance(results, Together):
        return chain.from_iterable(part.of_month(month) for part in results.parts)
    return (result for result in results if result.month == month)


def held_in_memory(results: Collection[TicketResult]) -> int:
    """Return how many results take memory; stored ones do not."""
    if not isinstance(results, Together):
        return len(results)
    return sum(
        len(part.found) for part in results.parts if not isinstance(part.found, StoredResults)
    )

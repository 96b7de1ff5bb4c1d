"""What of a month is not there yet: the ledger, or the volumes and headcount.

In   what came true of a case, the mapping that it was read by, and a month
Out  which kinds of files are missing
Why  docs/methods/living-case.md
"""

from dataclasses import dataclass

from retained.shared.months import Month
from retained.strategy.engine.actuals_terms import ActualsTerms
from retained.strategy.engine.booked import Actuals


@dataclass(frozen=True, slots=True)
class Missing:
    """Which kinds of files nobody gave for a month. Without a mapping it is the ledger."""

    ledger: bool
    drivers: bool

    def __bool__(self) -> bool:
        return self.ledger or self.drivers

    @property
    def words(self) -> str:
        """What is missing, as people say it."""
        if self.ledger and self.drivers:
            return "actuals"
        if self.drivers:
            return "volumes and headcount"
        return "ledger" if self.ledger else ""


def missing_in(month: Month, actuals: Actuals | None, mapping: ActualsTerms | None) -> Missing:
    """Return what is missing of a month: a kind that the mapping reads, without a figure in it.

    A ledger is there once anything of the month was booked to a line.
    """
    if actuals is None or mapping is None:
        return Missing(ledger=True, drivers=False)
    seen = {when for figures in actuals.drivers.values() for when in figures}
    return Missing(
        ledger=mapping.ledger is not None and month not in actuals.months,
        drivers=mapping.drivers is not None and month not in seen,
    )

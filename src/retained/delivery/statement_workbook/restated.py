"""The service levels of a statement beside their terms: what can be worked out again, and what not.

In   the levels as a statement froze them, the version of the agreement that it names
Out  for each level, which of its figure, verdict, share and points follow from its own cells
Why  docs/methods/statement-workbook.md
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.credit_terms import CreditTerms
from retained.contracts.engine.level_terms import SHARES, TIMES, ServiceLevelTerms, SmallVolume
from retained.delivery.engine.credits import missed_points, missed_share
from retained.delivery.engine.measures import (
    MISSES,
    MonthFigure,
    MonthVerdict,
    attained_figure,
    month_verdict,
)
from retained.delivery.engine.result_rows import figure_text
from retained.delivery.engine.tallies import Tally
from retained.delivery.queries.statements import StatedCredit, StatedLevel
from retained.shared.months import Month


@dataclass(frozen=True)
class RestatedLevel:
    """A level of a statement, its terms, and the line of the sheet of service levels it stands on.

    What does not follow from the statement alone (tickets pooled with an earlier month, a
    percentile) is written as it was stated.
    """

    stated: StatedLevel
    terms: ServiceLevelTerms
    month: Month
    line: int

    @cached_property
    def counts_give_it(self) -> bool:
        """Whether the level's own counts come to the figure that was stated."""
        if self.terms.measure in TIMES:
            return False
        return figure_text(self._counted_figure, self.terms) == self.stated.attained

    @cached_property
    def verdict_follows(self) -> bool:
        """Whether figure, levels and volume give the verdict that was stated."""
        verdict = month_verdict(self._figure, self._tally, self.terms)
        carried = self.terms.small_volume is SmallVolume.CARRY
        return verdict == self.stated.verdict or (carried and verdict is MonthVerdict.TOO_FEW)

    @property
    def is_missed(self) -> bool:
        """Whether the verdict that was stated is a miss."""
        return self.stated.verdict in MISSES

    @property
    def misses_before(self) -> int:
        """The misses running before the month; none where the level was met, which ended them."""
        running = self.stated.credit.misses_running if self.stated.credit else 0
        return running - 1 if self.is_missed else running

    def share_follows(self, credit: StatedCredit, terms: CreditTerms) -> bool:
        """Whether the terms give the share of the allocation that was stated."""
        return missed_share(self._month_figure, self.terms, terms) == credit.share

    def points_follow(self, credit: StatedCredit, terms: CreditTerms) -> bool:
        """Whether the terms give the points that were stated."""
        points = missed_points(self._month_figure, self.terms, terms) * credit.multiplier
        return points == credit.points

    @property
    def _tally(self) -> Tally:
        return Tally(self.stated.met, self.stated.missed, self.stated.open)

    @property
    def _counted_figure(self) -> Decimal | None:
        return attained_figure(self._tally, self.terms)

    @cached_property
    def _figure(self) -> Decimal | None:
        """The figure in the engine's unit: exact where its counts give it, else as stated."""
        if self.counts_give_it:
            return self._counted_figure
        if self.stated.attained is None:
            return None
        stated = Decimal(self.stated.attained)
        return stated / 100 if self.terms.measure in SHARES else stated

    @property
    def _month_figure(self) -> MonthFigure:
        return MonthFigure(
            service_level=self.terms.id,
            month=self.month,
            attained=self._figure,
            met=self.stated.met,
            missed=self.stated.missed,
            open=self.stated.open,
            excluded=self.stated.excluded,
            unusable=self.stated.unusable,
            verdict=MonthVerdict(self.stated.verdict),
        )


def restated_levels(
    levels: Sequence[StatedLevel], agreement: AgreementTerms, month: Month
) -> list[RestatedLevel]:
    """Return the levels of a statement beside their terms, in its order."""
    return [
        RestatedLevel(level, agreement.service_level(level.id), month, line)
        for line, level in enumerate(levels, start=2)
    ]

"""Values of figures by month: one service level in one month, a month, a level's story.

They hold what was measured or frozen, and the words in which pages say it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.level_terms import ServiceLevelTerms
from retained.contracts.engine.sentences.levels import counted_sentence, level_sentence
from retained.delivery.engine.earn_back import EarnBack
from retained.delivery.engine.statements import MOST_UNUSABLE, Reported
from retained.delivery.models import Measured, MeasuredMonth, MonthClose
from retained.delivery.queries import wording
from retained.delivery.queries.terms import Agreed
from retained.evidence.engine.normalising.row_counts import RowCount
from retained.shared.money import Money, total
from retained.shared.months import Month

MISSED_VERDICTS = ("below_expected", "below_minimum")


@dataclass(frozen=True)
class LevelMonth:
    """One service level in one month. Figures are in `unit`: percent, open seconds or tickets.

    Of a closed month these are the frozen figures, and the provider's as it was frozen; what the
    evidence says now is `late`, where it differs. `so_far` marks the month that still runs: its
    figure is no verdict, whatever it is.
    """

    level_id: str
    title: str
    month: Month
    unit: str
    attained: Decimal | None
    attained_with_excluded: Decimal | None
    at_best: Decimal | None
    expected: Decimal
    minimum: Decimal | None
    met: int
    missed: int
    open: int
    excluded: int
    unusable: int
    verdict: str
    so_far: bool
    misses_left: int | None
    interval: tuple[str, str]
    pooled_from: tuple[str, ...]
    credit: Mapping[str, Any] | None
    reported: Reported | None = None
    # Of a closed month: what late evidence would make of it, where that is something else.
    late: "LevelMonth | None" = None
    rows: int = 0  # of its source in the month
    unusable_rows: int = 0

    @property
    def counted(self) -> int:
        """The tickets that the figure is about."""
        return self.met + self.missed

    @property
    def levels(self) -> tuple[Decimal, ...]:
        """The levels that the figure is held against."""
        return (self.expected, self.minimum) if self.minimum is not None else (self.expected,)

    @property
    def ratio(self) -> Decimal | None:
        """The figure as charts draw it: a ratio for shares, hours for times."""
        return drawn(self.attained, self.unit)

    @property
    def words(self) -> str:
        """The figure as it is written."""
        return wording.figure_words(
            self.attained, self.unit, levels=self.levels, lower_is_better=self.lower_is_better
        )

    @property
    def reported_words(self) -> str:
        """The provider's figure as it is written, or nothing."""
        figure = self.reported.figure if self.reported else None
        return "" if figure is None else wording.figure_words(figure, wording.PERCENT)

    @property
    def reported_counts(self) -> str:
        """The provider's counts, or nothing."""
        if self.reported is None or self.reported.met is None or not self.reported.counted:
            return ""
        return f"{self.reported.met:,} of {self.reported.counted:,}"

    @property
    def difference(self) -> str:
        """The provider's figure less ours, in points."""
        figure = self.reported.figure if self.reported else None
        if figure is None or self.attained is None or self.unit != wording.PERCENT:
            return ""
        return wording.points_words(
            figure, self.attained, levels=self.levels, lower_is_better=self.lower_is_better
        )

    @property
    def against(self) -> str:
        """The levels in words: expected 95 %, minimum 90 %."""
        minimum = wording.level_words(self.minimum, self.unit)
        expected = f"expected {wording.level_words(self.expected, self.unit)}"
        return f"{expected}, minimum {minimum}" if minimum else expected

    @property
    def counts(self) -> str:
        """The counts in words: 213 of 240; of a share that should be small, those it counts."""
        if self.unit == wording.PERCENT:
            return f"{self.hits:,} of {self.counted:,}"
        return f"{self.counted:,} tickets"

    @property
    def hits(self) -> int:
        """The tickets that a share counts: those met, or of one that shall be low, the others."""
        return self.missed if self.lower_is_better else self.met

    @property
    def proof(self) -> str:
        """What the volume proves."""
        return wording.proof_words(self.counted, *self.interval)

    @property
    def left(self) -> str:
        """What a running month can still bear."""
        if not self.so_far or self.unit != wording.PERCENT:
            return ""
        if not self.counted:
            return "No ticket has been counted yet."
        promise = wording.Promise(self.expected, self.minimum, self.lower_is_better)
        return wording.left_words(
            promise, hits=self.hits, counted=self.counted, bears=self.misses_left
        )

    @property
    def lower_is_better(self) -> bool:
        """Whether a smaller figure is the better one: times, counts, a share of misses."""
        if self.unit != wording.PERCENT:
            return True
        if self.minimum is not None and self.minimum != self.expected:
            return self.minimum > self.expected
        if self.attained is None or not self.counted:
            return False
        of_missed = abs(self.attained - Decimal(self.missed) * 100 / self.counted)
        return of_missed < abs(self.attained - Decimal(self.met) * 100 / self.counted)

    @property
    def stands_below(self) -> bool:
        """Whether the figure so far is worse than expected."""
        if self.attained is None or not self.counted:
            return False
        if self.lower_is_better:
            return self.attained > self.expected
        return self.attained < self.expected

    @property
    def is_missed(self) -> bool:
        """Whether the month fell below what is expected."""
        return self.verdict in MISSED_VERDICTS

    @property
    def unusable_share(self) -> Decimal:
        """The share of tickets that could not be used."""
        everything = self.counted + self.unusable
        return Decimal(self.unusable) / everything if everything else Decimal(0)

    @property
    def too_many_unusable(self) -> bool:
        """Whether the month closes only with a reason."""
        return max(self.unusable_share, self.unusable_rows_share) > MOST_UNUSABLE

    @property
    def unusable_rows_share(self) -> Decimal:
        """The share of its source's rows of the month that could not be used."""
        return RowCount(self.rows, self.unusable_rows).share

    @property
    def money(self) -> Money | None:
        """What the month owes for this level after the cap; nothing while it runs."""
        if self.credit is None or self.so_far:
            return None
        return Money.of_minor(self.credit["after_cap_minor"], self.credit["currency"])

    @property
    def money_before_cap(self) -> Money | None:
        """The credit before the cap."""
        if self.credit is None or self.so_far:
            return None
        return Money.of_minor(self.credit["amount_minor"], self.credit["currency"])


@dataclass(frozen=True)
class MonthRow:
    """One month of an agreement: its service levels, its credit and where its close stands."""

    month: Month
    levels: tuple[LevelMonth | None, ...]
    status: str
    close: MonthClose | None
    currency: str
    earned_back: Money  # of earlier credits: as stated, or as it would be stated today

    @property
    def so_far(self) -> bool:
        """Whether the month still runs."""
        return self.status == "so_far"

    @property
    def owed(self) -> Money:
        """What the month owes after the cap."""
        amounts = [level.money for level in self.levels if level and level.money]
        return total(amounts, self.currency)

    @property
    def net(self) -> Money:
        """What the month owes less what it earned back."""
        return self.owed - self.earned_back

    @property
    def before_cap(self) -> Money:
        """What the month would owe without the cap."""
        amounts = [
            level.money_before_cap for level in self.levels if level and level.money_before_cap
        ]
        return total(amounts, self.currency)

    @property
    def lost_to_cap(self) -> Money:
        """What the cap cuts off."""
        return self.before_cap - self.owed

    @property
    def there(self) -> list[LevelMonth]:
        """The service levels that have a figure."""
        return [level for level in self.levels if level is not None]

    @property
    def is_late(self) -> bool:
        """Whether evidence that came after the close would give other figures."""
        return any(level.late for level in self.there)

    @property
    def missed(self) -> list[LevelMonth]:
        """The service levels that fell below what is expected."""
        return [level for level in self.there if level.is_missed]


@dataclass(frozen=True)
class LevelStory:
    """A service level through its months, the oldest first, as the terms of the last have it."""

    level: ServiceLevelTerms
    terms: AgreementTerms
    months: tuple[LevelMonth, ...]

    @property
    def level_id(self) -> str:
        """What the agreement calls it."""
        return self.level.id

    @property
    def title(self) -> str:
        """Its name."""
        return self.level.title

    @property
    def critical(self) -> bool:
        """Whether it is one of the critical ones."""
        return self.level.critical

    @cached_property
    def sentence(self) -> str:
        """What is promised, read back."""
        return level_sentence(self.level, self.terms)

    @cached_property
    def counted_sentence(self) -> str:
        """How it was counted."""
        unusable = self.months[-1].unusable_rows or None
        return counted_sentence(self.level, self.terms, unusable_rows=unusable)

    @property
    def complete(self) -> list[LevelMonth]:
        """The months that are over."""
        return [month for month in self.months if not month.so_far]

    @property
    def last(self) -> LevelMonth | None:
        """The last month that is over."""
        return self.complete[-1] if self.complete else None

    @property
    def running(self) -> LevelMonth | None:
        """The month that still runs."""
        return next((month for month in self.months if month.so_far), None)


@dataclass(frozen=True)
class AgreementMonths:
    """Everything that was measured of an agreement.

    A month that is closed shows what was frozen; `now` holds what is measured of it today, by
    month and service level, and `rows` the same as the tables keep it.
    """

    agreed: Agreed
    measured: Measured
    rows: tuple[MeasuredMonth, ...]
    now: Mapping[Month, Mapping[str, LevelMonth]]
    levels: tuple[LevelStory, ...]
    months: tuple[MonthRow, ...]  # the newest first
    closes: Mapping[str, MonthClose]  # by month, as 2026-10
    all_closes: tuple[MonthClose, ...]  # of a month, what counts comes last
    reported: Mapping[tuple[str, Month], Reported]  # the provider's figures as they stand now
    earn_backs: tuple[EarnBack, ...] = ()  # where each credit stands that can be earned back

    @cached_property
    def last(self) -> MonthRow | None:
        """The last month that is over."""
        return next((row for row in self.months if not row.so_far), None)

    @cached_property
    def running(self) -> MonthRow | None:
        """The month that still runs."""
        return next((row for row in self.months if row.so_far), None)

    def close_of(self, month: Month) -> MonthClose | None:
        """Return the close that counts for a month; none while it is open."""
        close = self.closes.get(str(month))
        return close if close is not None and close.is_current else None

    @property
    def owed(self) -> Money:
        """What all months that are over owe together, less what they earned back."""
        return total((row.net for row in self.months), self.agreed.latest.currency)

    def earn_back_of(self, level_id: str, month: Month) -> EarnBack | None:
        """Return where the credit of a service level in a month stands, if it can be earned."""
        place = level_id, month
        return next((o for o in self.earn_backs if (o.service_level, o.month) == place), None)


def drawn(figure: Decimal | None, unit: str) -> Decimal | None:
    """Return a figure as charts draw it: a ratio for shares, hours for times."""
    if figure is None:
        return None
    return figure / {wording.PERCENT: 100, wording.SECONDS: 3600}.get(unit, 1)

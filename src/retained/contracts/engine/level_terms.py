"""Service levels as an agreement writes them: what is measured, on which tickets, to what level.

In   a measure with its clock, targets, filter and levels
Out  values that `delivery` measures by
Why  docs/methods/measures.md
"""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from retained.contracts.engine.calendar_terms import a_list
from retained.contracts.engine.credit_terms import CreditTerms, Whole
from retained.contracts.engine.targets import Target, parse_target
from retained.shared.placed import FieldError
from retained.shared.quantities import Percent, parse_number, parse_percent

Values = Annotated[tuple[str, ...], BeforeValidator(a_list)]


class Measure(StrEnum):
    """What is computed over the tickets of a month."""

    WITHIN_TARGET = "within_target"  # share of tickets whose clock met its target
    PERCENTILE = "percentile"  # the clock that so many percent of tickets did not exceed
    MEAN = "mean"  # the mean clock
    FIRST_TIME = "first_time"  # share resolved without reassignment and without reopening
    REOPEN_SHARE = "reopen_share"  # share that was reopened
    BACKLOG = "backlog"  # tickets open at the end of the month
    COUNT = "count"  # tickets of the month


SHARES = {Measure.WITHIN_TARGET, Measure.FIRST_TIME, Measure.REOPEN_SHARE}
TIMES = {Measure.PERCENTILE, Measure.MEAN}
LOWER_IS_BETTER = {
    Measure.PERCENTILE,
    Measure.MEAN,
    Measure.REOPEN_SHARE,
    Measure.BACKLOG,
    Measure.COUNT,
}


class MonthOf(StrEnum):
    """What decides the month that a ticket counts in."""

    OPENED = "opened"
    STOP = "stop"
    DUE = "due"


class OpenPastTarget(StrEnum):
    """What a ticket that is still open after its target counts as."""

    MISSED = "missed"
    OPEN = "open"


class SmallVolume(StrEnum):
    """What happens in a month with fewer tickets than the minimum volume."""

    NO_VERDICT = "no_verdict"
    CARRY = "carry"  # the verdict of the month before stands
    POOL = "pool"  # the tickets are counted together with the next month's
    FAILURES = "failures"  # so many misses are allowed, whatever the share


def level_of(measure: Measure, text: str) -> Decimal:
    """Return a level written in the unit of a measure: a ratio, seconds or a number of tickets."""
    if measure in SHARES:
        return parse_percent(text)
    if measure in TIMES:
        return Decimal(parse_target(text).amount)
    return parse_number(text)


class ServiceLevelTerms(BaseModel):
    """One measured promise."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    title: Annotated[str, Field(min_length=1, max_length=120)]
    source: str
    tickets: dict[str, Values] = Field(default_factory=dict)
    clock: str | None = None
    measure: Measure = Measure.WITHIN_TARGET
    targets: dict[str, Target] = Field(default_factory=dict)
    percentile: Percent | None = None
    older_than: Target | None = None
    month_of: MonthOf = MonthOf.STOP
    open_past_target: OpenPastTarget = OpenPastTarget.MISSED
    reopening_counts: bool = True
    expected: str
    minimum: str | None = None
    round_to: Whole | None = None
    minimum_volume: Whole = 0
    small_volume: SmallVolume = SmallVolume.NO_VERDICT
    allowed_failures: Whole = 0
    critical: bool = False
    credit: CreditTerms | None = None

    @field_validator("expected", "minimum")
    @classmethod
    def _must_be_a_level(cls, text: str | None, info: ValidationInfo) -> str | None:
        measure = info.data.get("measure")
        if text is not None and measure is not None:
            level_of(measure, text)
        return text

    @model_validator(mode="after")
    def _must_fit_the_measure(self) -> "ServiceLevelTerms":
        if self.measure is Measure.WITHIN_TARGET and not self.targets:
            raise FieldError(
                "targets is missing: give each priority its time, or any: 8h", "targets"
            )
        if self.measure is Measure.PERCENTILE and self.percentile is None:
            raise FieldError(
                "percentile is missing: which one is measured, like 90 %", "percentile"
            )
        if self.clock is None and self.measure in {Measure.WITHIN_TARGET, *TIMES}:
            raise FieldError("clock is missing: name one of the agreement's clocks", "clock")
        self._levels_must_not_cross()
        self._credit_must_be_in_its_unit()
        return self

    def _levels_must_not_cross(self) -> None:
        expected, minimum = self.expected_level, self.minimum_level
        if self.measure in SHARES and not 0 <= expected <= 1:
            raise FieldError("expected must lie between 0 % and 100 %", "expected")
        if minimum is None or minimum == expected:
            return
        if (minimum < expected) is self.lower_is_better:
            worse = "above" if self.lower_is_better else "below"
            raise FieldError(
                f"the levels overlap: minimum ({self.minimum}) must lie {worse} "
                f"expected ({self.expected})",
                "minimum",
            )

    def _credit_must_be_in_its_unit(self) -> None:
        if self.credit is None:
            return
        for path, text in self.credit.bounds():
            try:
                self.level(text)
            except ValueError as error:
                raise FieldError(str(error), "credit", *path) from error
        if self.credit.per_point is not None and self.measure not in SHARES:
            raise FieldError(
                "per_point counts percent: use ladder or bands for this measure",
                *("credit", "per_point"),
            )

    @property
    def lower_is_better(self) -> bool:
        """Whether a smaller figure is the better one."""
        return self.measure in LOWER_IS_BETTER

    @property
    def expected_level(self) -> Decimal:
        """The expected level: a ratio, open seconds, or a number of tickets."""
        return self.level(self.expected)

    @property
    def minimum_level(self) -> Decimal | None:
        """The minimum level in the same unit, if one is agreed."""
        return None if self.minimum is None else self.level(self.minimum)

    def level(self, text: str) -> Decimal:
        """Return a level written in the unit of this measure; raises ValueError."""
        return level_of(self.measure, text)

    def target_for(self, priority: str) -> Target | None:
        """Return the target of a priority: its own, or the one for `any`."""
        return self.targets.get(priority) or self.targets.get("any")

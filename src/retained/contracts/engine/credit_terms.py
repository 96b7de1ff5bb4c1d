"""Credits as an agreement writes them: what is at risk, how it is shared, what a miss costs.

In   percentages, ladders, bands, points and triggers
Out  values that `delivery` computes credits by
Why  docs/methods/service-credits.md
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from retained.contracts.engine.calendar_terms import Texts
from retained.shared.placed import FieldError
from retained.shared.quantities import Number, Percent


def _whole(value: object) -> object:
    """Let a whole number be written as text, since documents keep numbers as written."""
    return int(value) if isinstance(value, str) and value.strip().isdecimal() else value


Whole = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=1_000_000)]


class _Terms(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*")
    @classmethod
    def _must_not_be_negative(cls, value: object) -> object:
        if isinstance(value, Decimal) and value < 0:
            raise ValueError("this must not be negative: a credit is owed by the provider")
        return value


class Rung(_Terms):
    """Below `below`, this share of the allocation is owed; the deepest missed rung counts."""

    below: str
    share: Percent


class Band(_Terms):
    """Points for a level attained from `at_least` up to `at_most`, both included."""

    at_least: str | None = None
    at_most: str | None = None
    points: Number


class PerPoint(_Terms):
    """A share of the allocation for every full `each` below the expected level."""

    share: Percent
    each: Percent

    @field_validator("each")
    @classmethod
    def _must_be_more_than_nothing(cls, each: Decimal) -> Decimal:
        if each == 0:
            raise ValueError("each must be more than nothing, like 1 %")
        return each


class CreditTerms(_Terms):
    """What a missed service level costs: an allocation, and one way to say how much of it."""

    allocation: Percent | None = None
    below_expected: Percent | None = None
    below_minimum: Percent | None = None
    ladder: tuple[Rung, ...] = ()
    bands: tuple[Band, ...] = ()
    per_point: PerPoint | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "CreditTerms":
        two_levels = self.below_expected is not None or self.below_minimum is not None
        ways = [two_levels, bool(self.ladder), bool(self.bands), self.per_point is not None]
        if sum(ways) != 1:
            raise ValueError(
                "say in one way what a miss costs: below_expected and below_minimum, "
                "or ladder, or bands, or per_point"
            )
        if not self.bands and self.allocation is None:
            raise FieldError(
                "allocation is missing: the share of the at-risk amount, like 40 %", "allocation"
            )
        return self

    def bounds(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield every level that a rung or band names, with where it stands."""
        for index, rung in enumerate(self.ladder):
            yield ("ladder", index, "below"), rung.below
        for index, band in enumerate(self.bands):
            for edge, text in (("at_least", band.at_least), ("at_most", band.at_most)):
                if text is not None:
                    yield ("bands", index, edge), text


class Repeated(_Terms):
    """From the `from`-th miss running on, the credit of a service level is multiplied."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    from_miss: Whole = Field(alias="from")
    times: Number


class PointValue(_Terms):
    """What points are worth: the share of the charge from a number of points on."""

    from_points: Number
    share: Percent


class EarnBackTerms(_Terms):
    """When a credit is earned back, and how much of it: by the months after it, or by its year.

    `at_least` is a level in the unit of the measure, the expected one where none is named;
    `service_levels` are those whose credits can be earned back, all where none is named.
    """

    following_months: Whole | None = None
    contract_year: bool = False
    at_least: str | None = None
    at_most: Percent = Decimal(1)
    not_below_minimum: bool = False
    not_critical: bool = False
    service_levels: Texts = ()

    @field_validator("following_months")
    @classmethod
    def _must_be_a_month_at_least(cls, months: int | None) -> int | None:
        if months == 0:
            raise ValueError("give one month at least: a credit is earned back by what follows it")
        return months

    @field_validator("at_most")
    @classmethod
    def _must_be_a_share(cls, at_most: Decimal) -> Decimal:
        if not 0 < at_most <= 1:
            raise ValueError("at_most must lie above 0 % and at most at 100 % of the credit")
        return at_most

    @model_validator(mode="after")
    def _one_way(self) -> "EarnBackTerms":
        if (self.following_months is not None) is self.contract_year:
            raise ValueError(
                "say in one way how a credit is earned back: following_months: 3, "
                "or contract_year: true"
            )
        return self


class Trigger(_Terms):
    """A right that misses give rise to over months, and how long it lasts."""

    id: str
    title: str
    right: str = "terminate"
    service_level: str | None = None  # any one service level where none is named
    below: Annotated[str, Field(pattern="^(expected|minimum)$")] = "expected"
    in_a_row: Whole | None = None
    misses: Whole | None = None
    of_months: Whole | None = None
    credits_over: Number | None = None
    in_months: Whole = 12
    lapses_after_days: Whole | None = None

    @model_validator(mode="after")
    def _one_condition(self) -> "Trigger":
        of_months = self.misses is not None and self.of_months is not None
        if (self.misses is None) != (self.of_months is None):
            raise ValueError("misses and of_months go together: 3 misses of 6 months")
        if sum((self.in_a_row is not None, of_months, self.credits_over is not None)) != 1:
            raise ValueError("say one condition: in_a_row, misses with of_months, or credits_over")
        return self


class CreditPool(_Terms):
    """What is at risk in a month, and what holds for all service levels together."""

    at_risk: Percent
    pool: Percent = Decimal(1)
    repeated: Repeated | None = None
    point_values: tuple[PointValue, ...] = ()
    earn_back: EarnBackTerms | None = None
    triggers: tuple[Trigger, ...] = ()

    @model_validator(mode="after")
    def _shares_must_be_sensible(self) -> "CreditPool":
        if not 0 < self.at_risk <= 1:
            raise FieldError("at_risk must lie above 0 % and at most at 100 %", "at_risk")
        if self.pool < Decimal("0.01"):
            raise FieldError("pool is the sum that allocations may reach, like 100 %", "pool")
        ids = [trigger.id for trigger in self.triggers]
        for index, name in enumerate(ids):
            if name in ids[:index]:
                raise FieldError(
                    f"two triggers have the id “{name}”: give this one an id of its own",
                    *("triggers", index, "id"),
                )
        return self

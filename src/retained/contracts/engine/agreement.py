"""The agreement: one promise between a client and a provider, as it holds from a day on.

In   a document of the schema retained/agreement/1
Out  a frozen value that `delivery` measures by, and the same document again
Why  docs/reference/agreement.md
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, field_validator, model_validator

from retained.contracts.engine.calendar_terms import CalendarTerms
from retained.contracts.engine.clock_terms import ClockTerms
from retained.contracts.engine.credit_terms import CreditPool, EarnBackTerms, Whole
from retained.contracts.engine.level_terms import SHARES, ServiceLevelTerms
from retained.contracts.engine.quantities import Number, percent_text
from retained.shared.calendars import Calendar, zone_named
from retained.shared.errors import DomainError
from retained.shared.money import Money
from retained.shared.months import Month

SCHEMA = "retained/agreement/1"
Reference = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]


class CreditBase(BaseModel):
    """The monthly amount that credits are based on, without tax and pass-through."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    amount: Number
    per: Literal["month"] = "month"
    months: dict[str, Number] = Field(default_factory=dict)

    @field_validator("months")
    @classmethod
    def _must_be_months(cls, months: dict[str, Decimal]) -> dict[str, Decimal]:
        for text in months:
            try:
                Month.parse(text)
            except DomainError as error:
                raise ValueError(error.message) from error
        return months

    @model_validator(mode="after")
    def _must_not_be_negative(self) -> "CreditBase":
        if self.amount < 0 or any(amount < 0 for amount in self.months.values()):
            raise ValueError("the monthly amount must not be negative")
        return self


class Silence(StrEnum):
    """What it means when the provider does not answer a statement in time."""

    AGREED = "agreed"
    DISPUTED = "disputed"
    NOTHING = "nothing"


class Answer(BaseModel):
    """How long the provider has to answer a statement, and what its silence means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    within_days: Whole = 10
    silence: Silence = Silence.NOTHING


class Renewal(BaseModel):
    """How the agreement goes on, and how early to give word that it shall not."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    by_months: Whole = 0
    notice_months: Whole = 0


class AgreementTerms(BaseModel):
    """Everything that one version of an agreement promises."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    schema_name: Literal["retained/agreement/1"] = Field(
        alias="schema", validation_alias=AliasChoices("schema", "schema_name")
    )
    reference: Reference
    title: Annotated[str, Field(min_length=1, max_length=120)]
    client: str
    provider: str
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    time_zone: str
    start: date = Field(alias="from")
    until: date
    renewal: Renewal | None = None
    answer: Answer = Answer()
    credit_base: CreditBase | None = None
    calendars: dict[str, CalendarTerms] = Field(default_factory=dict)
    clocks: dict[str, ClockTerms] = Field(default_factory=dict)
    service_levels: tuple[ServiceLevelTerms, ...]
    credits: CreditPool | None = None

    @field_validator("time_zone")
    @classmethod
    def _zone_must_exist(cls, name: str) -> str:
        try:
            zone_named(name)
        except DomainError as error:
            raise ValueError(error.message) from error
        return name

    @model_validator(mode="after")
    def _must_hold_together(self) -> "AgreementTerms":
        if self.until < self.start:
            raise ValueError("until lies before from: the agreement would end before it begins")
        if not self.service_levels:
            raise ValueError("service_levels is empty: promise at least one")
        self._names_must_lead_somewhere()
        self._credits_must_add_up()
        self._earn_back_must_fit()
        return self

    def _names_must_lead_somewhere(self) -> None:
        for name, clock in self.clocks.items():
            for calendar in clock.calendar.names - self.calendars.keys():
                raise ValueError(
                    f"clock “{name}” runs on “{calendar}”, which is not among the calendars: "
                    f"{', '.join(self.calendars) or 'there are none'}"
                )
        ids = [level.id for level in self.service_levels]
        for repeated in {name for name in ids if ids.count(name) > 1}:
            raise ValueError(f"two service levels have the id “{repeated}”")
        for level in self.service_levels:
            if level.clock is not None and level.clock not in self.clocks:
                raise ValueError(
                    f"service level “{level.id}” names the clock “{level.clock}”, which is not "
                    f"among the clocks: {', '.join(self.clocks) or 'there are none'}"
                )

    def _credits_must_add_up(self) -> None:
        priced = [level.credit for level in self.service_levels if level.credit]
        if priced and (self.credits is None or self.credit_base is None):
            raise ValueError("a service level has a credit: give credit_base and credits too")
        if self.credits is None:
            return
        shared = sum((terms.allocation or Decimal(0) for terms in priced), Decimal(0))
        if shared > self.credits.pool:
            raise ValueError(
                f"the allocations add up to {percent_text(shared)}, above the pool of "
                f"{percent_text(self.credits.pool)}: lower them, or agree on a larger pool"
            )

    def _earn_back_must_fit(self) -> None:
        terms = self.credits.earn_back if self.credits else None
        if terms is None:
            return
        priced = {level.id: level for level in self.service_levels if level.credit}
        for name in terms.service_levels:
            if name not in priced:
                raise ValueError(
                    f"earn_back names “{name}”, which is no service level with a credit: "
                    f"{', '.join(priced) or 'there are none'}"
                )
        for level in priced.values():
            if self.earn_back_of(level) is not None:
                _must_be_earned_back(level, terms)

    @property
    def zone(self) -> ZoneInfo:
        """The zone that cuts days and months."""
        return ZoneInfo(self.time_zone)

    def calendar(self, name: str) -> Calendar:
        """Return one of the agreement's calendars as a value that a clock runs on."""
        return self.calendars[name].calendar(self.time_zone)

    def service_level(self, level_id: str) -> ServiceLevelTerms:
        """Return a service level by its id; raises DomainError when there is none."""
        for level in self.service_levels:
            if level.id == level_id:
                return level
        raise DomainError(f"This agreement has no service level “{level_id}”.")

    def earn_back_of(self, level: ServiceLevelTerms) -> EarnBackTerms | None:
        """Return how the credits of a service level are earned back, if they can be."""
        terms = self.credits.earn_back if self.credits else None
        if terms is None or level.credit is None or (terms.not_critical and level.critical):
            return None
        return terms if not terms.service_levels or level.id in terms.service_levels else None

    def monthly_amount(self, month: Month) -> Money | None:
        """Return the amount that credits of `month` are based on, if one is agreed."""
        if self.credit_base is None:
            return None
        amount = self.credit_base.months.get(str(month), self.credit_base.amount)
        return Money(amount, self.currency)

    def as_document(self) -> dict[str, Any]:
        """Return the document: reading it again gives an equal agreement."""
        document: dict[str, Any] = self.model_dump(
            mode="json", by_alias=True, exclude_defaults=True
        )
        return {"schema": SCHEMA, **document}


def _must_be_earned_back(level: ServiceLevelTerms, terms: EarnBackTerms) -> None:
    """Refuse an earn-back that the measure of a service level cannot give."""
    others = "name the service levels that can be earned back in earn_back.service_levels"
    if terms.contract_year and level.measure not in SHARES:
        raise ValueError(
            f"“{level.id}” is no share, so its months cannot be put together to a year: {others}"
        )
    if terms.at_least is None:
        return
    try:
        asked = level.level(terms.at_least)
    except ValueError as error:
        raise ValueError(
            f"earn_back.at_least does not fit “{level.id}”: {error}; {others}"
        ) from error
    easier = asked > level.expected_level if level.lower_is_better else asked < level.expected_level
    if easier:
        raise ValueError(
            f"earn_back.at_least ({terms.at_least}) is easier than what is expected of "
            f"“{level.id}” ({level.expected}): what is missed again earns nothing back; {others}"
        )

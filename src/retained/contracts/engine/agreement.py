"""The agreement: one promise between a client and a provider, as it holds from a day on.

In   a document of the schema retained/agreement/1
Out  a frozen value that `delivery` measures by, and the same document again
Why  docs/reference/agreement.md
"""

from collections.abc import Iterator
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
from retained.shared.calendars import Calendar, zone_named
from retained.shared.days import day_in_words
from retained.shared.errors import DomainError
from retained.shared.money import Money
from retained.shared.months import Month
from retained.shared.placed import FieldError, raise_any
from retained.shared.quantities import Number, percent_text

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
        raise_any(
            [
                *self._wrong_frame(),
                *self._wrong_calendars(),
                *self._wrong_clocks(),
                *self._wrong_ids(),
                *self._wrong_credits(),
                *self._wrong_triggers(),
                *self._wrong_earn_back(),
            ]
        )
        return self

    def _wrong_frame(self) -> Iterator[FieldError]:
        if self.until < self.start:
            until, start = day_in_words(self.until), day_in_words(self.start)
            yield FieldError(
                f"until ({until}) lies before from ({start}): the agreement would end before it "
                "begins; give a later last day",
                "until",
            )
        if not self.service_levels:
            yield FieldError("no service level is promised: give at least one", "service_levels")

    def _wrong_calendars(self) -> Iterator[FieldError]:
        for name, clock in self.clocks.items():
            for path, calendar in clock.calendar.places():
                if calendar not in self.calendars:
                    yield FieldError(
                        f"clock “{name}” runs on “{calendar}”, which is not among the calendars: "
                        f"{', '.join(self.calendars) or 'there are none'}",
                        *("clocks", name, "calendar", *path),
                    )

    def _wrong_clocks(self) -> Iterator[FieldError]:
        for index, level in enumerate(self.service_levels):
            if level.clock is not None and level.clock not in self.clocks:
                yield FieldError(
                    f"service level “{level.id}” names the clock “{level.clock}”, which is not "
                    f"among the clocks: {', '.join(self.clocks) or 'there are none'}",
                    *("service_levels", index, "clock"),
                )

    def _wrong_ids(self) -> Iterator[FieldError]:
        ids = [level.id for level in self.service_levels]
        for index, name in enumerate(ids):
            if name in ids[:index]:
                yield FieldError(
                    f"two service levels have the id “{name}”: give this one an id of its own",
                    *("service_levels", index, "id"),
                )

    def _wrong_credits(self) -> Iterator[FieldError]:
        priced = [index for index, level in enumerate(self.service_levels) if level.credit]
        if priced and (self.credits is None or self.credit_base is None):
            yield FieldError(
                "a service level has a credit: give credit_base and credits too",
                *("service_levels", priced[0], "credit"),
            )
        if self.credits is None:
            return
        credits = [level.credit for level in self.service_levels if level.credit]
        shared = sum((terms.allocation or Decimal(0) for terms in credits), Decimal(0))
        if shared > self.credits.pool:
            yield FieldError(
                f"the allocations add up to {percent_text(shared)}, above the pool of "
                f"{percent_text(self.credits.pool)}: lower them, or agree on a larger pool",
                *("credits", "pool"),
            )

    def _wrong_triggers(self) -> Iterator[FieldError]:
        ids = [level.id for level in self.service_levels]
        for index, trigger in enumerate(self.credits.triggers if self.credits else ()):
            if trigger.service_level is not None and trigger.service_level not in ids:
                yield FieldError(
                    f"trigger “{trigger.id}” names “{trigger.service_level}”, which is not among "
                    f"the service levels: {', '.join(ids)}",
                    *("credits", "triggers", index, "service_level"),
                )

    def _wrong_earn_back(self) -> Iterator[FieldError]:
        terms = self.credits.earn_back if self.credits else None
        if terms is None:
            return
        priced = {level.id: level for level in self.service_levels if level.credit}
        for name in terms.service_levels:
            if name not in priced:
                yield FieldError(
                    f"earn_back names “{name}”, which is no service level with a credit: "
                    f"{', '.join(priced) or 'there are none'}",
                    *("credits", "earn_back", "service_levels"),
                )
        for level in priced.values():
            if self.earn_back_of(level) is not None:
                yield from _wrong_for_level(level, terms)

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


def _wrong_for_level(level: ServiceLevelTerms, terms: EarnBackTerms) -> Iterator[FieldError]:
    """Yield why the measure of a service level cannot give this earn-back."""
    others = "name the service levels that can be earned back in earn_back.service_levels"
    if terms.contract_year and level.measure not in SHARES:
        yield FieldError(
            f"“{level.id}” is no share, so its months cannot be put together to a year: {others}",
            *("credits", "earn_back", "contract_year"),
        )
    elif terms.at_least is not None:
        sentence = _too_easy(level, terms.at_least)
        if sentence:
            yield FieldError(f"{sentence}; {others}", "credits", "earn_back", "at_least")


def _too_easy(level: ServiceLevelTerms, at_least: str) -> str:
    """Return why `at_least` earns nothing back on this level; empty where it can."""
    try:
        asked = level.level(at_least)
    except ValueError as error:
        return f"earn_back.at_least does not fit “{level.id}”: {error}"
    easier = asked > level.expected_level if level.lower_is_better else asked < level.expected_level
    if not easier:
        return ""
    return (
        f"earn_back.at_least ({at_least}) is easier than what is expected of “{level.id}” "
        f"({level.expected}): what is missed again earns nothing back"
    )

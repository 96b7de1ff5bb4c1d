"""How a rate card or a wage table is read: which column says what, and how it writes it.

In   a document of the schema retained/rate-card/1
Out  a frozen value, or every remark about it at once
Why  docs/reference/rate-card.md
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from retained.shared.documents import DocumentKind, as_yaml, schema_text
from retained.shared.placed import FieldError
from retained.shared.quantities import Number
from retained.shared.remarks import RefusedError
from retained.strategy.engine.case_figures import Currency

SCHEMA = "retained/rate-card/1"


class Unit(StrEnum):
    """What an amount is paid for."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"

    @property
    def each(self) -> str:
        """How a rate names it: an hour, a day."""
        return f"an {self.value}" if self is Unit.HOUR else f"a {self.value}"


# As cards write them, in small letters.
UNIT_WORDS: Mapping[str, Unit] = {
    **{one.value: one for one in Unit},
    **{f"{one.value}s": one for one in Unit},
    "hr": Unit.HOUR, "hrs": Unit.HOUR, "hourly": Unit.HOUR, "per hour": Unit.HOUR,
    "daily": Unit.DAY, "per day": Unit.DAY, "manday": Unit.DAY, "man-day": Unit.DAY,
    "monthly": Unit.MONTH, "per month": Unit.MONTH,
    "annual": Unit.YEAR, "yearly": Unit.YEAR, "per year": Unit.YEAR,
}  # fmt: skip
DATE_FORMS = {
    "year-month-day": "%Y-%m-%d",
    "month/day/year": "%m/%d/%Y",
    "day/month/year": "%d/%m/%Y",
    "day.month.year": "%d.%m.%Y",
    "day-month-year": "%d-%m-%Y",
}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class RateColumns(_Part):
    """The header of the column that says each; what a card does not say is left out."""

    role: str
    amount: str
    level: str | None = None
    location: str | None = None
    provider: str | None = None
    currency: str | None = None
    unit: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None

    @property
    def named(self) -> dict[str, str]:
        """What each column says, by its header."""
        return {name: header for name, header in self if header is not None}


DateForm = Literal[
    "year-month-day", "month/day/year", "day/month/year", "day.month.year", "day-month-year"
]


class RateCardMapping(_Part):
    """Everything that reading a card needs to know.

    `units` are words of the card beyond the known ones; `prior` says that the rates are of others,
    and not what was offered to the company.
    """

    schema_name: Literal["retained/rate-card/1"] = Field(
        alias="schema", validation_alias=AliasChoices("schema", "schema_name")
    )
    source: Annotated[str, Field(min_length=1, max_length=120)]
    on: date
    columns: RateColumns
    currency: Currency | None = None
    unit: Unit | None = None
    units: dict[str, Unit] = Field(default_factory=dict)
    dates: DateForm = "year-month-day"
    decimal: Literal[".", ","] = "."
    hours_a_day: Annotated[Number, Field(gt=0, le=24)] = Field(default="8", validate_default=True)
    hours_a_year: Annotated[Number, Field(gt=0, le=8784)] = Field(
        default="1680", validate_default=True
    )
    prior: Annotated[bool, BeforeValidator(lambda given: {"true": True, "false": False}.get(
        str(given).lower(), given))] = True  # fmt: skip

    @model_validator(mode="after")
    def _must_say_unit_and_currency(self) -> "RateCardMapping":
        for name in ("currency", "unit"):
            if (getattr(self, name) is None) == (getattr(self.columns, name) is None):
                raise FieldError(
                    f"give {name} for the whole card, or say which column has it; not both", name
                )
        return self


class MappingRefusedError(RefusedError):
    """A mapping of a rate card cannot be used; `remarks` say all that is wrong with it."""


_KIND = DocumentKind(
    "mapping", SCHEMA, "Mapping of a rate card", RateCardMapping, MappingRefusedError
)


def read_rate_card_mapping(text: str, *, name: str = "mapping.yaml") -> RateCardMapping:
    """Return the mapping that a YAML text writes; raises MappingRefusedError with every remark."""
    return _KIND.read(text, name=name)


def rate_card_mapping_of(document: dict[str, Any]) -> RateCardMapping:
    """Return the mapping that plain values write; raises MappingRefusedError."""
    return _KIND.of(document)


def mapping_as_document(mapping: RateCardMapping) -> dict[str, Any]:
    """Return a mapping as plain values: reading them gives an equal one."""
    said = mapping.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {"schema": SCHEMA, **said}


def write_rate_card_mapping(mapping: RateCardMapping) -> str:
    """Return a mapping as the YAML that a card is kept with."""
    return as_yaml(mapping_as_document(mapping))


def rate_card_schema() -> str:
    """Return the JSON Schema (2020-12) of a mapping, as its file holds it."""
    return schema_text(_KIND.json_schema())

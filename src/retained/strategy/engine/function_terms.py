"""An IT function as people write it: who does it, for whom, how much, with what and at what cost.

In   a document of the schema retained/function/1
Out  a frozen value, and the same document again
Why  docs/reference/function.md
"""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from retained.shared.errors import DomainError
from retained.shared.months import Month
from retained.shared.placed import FieldError, raise_any
from retained.shared.quantities import Number, Percent
from retained.strategy.engine.formulas.reading import is_name
from retained.strategy.engine.own_or_buy import Way

SCHEMA = "retained/function/1"
REFERENCE = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$"
LETTERS = "RACI"
MOST_LINES = 200


class Performer(StrEnum):
    """Who does the work today."""

    IN_HOUSE = "in_house"
    PROVIDER = "provider"
    SHARED = "shared"  # with others: a shared service centre, a joint company


class DataKind(StrEnum):
    """What kind of data is handled."""

    NONE = "none"
    PERSONAL = "personal"
    SPECIAL = "special"  # of article 9 GDPR: health, belief, union membership and the like
    SECRET = "secret"  # noqa: S105 - a kind of data: what the company keeps to itself


class RaciSide(StrEnum):
    """On which side of the contract a party sits."""

    CLIENT = "client"
    PROVIDER = "provider"


def _month(text: str) -> str:
    try:
        return str(Month.parse(text))
    except DomainError as error:
        raise ValueError(error.message) from error


def _letters(text: object) -> str:
    """Return R, A, C and I as they were written, in that order; raises ValueError."""
    written = str(text).upper().replace(" ", "").replace("/", "").replace(",", "")
    if not written or set(written) - set(LETTERS):
        raise ValueError(f"“{text}” is none of {', '.join(LETTERS)}, or several of them as in RA")
    return "".join(letter for letter in LETTERS if letter in written)


Reference = Annotated[str, Field(pattern=REFERENCE)]
Title = Annotated[str, Field(min_length=1, max_length=120)]
Words = Annotated[str, Field(max_length=300)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$", examples=["NL"])]
MonthText = Annotated[str, AfterValidator(_month), Field(examples=["2026-01"])]
Letters = Annotated[str, BeforeValidator(_letters), Field(examples=["R", "RA", "I"])]


class _Terms(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class VolumeTerms(_Terms):
    """A driver of cost: what was counted month by month, and how it is expected to grow a year."""

    title: Words = ""
    unit: Words = ""
    history: Annotated[dict[MonthText, Number], Field(max_length=600)] = Field(default_factory=dict)
    growth: Percent | None = None

    @field_validator("history")
    @classmethod
    def _counts_are_not_negative(cls, history: dict[str, Decimal]) -> dict[str, Decimal]:
        raise_any(
            FieldError("a volume is not negative", month)
            for month, value in history.items()
            if value < 0
        )
        return dict(sorted(history.items()))

    @field_validator("growth")
    @classmethod
    def _growth_leaves_something(cls, growth: Decimal | None) -> Decimal | None:
        if growth is not None and growth <= -1:
            raise ValueError("a volume cannot shrink by 100 % or more a year")
        return growth


class TeamLine(_Terms):
    """Some people with the same role: how many full-time, and what one of them costs a year."""

    role: Title
    location: Words = ""
    number: Number
    yearly_cost: Number | None = None

    @model_validator(mode="after")
    def _is_not_negative(self) -> "TeamLine":
        if self.number < 0:
            raise FieldError("the number of people is not negative", "number")
        if self.yearly_cost is not None and self.yearly_cost < 0:
            raise FieldError("a cost is not negative", "yearly_cost")
        return self


class DataTerms(_Terms):
    """What data is handled, and in which countries."""

    kinds: tuple[DataKind, ...]
    countries: tuple[Country, ...] = ()

    @model_validator(mode="after")
    def _none_stands_alone(self) -> "DataTerms":
        if not self.kinds:
            raise FieldError("say which kind of data, even if none", "kinds")
        if DataKind.NONE in self.kinds and (len(self.kinds) > 1 or self.countries):
            raise FieldError("none stands alone: no other kind and no country", "kinds")
        return self


class ActivityTerms(_Terms):
    """One step of the work, and the part that each party has in it."""

    title: Title
    who: Annotated[dict[str, Letters], Field(max_length=30)] = Field(default_factory=dict)


class RaciTerms(_Terms):
    """Who does what: parties on both sides, and activities in the order of the work."""

    parties: Annotated[dict[Name, RaciSide], Field(min_length=1, max_length=30)]
    activities: Annotated[tuple[ActivityTerms, ...], Field(max_length=MOST_LINES)] = ()

    @model_validator(mode="after")
    def _parties_are_known(self) -> "RaciTerms":
        raise_any(
            FieldError(f"“{party}” is no party of this matrix", "activities", place, "who", party)
            for place, activity in enumerate(self.activities)
            for party in activity.who
            if party not in self.parties
        )
        return self


class OptionTerms(_Terms):
    """A way to have the function done, and the team that the company keeps for it."""

    title: Title
    way: Way | None = None
    team: Annotated[tuple[TeamLine, ...], Field(max_length=MOST_LINES)] = ()


class FunctionTerms(_Terms):
    """Everything that is known of an IT function."""

    schema_name: Literal["retained/function/1"] = Field(
        alias="schema", validation_alias=AliasChoices("schema", "schema_name")
    )
    reference: Reference
    title: Title
    purpose: Annotated[str, Field(max_length=2000)] = ""
    parent: Reference | None = None
    owner: Words = ""
    legal_entities: tuple[Name, ...] = ()
    sites: tuple[Name, ...] = ()
    supports: tuple[Reference, ...] = ()
    performer: Performer = Performer.IN_HOUSE
    performed_by: tuple[Name, ...] = ()
    currency: Currency | None = None
    people: Annotated[tuple[TeamLine, ...], Field(max_length=MOST_LINES)] = ()
    volumes: Annotated[dict[str, VolumeTerms], Field(max_length=100)] = Field(default_factory=dict)
    tools: tuple[Name, ...] = ()
    data: DataTerms | None = None
    raci: RaciTerms | None = None
    options: Annotated[dict[str, OptionTerms], Field(max_length=30)] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _parts_must_fit(self) -> "FunctionTerms":
        raise_any([*self._of_names(), *self._of_costs()])
        return self

    def _of_names(self) -> Iterator[FieldError]:
        if self.parent == self.reference:
            yield FieldError("a function cannot stand below itself", "parent")
        if self.performer is Performer.IN_HOUSE and self.performed_by:
            yield FieldError("in-house, yet somebody else is named: choose provider or shared",
                             "performed_by")  # fmt: skip
        for name in (*self.volumes, *self.options):
            if not is_name(name):
                place = "volumes" if name in self.volumes else "options"
                yield FieldError(f"“{name}” is no name: use small letters, digits and _",
                                 place, name)  # fmt: skip

    def _of_costs(self) -> Iterator[FieldError]:
        teams = [self.people, *(option.team for option in self.options.values())]
        if self.currency is None and any(line.yearly_cost for team in teams for line in team):
            yield FieldError("costs stand here: say in which currency, such as EUR", "currency")

    def as_document(self) -> dict[str, Any]:
        """Return the function as plain values: reading them gives an equal function."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)

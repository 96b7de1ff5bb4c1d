"""The twelve answers that a case begins from.

In   a document of the schema retained/answers/1
Out  a frozen value, or every remark about it at once
Why  docs/guide/beginning-a-case.md
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from retained.shared.documents import DocumentKind, schema_text
from retained.shared.placed import FieldError
from retained.strategy.engine.case_figures import (
    Currency,
    Figure,
    MonthText,
    ratio_or_number,
)
from retained.strategy.engine.case_terms import TaxTerms
from retained.strategy.engine.cases import LONGEST_TERM, CaseRefusedError
from retained.strategy.engine.line_library import Pricing

SCHEMA = "retained/answers/1"
_LONGEST_REFERENCE = 40


@dataclass(frozen=True, slots=True)
class Question:
    """One of the twelve: its field, what is asked, and the words beside it."""

    field: str
    asked: str
    words: str


QUESTIONS = (
    Question("function", "What is it about?", "An IT function, such as the service desk."),
    Question(
        "people", "How many people do it today?",
        "In full-time people, without the managers above them.",
    ),
    Question(
        "salary", "What does one of them earn a year?",
        "The mean salary, without what the company pays on top of it.",
    ),
    Question("currency", "In which currency do you count?", "Three letters, such as EUR."),
    Question(
        "term", "From when, and for how long?",
        "The first month of the offer, and the months that it binds both sides.",
    ),
    Question(
        "discount", "At which rate is later money worth less?",
        "What the company's money costs a year: finance knows it.",
    ),
    Question(
        "offer", "What does the offer cost?",
        "A price a month, an hour or a unit, before tax, as the provider wrote it.",
    ),
    Question(
        "tax", "How much tax falls on it, and comes back?",
        "A bank recovers little of the VAT on a fee; a factory recovers all of it.",
    ),
    Question("place", "Where would it be done?", "It decides on travel and on hours in common."),
    Question(
        "leavers", "What becomes of the people?",
        "How many move to the provider, and how many leave. The others stay to steer it.",
    ),
    Question(
        "own_knowledge", "How much of it do only your own people know?",
        "The more they do, the longer handing over takes, and the deeper the dip.",
    ),
    Question(
        "improve", "What could you do better yourselves?",
        "The share of the work that would fall away within a year, and what it costs to get there.",
    ),
)  # fmt: skip


class Spot(StrEnum):
    """Where the work would be done."""

    ONSHORE = "onshore"
    NEARSHORE = "nearshore"
    OFFSHORE = "offshore"


class Amount(StrEnum):
    """How much of the work only the company's own people know."""

    LITTLE = "little"
    SOME = "some"
    MUCH = "much"


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class TermAnswer(_Answer):
    """The first month, and how many there are."""

    start: MonthText = Field(alias="from")
    months: Annotated[int, BeforeValidator(int), Field(ge=6, le=LONGEST_TERM)]


class TierAnswer(_Answer):
    """What a unit above a volume costs."""

    above: Figure
    price: Figure


class OfferAnswer(_Answer):
    """A price, and how it is priced; in another currency with a dated rate.

    `units` are the units of a month, `rate` what one unit of the offer's currency is worth in the
    case's, on the day `rate_on`, by `rate_source`.
    """

    provider: Annotated[str, Field(max_length=120)] = ""
    price: Figure
    by: Pricing = Pricing.MONTH
    units: Figure | None = None
    tier: TierAnswer | None = None
    currency: Currency | None = None
    rate: Figure | None = None
    rate_on: date | None = None
    rate_source: Annotated[str, Field(max_length=120)] = ""

    @field_validator("price")
    @classmethod
    def _must_cost_something(cls, price: str) -> str:
        if ratio_or_number(price) <= 0:
            raise ValueError("an offer costs more than nothing")
        return price

    @model_validator(mode="after")
    def _must_be_whole(self) -> "OfferAnswer":
        if self.by in {Pricing.UNIT, Pricing.TIERS} and self.units is None:
            raise FieldError("say how many units a month there are", "units")
        if (self.by is Pricing.TIERS) != (self.tier is not None):
            raise FieldError("give a tier where it is priced in tiers, and only there", "tier")
        return self


class LeaversAnswer(_Answer):
    """Of the people of today: how many move to the provider, and how many leave."""

    move: Figure = "0"
    leave: Figure = "0"


class ImproveAnswer(_Answer):
    """The share of the work that falls away within a year, and what it costs at the start."""

    less_work: Figure = "0 %"
    cost: Figure = "0"

    @field_validator("less_work")
    @classmethod
    def _must_be_a_share(cls, share: str) -> str:
        if not 0 <= ratio_or_number(share) < 1:
            raise ValueError("write the share of the work that falls away, such as 10 %")
        return share


class Answers(_Answer):
    """All twelve, and the reference that the case shall have."""

    schema_name: Literal["retained/answers/1"] = Field(
        alias="schema", validation_alias=AliasChoices("schema", "schema_name")
    )
    reference: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")] | None = None
    function: Annotated[str, Field(min_length=1, max_length=80)]
    people: Figure
    salary: Figure
    currency: Currency
    term: TermAnswer
    discount: Figure
    offer: OfferAnswer
    tax: TaxTerms
    place: Spot
    leavers: LeaversAnswer
    own_knowledge: Amount
    improve: ImproveAnswer = ImproveAnswer()

    @field_validator("people", "salary")
    @classmethod
    def _must_be_more_than_nothing(cls, given: str) -> str:
        if ratio_or_number(given) <= 0:
            raise ValueError("this is more than nothing: an empty team has no case")
        return given

    @model_validator(mode="after")
    def _must_fit_together(self) -> "Answers":
        if self.people_kept < 0:
            raise FieldError(
                f"more people move or leave than the {self.people} who are there", "leavers"
            )
        if self.is_foreign and (self.offer.rate is None or self.offer.rate_on is None):
            raise FieldError(
                f"the offer is in {self.offer.currency}, the case in {self.currency}: give what "
                f"one {self.offer.currency} is worth in {self.currency}, and on which day",
                "offer", "rate",
            )  # fmt: skip
        return self

    @property
    def people_kept(self) -> Decimal:
        """How many neither move nor leave."""
        gone = ratio_or_number(self.leavers.move) + ratio_or_number(self.leavers.leave)
        return ratio_or_number(self.people) - gone

    @property
    def is_foreign(self) -> bool:
        """Whether the offer is in another currency than the case."""
        return self.offer.currency not in {None, self.currency}

    @property
    def case_reference(self) -> str:
        """The reference that was given, or one of the function's name and the first month."""
        if self.reference is not None:
            return self.reference
        kept = "".join(one if one.isascii() and one.isalnum() else "-" for one in self.function)
        words = "-".join(part for part in kept.lower().split("-") if part) or "case"
        room = _LONGEST_REFERENCE - len(self.term.start) - 1
        return f"{words[:room].rstrip('-')}-{self.term.start}"


_KIND = DocumentKind("answers", SCHEMA, "Twelve answers", Answers, CaseRefusedError)


def read_answers(text: str, *, name: str = "answers.yaml") -> Answers:
    """Return the answers that a YAML text writes; raises CaseRefusedError with every remark."""
    return _KIND.read(text, name=name)


def answers_of(document: dict[str, Any]) -> Answers:
    """Return the answers of a document; raises CaseRefusedError with every remark."""
    return _KIND.of(document)


def answers_schema() -> str:
    """Return the JSON Schema (2020-12) of the answers, as its file holds it."""
    return schema_text(_KIND.json_schema())

"""What is to be awarded as people write it: lots, bidders with their prices, rules, scenarios.

In   a document of the schema retained/award/1
Out  a frozen value; the problem that is solved is made of it by `files`
Why  docs/reference/award.md
"""

from typing import Annotated, Literal

from pydantic import AliasChoices, Field, model_validator

from retained.shared.placed import FieldError, raise_any
from retained.tendering.engine.award.amounts import (
    Amount,
    Name,
    Parts,
    Positive,
    Quantity,
    Share,
    Terms,
    Truth,
)
from retained.tendering.engine.award.problem import DiscountKind, Measure
from retained.tendering.engine.award.rule_terms import RuleTerms
from retained.tendering.engine.award.term_checks import faults_of_award

SCHEMA = "retained/award/1"
MOST_LOTS, MOST_BIDDERS = 1000, 500


class LotTerms(Terms):
    """A part that is awarded by itself."""

    title: Annotated[str, Field(max_length=300)] = ""
    baseline: Amount = "0"
    units: Positive = Field(default="1", validate_default=True)
    incumbent: Name | None = None
    switching: Amount = "0"
    in_house: Amount | None = None
    parts: Parts = 1
    most_partners: Parts = 1
    least_share: Share = Field(default="0 %", validate_default=True)

    @model_validator(mode="after")
    def _must_fit(self) -> "LotTerms":
        if self.parts == 1 and (self.most_partners > 1 or self.least_share):
            raise FieldError(
                "a lot is shared only where it has parts: write parts: 100 for whole per cents",
                "parts",
            )
        return self


class DiscountTerms(Terms):
    """Discounts by volume: from which threshold on how much is taken off."""

    kind: DiscountKind = DiscountKind.ALL_UNIT
    steps: Annotated[dict[str, Share], Field(min_length=1, max_length=20)]


class BundleTerms(Terms):
    """Several whole lots for one price."""

    lots: Annotated[tuple[Name, ...], Field(min_length=1)]
    price: Amount


class BidderTerms(Terms):
    """Who offers, and what."""

    parent: Annotated[str, Field(max_length=120)] = ""
    onboarding: Amount = "0"
    quality: Quantity | None = None
    qualities: dict[Name, Quantity] = Field(default_factory=dict)
    measure: Measure = Measure.VALUE
    least: Quantity = Field(default="0", validate_default=True)
    most: Quantity | None = None
    discounts: DiscountTerms | None = None
    prices: dict[Name, Amount] = Field(default_factory=dict)
    unit_prices: dict[Name, Amount] = Field(default_factory=dict)
    bundles: dict[Name, BundleTerms] = Field(default_factory=dict)
    one_bundle: Truth = True


class ScenarioTerms(Terms):
    """What is otherwise in a scenario."""

    without: tuple[Name, ...] = ()
    without_bidders: tuple[Name, ...] = ()
    rules: dict[Name, RuleTerms] = Field(default_factory=dict)


class AwardTerms(Terms):
    """Everything that an award file says."""

    schema_name: Literal["retained/award/1"] = Field(
        alias="schema", validation_alias=AliasChoices("schema", "schema_name")
    )
    reference: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
    title: Name
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    overlap: Truth = False
    lots: Annotated[dict[Name, LotTerms], Field(min_length=1, max_length=MOST_LOTS)]
    bidders: Annotated[dict[Name, BidderTerms], Field(min_length=1, max_length=MOST_BIDDERS)]
    rules: dict[Name, RuleTerms] = Field(default_factory=dict)
    scenarios: dict[Name, ScenarioTerms] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _must_hang_together(self) -> "AwardTerms":
        raise_any(faults_of_award(self))
        return self

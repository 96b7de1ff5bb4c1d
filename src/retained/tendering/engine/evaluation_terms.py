"""The evaluation model as people write it: gates, a tree of criteria, scales, price, panel rules.

In   a document of the schema retained/evaluation/1
Out  a frozen value, and the same document again
Why  docs/reference/evaluation.md
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)

from retained.shared.errors import DomainError
from retained.shared.placed import FieldError, raise_any
from retained.shared.quantities import Number, Percent
from retained.tendering.engine.bid_entries import (
    Asked,
    Kind,
)
from retained.tendering.engine.price_formulas import RELATIVE, PriceFormula
from retained.tendering.engine.weighing_terms import WeighingTerms
from retained.tendering.engine.weights.simple import direct

SCHEMA = "retained/evaluation/1"
MOST_CRITERIA = 200
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError(f"“{text}” is no name: use small letters, digits and _")
    return text


Name = Annotated[str, AfterValidator(_name)]
Title = Annotated[str, Field(min_length=1, max_length=120)]
Words = Annotated[str, Field(max_length=500)]


class Terms(BaseModel):
    """What all parts of the document share."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ScaleTerms(Terms):
    """An anchored scale: worst and best mark, words for levels, and cut points in between."""

    worst: Number = Decimal(0)
    best: Number = Decimal(100)
    levels: dict[Words, Words] = Field(default_factory=dict)
    cut_points: Annotated[tuple[tuple[Number, Percent], ...], Field(max_length=30)] = ()

    @model_validator(mode="after")
    def _goes_one_way(self) -> "ScaleTerms":
        if self.worst == self.best:
            raise FieldError("worst and best are the same mark: let them differ", "best")
        marks = [self.worst, *(mark for mark, _ in self.cut_points), self.best]
        values = [Decimal(0), *(value for _, value in self.cut_points), Decimal(1)]
        if not goes_one_way(marks, values):
            raise FieldError("cut points go from worst to best, and no value falls", "cut_points")
        return self


class PriceTerms(Terms):
    """A price formula by name, and the figures that it publishes."""

    formula: PriceFormula = PriceFormula.LINEAR
    best: Number | None = None
    worst: Number | None = None
    points: Annotated[tuple[tuple[Number, Percent], ...], Field(max_length=30)] = ()
    reference: Number | None = None
    point: Number | None = None

    @model_validator(mode="after")
    def _has_its_figures(self) -> "PriceTerms":
        wanted = _FIGURES.get(self.formula, ())
        given = {name for name in _ALL_FIGURES if getattr(self, name) not in (None, ())}
        raise_any([
            *(FieldError(f"{self.formula} needs {name}", name) for name in wanted
              if name not in given),
            *(FieldError(f"{self.formula} has no {name}: leave it out", name) for name in given
              if name not in wanted),
        ])  # fmt: skip
        raise_any(self._of_amounts())
        return self

    def _of_amounts(self) -> Iterator[FieldError]:
        if self.best is not None and self.worst is not None and self.best >= self.worst:
            yield FieldError("the best price is below the worst", "best")
        for name in ("reference", "point"):
            value = getattr(self, name)
            if value is not None and value <= 0:
                yield FieldError("an amount above nothing is asked for", name)
        if self.points:
            marks = [mark for mark, _ in self.points]
            values = [value for _, value in self.points]
            if not goes_one_way(marks[::-1], values[::-1]):
                yield FieldError("points go from cheap to dear, and no value rises", "points")

    @property
    def is_relative(self) -> bool:
        """Whether a bid's value depends on the other bids."""
        return self.formula in RELATIVE


_ALL_FIGURES = ("best", "worst", "points", "reference", "point")
_FIGURES = {
    PriceFormula.LINEAR: ("best", "worst"),
    PriceFormula.POINTS: ("points",),
    PriceFormula.REFERENCE: ("reference",),
    PriceFormula.MONEY: ("reference", "point"),
}


def goes_one_way(marks: list[Decimal], values: list[Decimal]) -> bool:
    """Return whether marks go one way without standing, from low to high values, within 0 to 1."""
    steps = [right - left for left, right in pairwise(marks)]
    one_way = all(step > 0 for step in steps) or all(step < 0 for step in steps)
    return (
        bool(steps) and one_way and sorted(values) == values and 0 <= values[0] <= values[-1] <= 1
    )


class CriterionTerms(Terms):
    """A criterion: marked on a scale, priced by a formula, or split into others."""

    title: Title
    weight: Percent | None = None
    goal: Words = ""
    scale: ScaleTerms | None = None
    price: PriceTerms | None = None
    minimum: Number | None = None
    maximum: Number | None = None
    criteria: "Criteria" = Field(default_factory=dict)
    weighing: WeighingTerms | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> "CriterionTerms":
        if sum(map(bool, (self.scale, self.price, self.criteria))) > 1:
            raise FieldError("a criterion has a scale, a price or criteria below it, not several")
        raise_any(self._of_bounds())
        return self

    def _of_bounds(self) -> Iterator[FieldError]:
        if self.minimum is not None and (self.price or self.criteria):
            yield FieldError("a minimum is a mark on a scale: put it where marks are", "minimum")
        if self.maximum is not None and not self.price:
            yield FieldError("a maximum is an amount: only a price has one", "maximum")
        if self.weighing and not self.criteria:
            yield FieldError("there is nothing below to weigh", "weighing")


Criteria = Annotated[dict[Name, CriterionTerms], Field(max_length=MOST_CRITERIA)]
CriterionTerms.model_rebuild()


def branch_weights(criteria: Criteria, weighing: WeighingTerms | None) -> dict[str, Fraction]:
    """Return the weight of each criterion within its branch; raises DomainError."""
    given = {name: one.weight for name, one in criteria.items() if one.weight is not None}
    if weighing is not None:
        if given:
            raise DomainError("Weights follow from the weighing: leave out those of the criteria.")
        return weighing.weights(tuple(criteria))
    if len(criteria) > 1 and (missing := [name for name in criteria if name not in given]):
        raise DomainError(f"Give a weight to {', '.join(missing)}, or a weighing to the branch.")
    if len(criteria) == 1:
        return {name: Fraction(1) for name in criteria}
    return direct({name: Fraction(weight) for name, weight in given.items()})


def _walk(
    path: tuple[str, ...], criteria: Criteria
) -> Iterator[tuple[tuple[str, ...], str, CriterionTerms]]:
    """Yield every criterion of the tree with its path and name, each before those below it."""
    for name, one in criteria.items():
        here = (*path, "criteria", name)
        yield here, name, one
        yield from _walk(here, one.criteria)


class Missing(StrEnum):
    """What happens to a criterion on which an evaluator has no score for some bid."""

    REFUSE = "refuse"
    LEAVE_OUT = "leave_out"  # this evaluator is left out of the criterion, for every bid


class Late(StrEnum):
    """What happens to a score that came after the panel's deadline."""

    MISSING = "missing"
    COUNT = "count"


class PanelTerms(Terms):
    """The rules of the panel for scores that are not there or came late."""

    missing: Missing = Missing.REFUSE
    late: Late = Late.MISSING


class WeightDoubt(StrEnum):
    """Which weights could be meant."""

    FREE = "free"
    ORDERED = "ordered"
    INTERVALS = "intervals"


class DoubtTerms(Terms):
    """How far weights are doubted: within so many points of a percentage, or by order alone."""

    weights: WeightDoubt = WeightDoubt.INTERVALS
    within: Percent = Decimal("0.05")

    @model_validator(mode="after")
    def _within_is_a_share(self) -> "DoubtTerms":
        if not 0 < self.within <= 1:
            raise FieldError("between 0 % and 100 %", "within")
        return self


class GateTerms(Terms):
    """Something that a bid has or has not; without it, it is rejected."""

    title: Title


class BidTerms(Terms):
    """What one bid got: gates, amounts, settled scores, and each evaluator's own scores."""

    title: Title | None = None
    gates: dict[str, str] = Field(default_factory=dict)
    amounts: dict[str, Number] = Field(default_factory=dict)
    settled: dict[str, Number] = Field(default_factory=dict)
    scores: dict[Words, dict[str, str]] = Field(default_factory=dict)

    def entries(self) -> Iterator[tuple[tuple[str, ...], str, str, str]]:
        """Yield of each entry its path, evaluator, criterion and text."""
        for part in ("gates", "amounts", "settled"):
            for name, value in getattr(self, part).items():
                yield (part, name), "", name, str(value)
        for evaluator, scores in self.scores.items():
            for name, text in scores.items():
                yield ("scores", evaluator, name), evaluator, name, text


_PART = {
    Kind.GATE: "gates", Kind.AMOUNT: "amounts", Kind.SETTLED: "settled", Kind.OWN: "scores",
}  # fmt: skip


class EvaluationTerms(Terms):
    """Everything that a tender judges by; what bids got stands in `bids`, or in a table."""

    schema_name: Literal["retained/evaluation/1"] = Field(
        alias="schema", validation_alias=AliasChoices("schema", "schema_name")
    )
    reference: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
    title: Title
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "EUR"
    gates: Annotated[dict[Name, GateTerms], Field(max_length=MOST_CRITERIA)] = Field(
        default_factory=dict
    )
    criteria: Annotated[dict[Name, CriterionTerms], Field(min_length=1, max_length=MOST_CRITERIA)]
    weighing: WeighingTerms | None = None
    panel: PanelTerms = PanelTerms()
    doubt: DoubtTerms = DoubtTerms()
    bids: Annotated[dict[Name, BidTerms], Field(max_length=1000)] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _parts_must_fit(self) -> "EvaluationTerms":
        raise_any(self._of_names())
        raise_any([*self._of_weights((), self.criteria, self.weighing), *self._of_bids()])
        return self

    def leaves(self) -> dict[str, CriterionTerms]:
        """Return the criteria that bids are judged by, in the order of the tree."""
        return {name: one for _, name, one in _walk((), self.criteria) if not one.criteria}

    def asked(self) -> Asked:
        """Return what a bid may have an entry for."""
        leaves = self.leaves()
        scales = {name: one.scale or ScaleTerms() for name, one in leaves.items() if not one.price}
        return Asked(
            frozenset(self.gates),
            frozenset(name for name, one in leaves.items() if one.price),
            {name: (scale.worst, scale.best) for name, scale in scales.items()},
        )

    def _of_names(self) -> Iterator[FieldError]:
        seen = set(self.gates)
        for path, name, _ in _walk((), self.criteria):
            if name in seen:
                yield FieldError(f"“{name}” stands here twice: give each its own name", *path)
            seen.add(name)

    def _of_weights(
        self, path: tuple[str, ...], criteria: "Criteria", weighing: WeighingTerms | None
    ) -> Iterator[FieldError]:
        try:
            branch_weights(criteria, weighing)
        except DomainError as error:
            yield FieldError(error.message, *path, "weighing" if weighing else "criteria")
        for name, one in criteria.items():
            if one.criteria:
                below = (*path, "criteria", name)
                yield from self._of_weights(below, one.criteria, one.weighing)

    def _of_bids(self) -> Iterator[FieldError]:
        asked = self.asked()
        for key, bid in self.bids.items():
            for path, evaluator, criterion, text in bid.entries():
                try:
                    found = asked.entry(evaluator, criterion, text)
                except ValueError as error:
                    yield FieldError(str(error), "bids", key, *path)
                    continue
                if path[0] != _PART[found.kind]:
                    yield FieldError(f"this belongs below {_PART[found.kind]}", "bids", key, *path)

    def as_document(self) -> dict[str, Any]:
        """Return the model as plain values: reading them gives an equal model."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)

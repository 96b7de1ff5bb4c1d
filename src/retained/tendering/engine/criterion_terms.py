"""Criteria as people write them: a tree with weights, anchored scales and price formulas.

In   the part `criteria` of a document of the schema retained/evaluation/1
Out  frozen values, checked field by field
Why  docs/reference/evaluation.md
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from retained.shared.errors import DomainError
from retained.shared.placed import FieldError, raise_any
from retained.shared.quantities import Number, Percent
from retained.tendering.engine.price_formulas import RELATIVE, PriceFormula
from retained.tendering.engine.weighing_terms import WeighingTerms
from retained.tendering.engine.weights.simple import direct

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


def walk(
    path: tuple[str, ...], criteria: Criteria
) -> Iterator[tuple[tuple[str, ...], str, CriterionTerms]]:
    """Yield every criterion of the tree with its path and name, each before those below it."""
    for name, one in criteria.items():
        here = (*path, "criteria", name)
        yield here, name, one
        yield from walk(here, one.criteria)

"""The evaluation model as people write it: gates, a tree of criteria, panel rules, doubt, bids.

In   a document of the schema retained/evaluation/1
Out  a frozen value, and the same document again
Why  docs/reference/evaluation.md
"""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, Field, model_validator

from retained.shared.errors import DomainError
from retained.shared.placed import FieldError, raise_any
from retained.shared.quantities import Number, Percent
from retained.tendering.engine.bid_entries import Asked, Kind
from retained.tendering.engine.criterion_terms import (
    MOST_CRITERIA,
    Criteria,
    CriterionTerms,
    Name,
    ScaleTerms,
    Terms,
    Title,
    Words,
    branch_weights,
    walk,
)
from retained.tendering.engine.weighing_terms import WeighingTerms

SCHEMA = "retained/evaluation/1"


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
    """How far weights are doubted: `between` two bounds, else `within` so much of the published."""

    weights: WeightDoubt = WeightDoubt.INTERVALS
    within: Percent = Decimal("0.05")
    between: dict[str, tuple[Percent, Percent]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _bounds_are_shares(self) -> "DoubtTerms":
        raise_any(self._of_bounds())
        return self

    def _of_bounds(self) -> Iterator[FieldError]:
        if not 0 < self.within <= 1:
            yield FieldError("between 0 % and 100 %", "within")
        if self.between and self.weights is not WeightDoubt.INTERVALS:
            yield FieldError("bounds belong to intervals: leave them out", "between")
        for name, (low, high) in self.between.items():
            if not 0 <= low <= high <= 1:
                yield FieldError("two shares of the whole, the lower first", "between", name)


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
        raise_any([
            *self._of_weights((), self.criteria, self.weighing),
            *self._of_bids(),
            *self._of_doubt(),
        ])  # fmt: skip
        return self

    def leaves(self) -> dict[str, CriterionTerms]:
        """Return the criteria that bids are judged by, in the order of the tree."""
        return {name: one for _, name, one in walk((), self.criteria) if not one.criteria}

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
        for path, name, _ in walk((), self.criteria):
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

    def _of_doubt(self) -> Iterator[FieldError]:
        leaves = self.leaves()
        for name in self.doubt.between:
            if name not in leaves:
                sentence = f"“{name}” is no criterion that is marked"
                yield FieldError(sentence, "doubt", "between", name)

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

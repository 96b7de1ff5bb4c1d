"""Discrete decisions of a case: each with its ways, one of which the case rests on.

In   figures that a way holds assumptions at, and lines that it does without
Out  frozen values, and what is wrong with them beside the rest of the case
Why  docs/methods/decisions.md
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field, model_validator

from retained.shared.placed import FieldError
from retained.strategy.engine.case_figures import Figure, Terms, Words, ratio_or_number

MOST_DECISIONS = 20
MOST_WAYS = 10


class WayTerms(Terms):
    """One way to decide: assumptions at a figure, and lines (OPTION.LINE) that fall away."""

    title: Words = ""
    hold: dict[str, Figure] = Field(default_factory=dict)
    without: tuple[str, ...] = ()


class DecisionTerms(Terms):
    """Something to decide, the ways there are, and the one that the case rests on."""

    title: Words = ""
    now: str
    ways: Annotated[dict[str, WayTerms], Field(min_length=2, max_length=MOST_WAYS)]

    @model_validator(mode="after")
    def _now_must_be_a_way(self) -> "DecisionTerms":
        if self.now not in self.ways:
            ways = " or ".join(self.ways)
            raise FieldError(f"“{self.now}” is no way of this decision: use {ways}", "now")
        return self

    @property
    def touches(self) -> frozenset[str]:
        """The assumptions that any of its ways holds."""
        return frozenset(name for way in self.ways.values() for name in way.hold)


Decisions = Annotated[dict[str, DecisionTerms], Field(max_length=MOST_DECISIONS)]


def faults_of_decisions(
    decisions: Mapping[str, DecisionTerms], assumptions: Mapping[str, Any], lines: frozenset[str]
) -> Iterator[FieldError]:
    """Yield what is wrong with decisions, beside a case's assumptions and lines (OPTION.LINE)."""
    touched: dict[str, str] = {}
    for key, decision in decisions.items():
        for name in sorted(decision.touches & touched.keys()):
            sentence = (
                f"“{name}” is held by the decision {touched[name]} too: let one of them do it"
            )
            yield FieldError(sentence, "decisions", key)
        touched |= dict.fromkeys(decision.touches, key)
        for way_key, way in decision.ways.items():
            path = ("decisions", key, "ways", way_key)
            for name, held in way.hold.items():
                yield from _of_hold(name, held, assumptions, path)
            for place, line in enumerate(way.without):
                if line not in lines:
                    sentence = f"“{line}” is no line of this case: write it as option.line"
                    yield FieldError(sentence, *path, "without", place)


def _of_hold(
    name: str, held: str, assumptions: Mapping[str, Any], path: tuple[str, ...]
) -> Iterator[FieldError]:
    if name not in assumptions:
        yield FieldError(f"“{name}” is no assumption of this case", *path, "hold", name)
    elif assumptions[name].kind == "event" and ratio_or_number(held) != 0:
        sentence = f"“{name}” is an event: it can only be held at 0, so that it never happens"
        yield FieldError(sentence, *path, "hold", name)

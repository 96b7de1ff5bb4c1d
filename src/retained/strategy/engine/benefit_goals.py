"""What an option does for the company's goals and values: each with its weight, served or not.

In   benefits that name a goal, and the goals and values that hold on a day with their shares
Out  one row for each goal and value, the heaviest first; what names none that holds comes last
Why  docs/guide/business-case.md

Benefits are never summed, neither with each other nor into the money.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from retained.shared.placed import FieldError
from retained.strategy.engine.option_terms import BenefitTerms

if TYPE_CHECKING:
    from retained.strategy.engine.case_terms import CaseTerms


@dataclass(frozen=True, slots=True)
class HeldGoal:
    """A goal, or a value, that holds on the day; `share` is its part of those of its kind."""

    name: str
    is_value: bool
    share: Decimal

    @property
    def kind(self) -> str:
        """Which of both it is."""
        return "value" if self.is_value else "goal"


@dataclass(frozen=True, slots=True)
class ServedGoal:
    """A goal with the benefits that an option has for it; `held` is None where none holds so."""

    name: str
    held: HeldGoal | None
    benefits: tuple[BenefitTerms, ...]

    @property
    def is_served(self) -> bool:
        """Whether anything is done for it: a mark of 0 says that nothing is."""
        return any(one.mark != 0 for one in self.benefits)


def served_goals(benefits: Sequence[BenefitTerms], goals: Sequence[HeldGoal]) -> list[ServedGoal]:
    """Return every goal, then every value, then what names neither, with its benefits."""
    ranked = sorted(goals, key=lambda one: (one.is_value, -one.share, one.name))
    held = [ServedGoal(one.name, one, _benefits_for(one.name, benefits)) for one in ranked]
    names = {one.name for one in goals}
    others = dict.fromkeys(one.goal for one in benefits if one.goal not in names)
    return held + [ServedGoal(name, None, _benefits_for(name, benefits)) for name in others]


def served_sentence(found: Sequence[ServedGoal]) -> str:
    """Return how many of the goals and values that hold an option serves."""
    held = [one for one in found if one.held is not None]
    if not held:
        return "The company has no goal or value yet that benefits could be held against."
    served = sum(one.is_served for one in held)
    if served == len(held):
        return f"It serves all {served} goals and values."
    return f"It serves {served or 'none'} of {len(held)} goals and values."


def faults_of_goals(terms: "CaseTerms", known: Collection[str]) -> Iterator[FieldError]:
    """Yield each benefit whose goal is none of those `known`, with its field."""
    for key, option in terms.options.items():
        for place, one in enumerate(option.benefits):
            if one.goal not in known:
                yield FieldError(_sentence(one.goal, known), "options", key, "benefits", place,
                                 "goal")  # fmt: skip


def _sentence(goal: str, known: Collection[str]) -> str:
    said = f"“{goal}” is no goal or value of the company that holds"
    if not known:
        return f"{said}: add it first under Goals and values"
    return f"{said}: use {', '.join(sorted(known))}, or add it first"


def _benefits_for(name: str, benefits: Sequence[BenefitTerms]) -> tuple[BenefitTerms, ...]:
    return tuple(one for one in benefits if one.goal == name)

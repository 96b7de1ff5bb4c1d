"""The cards of the overview: every stage offers its own, each person sees those that apply."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as Person

# Short cards stand in a column of their own, so that none leaves a gap beside a tall one.
WIDTHS = {"third": 12, "half": 6, "two_thirds": 12, "whole": 12}


@dataclass(frozen=True, slots=True)
class Card:
    """A card: the stage's own template fills it with `context`. `width` is one of WIDTHS."""

    title: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""
    width: str = "half"
    order: int = 0

    @property
    def columns_of_main(self) -> int:
        """How many of the twelve columns of its part of the page the card takes."""
        return WIDTHS[self.width]


CardSource = Callable[["Person", datetime], "Card | None"]

_sources: list[CardSource] = []


def register(source: CardSource) -> None:
    """Add a stage's source of one card, once; the source returns None where it has none."""
    if source not in _sources:
        _sources.append(source)


def cards(person: Person, at: datetime) -> list[Card]:
    """Return the cards that apply to `person`, in their order."""
    offered = (source(person, at) for source in _sources)
    return sorted((card for card in offered if card), key=lambda card: (card.order, card.title))

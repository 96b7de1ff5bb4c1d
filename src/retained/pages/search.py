"""Search over names: one query per stage, each scoped to what the person may open, joined here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as Person

MOST_WORDS = 6
MOST_HITS_A_SOURCE = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its kind in the field's word, its name, where it is, one line about it."""

    kind: str
    name: str
    url: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class HitGroup:
    """What was found of one kind."""

    kind: str
    hits: tuple[Hit, ...]


SearchSource = Callable[["Person", Sequence[str]], Iterable[Hit]]

_sources: list[SearchSource] = []


def register(source: SearchSource) -> None:
    """Add a stage's search, once: it gets the person and the words, all of which must be found."""
    if source not in _sources:
        _sources.append(source)


def words_of(text: str) -> list[str]:
    """Return the words that a person typed, at most MOST_WORDS of them."""
    return text.split()[:MOST_WORDS]


def hits(person: Person, words: Sequence[str]) -> list[HitGroup]:
    """Return what the stages find for all of `words`, grouped by kind; no words find nothing."""
    groups: dict[str, list[Hit]] = {}
    for source in _sources if words else []:
        for hit in list(source(person, words))[:MOST_HITS_A_SOURCE]:
            groups.setdefault(hit.kind, []).append(hit)
    return [HitGroup(kind, tuple(found)) for kind, found in groups.items()]

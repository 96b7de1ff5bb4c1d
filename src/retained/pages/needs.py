"""What needs a person today: every stage tells its own, the overview shows them by urgency."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as Person


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to do: what, why, where, by when. Among equal days the greater weight is first."""

    title: str
    why: str
    url: str
    due: datetime | None = None
    weight: int = 0


NeedSource = Callable[["Person", datetime], Iterable[Need]]

_sources: list[NeedSource] = []


def register(source: NeedSource) -> None:
    """Add a stage's source of needs, once."""
    if source not in _sources:
        _sources.append(source)


def needs(person: Person, at: datetime) -> list[Need]:
    """Return what needs `person`: first what is due first, then the heavier; undated last."""
    found = [need for source in _sources for need in source(person, at)]
    return sorted(found, key=_urgency)


def _urgency(need: Need) -> tuple[bool, float, int, str]:
    day = need.due.timestamp() if need.due else 0.0
    return (need.due is None, day, -need.weight, need.title)

"""What later stages add to the page of an organisation: each registers a source of sections."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from retained.directory.models import Organisation, Person


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page: a heading and the template that shows it."""

    title: str
    template: str
    content: Mapping[str, Any] = field(default_factory=dict)
    order: int = 0


SectionSource = Callable[[Person, Organisation, datetime], Section | None]

_sources: list[SectionSource] = []


def register(source: SectionSource) -> None:
    """Add a stage's source of sections, once; it gets reader, organisation and moment."""
    if source not in _sources:
        _sources.append(source)


def sections(person: Person, organisation: Organisation, at: datetime) -> list[Section]:
    """Return what the stages show of `organisation` to `person`."""
    found = [source(person, organisation, at) for source in _sources]
    return sorted((section for section in found if section), key=lambda section: section.order)

"""What later stages add to the pages of an agreement: tabs beside it, and sections on it.

`delivery` registers the months; a stage that is not there adds nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse

from retained.contracts.models import Agreement
from retained.directory.models import Person


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the agreement's own page: a heading and the template that shows `content`."""

    title: str
    template: str
    content: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""
    link: str = ""
    order: int = 0


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of its own about an agreement; `key` says to the template which one is shown."""

    key: str
    title: str
    url: str
    icon: str = ""
    order: int = 0


SectionSource = Callable[[Person, Agreement, datetime], Section | None]
TabSource = Callable[[Person, Agreement], Tab | None]

_section_sources: list[SectionSource] = []
_tab_sources: list[TabSource] = []


def register(source: SectionSource) -> None:
    """Add a stage's source of sections, once; it gets reader, agreement and moment."""
    if source not in _section_sources:
        _section_sources.append(source)


def register_tab(source: TabSource) -> None:
    """Add a stage's source of tabs, once; it returns None to a reader who may not open it."""
    if source not in _tab_sources:
        _tab_sources.append(source)


def sections(person: Person, agreement: Agreement, at: datetime) -> list[Section]:
    """Return what the stages show of `agreement` to `person` on its page."""
    found = (source(person, agreement, at) for source in _section_sources)
    return sorted((section for section in found if section), key=lambda section: section.order)


def tabs(person: Person, agreement: Agreement) -> list[Tab]:
    """Return the pages about `agreement`, its own first; none if there is no other.

    Show them with {% include "contracts/tabs.html" with tabs=tabs current="months" %}.
    """
    url = reverse("agreement", args=[agreement.reference])
    own = Tab("agreement", "Agreement", url, icon="file-certificate")
    others = [tab for tab in (source(person, agreement) for source in _tab_sources) if tab]
    return [own, *sorted(others, key=lambda tab: tab.order)] if others else []

"""What delivery adds to the page of an agreement: the tabs that lead to its figures."""

from dataclasses import replace

from django.urls import reverse

from retained.contracts import sections
from retained.contracts.models import Agreement
from retained.contracts.sections import Tab
from retained.directory.access import may
from retained.directory.models import Person


def register() -> None:
    """Add the tabs."""
    for source in (_service_levels, _wholeness, _what_if):
        sections.register_tab(source)


def _service_levels(person: Person, agreement: Agreement) -> Tab | None:
    return _tab(person, agreement, Tab("service_levels", "Service levels", "", "gauge", order=10))


def _wholeness(person: Person, agreement: Agreement) -> Tab | None:
    tab = Tab("wholeness", "Is the evidence whole?", "", "database", order=20)
    return _tab(person, agreement, tab)


def _what_if(person: Person, agreement: Agreement) -> Tab | None:
    return _tab(person, agreement, Tab("what_if", "What if", "", "git-compare", order=30))


def _tab(person: Person, agreement: Agreement, tab: Tab) -> Tab | None:
    """Return the tab with its address for who may watch the figures."""
    if not may(person, "read_delivery", agreement.reference):
        return None
    return replace(tab, url=reverse(tab.key, args=[agreement.reference]))

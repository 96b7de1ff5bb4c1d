"""What delivery adds to the page of an agreement: the tab that leads to its service levels."""

from django.urls import reverse

from retained.contracts import sections
from retained.contracts.models import Agreement
from retained.contracts.sections import Tab
from retained.delivery import access
from retained.directory.models import Person


def register() -> None:
    """Add the tab."""
    sections.register_tab(_service_levels)


def _service_levels(person: Person, agreement: Agreement) -> Tab | None:
    """Return the tab for who may watch the figures."""
    if not access.agreements_to_watch(person).filter(pk=agreement.pk).exists():
        return None
    url = reverse("service_levels", args=[agreement.reference])
    return Tab("service_levels", "Service levels", url, icon="gauge", order=10)

"""The command of the demonstration's visitor: to sit down in the chair of another of its cast."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from retained.audit.record import record
from retained.directory.models import Person
from retained.shared.errors import NotThereError


@transaction.atomic
def take_chair(key: str, *, by: Person, at: datetime) -> Person:
    """Return the person whose chair is taken; outside the demonstration there are no chairs."""
    person = Person.objects.filter(actor_key=key, is_active=True).first()
    if not settings.DEMONSTRATION or person is None:
        raise NotThereError("This chair")
    record("took the chair of", person, by=by, at=at)
    return person

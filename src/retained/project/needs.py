"""What needs who watches over the record: it is not whole, or its head is not kept."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse

from retained.audit.models import Verification
from retained.audit.verifications import last_verification
from retained.directory.access import may
from retained.directory.models import Person
from retained.pages.needs import Need

SILENT_AFTER = timedelta(days=3)
_FIRST = 100  # before everything that a stage asks for


def needs(person: Person, at: datetime) -> Iterator[Need]:
    """Yield what is wrong with the record, to those who watch over it."""
    last = last_verification() if may(person, "verify_record") else None
    need = _need(last, at) if last else None
    if need:
        yield need


def _need(last: Verification, at: datetime) -> Need | None:
    """Return the gravest thing that the last verification leaves to do."""
    url = reverse("record")
    if not last.whole:
        why = last.faults[0] if last.faults else last.sentence
        return Need("The record is not whole", why, url, due=last.at, weight=_FIRST)
    if not last.kept_in:
        title = "The head of the record was not kept"
        return Need(title, last.remark, url, due=last.at, weight=_FIRST)
    if at - last.at > SILENT_AFTER:
        why = "It is verified every night while the job worker runs: see that it does."
        title = "The record was not verified for days"
        return Need(title, why, url, due=last.at + SILENT_AFTER, weight=_FIRST)
    return None

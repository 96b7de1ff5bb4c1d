"""The only way from a person to a business case: a client's own, and of no provider's people."""

from django.db.models import QuerySet

from retained.directory import access as directory_access
from retained.directory.engine.roles import Side
from retained.directory.models import Person
from retained.shared.errors import NotThereError
from retained.strategy.models import BusinessCase


def cases_to_read(person: Person) -> QuerySet[BusinessCase]:
    """Return the cases that `person` may read: all of the client's, or none."""
    is_reader = person.side is Side.CLIENT and directory_access.may(person, "read_cases")
    return BusinessCase.objects.all() if is_reader else BusinessCase.objects.none()


def case_to_read(person: Person, reference: str) -> BusinessCase:
    """Return the case of that reference; raise NotThereError if it is not this person's."""
    cases = cases_to_read(person).select_related("baseline")
    found = cases.filter(reference=reference).first()
    if found is None:
        raise NotThereError("This case")
    return found


def case_to_change(person: Person, reference: str) -> BusinessCase:
    """Return the case for somebody who may change what it says."""
    return _case_for(person, reference, "change_cases")


def case_to_sign(person: Person, reference: str) -> BusinessCase:
    """Return the case for somebody who may stand behind it."""
    return _case_for(person, reference, "sign_cases")


def case_to_give_actuals(person: Person, reference: str) -> BusinessCase:
    """Return the case for somebody who may say what came true."""
    return _case_for(person, reference, "give_actuals")


def _case_for(person: Person, reference: str, action: str) -> BusinessCase:
    """Return a case that the person may read, once it is sure that it may do `action`."""
    case = case_to_read(person, reference)
    directory_access.must(person, action)
    return case

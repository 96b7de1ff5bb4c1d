"""The only way from a person to IT functions, business functions and appraisals.

The portfolio is the client's own: to a provider's people none of it is there.
"""

from django.db.models import QuerySet

from retained.directory import access as directory_access
from retained.directory.models import Person
from retained.files.models import StoredFile
from retained.shared.errors import NotThereError
from retained.strategy.models import BusinessFunction, ItFunction

LISTS_FOLDER = "function-lists"


def functions_to_read(person: Person) -> QuerySet[ItFunction]:
    """Return the IT functions that `person` may read, retired ones too."""
    may_read = directory_access.may(person, "read_functions")
    return ItFunction.objects.all() if may_read else ItFunction.objects.none()


def function_to_read(person: Person, reference: str) -> ItFunction:
    """Return the IT function of that reference; raise NotThereError if it is not this person's."""
    found = functions_to_read(person).select_related("parent").filter(reference=reference).first()
    if found is None:
        raise NotThereError("This IT function")
    return found


def function_to_change(person: Person, reference: str) -> ItFunction:
    """Return the IT function for somebody who may change it."""
    found = function_to_read(person, reference)
    directory_access.must(person, "change_functions")
    return found


def function_to_appraise(person: Person, reference: str) -> ItFunction:
    """Return the IT function for somebody who may say whether to own, share or buy it."""
    found = function_to_read(person, reference)
    directory_access.must(person, "appraise_functions")
    return found


def business_functions_to_read(person: Person) -> QuerySet[BusinessFunction]:
    """Return the business functions that `person` may read, retired ones too."""
    may_read = directory_access.may(person, "read_functions")
    return BusinessFunction.objects.all() if may_read else BusinessFunction.objects.none()


def business_function_to_read(person: Person, reference: str) -> BusinessFunction:
    """Return the business function of that reference."""
    found = business_functions_to_read(person).filter(reference=reference).first()
    if found is None:
        raise NotThereError("This business function")
    return found


def business_function_to_change(person: Person, reference: str) -> BusinessFunction:
    """Return the business function for somebody who may change it."""
    found = business_function_to_read(person, reference)
    directory_access.must(person, "change_functions")
    return found


def list_to_take_in(person: Person, key: str) -> StoredFile:
    """Return a list of functions that `person` sent, and nobody else's."""
    mine = StoredFile.objects.filter(folder=LISTS_FOLDER, created_by_key=person.actor_key)
    found = mine.filter(key=key).first()
    if found is None:
        raise NotThereError("This list")
    directory_access.must(person, "change_functions")
    return found

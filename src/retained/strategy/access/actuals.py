"""The only way from a person to a file of actuals: through its case."""

from retained.directory import access as directory_access
from retained.directory.models import Person
from retained.shared.errors import NotThereError
from retained.strategy.access.cases import case_to_give_actuals, case_to_read
from retained.strategy.models import ActualsFile


def actuals_file_to_read(person: Person, reference: str, key: int) -> ActualsFile:
    """Return a file given to a case that `person` may read; raises NotThereError."""
    case = case_to_read(person, reference)
    return _file(case.pk, key)


def actuals_file_to_change(person: Person, reference: str, key: int) -> ActualsFile:
    """Return the file for somebody who may say what came true."""
    case = case_to_give_actuals(person, reference)
    return _file(case.pk, key)


def may_give_actuals(person: Person) -> bool:
    """Return whether `person` may say what came true of cases."""
    return directory_access.may(person, "give_actuals")


def _file(case_id: int, key: int) -> ActualsFile:
    files = ActualsFile.objects.select_related("file", "case__baseline", "mapping", "replaces")
    found = files.filter(case_id=case_id, pk=key).first()
    if found is None:
        raise NotThereError("This file")
    return found

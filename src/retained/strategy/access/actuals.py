"""The only way from a person to a file of actuals: through its case."""

from django.db.models import QuerySet

from retained.directory import access as directory_access
from retained.directory.models import Person
from retained.files.models import StoredFile
from retained.shared.errors import NotThereError
from retained.strategy.access.cases import case_to_give_actuals, case_to_read
from retained.strategy.models import ActualsFile, BusinessCase


def actuals_file_to_read(person: Person, reference: str, key: int) -> ActualsFile:
    """Return a file given to a case that `person` may read; raises NotThereError."""
    case = case_to_read(person, reference)
    return _file(case.pk, key)


def actuals_file_to_change(person: Person, reference: str, key: int) -> ActualsFile:
    """Return the file for somebody who may say what came true."""
    case = case_to_give_actuals(person, reference)
    return _file(case.pk, key)


def folder_of(case: BusinessCase) -> str:
    """Return the folder of files that wait for their columns: each case has its own."""
    return f"actuals-{case.pk}"


def held_files(case: BusinessCase) -> QuerySet[StoredFile]:
    """Return the files of a case whose columns nobody has named yet, the newest first."""
    taken = ActualsFile.objects.filter(case=case).values("file")
    return StoredFile.objects.filter(folder=folder_of(case)).exclude(pk__in=taken)


def held_file(person: Person, reference: str, key: str) -> tuple[BusinessCase, StoredFile]:
    """Return a case and a file whose columns are still to be named; raises NotThereError."""
    case = case_to_give_actuals(person, reference)
    found = held_files(case).filter(key=key).first()
    if found is None:
        raise NotThereError("This file")
    return case, found


def may_give_actuals(person: Person) -> bool:
    """Return whether `person` may say what came true of cases."""
    return directory_access.may(person, "give_actuals")


def _file(case_id: int, key: int) -> ActualsFile:
    files = ActualsFile.objects.select_related("file", "case__baseline", "mapping", "replaces")
    found = files.filter(case_id=case_id, pk=key).first()
    if found is None:
        raise NotThereError("This file")
    return found

"""The only way from a person to evidence: the client's people read it, a provider's never."""

from django.db.models import QuerySet

from retained.directory import access as directory_access
from retained.directory.models import Person
from retained.evidence.models import Batch, ImportRun, Source
from retained.shared.errors import NotThereError


def sources_to_read(person: Person) -> QuerySet[Source]:
    """Return the sources whose evidence `person` may read."""
    if not directory_access.may(person, "read_evidence"):
        return Source.objects.none()
    return Source.objects.select_related("provider")


def source_to_read(person: Person, name: str) -> Source:
    """Return the source of that name."""
    found = sources_to_read(person).filter(name=name).first()
    if found is None:
        raise NotThereError("This source")
    return found


def batch_to_read(person: Person, name: str, number: int) -> Batch:
    """Return one batch of a source."""
    source = source_to_read(person, name)
    found = source.batches.select_related("source", "mapping", "file").filter(number=number).first()
    if found is None:
        raise NotThereError("This batch")
    return found


def batch_to_withdraw(person: Person, name: str, number: int) -> Batch:
    """Return one batch for somebody who may take it out of the figures."""
    found = batch_to_read(person, name, number)
    directory_access.must(person, "withdraw_evidence")
    return found


def import_to_read(person: Person, key: int) -> ImportRun:
    """Return an import: who may send evidence sees those of all."""
    directory_access.must(person, "import_evidence")
    found = ImportRun.objects.select_related("file", "batch__source", "mapping").filter(pk=key)
    run = found.first()
    if run is None:
        raise NotThereError("This import")
    return run


def may_import(person: Person) -> bool:
    """Return whether `person` may send evidence."""
    return directory_access.may(person, "import_evidence")


def must_import(person: Person) -> None:
    """Raise NotAllowedError unless `person` may send evidence."""
    directory_access.must(person, "import_evidence")

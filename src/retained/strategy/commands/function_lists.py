"""Writes of a list of IT functions: keep the file, take it in as a whole, or put it aside."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from retained.directory import access as directory_access
from retained.directory.models import Person
from retained.files.models import StoredFile
from retained.files.storing import SentFile, discard, store_upload
from retained.shared.errors import DomainError
from retained.shared.remarks import Remark
from retained.strategy.access.portfolio import LISTS_FOLDER
from retained.strategy.commands.portfolio import add_function, change_function, hold_the_tree
from retained.strategy.models import ItFunction
from retained.strategy.queries.function_lists import (
    SentList,
    guessed_mapping,
    list_read,
    sent_list,
)

LIMIT_BYTES = 10_000_000


class ListRefusedError(DomainError):
    """A list cannot be taken in; `remarks` say all that is wrong with it, by row and column."""

    def __init__(self, remarks: list[Remark]) -> None:
        told = "\n".join(map(str, remarks))
        super().__init__(f"Nothing was taken in. {len(remarks)} to mend:\n{told}")
        self.remarks = remarks


@dataclass(frozen=True, slots=True)
class TakenIn:
    """How many functions a list added, changed, and left as they were."""

    added: int
    changed: int
    same: int


def keep_list(sent: SentFile, *, by: Person, at: datetime) -> StoredFile:
    """Keep a list that somebody sent, until it is taken in or put aside."""
    directory_access.must(by, "change_functions")
    file = store_upload(
        sent.stream, name=sent.name, by=by, at=at, limit_bytes=LIMIT_BYTES, folder=LISTS_FOLDER
    )
    try:
        sent_list(file)  # what cannot be read at all is not kept
    except DomainError:
        discard_list(file, by=by, at=at, reason="It could not be read.")
        raise
    return file


def take_in_file(
    sent: SentFile, mapping: Mapping[str, str], *, by: Person, at: datetime
) -> TakenIn:
    """Take a list in as it comes; `mapping` goes before what the titles of its columns say.

    What is refused is not kept. Raises as `take_in_list`.
    """
    file = keep_list(sent, by=by, at=at)
    try:
        return take_in_list(file, {**guessed_mapping(sent_list(file)), **mapping}, by=by, at=at)
    except DomainError:
        discard_list(file, by=by, at=at, reason="It was refused.")
        raise


def take_in_list(
    file: StoredFile, mapping: Mapping[str, str], *, by: Person, at: datetime
) -> TakenIn:
    """Add and change every function of a list, or none.

    Raises ListRefusedError with every remark.
    """
    directory_access.must(by, "change_functions")
    sent = sent_list(file)  # before the transaction: nobody else's writing waits for it
    note = f"From the list {file.original_name}"[:500]
    return _take_in(sent, mapping, note=note, by=by, at=at)


@transaction.atomic
def _take_in(
    sent: SentList, mapping: Mapping[str, str], *, note: str, by: Person, at: datetime
) -> TakenIn:
    hold_the_tree()
    read = list_read(sent, mapping)
    if read.remarks:
        raise ListRefusedError(list(read.remarks))
    if not (read.new or read.changed):
        raise DomainError("The list says nothing that is not there already.")
    wanted = {one.reference for one in read.new} | {one.reference for one in read.changed}
    for terms in read.found.terms:
        if terms.reference not in wanted:
            continue
        there = ItFunction.objects.filter(reference=terms.reference).first()
        if there is None:
            add_function(terms, note=note, by=by, at=at)
        else:
            change_function(there, terms, note=note, by=by, at=at, expected_version=there.version)
    return TakenIn(len(read.new), len(read.changed), read.same)


def discard_list(file: StoredFile, *, by: Person, at: datetime, reason: str) -> None:
    """Put a list aside that was not taken in."""
    directory_access.must(by, "change_functions")
    discard(file, by=by, at=at, reason=reason)

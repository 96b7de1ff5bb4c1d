"""Files of actuals whose columns nobody has named yet: held, taken in by them, or put aside."""

from datetime import datetime

from django.db import transaction

from retained.directory import access as directory_access
from retained.directory.models import Person
from retained.evidence.engine.staging.stage import must_be_a_table_by_name
from retained.files.models import StoredFile
from retained.files.storing import SentFile, discard, store_upload
from retained.shared.errors import DomainError
from retained.shared.money import Money
from retained.strategy.access.actuals import folder_of
from retained.strategy.commands.actuals import set_actuals_mapping
from retained.strategy.commands.actuals_reading import keep_read, read_stored
from retained.strategy.engine.actuals_fit import must_fit
from retained.strategy.engine.actuals_terms import ActualsTerms, write_actuals_mapping
from retained.strategy.models import ActualsFile, BusinessCase
from retained.strategy.queries.actuals import mapping_of, signed_terms
from retained.strategy.queries.held_actuals import header_of


def hold_actuals(case: BusinessCase, sent: SentFile, *, by: Person, at: datetime) -> StoredFile:
    """Keep a file until its columns are named; raises DomainError for what is no table."""
    directory_access.must(by, "give_actuals")
    must_be_a_table_by_name(sent.name)
    signed_terms(case)
    file = store_upload(sent.stream, name=sent.name, by=by, at=at, folder=folder_of(case))
    try:
        header_of(file)
    except DomainError:
        put_aside(file, by=by, at=at, reason="It could not be read.")
        raise
    return file


def take_held(
    case: BusinessCase,
    file: StoredFile,
    terms: ActualsTerms,
    *,
    control: Money | None = None,
    replaces: ActualsFile | None = None,
    by: Person,
    at: datetime,
    expected_number: int,
) -> ActualsFile:
    """Read a file that is held by a mapping, which is kept with it where it says anything new.

    Either both are kept or neither is. Raises as `set_actuals_mapping` and `take_actuals` do.
    """
    directory_access.must(by, "give_actuals")
    signed = signed_terms(case)
    must_fit(terms, signed, chosen=case.chosen)
    document = write_actuals_mapping(terms)
    read = read_stored(file, document, signed, control)
    with transaction.atomic():
        mapping = mapping_of(case)
        if mapping is None or mapping.document != document:
            mapping = set_actuals_mapping(
                case, terms, by=by, at=at, expected_number=expected_number
            )
        return keep_read(mapping, file, read, control=control, replaces=replaces, by=by, at=at)


def put_aside(file: StoredFile, *, by: Person, at: datetime, reason: str) -> None:
    """Remove a file that was only held; the record keeps its hash and the reason."""
    directory_access.must(by, "give_actuals")
    discard(file, by=by, at=at, reason=reason)

"""Choices of accounts, kept as the next mapping of a case."""

from collections.abc import Mapping
from datetime import datetime

from retained.directory import access as directory_access
from retained.directory.models import Person
from retained.shared.errors import DomainError
from retained.strategy.commands.actuals import set_actuals_mapping
from retained.strategy.engine.account_choices import At, Choice, mapping_of_choices
from retained.strategy.models import ActualsMapping, BusinessCase
from retained.strategy.queries.account_rows import booked_in, files_to_map
from retained.strategy.queries.actuals import mapping_of, mapping_written_in, signed_terms


def choose_accounts(
    case: BusinessCase,
    choices: Mapping[At, Choice],
    *,
    beginning: tuple[str, Choice] | None = None,
    closed: Mapping[str, str] | None = None,
    by: Person,
    at: datetime,
    expected_number: int,
) -> ActualsMapping:
    """Let accounts go to lines or out of the case; all others stay where the mapping has them.

    Raises ActualsRefusedError where no rules can say it, else as `set_actuals_mapping`.
    """
    directory_access.must(by, "give_actuals")
    mapping = mapping_of(case)
    if mapping is None:
        raise DomainError("Say first how files are read: give a file, and name its columns.")
    booked = booked_in(files_to_map(case), signed_terms(case).currency)
    terms = mapping_of_choices(
        mapping_written_in(mapping.document),
        choices,
        booked=[one.at for one in booked],
        beginning=beginning,
        closed=closed,
    )
    return set_actuals_mapping(case, terms, by=by, at=at, expected_number=expected_number)

"""Writes of business functions: add, change, retire, bring back."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from retained.audit.record import record
from retained.directory import access as directory_access
from retained.directory.models import Person
from retained.directory.versions import only_once, save_version
from retained.shared.errors import DomainError
from retained.strategy.engine.function_terms import REFERENCE
from retained.strategy.models import BusinessFunction, Criticality

RESERVED = frozenset({"new"})  # an address of a page, beside those of business functions
_MOST_MINUTES = 5_256_000  # ten years


@dataclass(frozen=True, slots=True)
class BusinessFunctionDetails:
    """What people write about a business function; None: nobody has said."""

    title: str
    criticality: str
    recovery_time_minutes: int | None = None
    recovery_point_minutes: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.title.strip()) <= 120:
            raise DomainError("A title has 1 to 120 letters.")
        if self.criticality not in Criticality.values:
            raise DomainError(f"Criticality is one of {', '.join(Criticality.values)}.")
        for minutes in (self.recovery_time_minutes, self.recovery_point_minutes):
            if minutes is not None and not 0 <= minutes <= _MOST_MINUTES:
                raise DomainError("A recovery time or point is from 0 minutes to ten years.")


@transaction.atomic
def add_business_function(
    reference: str, details: BusinessFunctionDetails, *, by: Person, at: datetime
) -> BusinessFunction:
    """Add something that the company does, and that IT functions support."""
    directory_access.must(by, "change_functions")
    if not re.fullmatch(REFERENCE, reference) or reference.lower() in RESERVED:
        raise DomainError(
            f"“{reference}” cannot be a reference: use up to 40 letters, digits, dots and dashes."
        )
    with only_once(f"There is a business function {reference} already: change that one."):
        made = BusinessFunction.objects.create(reference=reference, **asdict(details))
    record("added", made, by=by, at=at, after=asdict(details))
    return made


@transaction.atomic
def change_business_function(
    function: BusinessFunction,
    details: BusinessFunctionDetails,
    *,
    by: Person,
    at: datetime,
    expected_version: int,
) -> BusinessFunction:
    """Change title, criticality, recovery time or recovery point."""
    directory_access.must(by, "change_functions")
    change = save_version(function, asdict(details), version=expected_version)
    record("changed", function, by=by, at=at, before=change.before, after=change.after)
    return function


@transaction.atomic
def retire_business_function(
    function: BusinessFunction, *, by: Person, at: datetime, expected_version: int
) -> BusinessFunction:
    """Retire a business function: what it was stays, and no IT function can name it anew."""
    directory_access.must(by, "change_functions")
    if function.retired_at is not None:
        raise DomainError(f"{function.title} is retired already.")
    save_version(function, {"retired_at": at}, version=expected_version)
    record("retired", function, by=by, at=at)
    return function


@transaction.atomic
def bring_back_business_function(
    function: BusinessFunction, *, by: Person, at: datetime, expected_version: int
) -> BusinessFunction:
    """Bring a retired business function back into use."""
    directory_access.must(by, "change_functions")
    if function.retired_at is None:
        raise DomainError(f"{function.title} is in use: there is nothing to bring back.")
    save_version(function, {"retired_at": None}, version=expected_version)
    record("brought back", function, by=by, at=at)
    return function

"""Who reaches the assumptions of a case to confirm them: its readers, and whoever owns one.

Somebody whose role reads no cases sees the assumptions that it owns, and nothing else of the case.
"""

from retained.directory import access as directory_access
from retained.directory.engine.roles import Side
from retained.directory.models import Person
from retained.shared.errors import NotThereError
from retained.strategy.access.cases import cases_to_read
from retained.strategy.models import BusinessCase, CaseState
from retained.strategy.queries.cases import terms_written_in, version_of
from retained.strategy.queries.confirmations import AssumptionToConfirm, owned_by


def case_to_confirm(person: Person, reference: str) -> BusinessCase:
    """Return the case for its readers, and for who owns an assumption of it while it is a draft."""
    found = cases_to_read(person).filter(reference=reference).first() or _owned(person, reference)
    if found is None:
        raise NotThereError("This case")
    return found


def rows_to_see(person: Person, rows: list[AssumptionToConfirm]) -> list[AssumptionToConfirm]:
    """Return the assumptions that a person may see: all of a case that it reads, or its own."""
    if directory_access.may(person, "read_cases"):
        return rows
    return [row for row in rows if row.owner_key == person.actor_key]


def _owned(person: Person, reference: str) -> BusinessCase | None:
    if not may_own_assumptions(person):
        return None
    case = BusinessCase.objects.filter(reference=reference, state=CaseState.DRAFT).first()
    if case is None or not owned_by(person, terms_written_in(version_of(case).document)):
        return None
    return case


def may_own_assumptions(person: Person) -> bool:
    """Return whether a person may confirm assumptions at all."""
    is_client = person.side is Side.CLIENT
    return is_client and directory_access.may(person, "confirm_assumptions")

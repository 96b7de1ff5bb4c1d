"""An example case of which everybody of the client owns an assumption, for the access walk."""

from directory.cast import AT, Cast
from directory.walk_registry import Pair, example
from retained.directory.engine.roles import CLIENT_ROLES, Role
from retained.directory.models import Person
from retained.strategy.commands.cases import create_case
from retained.strategy.engine.case_files import read_case
from retained.strategy.models import BusinessCase
from strategy.case_texts import SURE


def owned_case(cast: Cast) -> BusinessCase:
    """Return a case that names one client person of each role as an owner."""
    kept = BusinessCase.objects.filter(reference="OWNED").first()
    if kept is None:
        owned = "".join(
            f"  of_{role.value}: {{value: 1, owner: {cast.people[role].email}}}\n"
            for role in sorted(CLIENT_ROLES)
        )
        text = SURE.replace("SURE", "OWNED").replace("options:\n", f"{owned}options:\n", 1)
        kept = create_case(read_case(text), by=cast.people[Role.FINANCE], at=AT)
    return kept


@example("case_confirm.reference")
@example("api:case_confirmations.reference")
def _owned(cast: Cast, reader: Person) -> Pair:
    return Pair(owned_case(cast).reference, "SD-absent")

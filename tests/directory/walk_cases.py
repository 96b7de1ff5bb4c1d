"""Example business cases for the access walk."""

from directory.cast import AT, Cast
from directory.walk_registry import Pair, example
from retained.directory.engine.roles import Role
from retained.directory.models import Person
from retained.strategy.commands.case_runs import keep_run
from retained.strategy.commands.cases import create_case
from retained.strategy.engine.case_files import read_case
from retained.strategy.models import BusinessCase
from strategy.case_texts import SURE

_OF_A_CASE = (
    "case", "case_try", "case_terms", "case_change", "case_assumption_new",
    "case_assumption", "case_option_new", "case_line_new", "case_line",
    "case_versions", "case_version", "case_sign",
    "case_withdraw", "case_export", "case_board_pack", "case_workbook", "api:case",
    "api:case_yaml", "api:case_versions",
    "api:case_result", "api:case_sign", "api:case_withdraw", "api:case_board_pack",
    "api:case_workbook",
)  # fmt: skip


def own_case(cast: Cast) -> BusinessCase:
    """Return the case that the walk opens, with its draws made."""
    kept = BusinessCase.objects.filter(reference="SURE").first()
    if kept is None:
        kept = create_case(read_case(SURE), by=cast.people[Role.FINANCE], at=AT)
        keep_run(kept.versions.get(), at=AT)
    return kept


def _case(cast: Cast, reader: Person) -> Pair:
    return Pair(own_case(cast).reference, "SD-absent")


for name in _OF_A_CASE:
    example(f"{name}.reference")(_case)


@example("case_version.version")
def _version(cast: Cast, reader: Person) -> Pair:
    return Pair(1, 99)


@example("case_assumption.assumption")
def _assumption(cast: Cast, reader: Person) -> Pair:
    return Pair("fee", "absent")


@example("case_line_new.option")
@example("case_line.option")
def _option(cast: Cast, reader: Person) -> Pair:
    return Pair("offer", "absent")


@example("case_line.line")
def _line(cast: Cast, reader: Person) -> Pair:
    return Pair("fee", "absent")

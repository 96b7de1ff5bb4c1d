"""Example business cases for the access walk."""

from directory.cast import AT, Cast
from directory.walk_registry import Pair, example
from retained.directory.engine.roles import Role
from retained.directory.models import Goal, Person
from retained.strategy.commands.case_runs import keep_run
from retained.strategy.commands.cases import create_case
from retained.strategy.engine.case_files import read_case
from retained.strategy.models import BusinessCase
from strategy.case_texts import SURE

_OF_A_CASE = (
    "case", "case_try", "case_terms", "case_change", "case_assumption_new",
    "case_assumption", "case_option_new", "case_line_new", "case_line",
    "case_versions", "case_version", "case_sign", "case_benefit_new", "case_benefit",
    "api:case_benefits",
    "case_withdraw", "case_export", "case_board_pack", "case_workbook", "api:case",
    "api:case_yaml", "api:case_versions",
    "api:case_result", "api:case_sign", "api:case_withdraw", "api:case_board_pack",
    "api:case_workbook",
)  # fmt: skip


WITH_BENEFIT = SURE.replace(
    "    title: Offer\n", "    title: Offer\n    benefits: [{goal: Skills, mark: 3}]\n"
)


def own_case(cast: Cast) -> BusinessCase:
    """Return the case that the walk opens, with its draws made, and a goal that it serves."""
    kept = BusinessCase.objects.filter(reference="SURE").first()
    if kept is None:
        Goal.objects.create(kind="goal", name="Skills", weight=20, starts_on=AT.date())
        kept = create_case(read_case(WITH_BENEFIT), by=cast.people[Role.FINANCE], at=AT)
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
@example("case_benefit_new.option")
@example("case_benefit.option")
def _option(cast: Cast, reader: Person) -> Pair:
    return Pair("offer", "absent")


@example("case_line.line")
def _line(cast: Cast, reader: Person) -> Pair:
    return Pair("fee", "absent")


@example("case_benefit.place")
def _place(cast: Cast, reader: Person) -> Pair:
    return Pair(1, 9)

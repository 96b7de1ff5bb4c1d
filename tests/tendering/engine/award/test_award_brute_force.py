"""Every award of small problems, tried one by one: the second way of computing the optimum."""

import pytest
from award_examples import plain_optimum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_problems import problems

from retained.tendering.engine.award.awards import bill_of
from retained.tendering.engine.award.building import build
from retained.tendering.engine.award.conflicts import conflict, names_of, relaxed
from retained.tendering.engine.award.exactness import broken, exact_cost, values_of
from retained.tendering.engine.award.problem import Problem
from retained.tendering.engine.award.solutions import Limits, Status
from retained.tendering.engine.award.solving import solve

EXACT = Limits(gap=0.0)
pytestmark = pytest.mark.usefixtures("in_process")
# The fixture only puts a faster `run` in place; it holds nothing that examples could change.
mild = settings(
    deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@mild
@given(problems())
def test_no_award_that_keeps_the_rules_is_cheaper(problem: Problem) -> None:
    found = solve(problem, EXACT)
    least = plain_optimum(problem)
    if least is None:
        assert found.status is Status.INFEASIBLE
    else:
        assert found.status is Status.OPTIMAL
        assert found.bill is not None
        assert found.bill.exact == least


@mild
@given(problems())
def test_the_bill_and_the_model_agree_on_what_an_award_costs(problem: Problem) -> None:
    found = solve(problem, EXACT)
    if found.award is None or found.bill is None:
        return
    model = build(problem)
    values = values_of(model, problem, found.award)
    assert broken(model, values) == []
    assert exact_cost(model, values) == found.bill.exact
    rounded = len(found.bill.lines) + len(found.bill.discounts) + len(found.bill.switching)
    assert abs(found.bill.total - found.bill.exact) <= rounded / 2
    assert bill_of(problem, found.award) == found.bill


@mild
@given(problems(), st.integers(1, 1000))
def test_the_seed_changes_no_optimum(problem: Problem, seed: int) -> None:
    costs = {
        found.bill.exact if found.bill else None
        for found in (solve(problem, EXACT), solve(problem, Limits(gap=0.0, seed=seed)))
    }
    assert len(costs) == 1


@settings(mild, max_examples=100)
@given(problems())
def test_a_conflict_names_rules_that_cannot_be_kept_and_that_can_without_any_one(
    problem: Problem,
) -> None:
    if plain_optimum(problem) is not None:
        return
    found = conflict(problem, EXACT)
    assert found.proven
    alone = problem
    for name in set(names_of(problem)) - set(found.names):
        alone = relaxed(alone, name)
    assert plain_optimum(alone) is None
    for name in found.names:
        assert plain_optimum(relaxed(alone, name)) is not None
    enough = {name for name in found.names if plain_optimum(relaxed(problem, name)) is not None}
    assert set(found.enough) == enough

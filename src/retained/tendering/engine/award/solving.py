"""The cheapest award that keeps every rule, and whether there is any.

In   the problem, limits, awards that are not wanted again
Out  the award and its bill in whole minor units, how sure it is, and what it was found with
Why  docs/methods/award.md
"""

import time
from collections.abc import Sequence
from fractions import Fraction

from retained.tendering.engine.award import process
from retained.tendering.engine.award.building import build
from retained.tendering.engine.award.matrix import matrix_of
from retained.tendering.engine.award.problem import Problem
from retained.tendering.engine.award.search import Search, cut_off, hearing
from retained.tendering.engine.award.solutions import Choice, Limits, Solution, Tell


def solve(
    problem: Problem,
    limits: Limits,
    *,
    tell: Tell | None = None,
    other_than: Sequence[Choice] = (),
    cost_at_most: Fraction | None = None,
) -> Solution:
    """Return the cheapest award of a problem.

    `tell` hears how far it is several times a second, and may raise to cancel. `other_than` are
    choices that are not wanted again; `cost_at_most` (minor units) ends the search above it.
    Raises SolverFailedError if the process that solves dies.
    """
    model = build(problem)
    for choice in other_than:
        cut_off(model, choice)
    if cost_at_most is not None:
        costs = [(one.key, one.cost) for one in model.columns.values()]
        model.ask(costs, high=cost_at_most - model.constant)
    return Search(problem, model, limits, tell).solution()


def is_possible(problem: Problem, limits: Limits, *, tell: Tell | None = None) -> bool | None:
    """Return whether any award keeps all the rules; None if the time did not suffice."""
    model = build(problem)
    matrix = matrix_of(model, gap=limits.gap, seed=limits.seed, in_parts=True, any_will_do=True)
    hear = hearing(matrix, tell, since=time.monotonic())
    found = process.run(matrix.lists, seconds=limits.seconds, hear=hear)
    if found is not None and found.infeasible:
        return False
    return True if found is not None and found.values is not None else None

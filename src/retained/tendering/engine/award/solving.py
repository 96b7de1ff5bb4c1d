"""The cheapest award that keeps every rule, how sure that is, and what it was found with.

In   the problem, a time limit, the gap that is good enough, a seed
Out  the award and its bill in whole minor units, the bound below which nothing can be
Why  docs/methods/award.md
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from retained.tendering.engine.award import process
from retained.tendering.engine.award.awards import Award, Bill, bill_of
from retained.tendering.engine.award.building import build
from retained.tendering.engine.award.exactness import award_of, broken, values_of
from retained.tendering.engine.award.matrix import Matrix, matrix_of
from retained.tendering.engine.award.model import Column, Key, Model
from retained.tendering.engine.award.problem import Problem

VERSION = "award/1"  # of the rules of this folder
MOST_REFUSED = 50  # awards that exact arithmetic refuses, before we give up
_LEAST_SECONDS = 0.5


class Status(StrEnum):
    """How sure a solution is."""

    OPTIMAL = "optimal"  # nothing is cheaper by more than the gap
    FEASIBLE = "feasible"  # the best found when time was over
    INFEASIBLE = "infeasible"  # no award keeps all the rules
    UNDECIDED = "undecided"  # time was over before any was found


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to look (seconds for each solve), how near is near enough, and the seed."""

    seconds: float = 60.0
    gap: float = 1e-4
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a solve is: seconds so far, the best cost and the bound in minor units."""

    seconds: float
    best: int | None
    bound: int | None


Tell = Callable[[Progress], None]
Choice = frozenset[Key]  # the columns that say who gets what, where they are chosen


@dataclass(frozen=True, slots=True)
class Solution:
    """What was found; `bound` (minor units) is a cost that no award goes below."""

    status: Status
    model_hash: str
    limits: Limits
    engine: str
    award: Award | None = None
    bill: Bill | None = None
    choice: Choice = frozenset()
    bound: Fraction | None = None

    @property
    def cost(self) -> int | None:
        """What the award costs, in minor units."""
        return None if self.bill is None else self.bill.total

    @property
    def gap(self) -> float | None:
        """How much cheaper another award might be, as a share of this one's cost."""
        if self.bill is None or self.bound is None:
            return None
        return _gap(self.bill.exact, self.bound)

    @property
    def open_cost(self) -> Fraction:
        """The same in minor units."""
        if self.bill is None or self.bound is None:
            return Fraction(0)
        return max(Fraction(0), self.bill.exact - self.bound)


def solve(
    problem: Problem,
    limits: Limits = Limits(),
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
    return _Search(problem, model, limits, tell).solution()


def is_possible(problem: Problem, limits: Limits, *, tell: Tell | None = None) -> bool | None:
    """Return whether any award keeps all the rules; None if the time did not suffice."""
    model = build(problem)
    matrix = matrix_of(model, gap=limits.gap, seed=limits.seed, in_parts=True, any_will_do=True)
    hear = _hearing(matrix, tell, since=time.monotonic())
    found = process.run(matrix.lists, seconds=limits.seconds, hear=hear)
    if found is not None and found.infeasible:
        return False
    return True if found is not None and found.values is not None else None


def cut_off(model: Model, choice: Choice) -> None:
    """Ask for another choice than this one: at least one of its columns must differ."""
    terms = [(key, -1 if key in choice else 1) for key in model.choices]
    model.ask(terms, low=1 - len(choice))


class _Search:
    """One search: rounds in child processes until an award keeps every rule exactly."""

    def __init__(self, problem: Problem, model: Model, limits: Limits, tell: Tell | None) -> None:
        self.problem = problem
        self.model = model
        self.limits = limits
        self.tell = tell
        self.asked = len(model.rows)
        self.digest = model.digest()
        self.began = time.monotonic()
        self.is_divisible = any(lot.divisible for lot in problem.lots)
        self.engine = "HiGHS"
        self.went_without = False
        self.in_parts = False
        self.bound: Fraction | None = None

    def solution(self) -> Solution:
        """Return what is found within the limits."""
        found = self._found()
        sure = {Status.OPTIMAL, Status.INFEASIBLE}
        if found.status in sure or not self._may_ask_for_parts():
            return found
        self.in_parts, self.went_without, self.bound = True, False, None
        del self.model.rows[self.asked :]  # what was refused on the way was so for its shares
        again = self._found()
        best = again if found.bill is None else min((found, again), key=_by_cost)
        bounds = [one.bound for one in (found, again) if one.bound is not None]
        return self._with_bound(best, max(bounds, default=None))

    def _may_ask_for_parts(self) -> bool:
        """Return whether asking for whole parts at once may still tell more.

        At first shares may be of any size: that is fast, and dividing them into parts afterwards
        is mostly within the gap. Where it is not, or cannot be done, parts are asked for at once.
        """
        return self.is_divisible and self._seconds_left() > 0

    def _found(self) -> Solution:
        """Return the first award found that keeps every rule exactly."""
        for _ in range(MOST_REFUSED):
            found = self._solved()
            if found is None or found.values is None:
                return self._without_award(infeasible=found is not None and found.infeasible)
            chosen = self._chosen(found.values)
            if chosen is None:
                continue
            award = award_of(self.model, self.problem, chosen)
            if not broken(self.model, values_of(self.model, self.problem, award)):
                return self._with_award(award, chosen)
            # The solver's tolerance let it through. Exact arithmetic does not.
            self._refuse(chosen)
        return self._without_award(infeasible=False)

    def _solved(self) -> process.Answer | None:
        """Return what a round gives; the first bound holds for all of them."""
        # Half of the gap is kept for rounding to parts.
        gap = self.limits.gap / 2 if self.is_divisible else self.limits.gap
        matrix = matrix_of(self.model, gap=gap, seed=self.limits.seed, in_parts=self.in_parts)
        found = self._run(matrix)
        if found is not None and self.bound is None and found.bound is not None:
            self.bound = matrix.cost(found.bound)
        return found

    def _chosen(self, values: Sequence[float]) -> dict[Key, int] | None:
        """Return whole numbers of parts; None where the shares found cannot be divided so."""
        columns = self.model.columns.values()
        if self.in_parts or not self.is_divisible:
            return _rounded(columns, values)
        whole = {one.key for one in columns if one.parts == 1}
        fixed = {key: one for key, one in _rounded(columns, values).items() if key in whole}
        matrix = matrix_of(
            self.model, gap=self.limits.gap / 4, seed=self.limits.seed, fixed=fixed, in_parts=True
        )
        found = self._run(matrix)
        if found is None or found.values is None:
            self._refuse(fixed)
            return None
        return _rounded(columns, found.values)

    def _refuse(self, chosen: dict[Key, int]) -> None:
        """Go on without this choice; where lots are divided, other shares of it go with it."""
        cut_off(self.model, self._choice(chosen))
        self.went_without = self.is_divisible

    def _run(self, matrix: Matrix) -> process.Answer | None:
        left = max(_LEAST_SECONDS, self._seconds_left())
        hear = _hearing(matrix, self.tell, since=self.began)
        found = process.run(matrix.lists, seconds=left, hear=hear)
        if found is not None:
            self.engine = found.engine
        return found

    def _seconds_left(self) -> float:
        return self.began + self.limits.seconds - time.monotonic()

    def _choice(self, chosen: dict[Key, int]) -> Choice:
        return frozenset(key for key in self.model.choices if chosen.get(key))

    def _with_award(self, award: Award, chosen: dict[Key, int]) -> Solution:
        found = Solution(
            Status.FEASIBLE,
            self.digest,
            self.limits,
            self.engine,
            award,
            bill_of(self.problem, award),
            self._choice(chosen),
        )
        return self._with_bound(found, self.bound)

    def _with_bound(self, found: Solution, bound: Fraction | None) -> Solution:
        """Return what was found, and whether the bound proves that it is near enough."""
        if found.bill is None:
            return replace(found, bound=bound)
        known = replace(found, bound=bound)
        proven = known.gap is not None and known.gap <= self.limits.gap
        return replace(known, status=Status.OPTIMAL if proven else Status.FEASIBLE)

    def _without_award(self, *, infeasible: bool) -> Solution:
        is_sure = infeasible and not self.went_without
        status = Status.INFEASIBLE if is_sure else Status.UNDECIDED
        return Solution(status, self.digest, self.limits, self.engine, bound=self.bound)


def _rounded(columns: Iterable[Column], values: Sequence[float]) -> dict[Key, int]:
    """Return the whole numbers that a solver's floats stand for."""
    found = zip(columns, values, strict=True)
    return {one.key: round(value) for one, value in found if one.parts}


def _by_cost(found: Solution) -> tuple[bool, Fraction]:
    bill = found.bill
    return (bill is None, bill.exact if bill is not None else Fraction(0))


_NOISE = Fraction(1, 10**9)  # below it, a difference from the bound is the solver's float


def _gap(cost: Fraction, bound: Fraction) -> float:
    if not cost:
        return 0.0 if cost - bound < 1 else 1.0
    found = (cost - bound) / abs(cost)
    return 0.0 if found <= _NOISE else float(found)


def _hearing(matrix: Matrix, tell: Tell | None, *, since: float) -> process.Hear | None:
    """Return what turns the solver's own figures into money for `tell`."""
    if tell is None:
        return None

    def hear(course: process.Course) -> None:
        best, bound = (
            None if one is None else round(matrix.cost(one)) for one in (course.best, course.bound)
        )
        tell(Progress(time.monotonic() - since, best, bound))

    return hear

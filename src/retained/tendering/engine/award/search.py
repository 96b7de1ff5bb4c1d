"""One search: rounds in child processes until an award keeps every rule exactly.

In   the problem, its model, limits, and who hears of progress
Out  a solution
Why  docs/methods/award.md
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from retained.tendering.engine.award import process
from retained.tendering.engine.award.awards import Award, bill_of
from retained.tendering.engine.award.exactness import award_of, broken, values_of
from retained.tendering.engine.award.matrix import Matrix, matrix_of
from retained.tendering.engine.award.model import Column, Key, Model
from retained.tendering.engine.award.problem import Problem
from retained.tendering.engine.award.solutions import (
    Choice,
    Limits,
    Progress,
    Solution,
    Status,
    Tell,
)

MOST_REFUSED = 50  # awards that exact arithmetic refuses, before we give up
_LEAST_SECONDS = 0.5
_DIVIDING_SECONDS = 5.0


def cut_off(model: Model, choice: Choice) -> None:
    """Ask for another choice than this one: at least one of its columns must differ."""
    terms = [(key, -1 if key in choice else 1) for key in model.choices]
    model.ask(terms, low=1 - len(choice))


class Search:
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
        for number in range(MOST_REFUSED):
            if number and self._seconds_left() <= 0:
                break
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
        """Return what a round gives.

        Its bound holds if nothing but broken awards was refused: of whole lots always, of
        divided ones only in the first round, since other shares are refused with those found.
        """
        # Half of the gap is kept for rounding to parts.
        gap = self.limits.gap / 2 if self.is_divisible else self.limits.gap
        matrix = matrix_of(self.model, gap=gap, seed=self.limits.seed, in_parts=self.in_parts)
        found = self._run(matrix)
        holds = not self.went_without
        if found is not None and holds and found.bound is not None:
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
        # What was found when time was over is still worth being divided.
        found = self._run(matrix, at_least=_DIVIDING_SECONDS)
        if found is None or found.values is None:
            self._refuse(fixed)
            return None
        return _rounded(columns, found.values)

    def _refuse(self, chosen: dict[Key, int]) -> None:
        """Go on without this choice; where lots are divided, other shares of it go with it."""
        cut_off(self.model, self._choice(chosen))
        self.went_without = self.is_divisible

    def _run(self, matrix: Matrix, *, at_least: float = _LEAST_SECONDS) -> process.Answer | None:
        left = max(at_least, self._seconds_left())
        hear = hearing(matrix, self.tell, since=self.began)
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


def hearing(matrix: Matrix, tell: Tell | None, *, since: float) -> process.Hear | None:
    """Return what turns the solver's own figures into money for `tell`."""
    if tell is None:
        return None

    def hear(course: process.Course) -> None:
        best, bound = (
            None if one is None else round(matrix.cost(one)) for one in (course.best, course.bound)
        )
        tell(Progress(time.monotonic() - since, best, bound))

    return hear

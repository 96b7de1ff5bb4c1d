"""Scenarios side by side, the price of every rule, and awards that cost hardly more.

In   a problem, and what to change about it
Out  a solution for each change, and the difference that it makes
Why  docs/methods/award.md
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from retained.tendering.engine.award.awards import half_up
from retained.tendering.engine.award.problem import Problem
from retained.tendering.engine.award.rules import Rule
from retained.tendering.engine.award.solutions import Choice, Limits, Solution, Status, Tell
from retained.tendering.engine.award.solving import solve


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is otherwise: rules less, rules more, bidders left out."""

    name: str
    without: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    without_bidders: tuple[str, ...] = ()

    def of(self, problem: Problem) -> Problem:
        """Return the problem as it is in this scenario."""
        kept = tuple(rule for rule in problem.rules if rule.name not in self.without)
        return problem.with_rules((*kept, *self.rules)).without_bidders(self.without_bidders)


@dataclass(frozen=True, slots=True)
class RulePrice:
    """What keeping a rule costs: the optimum with it less the optimum without it (minor units).

    `price` is None where one of the two has no award. The true price lies between 0 and `most`;
    where what the gaps leave open is larger than what was found, `below_gap` is true and the
    figure is noise.
    """

    rule: str
    without: Solution
    price: int | None
    most: int | None
    below_gap: bool


def scenarios(
    problem: Problem, listed: Sequence[Scenario], limits: Limits, *, tell: Tell | None = None
) -> Iterator[tuple[Scenario, Solution]]:
    """Yield the solution of each scenario, in their order."""
    for scenario in listed:
        yield scenario, solve(scenario.of(problem), limits, tell=tell)


def prices_of_rules(
    problem: Problem, solution: Solution, limits: Limits, *, tell: Tell | None = None
) -> Iterator[RulePrice]:
    """Yield the price of each rule; `solution` is that of the whole problem."""
    for rule in problem.rules:
        without = solve(problem.without_rule(rule.name), limits, tell=tell)
        yield price_of(rule.name, solution, without)


def price_of(rule: str, with_rule: Solution, without: Solution) -> RulePrice:
    """Return the price of a rule from the solutions with and without it."""
    if with_rule.bill is None or without.bill is None:
        return RulePrice(rule, without, None, None, below_gap=False)
    price = with_rule.bill.exact - without.bill.exact
    most = None if without.bound is None else with_rule.bill.exact - without.bound
    return RulePrice(
        rule,
        without,
        half_up(max(price, Fraction(0))),
        None if most is None else half_up(max(most, Fraction(0))),
        below_gap=price < _noise(with_rule, without),
    )


def _noise(first: Solution, second: Solution) -> Fraction:
    """Return how far two costs may lie apart by their gaps alone, in minor units.

    At a gap that was not used up, it is the gap that was asked for that counts: which of several
    awards within it is found depends on the seed.
    """
    costs = [one.bill.exact for one in (first, second) if one.bill is not None]
    asked = Fraction(max(first.limits.gap, second.limits.gap)) * max(map(abs, costs))
    return max(first.open_cost + second.open_cost, asked)


def alternatives(
    problem: Problem,
    solution: Solution,
    limits: Limits,
    *,
    number: int,
    within: Fraction,
    tell: Tell | None = None,
) -> Iterator[Solution]:
    """Yield up to `number` other awards, cheapest first, that cost at most `within` more.

    Two awards differ where somebody gets a part of a lot, or a bundle, in one and not in the
    other; other shares among the same partners are not another award.
    """
    if solution.bill is None:
        return
    seen: list[Choice] = [solution.choice]
    most = solution.bill.exact + within * abs(solution.bill.exact)
    for _ in range(number):
        found = solve(problem, limits, tell=tell, other_than=seen, cost_at_most=most)
        if found.status in {Status.INFEASIBLE, Status.UNDECIDED}:
            return
        seen.append(found.choice)
        yield found

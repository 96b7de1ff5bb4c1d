"""Why no award keeps all the rules: a smallest set of them that cannot be kept together.

In   a problem that has no award
Out  the names of the rules, each of which the others can do without, and which alone would help
Why  docs/methods/award.md
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from retained.tendering.engine.award.building import least_name, most_name, one_bundle_name
from retained.tendering.engine.award.problem import Bidder, Problem
from retained.tendering.engine.award.solutions import Limits, Tell
from retained.tendering.engine.award.solving import is_possible


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rules that cannot be kept together; without any one of them, the others can.

    `enough` are those of them that alone make an award possible under all other rules. Without
    any rules `names` is empty: the offers themselves leave a lot undone. `proven` is false where
    time was too short to be sure that each is needed.
    """

    names: tuple[str, ...]
    enough: tuple[str, ...]
    proven: bool

    @property
    def sentence(self) -> str:
        """What is wrong and what to relax, in words."""
        if not self.names:
            return (
                "Even without any rule the offers leave a lot undone: ask for more offers, or "
                "say what keeping it in-house costs."
            )
        listed = " + ".join(f"“{name}”" for name in self.names)
        doubt = "" if self.proven else " (time was too short to make the list any shorter)"
        return f"These cannot be kept together: {listed}{doubt}. {self._advice}"

    @property
    def _advice(self) -> str:
        if self.enough:
            alone = " or ".join(f"“{name}”" for name in self.enough)
            return f"Relax {alone}: that alone makes an award possible."
        return (
            "Relax one of them and look again: there is another conflict behind this one, so that "
            "no single rule is enough."
        )


def conflict(problem: Problem, limits: Limits, *, tell: Tell | None = None) -> Conflict:
    """Return a smallest set of rules that cannot be kept together (deletion filter).

    Chinneck and Dravnieks, ORSA Journal on Computing 1991: each rule is left out in turn; if
    there still is no award, it is not needed. What stays is irreducible, not always the one with
    the fewest rules. `limits.seconds` is for each question.
    """
    proven = True
    rest = problem
    for name in names_of(problem):
        fewer = relaxed(rest, name)
        possible = is_possible(fewer, limits, tell=tell)
        proven = proven and possible is not None
        if possible is False:
            rest = fewer
    found = tuple(names_of(rest))
    enough = tuple(name for name in found if is_possible(relaxed(problem, name), limits, tell=tell))
    return Conflict(found, enough, proven)


def names_of(problem: Problem) -> Iterator[str]:
    """Yield everything by name that may be relaxed: rules, then what bidders hold to."""
    yield from (rule.name for rule in problem.rules)
    for bidder in problem.bidders:
        if bidder.least:
            yield least_name(bidder)
        if bidder.most is not None:
            yield most_name(bidder)
        if bidder.one_bundle and len(problem.bundles_of(bidder.name)) > 1:
            yield one_bundle_name(bidder)


def relaxed(problem: Problem, name: str) -> Problem:
    """Return the problem without what has this name."""
    bidders = tuple(_relaxed_bidder(one, name) for one in problem.bidders)
    return replace(problem.without_rule(name), bidders=bidders)


def _relaxed_bidder(bidder: Bidder, name: str) -> Bidder:
    if name == least_name(bidder):
        return replace(bidder, least=Fraction(0))
    if name == most_name(bidder):
        return replace(bidder, most=None)
    if name == one_bundle_name(bidder):
        return replace(bidder, one_bundle=False)
    return bidder

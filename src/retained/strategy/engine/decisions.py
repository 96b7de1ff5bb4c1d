"""What each discrete decision of a case is worth alone: one way beside the one it rests on.

In   the result of a case with decisions
Out  for each other way how far the mean saving and the chance move, over the same draws
Why  docs/methods/decisions.md
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from retained.shared.money import Money
from retained.strategy.engine.case_files import model_of
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.results import CaseResult, as_money
from retained.strategy.engine.simulation import Simulation, simulate

DRAWS = 10_000


@dataclass(frozen=True, slots=True)
class Effect:
    """What an option saves more (or less) if one thing is decided another way.

    `error` is the standard error of `moved`: the draws of both ways are the same. `chance` is that
    of the other way, `chance_moved` how far it lies from that of the way that the case rests on.
    """

    decision: str
    title: str
    way: str
    way_title: str
    instead_of: str
    option: str
    moved: Money
    error: Money
    chance: float
    chance_moved: float


def effects(result: CaseResult) -> list[Effect]:
    """Return what every other way of every decision moves, over the first draws of a result."""
    return list(_effects(result.terms, result.simulation))


def ways_by_decision(terms: CaseTerms, decided: Mapping[str, str]) -> dict[str, str]:
    """Return the way of each decision that a run rests on."""
    return {key: decided.get(key, one.now) for key, one in terms.decisions.items()}


def _effects(terms: CaseTerms, simulation: Simulation) -> Iterator[Effect]:
    taken_ways = ways_by_decision(terms, simulation.case.decided)
    draws, decided = min(simulation.draws, DRAWS), simulation.case.decided
    # What was held on top of the decisions stays held in every other way.
    own = model_of(terms, decided).held
    held = {name: one for name, one in simulation.case.held.items() if own.get(name) != one}
    for key, decision in terms.decisions.items():
        taken = taken_ways[key]
        for way in decision.ways:
            if way != taken:
                case = model_of(terms, {**decided, key: way})
                case = replace(case, held={**case.held, **held})
                other = simulate(case, draws=draws, seed=simulation.seed)
                for option in case.others:
                    yield _effect(terms, (key, way, taken), option.id, (simulation, other))


def _effect(
    terms: CaseTerms,
    decided: tuple[str, str, str],
    option: str,
    runs: tuple[Simulation, Simulation],
) -> Effect:
    key, way, taken = decided
    decision = terms.decisions[key]
    now, then = (run.saving(option)[: runs[1].draws] for run in runs)
    chance = float(np.mean(then > 0))
    return Effect(
        decision=key,
        title=decision.title or _named(key),
        way=way,
        way_title=decision.ways[way].title or _named(way),
        instead_of=decision.ways[taken].title or _named(taken),
        option=option,
        moved=as_money(float((then - now).mean()), terms.currency),
        error=as_money(float((then - now).std() / np.sqrt(len(now))), terms.currency),
        chance=chance,
        chance_moved=chance - float(np.mean(now > 0)),
    )


def _named(key: str) -> str:
    return key.replace("_", " ").capitalize()

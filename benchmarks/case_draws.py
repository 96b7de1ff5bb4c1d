"""A business case by Monte Carlo beside the bare NumPy arithmetic of the same model.

    python benchmarks/case_draws.py [--draws 100000]
    python benchmarks/case_draws.py --million

20 lines over 60 months, 25 correlated triangular drivers; ours reads the lines as formulas, the
yardstick has them written out in NumPy, in the same chunks. Both must give the same saving. CPU
seconds of each, the best of three; and the most memory that ours held. `--million` makes 1,000,000
draws and all figures of the result, alone in its process: the most memory that was held, and how
long it may take until who is told how far it is can cancel it.
"""

import argparse
import resource
import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from case_arithmetic import CORNERS, MONTHS, RATE, saving
from retained.strategy.engine.cases import Case, Line, Option
from retained.strategy.engine.distributions import Triangular
from retained.strategy.engine.formulas.reading import read_formula
from retained.strategy.engine.formulas.tree import Array
from retained.strategy.engine.outcomes import fan_of, payback_of, value_of, what_matters
from retained.strategy.engine.simulation import CHUNK_DRAWS, simulate
from retained.strategy.engine.sources import Driver, Once
from retained.strategy.engine.streams import Correlation, Streams, mixing

MILLION = 1_000_000
STAY = {
    "wages": "people * salary / 12 * growth(wage_growth)",
    "on_costs": "people * salary * on_cost / 12 * growth(wage_growth)",
    "hiring": "people * attrition / 12 * recruiting",
    "vacancies": "people * attrition / 12 * vacant * salary / 12 * premium * growth(wage_growth)",
    "ramp_up": "people * attrition / 12 * ramp_months * salary / 24 * growth(wage_growth)",
    "trainings": "people * training / 12",
    "tool_costs": "people * tools / 12",
    "rooms": "people * facilities / 12",
    "managers": "people / span * 1.5 * salary / 12 * growth(wage_growth)",
    "bonus": "people * salary * 0.05 * ((month == 12) + (month == 24) + (month == 36))",
}
OFFER = {
    "fees": "fee * indexed(price_index, labour_share, 0, 0.03) * ramp(1, 6)",
    "transitions": "transition / 6 * between(1, 6)",
    "parallels": "people * salary / 12 * (month <= parallel)",
    "dips": "fee * dip * max(0, 1 - (month - 1) / 9)",
    "governing": "fee * governance * growth(price_index)",
    "retained_team": "people * salary * retained / 12 * growth(wage_growth)",
    "travelling": "travel * since(1)",
    "leaving": "severance * once(7)",
    "reworks": "fee * rework * growth(price_index)",
    "assuring": "people * assurance / 12",
}
PAIRS = [Correlation(a, b, 0.3) for a, b in zip(list(CORNERS), list(CORNERS)[1:], strict=False)]


def made_case() -> Case:
    """Return the case."""
    options = tuple(
        Option(name, name, tuple(Line(k, k, read_formula(v), "EUR") for k, v in lines.items()))
        for name, lines in (("stay", STAY), ("offer", OFFER))
    )
    drivers = tuple(Driver(name, Once(Triangular(*found))) for name, found in CORNERS.items())
    return Case("Benchmark", "EUR", MONTHS, RATE, options, "stay", drivers, tuple(PAIRS))


def bare(case: Case, draws: int, seed: int) -> Array:
    """Return the saving by draw, every line written out in NumPy."""
    # The chance itself is made as ours makes it: what is compared is the arithmetic on top.
    streams = Streams(
        case.drivers, mixing(case.drivers, case.correlations), seed=seed, term=case.term
    )
    found = np.empty(draws)
    for start in range(0, draws, CHUNK_DRAWS):
        count = min(CHUNK_DRAWS, draws - start)
        found[start : start + count] = saving(streams.draw(count).values)
    return found


def best(work: Callable[[], object], times: int = 3) -> float:
    """Return the least CPU seconds of some runs."""
    found = []
    for _ in range(times):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return min(found)


def million() -> None:
    """Make a million draws and all figures of their result; say how soon a cancel is heard."""
    case, heard = made_case(), [time.perf_counter()]
    cpu = time.process_time()
    simulation = simulate(
        case, draws=MILLION, seed=7, tell=lambda _, __: heard.append(time.perf_counter())
    )
    drawn = time.process_time() - cpu
    by_month = simulation.saving_by_month("offer")
    value, back, fan = value_of(simulation.saving("offer")), payback_of(by_month), fan_of(by_month)
    swings = what_matters(simulation, "offer")
    whole = time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    waits = max(later - earlier for earlier, later in pairwise(heard))
    print(f"{MILLION:,} draws x {MONTHS} months x {len(STAY) + len(OFFER)} lines")
    print(f"draws         {drawn:6.2f} CPU s, {heard[-1] - heard[0]:.1f} s")
    print(f"and figures   {whole:6.2f} CPU s: P50 {value.p50:,.0f}, back in month {back.median}, ")
    print(f"              {len(swings)} swings, a fan of {fan.shape[0]} by {fan.shape[1]}")
    print(f"memory        {memory:6.0f} MB at most (asked: 600)")
    print(f"a cancel is heard after {waits:.3f} s at the longest ({len(heard) - 1} times asked)")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=100_000)
    parser.add_argument("--million", action="store_true")
    asked = parser.parse_args()
    if asked.million:
        million()
    else:
        beside_bare(asked.draws)


def beside_bare(draws: int) -> None:
    """Measure ours and the bare arithmetic."""
    case = made_case()
    ours = best(lambda: simulate(case, draws=draws, seed=7))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    theirs = best(lambda: bare(case, draws, 7))
    same = np.allclose(simulate(case, draws=1000, seed=7).saving("offer"), bare(case, 1000, 7))
    lines = len(STAY) + len(OFFER)
    print(f"{draws:,} draws x {MONTHS} months x {lines} lines, {len(CORNERS)} drivers")
    print(f"ours          {ours:6.2f} CPU s, at most {memory:.0f} MB")
    print(f"bare NumPy    {theirs:6.2f} CPU s")
    print(f"ratio         {ours / theirs:6.2f} x (asked: at most 2); the same savings: {same}")


if __name__ == "__main__":
    main()

"""A business case by Monte Carlo beside the bare NumPy arithmetic of the same model.

    python benchmarks/case_draws.py [--draws 100000]

20 lines over 60 months, 25 correlated triangular drivers; ours reads the lines as formulas, the
yardstick has them written out in NumPy, in the same chunks. Both must give the same saving. CPU
seconds of each, the best of three; and the most memory that ours held.
"""

import argparse
import resource
import time
from collections.abc import Callable

import numpy as np

from retained.strategy.engine.cases import Case, Line, Option
from retained.strategy.engine.distributions import Triangular
from retained.strategy.engine.formulas.reading import read_formula
from retained.strategy.engine.formulas.tree import Array
from retained.strategy.engine.simulation import CHUNK_DRAWS, discount_factors, simulate
from retained.strategy.engine.sources import Driver, Once
from retained.strategy.engine.streams import Correlation, Streams, mixing

MONTHS, RATE = 60, 0.07
CORNERS = {
    "people": (24, 30, 38), "salary": (52e3, 60e3, 70e3), "on_cost": (0.25, 0.3, 0.4),
    "wage_growth": (0.01, 0.03, 0.05), "attrition": (0.05, 0.13, 0.25),
    "recruiting": (4e3, 5e3, 9e3), "vacant": (1, 2, 4), "premium": (0.1, 0.3, 0.6),
    "ramp_months": (3, 6, 12), "training": (1e3, 2e3, 4e3), "tools": (2e3, 3e3, 5e3),
    "facilities": (3e3, 5e3, 8e3), "span": (8, 10, 14),
    "fee": (85e3, 92e3, 104e3), "price_index": (0.0, 0.025, 0.05), "labour_share": (0.5, 0.7, 0.9),
    "transition": (3e5, 5e5, 9e5), "parallel": (2, 3, 6), "dip": (0.03, 0.1, 0.27),
    "governance": (0.03, 0.045, 0.12), "retained": (0.03, 0.06, 0.1), "travel": (500, 2e3, 6e3),
    "severance": (2e5, 4e5, 8e5), "rework": (0.01, 0.02, 0.06), "assurance": (200, 500, 900),
}  # fmt: skip
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
    month = np.arange(1.0, MONTHS + 1)[np.newaxis, :]
    year = np.floor((month - 1) / 12)
    factors = discount_factors(RATE, MONTHS)[1:]
    # The chance itself is made as ours makes it: what is compared is the arithmetic on top.
    streams = Streams(
        case.drivers, mixing(case.drivers, case.correlations), seed=seed, term=case.term
    )
    saving = np.empty(draws)
    for start in range(0, draws, CHUNK_DRAWS):
        count = min(CHUNK_DRAWS, draws - start)
        saving[start : start + count] = _chunk(streams, count, month, year, factors)
    return saving


def _chunk(streams: Streams, count: int, month: Array, year: Array, factors: Array) -> Array:
    v = streams.draw(count).values
    wage = (1 + v["wage_growth"]) ** year
    price = (1 + v["price_index"]) ** year
    leave = v["people"] * v["attrition"] / 12
    stay = v["people"] * v["salary"] / 12 * wage
    stay += v["people"] * v["salary"] * v["on_cost"] / 12 * wage
    stay += leave * v["recruiting"]
    stay += leave * v["vacant"] * v["salary"] / 12 * v["premium"] * wage
    stay += leave * v["ramp_months"] * v["salary"] / 24 * wage
    stay += v["people"] * v["training"] / 12
    stay += v["people"] * v["tools"] / 12
    stay += v["people"] * v["facilities"] / 12
    stay += v["people"] / v["span"] * 1.5 * v["salary"] / 12 * wage
    stay += v["people"] * v["salary"] * 0.05 * ((month == 12) + (month == 24.0) + (month == 36))
    step = 1 + np.minimum(np.maximum(v["labour_share"] * v["price_index"], 0), 0.03)
    offer = v["fee"] * step**year * np.minimum(month / 6, 1)
    offer += v["transition"] / 6 * (month <= 6)
    offer += v["people"] * v["salary"] / 12 * (month <= v["parallel"])
    offer += v["fee"] * v["dip"] * np.maximum(0, 1 - (month - 1) / 9)
    offer += v["fee"] * v["governance"] * price
    offer += v["people"] * v["salary"] * v["retained"] / 12 * wage
    offer += v["travel"]
    offer += v["severance"] * (month == 7)
    offer += v["fee"] * v["rework"] * price
    offer += v["people"] * v["assurance"] / 12
    found: Array = (stay - offer) @ factors
    return found


def best(work: Callable[[], object], times: int = 3) -> float:
    """Return the least CPU seconds of some runs."""
    found = []
    for _ in range(times):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return min(found)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=100_000)
    draws = parser.parse_args().draws
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

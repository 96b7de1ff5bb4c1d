"""What benchmarks/ranking.py measures of pymcdm and pyrepo-mcda, with their own Python.

Prints JSON. SMAA is made of their weighted sum, once for each draw of weights, as a user of them
would; only some draws are made, and the seconds are those of 100,000. What they do not give
(pairwise wins, central weights) is left out, to their advantage.
"""

import json
import time
from collections.abc import Callable

import numpy as np
from pymcdm.methods import PROMETHEE_II, WSM
from pyrepo_mcda.mcda_methods import VIKOR_SMAA

DRAWS, SOME, BIDS, CRITERIA, MANY = 100_000, 2_000, 10, 20, 1_000


def cpu(work: Callable[[], None]) -> float:
    """Return the processor seconds of one run."""
    began = time.process_time()
    work()
    return time.process_time() - began


def weighed_sums() -> None:
    """Rank by pymcdm's weighted sum for some draws of weights."""
    values = np.random.default_rng(7).random((BIDS, CRITERIA))
    method, types = WSM(), np.ones(CRITERIA)
    weights = np.random.default_rng(1).dirichlet(np.ones(CRITERIA), SOME)
    counts = np.zeros((BIDS, BIDS))
    for row in weights:
        ranks = method.rank(method(values, row, types)).astype(int) - 1
        counts[np.arange(BIDS), ranks] += 1


def vikor_smaa() -> None:
    """Run pyrepo-mcda's own SMAA, which ranks by VIKOR."""
    values = np.random.default_rng(7).random((BIDS, CRITERIA))
    method = VIKOR_SMAA()
    weights = method._generate_weights(CRITERIA, SOME)
    method(values, weights, np.ones(CRITERIA))


def promethee() -> None:
    """Run pymcdm's PROMETHEE II with linear preferences."""
    chance = np.random.default_rng(7)
    marks, weights = chance.random((MANY, CRITERIA)), chance.dirichlet(np.ones(CRITERIA))
    method = PROMETHEE_II("vshape_2", p=np.full(CRITERIA, 0.2), q=np.full(CRITERIA, 0.05))
    method(marks, weights, np.ones(CRITERIA))


def main() -> None:
    """Measure and print."""
    share = DRAWS / SOME
    made = f"{SOME:,} draws made"
    sums, vikor, flows = cpu(weighed_sums), cpu(vikor_smaa), min(cpu(promethee) for _ in range(2))
    found = [
        ("smaa", "pymcdm, weighted sum in a loop", sums * share, made),
        ("smaa", "pyrepo-mcda, VIKOR_SMAA", vikor * share, made),
        ("promethee", "pymcdm, PROMETHEE II", flows, ""),
    ]
    names = ("of", "peer", "seconds", "note")
    print(json.dumps([dict(zip(names, one, strict=True)) for one in found]))


if __name__ == "__main__":
    main()

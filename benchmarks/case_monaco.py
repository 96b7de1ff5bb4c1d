"""A business case by Monte Carlo beside monaco, on one common model.

    python benchmarks/case_monaco.py PEERS_PYTHON [--draws 100000] [--theirs 20000]

20 lines over 60 months, 25 triangular drivers, none correlated, one process each. monaco calls the
bare arithmetic (`case_arithmetic`) once for each draw, ours reads the lines as formulas. CPU time
of a draw, the best of three, and the ratio; both must have the same mean saving within five
standard errors. Asked is at least 20 x.
"""

import argparse
import json
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np

from case_draws import best, made_case
from retained.strategy.engine.cases import Case
from retained.strategy.engine.simulation import simulate

PEER = Path(__file__).with_name("case_monaco_peer.py")
SEED = 7


def theirs(python: str, draws: int) -> dict[str, float]:
    """Return what monaco needs and finds, the quickest of three."""
    found = []
    for _ in range(3):
        ended = subprocess.run(
            [python, str(PEER)],
            input=json.dumps({"draws": draws, "seed": SEED}),
            capture_output=True,
            text=True,
            check=True,
        )
        found.append(json.loads(ended.stdout.splitlines()[-1]))
    return min(found, key=lambda one: one["seconds"])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("python", help="the Python of the peers' environment")
    parser.add_argument("--draws", type=int, default=100_000)
    parser.add_argument("--theirs", type=int, default=20_000)
    asked = parser.parse_args()
    case: Case = replace(made_case(), correlations=())
    ours = best(lambda: simulate(case, draws=asked.draws, seed=SEED)) / asked.draws
    saved = simulate(case, draws=asked.draws, seed=SEED).saving("offer")
    peer = theirs(asked.python, asked.theirs)
    each = peer["seconds"] / asked.theirs
    apart = abs(saved.mean() - peer["mean"]) / (peer["deviation"] / np.sqrt(asked.theirs))
    print(f"ours    {ours * 1e6:8.1f} CPU us a draw ({asked.draws:,} draws)")
    print(f"monaco  {each * 1e6:8.1f} CPU us a draw ({asked.theirs:,} draws)")
    print(f"ratio   {each / ours:8.0f} x (asked: at least 20)")
    print(f"means   {saved.mean():,.0f} and {peer['mean']:,.0f}: {apart:.1f} standard errors apart")


if __name__ == "__main__":
    main()

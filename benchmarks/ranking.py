"""Readings of a ranking beside bare NumPy and beside the libraries that can do them.

    python benchmarks/ranking.py [PEERS_PYTHON]

SMAA: 100,000 draws of free weights, 10 bids by 20 criteria: acceptability by rank, central weights
and pairwise wins. The yardstick does the same in plain NumPy: one product, one argsort, one
comparison of all pairs. Asked: at most 1.5 times that.

PROMETHEE II: 1,000 bids by 20 criteria, linear preferences; the yardstick is the dense definition.

PEERS_PYTHON is the Python of an environment with `requirements/peers.lock`: pymcdm and pyrepo-mcda
are measured there, in a process of their own, on some of the draws. Asked: at least 50 times as
fast as they are. Processor seconds, the best of a few runs.
"""

import argparse
import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from retained.tendering.engine.doubt.acceptability import acceptability
from retained.tendering.engine.doubt.weight_draws import free
from retained.tendering.engine.second_opinions.promethee import Preference, Shape, net_flows
from retained.tendering.engine.second_opinions.tables import Table

DRAWS, BIDS, CRITERIA, MANY = 100_000, 10, 20, 1_000
Q, P = 0.05, 0.20
PEER = Path(__file__).with_name("ranking_peers.py")
Array = np.ndarray


def best(work: Callable[[], object], times: int = 5) -> float:
    """Return the least processor seconds of some runs."""
    found = []
    for _ in range(times):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return min(found)


def bare(values: Array) -> tuple[Array, Array, Array]:
    """Return acceptability, central weights and pairwise wins in plain NumPy."""
    weights = np.random.default_rng(1).standard_exponential((DRAWS, CRITERIA))
    weights /= weights.sum(axis=1, keepdims=True)
    totals = weights @ values.T
    order = np.argsort(-totals, axis=1)
    by_rank = np.array([np.bincount(order[:, rank], minlength=BIDS) for rank in range(BIDS)]).T
    central = np.array([weights[order[:, 0] == bid].mean(axis=0) for bid in range(BIDS)])
    wins = np.array([[(totals[:, one] > totals[:, other]).mean() for other in range(BIDS)]
                     for one in range(BIDS)])  # fmt: skip
    return by_rank / DRAWS, central, wins


def dense(marks: Array, weights: Array) -> Array:
    """Return the net flows of PROMETHEE II as they are defined, over all pairs."""
    flows = np.zeros(len(marks))
    for column, weight in zip(marks.T, weights, strict=True):
        apart = column[:, None] - column[None, :]
        preferred = np.clip((apart - Q) / (P - Q), 0, 1)
        flows += weight * (preferred.sum(axis=1) - preferred.sum(axis=0))
    return flows / (len(marks) - 1)


def smaa() -> float:
    """Measure and print SMAA; return our seconds."""
    values = np.random.default_rng(7).random((BIDS, CRITERIA))
    found, (by_rank, central, wins) = (
        acceptability(values, free(CRITERIA), draws=DRAWS),
        bare(values),
    )
    able = by_rank[:, 0] > 0.01
    apart = max(
        np.abs(found.by_rank - by_rank).max(),
        np.abs(found.wins - wins).max(),
        np.abs(found.central[able] - central[able]).max(),
    )
    ours = best(lambda: acceptability(values, free(CRITERIA), draws=DRAWS))
    theirs = best(lambda: bare(values))
    print(f"SMAA, {DRAWS:,} draws, {BIDS} bids x {CRITERIA} criteria, with pairwise wins")
    print(f"ours          {ours:8.3f} CPU s")
    print(f"bare NumPy    {theirs:8.3f} CPU s, other draws; at most {apart:.4f} apart")
    print(f"ratio         {ours / theirs:8.2f} x (asked: at most 1.5)")
    return ours


def promethee() -> float:
    """Measure and print PROMETHEE II; return our seconds."""
    chance = np.random.default_rng(7)
    marks, weights = chance.random((MANY, CRITERIA)), chance.dirichlet(np.ones(CRITERIA))
    linear = [Preference(Shape.LINEAR, Q, P)] * CRITERIA
    table = Table.of(marks, weights)
    apart = np.abs(net_flows(table, linear) - dense(marks, weights)).max()
    ours = best(lambda: net_flows(table, linear))
    theirs = best(lambda: dense(marks, weights), 3)
    print(f"\nPROMETHEE II, {MANY:,} bids x {CRITERIA} criteria, linear")
    print(f"ours          {ours:8.4f} CPU s")
    print(f"dense NumPy   {theirs:8.4f} CPU s: {theirs / ours:.1f} x; {apart:.1e} apart")
    return ours


def peers(python: str, seconds: dict[str, float]) -> None:
    """Print how the peers compare, measured by their own Python."""
    told = subprocess.run([python, str(PEER)], capture_output=True, text=True, check=True)
    print("\nPeers (asked: at least 50 times as fast)")
    for one in json.loads(told.stdout):
        times = one["seconds"] / seconds[one["of"]]
        print(f"{one['peer']:34} {one['seconds']:9.3f} CPU s  {times:8.0f} x  {one['note']}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peers_python", nargs="?")
    asked = parser.parse_args()
    seconds = {"smaa": smaa(), "promethee": promethee()}
    if asked.peers_python:
        peers(asked.peers_python, seconds)


if __name__ == "__main__":
    main()

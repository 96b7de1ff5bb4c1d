"""What case_monaco.py runs in the peers' own environment: JSON in, JSON out.

monaco wraps a function that is called once for each draw; it is the same arithmetic as everybody's,
over all months at once.
"""

import json
import sys
import time

import monaco
import numpy as np
from scipy.stats import triang

from case_arithmetic import CORNERS, saving


def preprocess(case: "monaco.Case") -> tuple[dict[str, float]]:
    """Return the drivers of one draw."""
    return ({name: case.invals[name].val for name in CORNERS},)


def run(drivers: dict[str, float]) -> tuple[float]:
    """Return what one draw saves."""
    return (float(saving(drivers)[0]),)


def postprocess(case: "monaco.Case", saved: float) -> None:
    """Keep it."""
    case.addOutVal("saved", saved)


def main() -> None:
    """Read the question, measure the peer, print its answers."""
    asked = json.load(sys.stdin)
    began = time.process_time()
    sim = monaco.Sim(
        name="case",
        ndraws=asked["draws"],
        fcns={"preprocess": preprocess, "run": run, "postprocess": postprocess},
        samplemethod="random",
        seed=asked["seed"],
        singlethreaded=True,
        verbose=False,
        debug=True,
    )
    for name, (low, mode, high) in CORNERS.items():
        parts = {"c": (mode - low) / (high - low), "loc": low, "scale": high - low}
        sim.addInVar(name=name, dist=triang, distkwargs=parts)
    sim.runSim()
    found = np.array(sim.outvars["saved"].nums)
    seconds = time.process_time() - began
    print(json.dumps({"seconds": seconds, "mean": found.mean(), "deviation": found.std()}))


if __name__ == "__main__":
    main()

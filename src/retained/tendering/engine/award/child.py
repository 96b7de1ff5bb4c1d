"""One solve, as a process of its own: reads a matrix, runs HiGHS, writes what it found.

In   on standard input the matrix and its limits, as JSON
Out  HiGHS's own log on standard output, line by line; the answer as JSON in the file named
Why  docs/methods/award.md
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import scipy
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

_INFEASIBLE = 2
_OTHER = 4
_GRACE_SECONDS = 10


def answer(call: dict[str, Any]) -> None:
    """Solve what is asked and write the answer: the child's whole life."""
    _limit(cpu_seconds=int(call["seconds"]) * 4 + _GRACE_SECONDS)
    found = solved(call)
    Path(call["answer"]).write_text(json.dumps(found), encoding="utf-8")


def solved(call: dict[str, Any], *, log: bool = True) -> dict[str, Any]:
    """Return what HiGHS makes of a matrix; its log is how the parent hears of progress."""
    columns = len(call["cost"])
    rows = csr_array(
        (np.array(call["factors"]), np.array(call["places"]), np.array(call["starts"])),
        shape=(len(call["low"]), columns),
    )
    # A seed of 0 takes the columns as written; any other shuffles them, which is the one
    # source of chance in HiGHS that scipy leaves open.
    order = np.arange(columns)
    if call["seed"]:
        order = np.random.default_rng(call["seed"]).permutation(columns)
    result = milp(
        np.array(call["cost"])[order],
        integrality=np.array(call["whole"])[order],
        bounds=Bounds(np.array(call["least"])[order], np.array(call["most"])[order]),
        constraints=LinearConstraint(rows[:, order], call["low"], call["high"]),
        options={"disp": log, "time_limit": call["seconds"], "mip_rel_gap": call["gap"]},
    )
    values = None
    if result.x is not None:
        back = np.empty(columns)
        back[order] = result.x
        values = back.tolist()
    bound = result.mip_dual_bound
    return {
        "infeasible": result.status == _INFEASIBLE or _is_unbounded_or_infeasible(result),
        "values": values,
        "bound": None if bound is None or not np.isfinite(bound) else float(bound),
        "scipy": scipy.__version__,
    }


def _is_unbounded_or_infeasible(result: Any) -> bool:
    """Return whether presolve left that open: every column has limits, so it is infeasible."""
    return result.status == _OTHER and "Status 9" in result.message


def _limit(*, cpu_seconds: int) -> None:
    """Limit this process, so that it ends even where its parent was killed."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = cpu_seconds if hard == resource.RLIM_INFINITY else min(cpu_seconds, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    answer(json.load(sys.stdin))

"""What award_speed.py runs in the peers' own environment: JSON in, JSON out.

CP-SAT gets every row as it is, all columns whole. It cannot be loaded beside every HiGHS
(docs/decisions/0013-highs-in-a-child.md), which is one reason for a process of its own.
"""

import json
import sys

from ortools.sat.python import cp_model

FARTHEST = 2**62


def main() -> None:
    """Solve what is asked within its seconds."""
    asked = json.load(sys.stdin)
    model = cp_model.CpModel()
    columns = [model.new_int_var(0, most, "") for most in asked["most"]]
    for row in asked["rows"]:
        total = sum(factor * columns[place] for place, factor in row["terms"])
        low = -FARTHEST if row["low"] is None else row["low"]
        high = FARTHEST if row["high"] is None else row["high"]
        model.add_linear_constraint(total, low, high)
    model.minimize(sum(cost * one for cost, one in zip(asked["costs"], columns, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = asked["seconds"]
    solver.parameters.num_workers = 2
    status = solver.solve(model)
    has_one = status in {cp_model.OPTIMAL, cp_model.FEASIBLE}
    said = {
        "best": solver.objective_value / asked["scale"] + asked["constant"] if has_one else None,
        "bound": solver.best_objective_bound / asked["scale"] + asked["constant"],
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main()

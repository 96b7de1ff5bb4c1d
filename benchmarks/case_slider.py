"""A slider moved in a page: what the server needs for 10,000 draws, beside the bare NumPy.

    python benchmarks/case_slider.py

Milliseconds of wall time, the best and the worst of nine, and of the processor's, for the example
of a service desk and for 25 correlated drivers, 20 lines and 60 months: the stored text read, the
assumption held, and value, chance, payback and fiscal years of every option given. For the second
the bare arithmetic of its model stands beside it; asked are less than 400 ms.
"""

import time
from collections.abc import Callable
from pathlib import Path

import case_draws
from retained.strategy.engine.case_files import read_case, write_case
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.quick import QUICK_DRAWS, quick_result

EXAMPLE = Path(__file__).parents[1] / "examples" / "service-desk-case" / "case.yaml"
ASKED = 400


def made_terms() -> CaseTerms:
    """Return the case of `case_draws` as people write one."""
    return CaseTerms.model_validate(
        {
            "schema": "retained/case/1", "reference": "BENCH", "title": "Benchmark",
            "currency": "EUR", "from": "2026-01", "months": case_draws.MONTHS, "discount": "7 %",
            "baseline": "stay",
            "assumptions": {
                name: {"triangular": list(corners)} for name, corners in case_draws.CORNERS.items()
            },
            "together": [(one.first, one.second, one.strength) for one in case_draws.PAIRS],
            "options": {
                key: {
                    "title": key,
                    "lines": {name: {"formula": formula} for name, formula in lines.items()},
                }
                for key, lines in (("stay", case_draws.STAY), ("offer", case_draws.OFFER))
            },
        }
    )  # fmt: skip


def timed(work: Callable[[], object], times: int = 9) -> tuple[float, float, float]:
    """Return the least and the most milliseconds of some runs, and the least of the processor's."""
    wall, cpu = [], []
    for _ in range(times):
        began, used = time.perf_counter(), time.process_time()
        work()
        wall.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - used) * 1000)
    return min(wall), max(wall), min(cpu)


def told(name: str, work: Callable[[], object]) -> None:
    """Print what something needs."""
    best, worst, cpu = timed(work)
    print(f"{name:34} {best:5.0f} to {worst:4.0f} ms ({cpu:.0f} ms of the processor)")


def moved(text: str) -> Callable[[], object]:
    """Return what the server does when a slider is moved in a case."""
    return lambda: quick_result(read_case(text), {"fee": "90000"})


def main() -> None:
    """Measure and print."""
    print(f"{QUICK_DRAWS:,} draws, one assumption held, the case read from its text")
    print(f"asked: less than {ASKED} ms")
    told("service desk, 36 months", moved(EXAMPLE.read_text("utf-8")))
    told("25 drivers, 20 lines, 60 months", moved(write_case(made_terms())))
    model = case_draws.made_case()
    told("its bare arithmetic in NumPy", lambda: case_draws.bare(model, QUICK_DRAWS, 1))


if __name__ == "__main__":
    main()

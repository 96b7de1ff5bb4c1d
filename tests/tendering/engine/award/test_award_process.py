"""The child that solves: progress, cancel, its hard end, and what becomes of a killed one."""

import os
import signal
import subprocess
from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from award_examples import gams_bid

from retained.tendering.engine.award import process
from retained.tendering.engine.award.problem import (
    Bidder,
    DiscountKind,
    Discounts,
    Lot,
    Offer,
    Problem,
    Step,
)
from retained.tendering.engine.award.process import Course, SolverFailedError, course_of
from retained.tendering.engine.award.rules import MostPartners, MostShare, QualityFloor
from retained.tendering.engine.award.solutions import Limits, Progress, Status
from retained.tendering.engine.award.solving import solve


class CancelledByTestError(Exception):
    """What `tell` raises to cancel."""


def hard_problem(lots: int = 60, bidders: int = 25) -> Problem:
    """Return a problem that takes minutes to prove; keeping every lot is an award at once."""
    chance = Random(5)  # noqa: S311 - made data
    names = [f"b{number}" for number in range(bidders)]
    worth = [chance.randint(100, 2000) * 1000 for _ in range(lots)]
    total = sum(worth)
    steps = tuple(Step(Fraction(total * at, 100), Fraction(off, 100))
                  for at, off in ((5, 3), (10, 6), (20, 10)))  # fmt: skip
    return Problem(
        "EUR",
        tuple(Lot(f"l{place}", one, in_house=one * 2) for place, one in enumerate(worth)),
        tuple(
            Bidder(name, onboarding=total // 200, discounts=Discounts(DiscountKind.ALL_UNIT, steps))
            for name in names
        ),
        tuple(
            Offer(f"l{place}", name, Fraction(chance.randint(90, 110) * one // 100),
                  Fraction(chance.randint(50, 95)))
            for place, one in enumerate(worth)
            for name in names
        ),
        rules=(
            MostPartners("seven", 7),
            MostShare("a quarter", Fraction(1, 4)),
            QualityFloor("quality", Fraction(78)),
        ),
    )  # fmt: skip


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[str]]]:
    """Collect every child that is started; none may be left."""
    started: list[subprocess.Popen[str]] = []
    usual = subprocess.Popen

    def popen(*arguments: Any, **more: Any) -> Any:
        started.append(usual(*arguments, **more))
        return started[-1]

    monkeypatch.setattr(process.subprocess, "Popen", popen)
    yield started
    assert started
    assert all(child.poll() is not None for child in started)


def test_a_hard_problem_gives_the_best_found_with_its_gap_when_time_is_over(
    children: list[subprocess.Popen[str]],
) -> None:
    heard: list[Progress] = []
    found = solve(hard_problem(), Limits(seconds=4, gap=0.0), tell=heard.append)
    assert found.status is Status.FEASIBLE
    assert found.cost is not None
    assert found.bound is not None
    assert found.gap is not None
    assert 0 < found.gap < 1
    assert found.bound < found.cost
    bests = [one.best for one in heard if one.best is not None]
    assert bests
    assert bests == sorted(bests, reverse=True)
    assert found.cost <= min(bests) + 1


def test_a_cancel_ends_the_child(children: list[subprocess.Popen[str]]) -> None:
    def tell(progress: Progress) -> None:
        if progress.best is not None:
            raise CancelledByTestError

    with pytest.raises(CancelledByTestError):
        solve(hard_problem(), Limits(seconds=60), tell=tell)
    [child] = children
    assert child.returncode == -signal.SIGKILL


def test_a_killed_child_is_a_sentence_and_no_award(children: list[subprocess.Popen[str]]) -> None:
    def tell(progress: Progress) -> None:
        if progress.best is not None and children[-1].poll() is None:
            os.kill(children[-1].pid, signal.SIGKILL)

    with pytest.raises(SolverFailedError, match=r"exit code -9\)\. Start it again"):
        solve(hard_problem(), Limits(seconds=60), tell=tell)


def test_a_child_that_does_not_keep_its_time_is_ended(
    monkeypatch: pytest.MonkeyPatch, children: list[subprocess.Popen[str]]
) -> None:
    monkeypatch.setattr(process, "_STARTING_SECONDS", 0.0)
    assert process.run({}, seconds=0.001) is None
    assert children[0].returncode == -signal.SIGKILL


def test_a_solve_says_what_it_was_found_with(children: list[subprocess.Popen[str]]) -> None:
    first, again = (solve(gams_bid(), Limits(gap=0.0)) for _ in range(2))
    assert first == again
    assert first.engine.startswith("HiGHS 1.")
    assert "(scipy 1." in first.engine
    assert len(first.model_hash) == 64
    other = solve(gams_bid().without_bidders(["d"]), Limits(gap=0.0))
    assert other.model_hash != first.model_hash
    assert other.cost == first.cost


def test_the_log_of_highs_is_read_as_progress() -> None:
    line = " L       0       0         0   0.00%   -1134.457932    -1121              1.20%"
    assert course_of(f"{line}      462     15      8        61     0.1s") == Course(
        best=-1121.0, bound=-1134.457932
    )
    first = " z       0       0         0   0.00%   -inf            0                  Large"
    assert course_of(f"{first}        0      0      0         0     0.0s") == Course(best=0.0)
    assert course_of("Presolving model") is None

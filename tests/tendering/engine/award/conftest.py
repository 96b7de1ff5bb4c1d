"""A solve in this process: what the child does, without starting one."""

from typing import Any

import pytest

from retained.tendering.engine.award import child, process


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let solves run here: a fresh interpreter for each of a hundred examples takes a minute."""

    def run(matrix: dict[str, Any], *, seconds: float, hear: object = None) -> process.Answer:
        found = child.solved({**matrix, "seconds": seconds}, log=False)
        return process.Answer(
            found["infeasible"], found["values"], found["bound"], f"HiGHS ({found['scipy']})"
        )

    monkeypatch.setattr(process, "run", run)

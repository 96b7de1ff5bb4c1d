"""Solves that stay in this process, for tests of what is found and not of how it is run."""

import pytest

from award_here import run_here
from retained.tendering.engine.award import process


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let solves run here."""
    monkeypatch.setattr(process, "run", run_here)

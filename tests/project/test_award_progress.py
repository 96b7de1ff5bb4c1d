"""The line that says how far a solve is: rewritten on a screen, now and then in a log."""

import io
import sys
import time

import pytest

from retained.project.command_line.award_progress import ProgressLine
from retained.tendering.engine.award.solutions import Progress


class Screen(io.StringIO):
    """Standard error as a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a second pass at each look at the clock."""
    seconds = iter(range(1000))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(seconds)))


@pytest.mark.usefixtures("passing")
def test_on_a_screen_one_line_is_rewritten_and_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    with ProgressLine("EUR") as line:
        tell = line.about("award")
        tell(Progress(1.4, None, 90_000))
        tell(Progress(2.6, 120_000, 100_000))
    first, second, wiped, end = screen.getvalue().split("\r")[1:]
    assert first == "award: 1 s, best none yet, nothing below 900.00 EUR"
    assert second == "award: 3 s, best 1,200.00 EUR, nothing below 1,000.00 EUR"
    assert (wiped.strip(), end) == ("", "")


@pytest.mark.usefixtures("passing")
def test_in_a_log_a_line_comes_every_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    with ProgressLine("EUR") as line:
        tell = line.about("scenario")
        for second in range(60):
            tell(Progress(float(second), 5, 4))
    lines = log.getvalue().splitlines()
    assert 3 <= len(lines) <= 10
    assert all(one.startswith("scenario: ") for one in lines)

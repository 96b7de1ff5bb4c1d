"""Reading in a child process with limits."""

import sys
from pathlib import Path

import pytest
import readers
from openpyxl import Workbook

from retained.files import child
from retained.files.child import ReadingLimitError, UnreadableFileError, run_limited
from retained.shared.errors import DomainError

limits_hold = pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits memory")


def test_a_child_returns_what_the_function_returns() -> None:
    assert run_limited(readers.double, 21) == 42


def test_a_workbook_is_read_within_the_limits(tmp_path: Path) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Tickets")
    for number in range(2_000):
        sheet.append([f"INC{number}", "new"])
    book.save(tmp_path / "tickets.xlsx")
    assert run_limited(readers.workbook_rows, str(tmp_path / "tickets.xlsx")) == 2_000


def test_a_broken_rule_is_raised_with_its_own_sentence() -> None:
    with pytest.raises(DomainError, match="The sheet “Tickets” is not there"):
        run_limited(readers.refuse)


def test_a_broken_reader_is_a_sentence_and_its_words_go_to_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(UnreadableFileError, match="damaged") as refused:
        run_limited(readers.break_down)
    assert "secret" not in str(refused.value)
    assert "secret row 17" in caplog.text


@limits_hold
@pytest.mark.parametrize("reader", [readers.eat_memory, readers.eat_memory_slowly])
def test_memory_is_limited(reader: object) -> None:
    with pytest.raises(ReadingLimitError, match="more than 300 MB of memory"):
        run_limited(reader, memory_bytes=300_000_000)  # type: ignore[arg-type]


@limits_hold
def test_time_is_limited() -> None:
    with pytest.raises(ReadingLimitError, match="more than 1 seconds of work"):
        run_limited(readers.spin, cpu_seconds=1)


def test_a_child_that_only_waits_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    run = child.subprocess.run

    def impatient(*args: object, **options: object) -> object:
        return run(*args, **{**options, "timeout": 1})  # type: ignore[call-overload]

    monkeypatch.setattr(child.subprocess, "run", impatient)
    with pytest.raises(ReadingLimitError):
        run_limited(readers.wait_for_ever)


def test_a_child_that_vanishes_is_no_answer() -> None:
    with pytest.raises(UnreadableFileError):
        run_limited(readers.vanish)


def test_a_child_sees_no_setting_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETAINED_SECRET_KEY", "secret")
    assert run_limited(readers.secrets_in_sight) == []


def test_an_answer_without_end_is_refused() -> None:
    with pytest.raises(UnreadableFileError):
        run_limited(readers.talk_at_length)

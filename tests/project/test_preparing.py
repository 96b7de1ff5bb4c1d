"""A demonstration that was cut off while it was brought begins anew, and harms nothing else."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest


def prepare(folder: Path) -> "subprocess.CompletedProcess[str]":
    code = (
        "from retained.project.command_line.program import set_up_django; set_up_django();"
        "from retained.project import preparing;"
        "preparing._bring_demonstration = lambda say: None;"
        "preparing.collect_static = lambda say: None;"
        "preparing.prepare(demonstration=True, say=print)"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        env={
            "PATH": os.environ["PATH"],
            "RETAINED_DATA_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "retained.project.settings",
        },
        capture_output=True,
        text=True,
        check=False,
    )


def sessions(folder: Path) -> int:
    with sqlite3.connect(folder / "retained.sqlite3") as database:
        return int(database.execute("SELECT count(*) FROM django_session").fetchone()[0])


@pytest.mark.parametrize(("mark", "left"), [("begun", 0), ("complete", 1)])
def test_only_a_half_told_story_is_cleared(tmp_path: Path, mark: str, left: int) -> None:
    first = prepare(tmp_path)
    assert first.returncode == 0, first.stderr
    assert (tmp_path / "demonstration").read_text() == "begun"
    with sqlite3.connect(tmp_path / "retained.sqlite3") as database:
        database.execute("INSERT INTO django_session VALUES ('key', 'words', '2026-11-09')")
    leftover = tmp_path / "evidence" / "left.parquet"
    leftover.write_text("half")
    (tmp_path / "demonstration").write_text(mark)
    again = prepare(tmp_path)
    assert again.returncode == 0, again.stderr
    assert sessions(tmp_path) == left
    assert leftover.exists() == bool(left)

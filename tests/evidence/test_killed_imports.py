"""An import that is killed at any point leaves the previous state, and is done by the next worker.

A child process imports and kills itself with SIGKILL at a named point; this process looks after it.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL is of POSIX systems")

CHILD = """
import io, os, signal, sys
import django
django.setup()
from datetime import UTC, datetime
from django.core.management import call_command
from retained.audit.actors import SystemActor
from retained.evidence import batch_files
from retained.evidence.commands import importing
from retained.evidence.models import Batch, Source
from retained.evidence.queries.batches import evidence_of
from retained.files.storing import store_upload
from retained.jobs.worker import run_waiting

AT = datetime(2026, 11, 9, 8, tzinfo=UTC)
BY = SystemActor("test")
MAPPING = sys.stdin.read()
step, text = sys.argv[1], sys.argv[2]

if step == "prepare":
    call_command("migrate", verbosity=0)

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def after(function):
    def run(*given, **named):
        function(*given, **named)
        die()
    return run

if step in {"read_files", "_end"}:
    setattr(importing, step, die)
if step.startswith("after:"):
    name = step.removeprefix("after:")
    owner = batch_files if hasattr(batch_files, name) else importing
    setattr(owner, name, after(getattr(owner, name)))

def look():
    with evidence_of(Source.objects.get()) as found:
        counted = "SELECT count(DISTINCT ticket) FROM changes"
        tickets = found.connection.execute(counted).fetchall()[0][0]
    print(Batch.objects.count(), tickets, flush=True)

if step != "prepare":
    look()
if step != "look":
    file = store_upload(io.BytesIO(text.encode()), name="tickets.csv", by=BY, at=AT)
    run = importing.start_import(file, by=BY, at=AT)
    importing.confirm_import(run, MAPPING, columns=["ticket"], by=BY, at=AT)
    run_waiting()
"""
POINTS = ("read_files", "after:write_remarks", "after:_fsync", "after:move_into_place", "_end")


def child(folder: Path, step: str, text: str) -> subprocess.CompletedProcess[str]:
    from .importing import MAPPING  # noqa: PLC0415 - needs Django, as the child does

    settings = {
        "DJANGO_SETTINGS_MODULE": "retained.project.settings",
        "RETAINED_DATA_DIR": str(folder),
        "RETAINED_PLAIN_STATIC": "yes",
        "RETAINED_DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
    }
    return subprocess.run(
        [sys.executable, "-c", CHILD, step, text],
        input=MAPPING,
        capture_output=True,
        text=True,
        env={**os.environ, **settings},
        check=False,
    )


def test_an_import_killed_at_any_point_leaves_the_previous_state(tmp_path: Path) -> None:
    header = "ticket;at;state;priority\n"
    prepared = child(tmp_path, "prepare", header + "A;2026-10-05 09:00;New;2\n")
    assert prepared.returncode == 0, prepared.stderr
    # Each child looks first at what the one before it left behind.
    for number, point in enumerate((*POINTS, "look")):
        found = child(tmp_path, point, header + f"B{number};2026-10-05 09:00;New;2\n")
        assert found.stdout.split() == ["1", "1"], (point, found.stderr)
        assert found.returncode == (0 if point == "look" else -9), (point, found.stderr)

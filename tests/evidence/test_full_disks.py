"""A disk that fills up while a file comes in: a sentence, nothing half done, and a way on.

No function of ours is replaced by one that fails: the system itself refuses the write.
"""

import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from retained.directory.models import Person
from retained.evidence.commands.importing import confirm_import, read_again
from retained.evidence.models import Batch, ImportRun, ImportState, Source
from retained.evidence.queries.batches import evidence_of
from retained.evidence.queries.imports import how_far
from retained.jobs.models import JobRun, JobState
from retained.jobs.worker import run_waiting
from retained.shared.errors import DomainError

from .importing import AT, HEADER, MAPPING, ROWS, imported, sent

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has no limit for files")

MORE = HEADER + ROWS + "INC-9;2026-10-24 10:00;New;1\n"
RAGGED = MORE + "INC-10;2026-10-24\n"  # read row by row: Python writes it anew for DuckDB
IMPORTING = "retained.evidence.commands.importing."
FILES = "retained.evidence.batch_files."


def wrapped(monkeypatch: pytest.MonkeyPatch, path: str, wrapper: Callable[..., Any]) -> None:
    """Run the function at `path` inside `wrapper`, itself unchanged."""
    module, _, name = path.rpartition(".")
    function = getattr(sys.modules[module], name)
    monkeypatch.setattr(path, wrapper(function))


def without_room(function: Callable[..., Any]) -> Callable[..., Any]:
    from full_disk import without_room as cramped  # noqa: PLC0415 - not on Windows

    return cramped(function)


def where_the_system_says(
    call: str, *, at_second: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a wrapper inside which the system answers the named call with ENOSPC."""

    def wrapper(function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            with pytest.MonkeyPatch.context() as patch:
                real, calls = getattr(os, call), []

                def full(*arguments: Any, **more: Any) -> Any:
                    calls.append(call)
                    if at_second and len(calls) < 2:
                        return real(*arguments, **more)
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

                patch.setattr(os, call, full)
                return function(*given, **named)

        return run

    return wrapper


def where_disks_differ(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return `function` as it runs where a rename leads to another, full, disk: it must copy."""

    def run(*given: Any, **named: Any) -> Any:
        def other_disk(*_: Any, **__: Any) -> None:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "rename", other_disk)
            return without_room(function)(*given, **named)

    return run


POINTS = {
    "the rows, by DuckDB": (MORE, IMPORTING + "read_files", without_room),
    "the rows, by Python": (RAGGED, IMPORTING + "read_files", without_room),
    "the remarks": (MORE, IMPORTING + "write_remarks", without_room),
    "the copy to the evidence": (MORE, "shutil.move", where_disks_differ),
    "a folder": (MORE, FILES + "incoming_folder", where_the_system_says("mkdir")),
    "making it durable": (MORE, FILES + "move_into_place", where_the_system_says("fsync")),
    "its place": (MORE, FILES + "move_into_place", where_the_system_says("rename")),
}  # fmt: skip


@pytest.mark.parametrize("point", POINTS)
def test_a_disk_without_room_for_any_part_is_a_sentence_and_changes_nothing(
    manager: Person, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, point: str
) -> None:
    imported(manager, HEADER + ROWS)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    text, path, wrapper = POINTS[point]
    run = sent(manager, text)
    confirm_import(run, MAPPING, columns=["ticket"], by=manager, at=AT)
    with monkeypatch.context() as patch:
        wrapped(patch, path, wrapper)
        run_waiting()
    assert_failed_for_want_of_room(run)
    assert list(temporary.iterdir()) == []
    read_again(run, by=manager, at=AT)
    run_waiting()
    run.refresh_from_db()
    assert run.state == ImportState.DONE, run.sentence
    assert tickets() == {"INC-1", "INC-2", "INC-9"}


def assert_failed_for_want_of_room(run: ImportRun) -> None:
    """The job failed with the sentence, at once; the earlier batch counts, and nothing is left."""
    run.refresh_from_db()
    job = JobRun.objects.get(key=run.job_key)
    assert (job.state, job.attempts) == (JobState.FAILED, 1)
    assert "no room left on the disk" in job.error
    assert "Ask your administrator to make room" in job.error
    assert how_far(run).state == "failed"
    assert Batch.objects.count() == 1
    assert tickets() == {"INC-1", "INC-2"}
    kept = {Batch.objects.get().folder}
    assert {path.name for path in Path(settings.EVIDENCE_ROOT).iterdir()} == {".incoming", *kept}
    assert list(Path(settings.EVIDENCE_ROOT, ".incoming").iterdir()) == []


def tickets() -> set[str]:
    with evidence_of(Source.objects.get()) as evidence:
        found = evidence.connection.execute("SELECT DISTINCT ticket FROM changes").fetchall()
    return {row[0] for row in found}


def test_a_database_without_room_for_the_batch_changes_nothing(
    manager: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(manager, HEADER + ROWS)
    run = sent(manager, MORE)
    confirm_import(run, MAPPING, columns=["ticket"], by=manager, at=AT)
    with monkeypatch.context() as patch:
        wrapped(patch, IMPORTING + "_keep_batch", in_a_full_database)
        run_waiting()
    assert_failed_for_want_of_room(run)


def in_a_full_database(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return `function` as it runs where the database itself says that its disk is full."""

    def run(*given: Any, **named: Any) -> Any:
        function(*given, **named)
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA max_page_count = 1")
                try:
                    cursor.execute("CREATE TABLE too_much AS SELECT randomblob(100000)")
                finally:
                    cursor.execute("PRAGMA max_page_count = 4294967294")
            else:
                cursor.execute(
                    "DO $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' "
                    "USING ERRCODE = 'disk_full'; END $$"
                )

    return run


def test_the_page_of_the_import_shows_the_sentence_and_reads_it_again(
    browser: Client, manager: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = sent(manager, MORE)
    confirm_import(run, MAPPING, columns=["ticket"], by=manager, at=AT)
    address = f"/evidence/imports/{run.pk}/"
    assert b"Read it again" not in browser.get(address).content
    assert browser.post(address + "again/").status_code == 422
    with monkeypatch.context() as patch:
        wrapped(patch, IMPORTING + "read_files", without_room)
        run_waiting()
    page = browser.get(address).content.decode()
    assert "no room left on the disk to read “tickets.csv”" in page
    assert "tickets.csv: not read" in page
    assert "Read it again" in page
    assert "tickets.csv</a>" in browser.get("/evidence/").content.decode()
    assert "not read" in browser.get("/evidence/").content.decode()
    state = browser.get(f"/api/v1/imports/{run.pk}").json()
    assert (state["state"], state["batch"]) == ("failed", None)
    assert browser.post(address + "again/").status_code == 302
    run_waiting()
    assert "4 of 4 rows can be used" in browser.get(address).content.decode()
    with pytest.raises(DomainError, match="is read already"):
        read_again(run, by=manager, at=AT)


def test_a_preview_without_room_is_a_sentence_and_keeps_the_file(
    browser: Client, manager: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = sent(manager, MORE)
    with monkeypatch.context() as patch:
        wrapped(patch, "retained.evidence.engine.guessing.sample.stage_seen", without_room)
        answer = browser.get(f"/evidence/imports/{run.pk}/")
    assert answer.status_code == 422
    assert "no room left on the disk to look into this file" in answer.content.decode()
    assert browser.get(f"/evidence/imports/{run.pk}/").status_code == 200


CHILD = """
import os, sys
from pathlib import Path
from full_disk import empty, fill, mount_small_disk

disk = Path(sys.argv[1])
disk.mkdir()
is_real = mount_small_disk(disk, size_bytes=24_000_000)
os.environ["RETAINED_DATA_DIR"] = str(disk / "data")
os.environ["RETAINED_DATABASE_URL"] = f"sqlite:///{disk / 'data' / 'db.sqlite3'}"
os.environ["TMPDIR"] = str(disk / "temporary")
(disk / "data").mkdir()
(disk / "temporary").mkdir()

import io, resource
import django
django.setup()
from datetime import UTC, datetime
from django.core.management import call_command
from django.db import connection
from retained.audit.actors import SystemActor
from retained.evidence.commands.importing import confirm_import, read_again, start_import
from retained.evidence.models import Batch, Source
from retained.evidence.queries.batches import evidence_of
from retained.evidence.queries.imports import how_far
from retained.files.storing import store_upload
from retained.jobs.worker import run_waiting
from retained.shared.room import NoRoomError

AT, BY, ROOM = datetime(2026, 11, 9, 8, tzinfo=UTC), SystemActor("test"), 500_000
MAPPING, HEADER = sys.stdin.read(), "ticket;at;state;priority\\n"

def text(tickets):
    # Random priorities: nothing packs them smaller.
    row = "{};2026-10-05 09:00;New;{}\\n"
    return HEADER + "".join(row.format(f"T{n}", os.urandom(100).hex()) for n in range(tickets))

def sent(tickets):
    content = io.BytesIO(text(tickets).encode())
    run = start_import(store_upload(content, name="tickets.csv", by=BY, at=AT), by=BY, at=AT)
    return confirm_import(run, MAPPING, columns=["ticket"], by=BY, at=AT)

def full():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if is_real:
        fill(disk, left_bytes=ROOM)
    else:
        resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, resource.RLIM_INFINITY))

def roomy():
    if is_real:
        empty(disk)
    else:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)

def look(what):
    with evidence_of(Source.objects.get()) as found:
        counted = "SELECT count(DISTINCT ticket) FROM changes"
        tickets = found.connection.execute(counted).fetchall()[0][0]
    files = [path for path in (disk / "data" / "files").rglob("*") if path.is_file()]
    folders = [path for path in (disk / "data" / "evidence").iterdir() if path.name != ".incoming"]
    left = [*(disk / "temporary").iterdir(), *(disk / "data" / "evidence" / ".incoming").iterdir()]
    print(what, Batch.objects.count(), tickets, len(files), len(folders), len(left), flush=True)

call_command("migrate", verbosity=0)
sent(10)
run_waiting()
look("before")
waiting = sent(8_000)
full()
run_waiting()
print(how_far(waiting).sentence, file=sys.stderr)
look(how_far(waiting).state)
try:
    sent(8_000)
except NoRoomError as refused:
    print(refused.message, file=sys.stderr)
    look("refused")
roomy()
waiting = read_again(waiting, by=BY, at=AT)
run_waiting()
waiting.refresh_from_db()
look(how_far(waiting).state)
"""


def test_a_disk_that_really_fills_up_keeps_what_was_in_and_goes_on_when_there_is_room(
    tmp_path: Path,
) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "retained.project.settings",
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "RETAINED_PLAIN_STATIC": "yes",
    }
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path / "disk")],
        input=MAPPING,
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert child.returncode == 0, child.stderr
    # state, batches, tickets, files, folders of batches, what is left over
    assert child.stdout.splitlines() == [
        "before 1 10 1 1 0",
        "failed 1 10 2 1 0",
        "refused 1 10 2 1 0",
        "done 2 8000 2 2 0",
    ], child.stdout + child.stderr
    assert "no room left on the disk to read “tickets.csv”" in child.stderr
    assert "no room left on the disk for “tickets.csv”" in child.stderr

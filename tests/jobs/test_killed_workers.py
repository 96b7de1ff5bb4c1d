"""Workers in processes of their own: killed in the middle of a job, and two at once."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
import sample_jobs
from django.db import connection
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from retained.jobs.models import JobRun, JobState, WorkerSign
from retained.jobs.queue import enqueue
from retained.jobs.recovery import recover

HERE = Path(__file__).parent
Start = Callable[[], "subprocess.Popen[bytes]"]

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes tell what a worker does"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the pipe through which jobs say where they are."""
    os.mkfifo(tmp_path / "pipe")
    return tmp_path


@pytest.fixture
def start_worker() -> Iterator[Start]:
    """Return a function that starts a worker process on this test's database."""
    environment = os.environ | {
        "RETAINED_DATABASE_URL": _address_of_test_database(),
        "DJANGO_SETTINGS_MODULE": "settings_of_tests",
        "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent)]),
    }
    workers: list[subprocess.Popen[bytes]] = []

    def start() -> "subprocess.Popen[bytes]":
        command = [sys.executable, str(HERE / "worker_child.py")]
        worker = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
        workers.append(worker)
        return worker

    yield start
    for worker in workers:
        worker.kill()
        worker.communicate()


def _address_of_test_database() -> str:
    place = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{place['NAME']}"
    user, password, host = (quote(place[part], safe="") for part in ("USER", "PASSWORD", "HOST"))
    return f"postgres://{user}:{password}@{host}:{place['PORT']}/{place['NAME']}"


def heard(folder: Path) -> bytes:
    """Wait until a job says something, and return it; nothing when the worker died."""
    with (folder / "pipe").open("rb") as pipe:
        return pipe.read(1)


def stop(worker: "subprocess.Popen[bytes]") -> None:
    """Let a worker finish its job and leave."""
    assert worker.stdin is not None
    worker.stdin.close()
    assert worker.wait() == 0


@pytest.mark.parametrize("point", ["before", "inside"])
def test_a_job_killed_in_the_middle_takes_effect_once_after_a_restart(
    folder: Path, start_worker: Start, point: str
) -> None:
    run = enqueue(sample_jobs.killed, by=None, folder=str(folder), at=point)
    first = start_worker()
    assert heard(folder) == b"x"
    first.kill()
    first.wait()
    run.refresh_from_db()
    assert (run.state, run.attempts) == (JobState.RUNNING, 1)
    assert sample_jobs.effects("killed") == 0
    assert recover(timezone.now()) == 0, "its lease still holds"
    JobRun.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))

    second = start_worker()
    assert heard(folder) == b"x"
    stop(second)
    run.refresh_from_db()
    assert (run.state, run.attempts) == (JobState.SUCCEEDED, 2)
    assert sample_jobs.effects("killed") == 1
    assert not DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).exists()


def test_a_job_killed_right_after_its_effect_is_done(folder: Path, start_worker: Start) -> None:
    run = enqueue(sample_jobs.killed, by=None, folder=str(folder), at="after")
    worker = start_worker()
    assert heard(folder) == b"x"
    worker.kill()
    worker.wait()
    assert recover(timezone.now() + timedelta(hours=1)) == 0
    run.refresh_from_db()
    assert (run.state, run.attempts) == (JobState.SUCCEEDED, 1)
    assert sample_jobs.effects("killed") == 1
    assert not DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).exists()


def test_two_workers_at_once_do_each_job_once(folder: Path, start_worker: Start) -> None:
    numbers = range(30)
    for number in numbers:
        enqueue(sample_jobs.once, by=None, folder=str(folder), number=number)
    with (folder / "pipe").open("r+b", buffering=0) as pipe:
        workers = [start_worker(), start_worker()]
        said = b""
        while len(said) < len(numbers):
            said += pipe.read(1)
    for worker in workers:
        stop(worker)
    assert [sample_jobs.effects(f"once {number}") for number in numbers] == [1] * len(numbers)
    mine = JobRun.objects.filter(kind=sample_jobs.once.path)
    assert set(mine.values_list("state", "attempts")) == {(JobState.SUCCEEDED, 1)}
    assert not WorkerSign.objects.exists()

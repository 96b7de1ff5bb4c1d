"""From an empty folder to an answer, and to a clean end."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from retained.project import preparing
from retained.shared.errors import DomainError

LONG_SECONDS = 120


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def server(tmp_path: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    (tmp_path / "data" / "static").mkdir(parents=True)  # whitenoise warns where there is none
    environment = os.environ | {
        "RETAINED_DATA_DIR": str(tmp_path / "data"),
        "RETAINED_DATABASE_URL": "",
        "RETAINED_BASE_URL": f"http://localhost:{port}",
        "DJANGO_SETTINGS_MODULE": "retained.project.settings",
    }
    options = ["serve", "--empty", "--port", str(port)]
    command = [sys.executable, "-m", "retained.project.command_line", *options]
    with subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as started:
        yield started
        started.kill()


def test_a_first_start_prints_the_link_answers_and_ends_cleanly(
    server: subprocess.Popen[str], port: int
) -> None:
    said = lines_until(server, "Ctrl-C stops it")
    link = next(line.strip() for line in said if "/invitation/" in line)
    with socket.socket() as first:  # it was said that it is there: the first request is let in
        assert first.connect_ex(("127.0.0.1", port)) == 0
    with urllib.request.urlopen(link, timeout=LONG_SECONDS) as page:  # noqa: S310 - our own
        assert page.status == 200
    os.killpg(server.pid, signal.SIGINT)  # as Ctrl-C in a terminal: to every process of the group
    rest, _ = server.communicate(timeout=LONG_SECONDS)
    assert rest == "Stopped.\n"
    assert server.returncode == 0


def lines_until(server: subprocess.Popen[str], words: str) -> list[str]:
    """Return what the server says up to the line that holds `words`."""
    said: list[str] = []
    for line in server.stdout or []:
        said.append(line)
        if words in line:
            return said
    raise AssertionError("".join(said))


def test_a_data_folder_that_cannot_be_is_a_sentence(tmp_path: Path, port: int) -> None:
    (tmp_path / "a file").write_text("in the way")
    environment = {
        name: value for name, value in os.environ.items() if name != "RETAINED_SECRET_KEY"
    } | {
        "RETAINED_DATA_DIR": str(tmp_path / "a file" / "data"),
        "DJANGO_SETTINGS_MODULE": "retained.project.settings",
    }
    command = [sys.executable, "-m", "retained.project.command_line", "serve", "--port", str(port)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "cannot be used" in ended.stderr
    assert "Name another with --data-dir" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.django_db
def test_a_database_of_a_newer_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    MigrationRecorder(connection).record_applied("audit", "9999_from_the_future")
    with pytest.raises(DomainError, match="newer Retained"):
        preparing.lay_database(lambda _: None)


@pytest.mark.django_db
def test_a_database_that_is_up_to_date_is_left_alone() -> None:
    said: list[str] = []
    assert preparing.lay_database(said.append) is False
    assert said == []

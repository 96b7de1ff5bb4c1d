"""The doctor finds what is wrong with an installation, and says how to mend it."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import override_settings
from django.utils import timezone

from retained.audit import record as audit
from retained.audit.actors import SystemActor
from retained.audit.chain import seal
from retained.jobs.models import WorkerSign
from retained.project.checkup import all as everything
from retained.project.checkup import machine, records, web
from retained.project.checkup.checks import State, to_mend
from retained.project.command_line.doctor import doctor
from retained.shared import clock


def test_a_folder_that_is_not_there_is_to_mend(tmp_path: Path) -> None:
    with override_settings(DATA_DIR=tmp_path):
        assert machine.data_folder().state is State.GOOD
    with override_settings(DATA_DIR=tmp_path / "gone"):
        assert machine.data_folder().state is State.MEND
        assert machine.free_disk().state is State.MEND


def test_a_nearly_full_disk_is_to_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": machine.LEAST_FREE_BYTES - 1})
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: usage)
    with override_settings(DATA_DIR=tmp_path):
        assert machine.free_disk().state is State.MEND


def test_a_secret_must_be_long_and_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RETAINED_SECRET_KEY", raising=False)
    path = tmp_path / "secret_key"
    path.touch(mode=0o600)
    with override_settings(DATA_DIR=tmp_path, SECRET_KEY="x" * 60):
        assert machine.secret_key().state is State.GOOD
        path.chmod(0o644)
        assert machine.secret_key().state is State.MEND
    with override_settings(DATA_DIR=tmp_path, SECRET_KEY="short"):
        assert machine.secret_key().state is State.MEND


@pytest.mark.parametrize(
    ("changed", "question"),
    [
        ({"DEBUG": True}, web.debugging),
        ({"ALLOWED_HOSTS": ["*"]}, web.host_names),
        ({"BASE_URL": "https://retained.example"}, web.host_names),
        ({"BASE_URL": "http://retained.example"}, web.encryption),
        ({"BASE_URL": "https://retained.example", "DEMONSTRATION": True}, web.demonstration),
    ],
)
def test_what_is_open_to_the_outside_is_to_mend(changed: dict, question) -> None:
    with override_settings(ALLOWED_HOSTS=["localhost"], BASE_URL="http://localhost:8000"):
        assert question().state is State.GOOD
        with override_settings(**changed):
            assert question().state is State.MEND
            assert question().mend


def test_a_missing_mail_server_is_worth_a_note() -> None:
    with override_settings(MAIL_HOST=""):
        assert web.mail().state is State.NOTE
    with override_settings(MAIL_HOST="mail.example"):
        assert web.mail().state is State.GOOD


@pytest.mark.django_db
def test_a_sound_database_has_nothing_to_mend() -> None:
    found = [ask() for ask in (records.database, records.tables, records.clocks)]
    assert [check.state for check in found] == [State.GOOD] * 3


@pytest.mark.django_db
def test_a_clock_that_is_off_is_to_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "_one", lambda _: timezone.now().timestamp() - 3)
    assert records.clocks().state is State.MEND


@pytest.mark.django_db
def test_a_worker_is_alive_for_a_minute_after_its_last_sign() -> None:
    assert records.worker().state is State.NOTE
    now = timezone.now()
    sign = WorkerSign.objects.create(name="one", started_at=now, seen_at=now)
    assert records.worker().state is State.GOOD
    sign.seen_at = now - timedelta(minutes=2)
    sign.save()
    assert records.worker().state is State.NOTE


@pytest.mark.django_db
def test_entries_that_wait_long_for_their_seal_are_noted() -> None:
    long_ago = clock.now() - timedelta(hours=1)
    audit.record("tried", ("thing", "1", "One"), by=SystemActor("test"), at=long_ago)
    assert records.seal().state is State.NOTE
    seal(clock.now())
    assert records.seal().state is State.GOOD


@pytest.mark.django_db
def test_it_prints_how_to_mend_and_ends_with_one_only_if_something_is_to_mend(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("retained.project.command_line.doctor.check_up", lambda: [web.mail()])
    assert CliRunner().invoke(doctor, []).exit_code == 0
    broken = to_mend("disk", "It is full.", "Free some.")
    monkeypatch.setattr("retained.project.command_line.doctor.check_up", lambda: [broken])
    ended = CliRunner().invoke(doctor, [])
    assert ended.exit_code == 1
    assert "MEND  disk: It is full.\n      -> Free some." in ended.output
    as_json = CliRunner().invoke(doctor, ["--format", "json"])
    assert json.loads(as_json.output)[0]["state"] == "mend"


@pytest.mark.django_db
def test_it_asks_no_table_while_the_database_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = to_mend("database", "It does not answer.", "Start it.")
    monkeypatch.setattr(records, "database", lambda: silent)
    assert everything.check_up()[-1] == silent

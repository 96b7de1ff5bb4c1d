"""The server's log: a fault leaves one line with the reference that the page shows, no more."""

import logging
import re
from pathlib import Path

import pytest
from django.http import HttpRequest
from django.test import Client, override_settings
from django.urls import path

from directory.cast import make_cast
from retained.jobs.declared import job
from retained.jobs.models import JobRun
from retained.jobs.progress import Progress
from retained.jobs.queue import enqueue
from retained.jobs.worker import run_waiting
from retained.project import logs
from retained.project.urls import urlpatterns as real
from retained.shared.errors import DomainError


def break_down(_request: HttpRequest) -> None:
    raise ValueError("Key (email)=(noor@brightdesk.example) of 'Noor Haddad' is there\nDETAIL: x")


handler500 = "retained.pages.problems.broken"
urlpatterns = [
    path("search/", break_down, name="search"),
    path("api/v1/me", break_down, name="search"),
    *real,
]


@job(retries=0, title="Work that breaks")
def broken_work(progress: Progress) -> None:
    raise ValueError("no")


@job(title="Work that is refused")
def refused_work(progress: Progress) -> None:
    raise DomainError("Anna may not.")


@pytest.fixture
def browser(db: None) -> Client:
    """Return a browser of somebody who is signed in, which shows what breaks as a page."""
    browser = Client(raise_request_exception=False)
    browser.force_login(make_cast().account_manager)
    return browser


@pytest.fixture
def line() -> logs.OneLine:
    return logs.OneLine()


@override_settings(ROOT_URLCONF="project.test_logs")
def test_a_page_that_breaks_shows_the_reference_of_its_line(
    browser: Client, caplog: pytest.LogCaptureFixture, line: logs.OneLine
) -> None:
    answer = browser.get("/search/?q=noor@brightdesk.example")
    assert answer.status_code == 500
    [record] = caplog.records
    written = line.format(record)
    [reference] = re.findall(r"reference ([0-9A-F]{8})", written)
    assert reference in answer.content.decode()
    assert "GET search" in written
    assert "test_logs.py" in written
    assert "ValueError" in written
    assert "\n" not in written
    assert "noor" not in written.lower()
    assert "DETAIL" not in written


@override_settings(ROOT_URLCONF="project.test_logs")
def test_a_machine_gets_the_reference_as_json(
    browser: Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = browser.get("/api/v1/me")
    assert answer.status_code == 500
    assert answer.json()["reference"] in caplog.text
    assert answer.json()["reference"] in answer.json()["detail"]


def test_a_job_that_breaks_or_is_refused_leaves_a_line(
    db: None, caplog: pytest.LogCaptureFixture
) -> None:
    broke, refused = enqueue(broken_work, by=None), enqueue(refused_work, by=None)
    run_waiting()
    broke.refresh_from_db()
    [reference] = re.findall(r"reference ([0-9A-F]{8})", broke.error)
    assert reference in caplog.text
    assert str(refused.key) in caplog.text
    assert "Anna" not in caplog.text
    assert JobRun.objects.get(pk=refused.pk).error == "Anna may not."


def test_a_line_goes_to_the_file_and_cannot_begin_another(tmp_path: Path) -> None:
    handler = logs.LogFile(str(tmp_path / "logs"))
    handler.setFormatter(logs.OneLine())
    forged = logging.LogRecord("retained", logging.ERROR, "", 1, "a\n2026 forged", None, None)
    handler.emit(forged)
    handler.close()
    [written] = (tmp_path / "logs" / "retained.log").read_text("utf-8").splitlines()
    assert written.endswith("ERROR retained a 2026 forged")


@pytest.mark.parametrize(
    "text",
    [
        "rtn_abcdefghijklmnopqrstuvwxyz0123456789",
        "noor@brightdesk.example",
        "KeyError 'Noor Haddad'",
    ],
)
def test_what_may_be_personal_or_secret_is_masked(text: str) -> None:
    said = logs.masked(ValueError(text))
    assert text not in said
    assert "(" in said

"""The auditor's pack: one zip from which anybody recomputes the month without us."""

import csv
import hashlib
import io
import json
import re
import shlex
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client

from delivery.conftest import Story
from delivery.months_closed import OCTOBER, account_manager_of, checked, confirmed
from retained.delivery.commands.exclusions import answer_exclusion, ask_exclusion
from retained.delivery.commands.measuring import look
from retained.delivery.models import MonthClose
from retained.delivery.packing import make_pack, pack_path
from retained.directory.models import Person
from retained.jobs.worker import run_waiting
from retained.project.command_line.measure import measure
from retained.shared import clock


@pytest.fixture
def close(story: Story) -> MonthClose:
    """October, closed with one ticket left out."""
    missed = next(
        one.ticket
        for one in look(story.agreement, at=clock.now()).measurement.results
        if one.month == OCTOBER and one.service_level == "urgent" and one.verdict == "missed"
    )
    asked = ask_exclusion(
        story.agreement, missed, service_level="urgent", month=OCTOBER, reason="Fire, and water",
        by=account_manager_of(story), at=clock.now(),
    )  # fmt: skip
    answer_exclusion(
        asked, agreed=True, answer="", by=story.manager, at=clock.now(), version=asked.version
    )
    story.measure()
    return confirmed(story)


@pytest.fixture
def folder(close: MonthClose, tmp_path: Path) -> Path:
    """The pack, unpacked."""
    path = make_pack(close, tell=lambda *_: None, at=clock.now())
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path / "pack")
    return tmp_path / "pack"


def test_the_one_command_of_the_pack_gives_the_frozen_rows_byte_for_byte(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readme = (folder / "README.txt").read_text()
    found = re.search(r"retained measure (.+?--tickets \S+)", readme, re.DOTALL)
    assert found is not None
    monkeypatch.chdir(folder)
    arguments = shlex.split(found[1].replace("\\\n", " "))
    result = CliRunner().invoke(measure, [*arguments, "--format", "json"])
    assert result.exit_code == 0, result.output
    assert (folder / "again.csv").read_bytes() == (folder / "tickets.csv").read_bytes()
    rows = json.loads(result.stdout)
    urgent = next(row for row in rows if row["service_level"] == "urgent")
    assert (urgent["met"], urgent["counted"], urgent["excluded"]) == (213, 239, 1)
    assert {row["month"] for row in rows} == {"2026-10"}


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_every_hash_that_the_statement_names_is_in_the_pack(
    close: MonthClose, folder: Path
) -> None:
    document = (folder / "statement.json").read_bytes()
    assert hashlib.sha256(document).hexdigest() == close.sha256
    stated = json.loads(document)
    tickets = (folder / "tickets.csv").read_bytes()
    assert hashlib.sha256(tickets).hexdigest() == stated["tickets_sha256"]
    for batch in stated["evidence"]:
        path = folder / "evidence" / batch["source"] / str(batch["number"]) / batch["file"]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == batch["sha256"]
    agreement = (folder / "agreement.yaml").read_bytes()
    assert hashlib.sha256(agreement).hexdigest() == stated["agreement_sha256"]


def test_the_pack_says_who_approved_and_what_was_left_out(close: MonthClose, folder: Path) -> None:
    approvals = rows_of(folder / "approvals.csv")
    assert [(row["act"], row["who"]) for row in approvals] == [
        ("checked", "Service manager"), ("closed", "Sourcing lead"),
    ]  # fmt: skip
    left_out = rows_of(folder / "exclusions.csv")
    assert [row["reason"] for row in left_out] == ["Fire, and water"]
    head = json.loads((folder / "record-head.json").read_text())
    assert (head["number"], head["hash"]) == (close.record_number, close.record_hash)
    lines = (folder / "record-entries.jsonl").read_text().splitlines()
    assert {json.loads(line)["verb"] for line in lines} >= {"checked"}


def test_the_sample_is_drawn_by_the_closes_own_hash(close: MonthClose, folder: Path) -> None:
    rows = rows_of(folder / "sample.csv")
    drawn = {(row["service_level"], row["ticket"]) for row in rows}
    assert len(drawn) == 25
    path = make_pack(close, tell=lambda *_: None, at=clock.now())
    with zipfile.ZipFile(path) as archive:
        again = list(csv.DictReader(io.StringIO(archive.read("sample.csv").decode())))
    assert again == rows
    terms = [row for row in rows if row["kind"] == "term"]
    assert terms
    assert all(row["open_seconds"].isdecimal() for row in terms)


def test_a_pack_is_made_in_the_background_and_then_fetched(
    story: Story, close: MonthClose, browser_of: Callable[[Person | None], Client]
) -> None:
    browser, address = browser_of(story.manager), "/run/AG-7/2026-10/statement/1/pack/"
    pack_path(close).unlink(missing_ok=True)
    assert browser.get(address)["Location"] == "/run/AG-7/2026-10/statement/1/", "not made yet"
    answer = browser.post(address)
    assert answer["Location"].startswith("/jobs/")
    run_waiting()
    fetched = browser.get(address)
    content = b"".join(fetched)  # type: ignore[arg-type] # a streaming answer
    fetched.close()
    assert zipfile.ZipFile(io.BytesIO(content)).namelist()[0] == "statement.json"
    assert f"{close.sha256[:8]}.zip" in fetched["Content-Disposition"]


def test_there_is_no_pack_of_what_nobody_confirmed(
    story: Story, browser_of: Callable[[Person | None], Client]
) -> None:
    checked(story)
    answer = browser_of(story.manager).post("/run/AG-7/2026-10/statement/1/pack/")
    assert (answer.status_code, b"confirm the month first" in answer.content) == (422, True)

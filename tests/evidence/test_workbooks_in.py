"""Workbooks as they are stored, without an ending to their name: through every door."""

import io
import json
from datetime import timedelta
from pathlib import Path

import openpyxl
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from directory.cast import Cast
from retained.directory.commands.tokens import make_token
from retained.directory.models import ApiToken, Person
from retained.evidence.models import Batch, Source
from retained.evidence.queries.reported import reported_verdicts
from retained.jobs.worker import run_waiting
from retained.project.command_line.evidence import import_files
from retained.shared import clock
from retained.shared.months import Month

from .importing import HEADER, MAPPING, ROWS, imported
from .test_pages import choices

WORKBOOK_MAPPING = MAPPING.replace("tickets*.csv", "tickets*.xlsx").replace(
    '    delimiter: ";"\n', ""
)


def workbook(text: str) -> bytes:
    """Return a workbook with the cells of a text."""
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for line in text.splitlines():
        book.active.append(line.split(";"))
    book.save(stream)
    return stream.getvalue()


def upload(text: str, name: str = "tickets.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, workbook(text))


def test_a_workbook_comes_in_over_the_page_and_its_mapping_names_no_encoding(
    browser: Client,
) -> None:
    sent = browser.post("/evidence/send/", {"file": upload(HEADER + ROWS)})
    page = browser.get(sent.url)
    assert page.status_code == 200
    assert page.context["preview"].tickets == 2
    fields = choices(browser, sent.url) | {"time_zone": "Europe/Amsterdam"}
    assert browser.post(sent.url, {**fields, "action": "import"}).status_code == 302
    run_waiting()
    batch = Batch.objects.get()
    assert (batch.format, batch.rows_used) == ("xlsx", 3)
    assert "encoding" not in batch.mapping.document


def test_a_workbook_comes_in_over_the_api(cast: Cast) -> None:
    made = make_token(
        name="i",
        scope=ApiToken.Scope.WRITE,
        life=timedelta(days=30),
        by=cast.service_manager,
        at=clock.now(),
    )
    sent = Client().post(
        "/api/v1/imports",
        {"file": upload(HEADER + ROWS), "mapping": WORKBOOK_MAPPING},
        headers={"Authorization": f"Bearer {made.secret}"},
    )
    assert sent.status_code == 202, sent.content
    run_waiting()
    assert Batch.objects.get().rows_used == 3


def test_a_workbook_comes_in_from_the_command_line(manager: Person, tmp_path: Path) -> None:
    (tmp_path / "tickets.xlsx").write_bytes(workbook(HEADER + ROWS))
    (tmp_path / "m.yaml").write_text(WORKBOOK_MAPPING)
    given = ["--mapping", str(tmp_path / "m.yaml"), "--as", manager.email, "--format", "json"]
    result = CliRunner().invoke(import_files, [*given, str(tmp_path / "tickets.xlsx")])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)[0]["rows_used"] == 3


def test_a_report_of_verdicts_may_be_a_workbook(browser: Client, manager: Person) -> None:
    imported(manager, HEADER + ROWS)
    sent = {
        "label": "In time",
        "month": "2026-10",
        "file": upload("Ticket;Breached\nINC-1;N\nINC-2;Y\n", "report.xlsx"),
        "ticket_column": "Ticket",
        "verdict_column": "Breached",
        "says": "breached",
    }
    answer = browser.post("/evidence/sources/brightdesk/reported/", sent)
    assert answer.status_code == 302
    found = reported_verdicts(Source.objects.get(), "In time", Month(2026, 10))
    assert found == {"INC-1": "met", "INC-2": "missed"}

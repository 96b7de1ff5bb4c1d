"""The provider's own report: typed figures, and files with a verdict for each ticket."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from directory.cast import Cast
from retained.directory.commands.tokens import make_token
from retained.directory.engine.roles import Role
from retained.directory.models import ApiToken, Person
from retained.evidence.models import Source, StatedVolume
from retained.evidence.queries.reported import (
    reported_figures,
    reported_verdicts,
    stated_volumes,
)
from retained.evidence.queries.wholeness import wholeness_of
from retained.project.command_line.sources import source as source_group
from retained.shared import clock
from retained.shared.months import Month

from .importing import HEADER, ROWS, imported

ADDRESS = "/evidence/sources/brightdesk/reported/"
OCTOBER = Month(2026, 10)
REPORT = "Ticket;Breached\nINC-1;N\nINC-2;Y\nINC-3;maybe\n"


def file_of(text: str) -> dict[str, Any]:
    return {
        "label": "In time",
        "month": "2026-10",
        "file": SimpleUploadedFile("report.csv", text.encode()),
        "ticket_column": "Ticket",
        "verdict_column": "Breached",
        "says": "breached",
    }


def test_a_typed_figure_is_kept_for_the_month(browser: Client, manager: Person) -> None:
    imported(manager, HEADER + ROWS)
    sent = {"label": "In time", "month": "2026-10", "percent": "95.4"}
    assert browser.post(ADDRESS, sent).status_code == 302
    (figure,) = reported_figures(["brightdesk"], OCTOBER)
    assert figure.percent == Decimal("95.4")
    assert b"95.4" in browser.get(ADDRESS).content


def test_who_only_reads_sees_what_was_reported_and_enters_nothing(
    browser: Client, manager: Person, cast: Cast
) -> None:
    imported(manager, HEADER + ROWS)
    browser.post(ADDRESS, {"label": "In time", "month": "2026-10", "percent": "95.4"})
    auditor = Client()
    auditor.force_login(cast.people[Role.AUDITOR])
    page = auditor.get(ADDRESS).content.decode()
    assert "95.4" in page
    assert "Keep it" not in page
    source = auditor.get("/evidence/sources/brightdesk/").content.decode()
    assert ADDRESS in source
    assert "Enter how many tickets" not in source
    refused = auditor.post(ADDRESS, {"label": "In time", "month": "2026-10", "percent": "99"})
    assert refused.status_code in {403, 404}
    (figure,) = reported_figures(["brightdesk"], OCTOBER)
    assert figure.percent == Decimal("95.4")


def test_a_file_gives_a_verdict_for_each_ticket_and_their_sum(
    browser: Client, manager: Person
) -> None:
    imported(manager, HEADER + ROWS)
    assert browser.post(ADDRESS, file_of(REPORT)).status_code == 302
    verdicts = reported_verdicts(Source.objects.get(), "In time", OCTOBER)
    assert verdicts == {"INC-1": "met", "INC-2": "missed"}
    (figure,) = reported_figures(["brightdesk"], OCTOBER)
    assert (figure.met, figure.counted) == (1, 2)
    assert browser.post(ADDRESS, file_of("Ticket;Breached\nINC-1;Y\n")).status_code == 302
    verdicts = reported_verdicts(Source.objects.get(), "In time", OCTOBER)
    assert verdicts == {"INC-1": "missed"}


def test_a_stated_number_of_tickets_is_held_against_the_evidence(
    browser: Client, manager: Person
) -> None:
    imported(manager, HEADER + ROWS)
    sent = {"label": "All tickets", "month": "2026-10", "tickets": "3"}
    assert browser.post(ADDRESS, sent).status_code == 302
    page = browser.get(ADDRESS).content.decode()
    assert "All tickets" in page
    assert 'data-label="Month">October 2026<' in page
    source = Source.objects.get()
    assert stated_volumes(source) == {OCTOBER: 3}
    found = wholeness_of(source)
    (remark,) = found.remarks
    assert remark.code == "stated_volume"
    assert remark.sentence == (
        "For October 2026 the provider states 3 tickets; the evidence has 2 (-1)."
    )
    (volume,) = found.volumes
    assert (volume.month, volume.tickets, volume.stated, volume.difference) == (OCTOBER, 2, 3, -1)
    page = browser.get("/evidence/sources/brightdesk/").content.decode()
    assert "the provider states 3 tickets" in page
    assert "Stated by the provider" in page
    # A later report supersedes; a number that is right is no remark.
    assert browser.post(ADDRESS, {**sent, "tickets": "2"}).status_code == 302
    assert StatedVolume.objects.count() == 2
    assert wholeness_of(source).remarks == []
    # A figure and a volume may come together, and a month without a ticket is told too.
    both = {"label": "In time", "month": "2026-09", "percent": "95.4", "tickets": "7"}
    assert browser.post(ADDRESS, both).status_code == 302
    assert [str(one.month) for one in wholeness_of(source).volumes] == ["2026-09", "2026-10"]
    assert "the evidence has 0 (-7)" in wholeness_of(source).remarks[0].sentence


def test_a_machine_and_the_command_line_keep_what_the_provider_reports(
    browser: Client, cast: Cast, manager: Person
) -> None:
    imported(manager, HEADER + ROWS)
    token = make_token(
        name="r", scope=ApiToken.Scope.WRITE, life=timedelta(days=1), by=manager, at=clock.now()
    )
    machine = Client(headers={"Authorization": f"Bearer {token.secret}"})
    path = "/api/v1/sources/brightdesk/reported"
    body = {"label": "In time", "month": "2026-10", "met": 1, "counted": 2, "tickets": 3}
    kept = machine.post(path, json.dumps(body), content_type="application/json")
    assert kept.status_code == 201
    assert kept.json()["volumes"] == [{"label": "In time", "month": "2026-10", "tickets": 3}]
    assert kept.json()["figures"][0]["met"] == 1
    nothing = {"label": "In time", "month": "2026-10"}
    refused = machine.post(path, json.dumps(nothing), content_type="application/json")
    assert refused.status_code == 422
    assert "the number of tickets of the month" in refused.json()["detail"]
    whole = machine.get("/api/v1/sources/brightdesk/wholeness").json()
    assert whole["remarks"][0]["code"] == "stated_volume"
    assert whole["volumes"] == [{"month": "2026-10", "tickets": 2, "stated": 3, "difference": -1}]

    acting = ["--as", manager.email, "--format", "json"]
    looked = CliRunner().invoke(source_group, ["whole", "brightdesk", *acting])
    assert (looked.exit_code, json.loads(looked.stdout)) == (1, whole["volumes"])
    assert "the provider states 3 tickets" in looked.stderr
    stated = ["--month", "2026-10", "--label", "All tickets", "--tickets", "2"]
    told = CliRunner().invoke(source_group, ["report", "brightdesk", *stated, *acting])
    assert told.exit_code == 0, told.output
    looked = CliRunner().invoke(source_group, ["whole", "brightdesk", *acting])
    assert looked.exit_code == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"month": "October"},
        {"month": "2026-13"},
        {"ticket_column": ""},
        {"verdict_column": "Breach"},
        {"tickets": "-1"},
    ],
)
def test_a_wrong_report_is_answered_with_422(
    browser: Client, manager: Person, wrong: dict[str, str]
) -> None:
    imported(manager, HEADER + ROWS)
    answer = browser.post(ADDRESS, {**file_of(REPORT), **wrong})
    assert answer.status_code == 422
    assert reported_figures(["brightdesk"], OCTOBER) == []


def test_reported_figures_are_a_table_with_months_in_words_and_a_download(
    browser: Client, manager: Person
) -> None:
    imported(manager, HEADER + ROWS)
    browser.post(ADDRESS, {"label": "In time", "month": "2026-10", "percent": "95.45"})
    page = browser.get(ADDRESS).content.decode()
    assert "October 2026" in page
    assert "95.45 % in the report" in page
    answer = browser.get(f"{ADDRESS}?format=csv")
    text = (b"".join(answer) if answer.streaming else answer.content).decode()
    assert "In time" in text
    assert "0.9545" in text

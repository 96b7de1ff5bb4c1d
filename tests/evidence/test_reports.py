"""The provider's own report: typed figures, and files with a verdict for each ticket."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from retained.directory.models import Person
from retained.evidence.models import Source
from retained.evidence.queries.reported import reported_figures, reported_verdicts
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


@pytest.mark.parametrize(
    "wrong",
    [
        {"month": "October"},
        {"month": "2026-13"},
        {"ticket_column": ""},
        {"verdict_column": "Breach"},
    ],
)
def test_a_wrong_report_is_answered_with_422(
    browser: Client, manager: Person, wrong: dict[str, str]
) -> None:
    imported(manager, HEADER + ROWS)
    answer = browser.post(ADDRESS, {**file_of(REPORT), **wrong})
    assert answer.status_code == 422
    assert reported_figures(["brightdesk"], OCTOBER) == []

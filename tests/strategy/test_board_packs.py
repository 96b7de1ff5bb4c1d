"""The board pack of a kept case, by its page and by the API."""

import io

import openpyxl
import pytest
from django.test import Client
from pypdf import PdfReader

from directory.cast import AT, Cast
from machine import machine_of
from retained.directory.engine.roles import Role
from retained.pages.exports import XLSX_TYPE
from retained.strategy.commands.case_runs import keep_run
from retained.strategy.commands.cases import sign_case
from retained.strategy.models import BusinessCase, CaseRun
from strategy.recomputing import recomputed

PAGE, API = "/cases/SURE/", "/api/v1/cases/SURE/"
DOORS = ("page", "api")


@pytest.fixture
def kept(case: BusinessCase) -> CaseRun:
    return keep_run(case.versions.get(), at=AT)


def browser_of(cast: Cast, role: Role = Role.FINANCE) -> Client:
    browser = Client()
    browser.force_login(cast.people[role])
    return browser


def through(door: str, cast: Cast, file: str) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and content of a file of the case."""
    found = (
        browser_of(cast).get(PAGE + file)
        if door == "page"
        else machine_of(cast.people[Role.FINANCE]).get(API + file)
    )
    return found.status_code, dict(found.headers), found.content


def sign(case: BusinessCase, run: CaseRun, cast: Cast, role: Role) -> None:
    sign_case(
        case, run, chosen="offer", reasons="It pays", conditions="A cap", by=cast.people[role],
        at=AT, expected_version=case.version,
    )  # fmt: skip


def text_of(content: bytes) -> str:
    return " ".join(
        " ".join(x.extract_text() for x in PdfReader(io.BytesIO(content)).pages).split()
    )


@pytest.mark.parametrize("door", DOORS)
def test_the_pdf_comes_from_the_stored_draws(door: str, cast: Cast, kept: CaseRun) -> None:
    status, headers, content = through(door, cast, "board-pack.pdf")
    assert (status, headers["Content-Type"]) == (200, "application/pdf")
    assert headers["Content-Disposition"] == 'attachment; filename="SURE-board-pack.pdf"'
    said = text_of(content)
    assert f"{kept.draws:,} draws, seed {kept.seed}" in said
    assert "DRAFT, NOT SIGNED" in said


@pytest.mark.parametrize("door", DOORS)
def test_the_workbook_computes_the_case_again(door: str, cast: Cast, kept: CaseRun) -> None:
    status, headers, content = through(door, cast, "workbook.xlsx")
    assert (status, headers["Content-Type"]) == (200, XLSX_TYPE)
    assert headers["Content-Disposition"] == 'attachment; filename="SURE-workbook.xlsx"'
    assert recomputed(content)["Offer", "G6"] == pytest.approx(120)
    assert openpyxl.load_workbook(io.BytesIO(content))["Offer"]["A4"].value == "Begin"


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("file", ["board-pack.pdf", "workbook.xlsx"])
def test_until_the_draws_are_made_it_says_so(
    door: str, file: str, cast: Cast, case: BusinessCase
) -> None:
    status, _, content = through(door, cast, file)
    assert status == 422
    assert "The draws of SURE are not made yet" in content.decode()


def test_the_page_offers_both_once_they_can_be_had(cast: Cast, case: BusinessCase) -> None:
    browser = browser_of(cast)
    assert "Board pack (PDF)" not in browser.get(PAGE).text
    keep_run(case.versions.get(), at=AT)
    page = browser.get(PAGE).text
    assert 'href="/cases/SURE/board-pack.pdf"' in page
    assert 'href="/cases/SURE/workbook.xlsx"' in page


def test_it_names_who_signed_and_is_a_draft_until_two_did(
    cast: Cast, case: BusinessCase, kept: CaseRun
) -> None:
    sign(case, kept, cast, Role.FINANCE)
    once = text_of(through("page", cast, "board-pack.pdf")[2])
    assert "DRAFT, SIGNED BY 1 OF 2" in once
    assert f"Name {cast.people[Role.FINANCE].name} Signed for Offer" in once
    sign(case, kept, cast, Role.EXECUTIVE)
    twice = text_of(through("page", cast, "board-pack.pdf")[2])
    assert "DRAFT" not in twice
    assert twice.count("Conditions A cap") == 2


def test_who_may_not_read_cases_gets_neither(cast: Cast, kept: CaseRun) -> None:
    browser = Client()
    browser.force_login(cast.account_manager)
    for file in ("board-pack.pdf", "workbook.xlsx"):
        assert browser.get(PAGE + file).status_code == 404
        assert browser.get(API + file).status_code == 404

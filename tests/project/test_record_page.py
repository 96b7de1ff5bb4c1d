"""The record's page and its exports, over HTTP."""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from directory.cast import AT, Cast, make_cast
from retained.audit import chain
from retained.audit.record import record


@pytest.fixture
def cast(db: None) -> Cast:
    """Return the cast, whose making is recorded already."""
    return make_cast()


@pytest.fixture
def browser(cast: Cast) -> Client:
    """Return a browser in which the administrator is signed in."""
    browser = Client()
    browser.force_login(cast.administrator)
    return browser


def write(cast: Cast, *, key: str = "1") -> None:
    with transaction.atomic():
        record(
            "closed",
            ("month", key, f"October {key}"),
            by=cast.administrator,
            at=AT,
            before={"state": "open"},
            after={"state": "closed"},
            reason="all answered",
        )


def test_the_page_says_who_did_what_and_why(cast: Cast, browser: Client) -> None:
    write(cast)
    page = browser.get("/record/").content.decode()
    for words in ("October 1", "state: open → closed", "all answered", str(cast.administrator)):
        assert words in page


def test_the_page_shows_the_head_to_keep(cast: Cast, browser: Client) -> None:
    write(cast)
    assert str(chain.head(AT)) in browser.get("/record/").content.decode()


def test_the_page_is_filtered_and_exported(cast: Cast, browser: Client) -> None:
    write(cast, key="first")
    write(cast, key="second")
    asked = {"object": "second", "verb": "closed", "since": "2000-01-01", "until": "2999-01-01"}
    page = browser.get("/record/", asked).content.decode()
    assert "October second" in page
    assert "October first" not in page
    table = browser.get("/record/", {**asked, "format": "csv"})
    content = b"".join(table) if table.streaming else table.content  # type: ignore[arg-type]
    assert b"October second" in content
    assert b"October first" not in content


def test_a_day_that_is_none_is_a_sentence(browser: Client) -> None:
    answer = browser.get("/record/", {"since": "yesterday"})
    assert answer.status_code == 422
    assert "write it like 2026-11-09" in answer.content.decode()


def test_the_chain_is_sent_line_by_line(cast: Cast, browser: Client) -> None:
    write(cast)
    head = chain.head(AT)
    answer = browser.get("/record/chain.jsonl")
    lines = b"".join(answer).splitlines()  # type: ignore[arg-type]
    assert len(lines) == head.number
    assert head.hash.encode() in lines[-1]


def test_a_page_costs_no_more_queries_with_more_rows(cast: Cast, browser: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get("/record/").status_code == 200
        return len(captured)

    write(cast)
    browser.get("/record/")
    few = queries()
    for number in range(45):
        write(cast, key=str(number))
    assert queries() == few
    assert few <= 12


@pytest.mark.parametrize("who", ["account_manager", "rival"])
def test_a_provider_finds_no_record(cast: Cast, who: str) -> None:
    browser = Client()
    browser.force_login(getattr(cast, who))
    assert browser.get("/record/").status_code == 404
    assert browser.get("/record/chain.jsonl").status_code == 404

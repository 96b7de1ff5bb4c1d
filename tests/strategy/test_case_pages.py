"""The pages of business cases, as their readers use them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from directory.cast import AT, Cast
from machine import machine_of
from retained.directory.engine.roles import Role
from retained.jobs.worker import run_waiting
from retained.strategy.commands.case_runs import keep_run
from retained.strategy.models import BusinessCase
from strategy.case_texts import SURE
from strategy.signed_cases import signed_case

BEGIN = "/cases/new/"


@pytest.fixture
def browser(cast: Cast) -> Client:
    return signed_in(cast, Role.FINANCE)


def signed_in(cast: Cast, role: Role) -> Client:
    browser = Client()
    browser.force_login(cast.people[role])
    return browser


def run_of(case: BusinessCase) -> str:
    return keep_run(case.versions.latest("number"), at=AT).sha256


def test_a_case_is_begun_from_a_text_and_says_that_it_is_drawn(browser: Client) -> None:
    sent = browser.post(BEGIN, {"text": SURE}, follow=True)
    assert sent.redirect_chain == [("/cases/SURE/", 302)]
    assert "The draws are being made" in sent.text
    assert "being drawn" in browser.get("/cases/").text


def test_what_is_wrong_with_a_text_is_listed_with_its_line(browser: Client) -> None:
    sent = browser.post(BEGIN, {"text": SURE.replace("formula: fee", "formula: fees")})
    assert sent.status_code == 422
    assert "1 to mend" in sent.text
    assert "fees" in sent.text
    assert "Line" in sent.text
    assert not BusinessCase.objects.exists()


def test_what_came_out_is_said_in_words_first(browser: Client, case: BusinessCase) -> None:
    run_of(case)
    page = browser.get("/cases/SURE/").text
    assert "On the mean it saves 120 EUR as of the start of the term" in page
    assert "in 100 of 100 draws" in page
    assert "All 1 assumptions are your own." in page
    assert page.index("Does it pay?") < page.index("What matters most")
    exported = b"".join(browser.get("/cases/?format=csv"))
    assert b"120.00" in exported


def test_what_a_case_rests_on_stands_with_its_source(browser: Client, case: BusinessCase) -> None:
    page = browser.get("/cases/SURE/terms/").text
    assert "EUR a month" in page
    assert "at the start, one-off" in page


def test_a_change_is_told_while_it_is_typed_and_kept_as_a_version(
    browser: Client, case: BusinessCase
) -> None:
    text = SURE.replace("{value: 90", "{value: 80")
    told = browser.post(
        "/cases/SURE/change/", {"text": text}, headers={"HX-Request-Type": "partial"}
    )
    assert "Assumption “fee”: value was 90, and is 80." in told.text
    sent = browser.post("/cases/SURE/change/", {"text": text, "note": "Talked", "version": 1})
    assert sent.status_code == 302
    page = browser.get("/cases/SURE/versions/").text
    assert "Talked" in page
    assert "value was 90, and is 80" in page
    late = browser.post("/cases/SURE/change/", {"text": SURE, "version": 1})
    assert late.status_code == 409
    assert "See what was saved meanwhile" in late.text


def test_two_people_sign_on_their_pages(cast: Cast, browser: Client, case: BusinessCase) -> None:
    answers = {"chosen": "offer", "reasons": "It pays", "run": run_of(case)}
    first = browser.post("/cases/SURE/sign/", {**answers, "version": 1}, follow=True)
    assert "A second person signs too" in first.text
    other = signed_in(cast, Role.EXECUTIVE)
    assert "Sign “All for sure”, or say what is missing" in other.get("/").text
    second = other.post("/cases/SURE/sign/", {**answers, "version": 2}, follow=True)
    assert "signed by two people and frozen" in second.text
    assert "stand behind “Offer”" in browser.get("/cases/SURE/").text


def test_nobody_signs_what_was_not_looked_at(browser: Client, case: BusinessCase) -> None:
    run_of(case)
    answers = {"chosen": "offer", "reasons": "It pays", "run": "0" * 64, "version": 1}
    sent = browser.post("/cases/SURE/sign/", answers)
    assert sent.status_code == 422
    assert "look at them below" in sent.text


def test_who_may_not_read_cases_finds_none(cast: Cast, case: BusinessCase) -> None:
    for person in (cast.account_manager, cast.rival, cast.service_manager):
        browser = Client()
        browser.force_login(person)
        assert browser.get("/cases/SURE/").status_code == 404


def test_by_the_api_a_case_is_kept_read_changed_and_signed(cast: Cast, case: BusinessCase) -> None:
    browser = machine_of(cast.people[Role.FINANCE])
    [row] = browser.get("/api/v1/cases").json()["items"]
    assert (row["reference"], row["saving"]) == ("SURE", None)
    assert browser.get("/api/v1/cases/SURE/result").status_code == 404
    sha = run_of(case)
    found = browser.get("/api/v1/cases/SURE/result").json()
    assert found["sha256"] == sha
    assert found["result"]["options"][0]["value"]["mean"] == "120.00"
    wrong = browser.put(
        "/api/v1/cases/SURE?expected_version=1", SURE.replace("formula: fee", "formula: fees"),
        content_type="application/yaml",
    )  # fmt: skip
    assert wrong.status_code == 422
    assert wrong.json()["remarks"][0]["line"]
    body = {"chosen": "offer", "reasons": "It pays", "run": sha, "expected_version": 1}
    signed = browser.post("/api/v1/cases/SURE/signatures", body, content_type="application/json")
    assert signed.status_code == 201
    assert len(signed.json()["signatures"]) == 1


def test_a_moved_assumption_says_what_would_come_out(browser: Client, case: BusinessCase) -> None:
    run_of(case)
    partial = {"HX-Request-Type": "partial"}
    still = browser.get("/cases/SURE/try/")
    assert "As the case stands" in still.text
    assert 'min="45" max="135" step="1" value="90"' in still.text
    moved = browser.get("/cases/SURE/try/?fee=95", headers=partial)
    assert moved.text.lstrip().startswith('<section id="tried"')
    assert "It would be" in moved.text
    assert "45" in moved.text  # 15 x (100 - 95) - 30
    wrong = browser.get("/cases/SURE/try/?fee=cheap")
    assert wrong.status_code == 422
    assert "cheap" in wrong.text


def test_versions_stand_side_by_side_with_what_differs(
    cast: Cast, browser: Client, case: BusinessCase
) -> None:
    run_of(case)
    text = SURE.replace("{value: 90", "{value: 80")
    browser.post("/cases/SURE/change/", {"text": text, "version": 1})
    run_of(case)
    with CaptureQueriesContext(connection) as few:
        browser.get("/cases/compare/?of=SURE:1")
    with CaptureQueriesContext(connection) as more:
        page = browser.get("/cases/compare/?of=SURE:1&of=SURE:2").text
    assert len(more) == len(few) <= 12
    assert "Offer (SURE/2) saves most on the mean: 270 EUR" in page
    assert "value was 90, and is 80" in page
    assert "120" in page
    assert browser.get("/cases/compare/?of=ABSENT").status_code == 404
    stranger = Client()
    stranger.force_login(cast.account_manager)
    assert stranger.get("/cases/compare/?of=SURE").status_code == 404


def test_by_the_api_draws_are_asked_for_and_named_by_their_job(
    cast: Cast, case: BusinessCase
) -> None:
    machine = machine_of(cast.people[Role.FINANCE])
    asked = machine.post("/api/v1/cases/SURE/result?draws=50&seed=3")
    assert asked.status_code == 202
    run_waiting()
    found = machine.get("/api/v1/cases/SURE/result?draws=50&seed=3").json()
    assert (found["result"]["draws"], found["result"]["seed"]) == (50, 3)
    told = machine.get(f"/api/v1/jobs/{asked.json()['job']}").json()
    assert told["state"] == "succeeded"


def test_a_part_is_changed_by_a_form(browser: Client, case: BusinessCase) -> None:
    page = browser.get("/cases/SURE/assumptions/fee/").text
    assert 'value="90"' in page
    answers = {"kind": "triangular", "figures": "80; 85; 99", "unit": "EUR a month", "version": 1}
    sent = browser.post("/cases/SURE/assumptions/fee/", answers, follow=True)
    assert "“Fee” is changed: version 2 is being drawn" in sent.text
    assert "80 to 99, most likely 85" in sent.text
    wrong = browser.post("/cases/SURE/assumptions/fee/", {**answers, "figures": "80", "version": 2})
    assert wrong.status_code == 422
    assert "Write triangular as [low, mode, high]" in wrong.text
    line = {"name": "travel", "formula": "fee * 0.1", "paid": "monthly", "version": 2}
    assert browser.post("/cases/SURE/options/offer/new-line/", line).status_code == 302
    offer = {"name": "tallis", "title": "Tallis", "like": "offer", "version": 3}
    assert "Tallis" in browser.post("/cases/SURE/new-option/", offer, follow=True).text
    gone = {"remove": "yes", "formula": "fee", "paid": "monthly", "version": 4}
    assert browser.post("/cases/SURE/options/tallis/lines/travel/", gone).status_code == 302
    other = {**answers, "figures": "70; 85; 99"}
    late = browser.post("/cases/SURE/assumptions/fee/", other)
    assert late.status_code == 409
    assert browser.get("/cases/SURE/options/offer/lines/absent/").status_code == 404


def test_an_assumption_rests_on_an_uploaded_history(browser: Client, case: BusinessCase) -> None:
    history = SimpleUploadedFile("tickets.csv", b"Tickets\n88\n90\n93\n")
    sent = {"kind": "value", "figures": "", "history": history, "version": 1}
    page = browser.post("/cases/SURE/assumptions/fee/", sent, follow=True)
    assert "as seen 3 times" in page.text
    wrong = SimpleUploadedFile("tickets.csv", b"88\nmany\n")
    again = browser.post("/cases/SURE/assumptions/fee/", {**sent, "history": wrong, "version": 2})
    assert again.status_code == 422
    assert "“many” is no number" in again.text


def test_what_is_signed_opens_no_form(cast: Cast) -> None:
    signed_case(cast)
    browser = signed_in(cast, Role.FINANCE)
    parts = ("change/", "sign/", "new-assumption/", "assumptions/people/", "new-option/",
             "options/offer/new-line/", "options/offer/lines/fee/")  # fmt: skip
    for part in parts:
        for answer in (browser.get, browser.post):
            told = answer(f"/cases/SIGNED/{part}")
            assert told.status_code == 422, part
            assert "signed and frozen" in told.text, part


def test_an_option_that_costs_more_is_told_in_words_and_not_by_a_sign(
    browser: Client, case: BusinessCase
) -> None:
    run_of(case)
    moved = browser.get("/cases/SURE/try/?fee=105")  # 15 x (100 - 105) - 30
    figure = " ".join(moved.text.partition("It would be")[2].partition("st-figure")[2].split())
    assert ">105" in figure.partition("more than “Stay” on the mean; as it stands")[0]
    assert "0 of 100" in figure
    assert "month 3 as it stands" in figure


def test_sliders_beyond_the_first_ten_are_folded(browser: Client, case: BusinessCase) -> None:
    assert "move the saving less" not in browser.get("/cases/SURE/try/").text
    many = ", ".join(f"a{one}: {{uniform: [{one}, {one + 2}]}}" for one in range(1, 14))
    text = SURE.replace("reference: SURE", "reference: MANY").replace(
        "assumptions:\n", f"assumptions:\n  {many.replace(', a', chr(10) + '  a')}\n"
    )
    assert browser.post(BEGIN, {"text": text}).status_code == 302
    before, _, folded = browser.get("/cases/MANY/try/").text.partition('<details class="rt-more"')
    assert before.count('type="range"') == 10
    assert folded.partition("</details>")[0].count('type="range"') == 4
    assert '<details class="rt-more" open>' not in folded
    assert '<details class="rt-more" open>' in browser.get("/cases/MANY/try/?a13=15").text

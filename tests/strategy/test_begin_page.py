"""The page on which a case begins: twelve questions, a first result, and the draft."""

import io
from typing import Any

import pytest
from django.test import Client

from directory.cast import Cast
from retained.directory.engine.roles import Role
from retained.evidence.commands.exchange_rates import import_rates
from retained.files.storing import SentFile
from retained.shared import clock
from retained.strategy.engine.answers import QUESTIONS
from retained.strategy.engine.case_files import read_case
from retained.strategy.forms.begin import BeginForm
from retained.strategy.models import BusinessCase

BEGIN = "/cases/begin/"
ANSWERS = {
    "function": "Service desk", "people": "30", "salary": "46000", "currency": "EUR",
    "start": "2026-01", "months": "36", "discount": "7 %", "provider": "Brightdesk",
    "price": "92000", "priced_by": "month", "tax_rate": "21 %", "tax_recovered": "0 %",
    "place": "onshore", "move": "6", "leave": "20", "own_knowledge": "some", "less_work": "10 %",
    "improve_cost": "120000",
}  # fmt: skip


@pytest.fixture
def browser(cast: Cast) -> Client:
    found = Client()
    found.force_login(cast.people[Role.FINANCE])
    return found


def sent(browser: Client, wish: str = "look", **changed: str) -> Any:
    return browser.post(BEGIN, ANSWERS | changed | {"wish": wish})


def test_the_page_asks_all_twelve_in_their_order() -> None:
    asked = [one.number for _, group in BeginForm().groups() for one in group]
    assert asked == list(range(1, 13))
    shown = {
        field.name
        for _, group in BeginForm().groups()
        for one in group
        for field in (*one.fields, *one.more)
    }
    assert shown == set(BeginForm().fields)
    assert len(QUESTIONS) == 12


def test_it_begins_with_the_questions_and_no_result(browser: Client) -> None:
    page = browser.get(BEGIN)
    assert page.status_code == 200
    assert "What does the offer cost?" in page.text
    assert "A first result" not in page.text


def test_the_answers_give_a_first_result_and_keep_nothing(browser: Client) -> None:
    page = sent(browser)
    assert page.status_code == 200
    assert "A first result" in page.text
    assert "Improve in-house: it saves" in page.text
    assert "assumptions are priors, not yours." in page.text
    assert "What moves it most" in page.text
    assert 'value="92000"' in page.text  # what was answered stays
    assert not BusinessCase.objects.exists()


def test_where_nothing_saves_the_page_says_stay(browser: Client) -> None:
    page = sent(browser, price="160000", less_work="0 %").text
    assert "Stay as we are: on these answers no other way saves anything at the median." in page


def test_the_draft_is_kept_on_asking_and_opened(browser: Client) -> None:
    answer = sent(browser, "save")
    assert answer.status_code == 302
    assert answer["Location"] == "/cases/service-desk-2026-01/"
    case = BusinessCase.objects.get()
    assert (case.reference, case.state) == ("service-desk-2026-01", "draft")
    assert case.versions.get().note == "Begun from twelve answers."


def test_a_reference_that_is_taken_is_refused_on_the_page(browser: Client) -> None:
    sent(browser, "save")
    again = sent(browser, "save")
    assert again.status_code == 422
    assert "There is a case service-desk-2026-01 already" in again.text


def test_the_case_comes_as_a_file(browser: Client) -> None:
    answer = sent(browser, "file")
    assert "service-desk-2026-01.yaml" in answer["Content-Disposition"]
    assert read_case(answer.content.decode()).title == "Service desk"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"people": ""}, "This field is required."),
        ({"people": "many"}, "“many” is not a number"),
        ({"leave": "40"}, "More people move or leave than the 30"),
        ({"offer_currency": "USD"}, "give what one USD is worth in EUR"),
        ({"priced_by": "unit"}, "Say how many units a month there are."),
        ({"tax_rate": "300 %"}, "A tax rate, and the share that comes back"),
        ({"start": "January"}, "“January” is not a month"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    browser: Client, changed: dict[str, str], sentence: str
) -> None:
    page = sent(browser, **changed)
    assert page.status_code == 422
    assert sentence in page.text
    assert "There is no result yet" in page.text


def test_a_reference_rate_that_was_imported_is_taken(browser: Client, cast: Cast) -> None:
    day = clock.now().date()
    history = f"Date,USD,\n{day},1.25,\n".encode()
    sent_file = SentFile(io.BytesIO(history), "history.csv")
    import_rates(sent_file, by=cast.people[Role.FINANCE], at=clock.now())
    terms = read_case(sent(browser, "file", offer_currency="usd").content.decode())
    rate = terms.assumptions["exchange_rate"]
    assert rate.walk is not None
    assert (rate.walk.start, rate.on) == ("0.8", day)
    assert rate.source.startswith("ECB reference rate.")


def test_who_may_not_change_cases_does_not_begin_one(cast: Cast) -> None:
    other = Client()
    other.force_login(cast.people[Role.SERVICE_MANAGER])
    assert other.get(BEGIN).status_code == 404
    assert sent(other, "save").status_code == 404
    assert not BusinessCase.objects.exists()

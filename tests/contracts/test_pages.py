"""Pages of agreements over HTTP."""

import io
from collections.abc import Callable, Iterator
from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from contracts.agreement_texts import BRIGHTDESK, CORVALE
from retained.contracts import commands, queries
from retained.contracts.engine.reading import read_agreement
from retained.contracts.models import Agreement
from retained.directory.models import Organisation, Person
from retained.shared import clock

pytestmark = pytest.mark.django_db

SignIn = Callable[[Person], Client]
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def sign_in(at: datetime) -> Iterator[SignIn]:
    """Sign somebody in at the story's date."""

    def signed_in(person: Person) -> Client:
        browser = Client()
        browser.force_login(person)
        return browser

    with clock.held_at(at):
        yield signed_in


def text_of(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


LEVEL = {
    "clause": "response",
    "title": "Begun in time",
    "source": "brightdesk",
    "priorities": "1 2",
    "targets": "1: 15 min\n2: 30 min",
    "calendar": "always",
    "expected": "95 %",
    "minimum": "90 %",
    "month_of": "stop",
    "small_volume": "no_verdict",
    "volume": "30",
    "effective_from": "2027-01-01",
    "note": "Amendment 1",
    "version": "1",
}
NEW = LEVEL | {
    "clause": "resolution",
    "reference": "AG-9",
    "agreement_title": "On-site support",
    "provider": "Brightdesk",
    "first_day": "2026-01-01",
    "last_day": "2028-12-31",
    "notice_months": "3",
    "time_zone": "Europe/Amsterdam",
    "currency": "EUR",
    "silence": "nothing",
    "hours": "monday-friday 08:00-18:00",
    "holidays": "NL",
}


def test_the_list_shows_what_is_the_readers(
    agreement: Agreement, other_agreement: Agreement, lead: Person, sign_in: SignIn
) -> None:
    page = text_of(sign_in(lead).get("/agreements/"))
    assert "Service desk" in page
    assert "Networks" in page
    assert "in 51 days" in page


def test_an_empty_list_says_the_next_step(lead: Person, sign_in: SignIn) -> None:
    page = text_of(sign_in(lead).get("/agreements/"))
    assert "No agreement yet" in page
    assert "/agreements/new/" in page


def test_the_list_takes_as_many_queries_for_thirty_as_for_one(
    agreement: Agreement, lead: Person, at: datetime, sign_in: SignIn,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    for number in range(30):
        text = BRIGHTDESK.replace("AG-7", f"AG-1{number}")
        commands.register_agreement(read_agreement(text), by=lead, at=at)
    browser = sign_in(lead)
    with django_assert_max_num_queries(12):
        assert text_of(browser.get("/agreements/")).count("<tr>") >= 30


def test_the_page_of_an_agreement_stays_within_twelve_queries(
    agreement: Agreement, lead: Person, at: datetime, sign_in: SignIn,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    for number in range(3):
        commands.attach_document(
            agreement, io.BytesIO(b"%PDF-1.7"),
            name=f"{number}.pdf", kind="annex", title="", shared_with_provider=False,
            by=lead, at=at,
        )  # fmt: skip
    browser = sign_in(lead)
    with django_assert_max_num_queries(12):
        page = text_of(browser.get("/agreements/AG-7/"))
    assert "resolved in time (P1 4 hours, P2 8 service hours, P3 3 working days)" in page
    assert "11,040.00" in page


def test_a_stranger_reads_the_same_as_for_what_is_not_there(
    agreement: Agreement,
    other_agreement: Agreement,
    brightdesk: Organisation,
    person: Callable[..., Person],
    sign_in: SignIn,
) -> None:
    browser = sign_in(person("account_manager", of=brightdesk))
    foreign, absent = (browser.get(f"/agreements/{name}/") for name in ("AG-2", "AG-999"))
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert text_of(foreign).replace("AG-2", "") == text_of(absent).replace("AG-999", "")


def test_the_provider_reads_its_own_agreement_without_the_clients_notes(
    brightdesk: Organisation, lead: Person, at: datetime,
    person: Callable[..., Person], sign_in: SignIn,
) -> None:  # fmt: skip
    terms = read_agreement(BRIGHTDESK)
    commands.register_agreement(terms, by=lead, at=at, note="We gave in on the pool.")
    page = text_of(sign_in(person("account_manager", of=brightdesk)).get("/agreements/AG-7/"))
    assert "waiting for the client does not count" in page
    assert "We gave in" not in page
    assert "Ilse Vermeer" not in page
    assert "Change the terms" not in page


def test_a_service_level_is_read_back_while_it_is_written(
    agreement: Agreement, lead: Person, sign_in: SignIn
) -> None:
    address = "/agreements/AG-7/service-levels/new/"
    answer = sign_in(lead).post(address, LEVEL, headers=FRAGMENT)
    said = text_of(answer)
    assert answer.status_code == 200
    assert "95 % of P1 and P2 begun in time (P1 15 minutes, P2 30 minutes)" in said
    assert "Of 30 tickets a month, 29 must be met" in said
    assert "<html" not in said
    assert len(queries.versions(agreement)) == 1


def test_what_is_missing_is_said_while_it_is_written(
    agreement: Agreement, lead: Person, sign_in: SignIn
) -> None:
    address = "/agreements/AG-7/service-levels/new/"
    wrong = LEVEL | {"expected": "95"}
    said = text_of(sign_in(lead).post(address, wrong, headers=FRAGMENT))
    assert "“95” is not a percentage: write it like 95 %." in said


def test_a_service_level_is_added_from_a_template(
    agreement: Agreement, lead: Person, sign_in: SignIn
) -> None:
    answer = sign_in(lead).post("/agreements/AG-7/service-levels/new/", LEVEL)
    assert answer.status_code == 302
    terms = queries.terms_in_force(agreement, date(2027, 1, 1))
    assert [level.id for level in terms.service_levels] == ["in-time", "begun-in-time"]
    assert queries.terms_in_force(agreement, date(2026, 12, 31)) == read_agreement(BRIGHTDESK)


def test_a_wrong_answer_stays_in_the_form_with_its_remark(
    agreement: Agreement, lead: Person, sign_in: SignIn
) -> None:
    wrong = LEVEL | {"minimum": "97 %"}
    answer = sign_in(lead).post("/agreements/AG-7/service-levels/new/", wrong)
    assert answer.status_code == 422
    assert "the levels overlap" in text_of(answer).lower()
    assert 'value="97 %"' in text_of(answer)


def test_a_new_agreement_is_entered_with_its_first_service_level(
    brightdesk: Organisation, lead: Person, sign_in: SignIn
) -> None:
    answer = sign_in(lead).post("/agreements/new/", NEW)
    assert answer.status_code == 302
    made = Agreement.objects.get(reference="AG-9")
    [version] = queries.versions(made)
    assert version.terms.renewal is not None
    assert version.terms.service_levels[0].title == "Begun in time"


EARNED = {
    "at_risk": "12 %",
    "monthly_amount": "20000",
    "earn_back": "following_months",
    "earn_back_months": "3",
    "earn_back_level": "97 %",
    "earn_back_not": ["critical"],
}


def test_how_credits_are_earned_back_is_entered_and_read_back(
    brightdesk: Organisation, lead: Person, sign_in: SignIn
) -> None:
    browser = sign_in(lead)
    said = text_of(browser.post("/agreements/new/", NEW | EARNED, headers=FRAGMENT))
    assert "The credit of a critical service level is not earned back." in said
    assert browser.post("/agreements/new/", NEW | EARNED).status_code == 302
    page = text_of(browser.get("/agreements/AG-9/"))
    assert "in each of the next 3 months with a verdict" in page


def test_an_earn_back_without_its_months_stays_in_the_form_with_the_remark(
    brightdesk: Organisation, lead: Person, sign_in: SignIn
) -> None:
    answer = sign_in(lead).post("/agreements/new/", NEW | EARNED | {"earn_back_months": "0"})
    assert answer.status_code == 422
    assert "Give one month at least" in text_of(answer)


def test_a_new_agreement_can_add_its_provider(
    client_organisation: Organisation, lead: Person, sign_in: SignIn
) -> None:
    sign_in(lead).post("/agreements/new/", NEW | {"provider": "", "new_provider": "Tallis"})
    assert Agreement.objects.get(reference="AG-9").provider.name == "Tallis"


def test_an_agreement_without_a_name_is_refused_beside_its_fields(
    brightdesk: Organisation, lead: Person, sign_in: SignIn
) -> None:
    answer = sign_in(lead).post("/agreements/new/", NEW | {"reference": "", "first_day": ""})
    assert answer.status_code == 422
    assert not Agreement.objects.exists()


def test_a_reference_that_is_an_address_is_refused(
    brightdesk: Organisation, lead: Person, sign_in: SignIn
) -> None:
    answer = sign_in(lead).post("/agreements/new/", NEW | {"reference": "new"})
    assert answer.status_code == 422


def test_a_file_is_registered_and_comes_out_again(
    corvale: Organisation, lead: Person, sign_in: SignIn
) -> None:
    browser = sign_in(lead)
    file = SimpleUploadedFile("networks.yaml", CORVALE.encode())
    assert browser.post("/agreements/import/", {"file": file}).status_code == 302
    answer = browser.get("/agreements/AG-2/agreement.yaml")
    assert read_agreement(text_of(answer)) == read_agreement(CORVALE)
    assert "AG-2-1.yaml" in answer["Content-Disposition"]


def test_wrong_yaml_is_refused_with_line_and_field(
    corvale: Organisation, lead: Person, sign_in: SignIn
) -> None:
    text = CORVALE.replace("time_zone: Europe/Amsterdam", "time_zone: Europe/Amsterdm")
    answer = sign_in(lead).post("/agreements/import/", {"text": text})
    page = text_of(answer)
    assert answer.status_code == 422
    assert "<strong>Line 7</strong>" in page
    assert "“Europe/Amsterdm” is not a time zone" in page
    assert "Europe/Amsterdm" in page  # what was written is still there


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        ("é".encode("latin-1"), "not UTF-8"),
        (b"x" * 2_000_001, "larger than 2 MB"),
    ],
)
def test_a_file_that_cannot_be_an_agreement_is_refused(
    client_organisation: Organisation, lead: Person, sign_in: SignIn, content: bytes, says: str
) -> None:
    file = SimpleUploadedFile("a.yaml", content)
    answer = sign_in(lead).post("/agreements/import/", {"file": file})
    assert answer.status_code == 422
    assert says in text_of(answer)


def test_an_unknown_provider_asks_to_be_confirmed(
    client_organisation: Organisation, lead: Person, sign_in: SignIn
) -> None:
    browser = sign_in(lead)
    refused = browser.post("/agreements/import/", {"text": CORVALE})
    assert refused.status_code == 422
    assert "is not among the providers" in text_of(refused)
    agreed = browser.post("/agreements/import/", {"text": CORVALE, "add_provider": "on"})
    assert agreed.status_code == 302


def test_changed_terms_are_told_while_they_are_written(
    agreement: Agreement, lead: Person, sign_in: SignIn
) -> None:
    text = BRIGHTDESK.replace("95 %", "96 %")
    said = text_of(sign_in(lead).post("/agreements/AG-7/terms/", {"text": text}, headers=FRAGMENT))
    assert "expected level: 96 % instead of 95 %." in said


def test_of_two_who_edit_the_second_keeps_the_text_and_reads_why(
    agreement: Agreement, lead: Person, sign_in: SignIn
) -> None:
    browser = sign_in(lead)
    sent = {"effective_from": "2027-01-01", "note": "", "version": "1"}
    first = browser.post(
        "/agreements/AG-7/terms/", sent | {"text": BRIGHTDESK.replace("95 %", "96 %")}
    )
    second = browser.post(
        "/agreements/AG-7/terms/",
        sent | {"text": BRIGHTDESK.replace("95 %", "97 %"), "effective_from": "2027-02-01"},
    )
    assert (first.status_code, second.status_code) == (302, 409)
    assert "changed by somebody else" in text_of(second)
    assert "97 %" in text_of(second)
    assert len(queries.versions(agreement)) == 2


def test_holidays_are_shown_and_frozen(agreement: Agreement, lead: Person, sign_in: SignIn) -> None:
    browser = sign_in(lead)
    address = "/agreements/AG-7/calendars/office/"
    assert "27 Apr 2026" in text_of(browser.get(f"{address}?year=2026"))
    answer = browser.post("/agreements/AG-7/holidays/", {"year": "2026", "version": "1"})
    assert answer.status_code == 302
    assert ">frozen<" in text_of(browser.get(f"{address}?year=2026"))
    assert browser.get("/agreements/AG-7/calendars/nothing/").status_code == 404


def test_a_version_is_shown_with_its_hash(
    agreement: Agreement, lead: Person, sign_in: SignIn
) -> None:
    browser = sign_in(lead)
    [version] = queries.versions(agreement)
    page = text_of(browser.get("/agreements/AG-7/versions/1/"))
    assert f'data-copy="{version.sha256}"' in page
    assert browser.get("/agreements/AG-7/versions/2/").status_code == 404


def test_a_document_is_attached_sent_out_and_withdrawn(
    agreement: Agreement, lead: Person, sign_in: SignIn
) -> None:
    browser = sign_in(lead)
    file = SimpleUploadedFile("signed.pdf", b"%PDF-1.7 signed")
    sent = {"file": file, "kind": "master", "title": "Signed", "shared": "on"}
    assert browser.post("/agreements/AG-7/documents/", sent).status_code == 302
    key = agreement.documents.get().file.key
    answer = browser.get(f"/agreements/AG-7/documents/{key}/")
    assert b"".join(answer) == b"%PDF-1.7 signed"
    assert "attachment" in answer["Content-Disposition"]
    address = f"/agreements/AG-7/documents/{key}/withdraw/"
    assert browser.post(address, {"reason": ""}).status_code == 422
    assert browser.post(address, {"reason": "wrong one"}).status_code == 302
    assert browser.get(f"/agreements/AG-7/documents/{key}/").status_code == 404


def test_a_document_of_a_kind_that_is_not_taken_is_refused_on_the_page(
    agreement: Agreement, lead: Person, sign_in: SignIn
) -> None:
    file = SimpleUploadedFile("run.exe", b"MZ")
    answer = sign_in(lead).post("/agreements/AG-7/documents/", {"file": file, "kind": "annex"})
    assert answer.status_code == 422
    assert "cannot be taken" in text_of(answer)


def test_the_overview_names_the_last_day_to_give_word(
    other_agreement: Agreement, lead: Person, sign_in: SignIn
) -> None:
    page = text_of(sign_in(lead).get("/"))
    assert "Decide whether Networks with Corvale goes on" in page
    assert "30 Dec 2026 is the last day to give notice" in page


def test_the_search_finds_agreements(
    agreement: Agreement, other_agreement: Agreement, brightdesk: Organisation, lead: Person,
    person: Callable[..., Person], sign_in: SignIn,
) -> None:  # fmt: skip
    assert "Networks" in text_of(sign_in(lead).get("/search/?q=corvale"))
    rival = person("account_manager", of=brightdesk)
    assert "Networks" not in text_of(sign_in(rival).get("/search/?q=networks&x="))


def test_the_schema_is_there_for_editors(lead: Person, sign_in: SignIn) -> None:
    answer = sign_in(lead).get("/schemas/agreement-1.schema.json")
    assert answer.json()["$id"] == "retained/agreement/1"

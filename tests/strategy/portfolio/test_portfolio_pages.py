"""Pages of the portfolio, over HTTP."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from retained.directory.models import Organisation, Person
from retained.shared import clock
from retained.strategy.commands.appraisals import give_appraisal
from retained.strategy.engine.own_or_buy import Question
from retained.strategy.models import Appraisal, BusinessFunction, ItFunction
from retained.strategy.queries.portfolio import newest_version
from strategy.portfolio.conftest import AT, MakeFunction, MakePerson

pytestmark = pytest.mark.django_db

NEW = {
    "title": "Networks", "reference": "networks", "performer": "provider",
    "performed_by": "Corvale", "currency": "EUR", "kinds": ["personal"], "countries": "nl; de",
    "sites": ["Head office, Utrecht"], "supports": ["payments"],
    "people-TOTAL_FORMS": "2", "people-INITIAL_FORMS": "0",
    "people-1-role": "Engineer", "people-1-number": "1.5", "people-1-yearly_cost": "80000",
    "volumes-TOTAL_FORMS": "1", "volumes-INITIAL_FORMS": "0",
    "volumes-0-title": "Connected sites", "volumes-0-growth": "2 %",
    "volumes-0-history": "2026-01 41\n2026-02: 42",
}  # fmt: skip
ANSWERS = {question.value: "3" for question in Question}


def text_of(browser: Client, url: str, status: int = 200) -> str:
    answer = browser.get(url)
    assert answer.status_code == status, answer.content[:2000]
    return answer.content.decode()


def test_an_empty_portfolio_says_the_next_step(browser: Client) -> None:
    page = text_of(browser, "/functions/")
    assert "No IT function here yet" in page
    assert "/functions/catalogue/" in page


def test_the_tree_shows_who_does_it_and_what_the_answers_speak_for(
    browser: Client, desk: ItFunction, add: MakeFunction, lead: Person
) -> None:
    add("calls", parent="service-desk")
    give_appraisal(desk, dict.fromkeys(Question, 1), by=lead, at=AT)
    page = text_of(browser, "/functions/")
    assert 'class="pf-depth-1"' in page
    assert "Brightdesk" in page
    assert "Calls" in page
    assert "Contract" in page
    assert "Calls" not in text_of(browser, "/functions/?way=contract")
    assert "Service desk" in browser.get("/functions/?format=csv").getvalue().decode()


def test_the_page_of_a_function_shows_every_part_and_the_advice_in_sentences(
    browser: Client, desk: ItFunction, lead: Person, person: MakePerson
) -> None:
    give_appraisal(desk, dict.fromkeys(Question, 4), by=lead, at=AT, note="Our face")
    give_appraisal(desk, dict.fromkeys(Question, 1), by=person("finance"), at=AT)
    person("legal", name="Ruben Dekker")
    page = text_of(browser, "/functions/service-desk/")
    for words in ("Not yet: Ruben Dekker", "people differ", "Our face", "Payments",
                  "2 hand-offs, 2 of them between client and provider", "× Service manager",
                  "Nothing is missing"):  # fmt: skip
        assert words in page, words


def test_a_function_is_added_with_people_and_volumes(
    browser: Client, payments: BusinessFunction
) -> None:
    answer = browser.post("/functions/new/", NEW)
    assert answer.status_code == 302, answer.content.decode()
    terms = newest_version(ItFunction.objects.get(reference="networks")).terms
    assert [(line.role, str(line.number)) for line in terms.people] == [("Engineer", "1.5")]
    assert {key: str(value) for key, value in terms.volumes["connected_sites"].history.items()} == {
        "2026-01": "41", "2026-02": "42",
    }  # fmt: skip
    assert terms.data is not None
    assert terms.data.countries == ("NL", "DE")


def test_what_is_wrong_stands_beside_its_field(browser: Client, payments: BusinessFunction) -> None:
    wrong = {
        **NEW, "people-1-number": "many", "volumes-0-history": "2026-13 1", "performer": "in_house",
    }  # fmt: skip
    answer = browser.post("/functions/new/", wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“many” is not a number" in page
    assert "2026-13 is not a month" in page or "“2026-13” is not a month" in page
    assert 'value="many"' in page
    assert not ItFunction.objects.exists()


def test_the_form_leaves_alone_what_it_does_not_show(browser: Client, desk: ItFunction) -> None:
    before = newest_version(desk).terms
    page = browser.get("/functions/service-desk/change/")
    sent = _as_shown(page.context["desk"]) | {"owner": "Femke de Boer", "note": "New owner"}
    answer = browser.post("/functions/service-desk/change/", sent)
    assert answer.status_code == 302, answer.content.decode()
    after = newest_version(desk).terms
    assert after.owner == "Femke de Boer"
    assert after.model_copy(update={"owner": before.owner}) == before


def test_who_saves_late_keeps_what_was_typed(browser: Client, desk: ItFunction) -> None:
    sent = _as_shown(browser.get("/functions/service-desk/change/").context["desk"])
    browser.post("/functions/service-desk/change/", sent | {"owner": "First"})
    answer = browser.post("/functions/service-desk/change/", sent | {"owner": "Second"})
    assert answer.status_code == 409
    assert 'value="Second"' in answer.content.decode()


def test_yaml_is_refused_with_every_remark_by_line(browser: Client, desk: ItFunction) -> None:
    text = newest_version(desk).document.replace("way: partner", "way: hope")
    sent = {"text": text.replace("number: '20'", "number: twenty"), "version": 1}
    answer = browser.post("/functions/service-desk/text/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "2 to mend" in page
    assert "people.0.number" in page
    sent["text"] = newest_version(desk).document.replace("Zwolle", "Utrecht")
    assert browser.post("/functions/service-desk/text/", sent).status_code == 302


def test_answers_are_kept_and_shown_again(browser: Client, desk: ItFunction) -> None:
    url = "/functions/service-desk/appraise/"
    missing = {**ANSWERS}
    del missing["edge"]
    assert browser.post(url, missing).status_code == 422
    assert browser.post(url, {**ANSWERS, "note": "Seen from the counter"}).status_code == 302
    page = text_of(browser, url)
    assert page.count("checked") == len(Question)
    assert "Seen from the counter" in page
    assert Appraisal.objects.count() == 1


def test_what_if_shows_another_way_and_keeps_nothing(
    browser: Client, desk: ItFunction, lead: Person
) -> None:
    url = "/functions/service-desk/what-if/"
    assert "Nobody has answered for this function yet" in text_of(browser, url, 422)
    give_appraisal(desk, dict.fromkeys(Question, 1), by=lead, at=AT)
    assert "Nothing changed yet" in text_of(browser, url)
    page = text_of(browser, f"{url}?edge=4&knowledge=4&capability=3")
    assert "With 3 answers changed" in page
    assert "Keep it in-house" in page
    fragment = browser.get(f"{url}?edge=4", headers={"HX-Request-Type": "partial"})
    assert fragment.content.decode().lstrip().startswith("<section")
    assert Appraisal.objects.count() == 1


def test_the_catalogue_is_taken_by_ticking(browser: Client, add: MakeFunction) -> None:
    add("hosting")
    assert "there already" in text_of(browser, "/functions/catalogue/")
    browser.post("/functions/catalogue/", {"take": ["networks", "service-desk"]})
    assert ItFunction.objects.filter(parent__reference="infrastructure").count() == 1
    assert browser.post("/functions/catalogue/", {}).status_code == 422


def test_a_function_is_retired_and_brought_back(browser: Client, desk: ItFunction) -> None:
    assert browser.post("/functions/service-desk/retire/", {"version": 1}).status_code == 422
    sent = {"version": 1, "reason": "Gone"}
    assert browser.post("/functions/service-desk/retire/", sent).status_code == 302
    text_of(browser, "/functions/")  # says once that it was done
    assert "Service desk" not in text_of(browser, "/functions/")
    assert "Service desk" in text_of(browser, "/functions/?state=retired")
    assert "Bring it back" in text_of(browser, "/functions/service-desk/")
    browser.post("/functions/service-desk/bring-back/", {"version": 2})
    assert "Service desk" in text_of(browser, "/functions/")


def test_business_functions_are_listed_added_and_changed(browser: Client, desk: ItFunction) -> None:
    page = text_of(browser, "/functions/business/")
    assert "2\u00a0h" in page
    sent = {"title": "Lending", "reference": "lending", "criticality": "high"}
    assert browser.post("/functions/business/new/", sent).status_code == 302
    assert browser.post("/functions/business/new/", sent).status_code == 422
    url = "/functions/business/lending/"
    assert browser.post(url, {**sent, "title": "Loans", "version": 1}).status_code == 302
    assert browser.post(f"{url}retire/", {"version": 2}).status_code == 302
    assert "Loans" in text_of(browser, "/functions/business/?state=retired")
    assert browser.post(f"{url}bring-back/", {"version": 3}).status_code == 302


def test_a_function_has_its_versions_and_its_file(browser: Client, desk: ItFunction) -> None:
    assert newest_version(desk).sha256[:16] in text_of(browser, "/functions/service-desk/versions/")
    answer = browser.get("/functions/service-desk/function.yaml?version=1")
    assert answer.content.decode() == newest_version(desk).document
    assert browser.get("/functions/service-desk/function.yaml?version=7").status_code == 404
    assert "retained/function/1" in text_of(browser, "/functions/schema/function-1.schema.json")


def test_names_are_found_by_the_search(browser: Client, desk: ItFunction) -> None:
    assert "/functions/service-desk/" in text_of(browser, "/search/?q=service")


@pytest.mark.parametrize(
    "url",
    ["/functions/", "/functions/service-desk/", "/functions/service-desk/what-if/",
     "/functions/business/", "/functions/service-desk/function.yaml"],
)  # fmt: skip
def test_to_a_provider_nothing_of_it_is_there(
    desk: ItFunction, brightdesk: Organisation, person: MakePerson, url: str
) -> None:
    browser = Client()
    browser.force_login(person("account_manager", of=brightdesk))
    assert browser.get(url).status_code == 404


def test_who_may_not_change_is_offered_no_change(desk: ItFunction, person: MakePerson) -> None:
    browser = Client()
    browser.force_login(person("auditor"))
    with clock.held_at(AT):
        page = text_of(browser, "/functions/service-desk/")
        assert "Change it as YAML" not in page
        assert browser.get("/functions/service-desk/change/").status_code == 404


def test_a_page_takes_twelve_queries_at_most(
    browser: Client, desk: ItFunction, lead: Person, person: MakePerson
) -> None:
    give_appraisal(desk, dict.fromkeys(Question, 3), by=lead, at=AT)
    give_appraisal(desk, dict.fromkeys(Question, 1), by=person("finance"), at=AT)
    for url in ("/functions/", "/functions/service-desk/", "/functions/service-desk/change/",
                "/functions/business/"):  # fmt: skip
        browser.get(url)
        with CaptureQueriesContext(connection) as asked:
            browser.get(url)
        assert len(asked) <= 12, f"{url}: {len(asked)}"


def _as_shown(desk: object) -> dict[str, object]:
    """Return what a browser sends of a form that nobody touched."""
    sent: dict[str, object] = {}
    forms = [desk.form, *desk.people, *desk.volumes, desk.people.management_form,
             desk.volumes.management_form]  # type: ignore[attr-defined]  # fmt: skip
    for form in forms:
        for field in form:
            value = field.value()
            if value not in (None, ""):
                sent[field.html_name] = value
    return sent


def test_who_does_what_is_changed_in_one_table(browser: Client, desk: ItFunction) -> None:
    url = "/functions/service-desk/who-does-what/"
    form = browser.get(url).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields} | form.counts
    sent |= {"party-3": "Corvale", "side-3": "provider", "step-3": "Mend the line",
             "part-3-3": "r", "part-3-0": "A", "party-1": ""}  # fmt: skip
    answer = browser.post(url, sent)
    assert answer.status_code == 302, answer.content.decode()
    raci = newest_version(desk).terms.raci
    assert raci is not None
    assert list(raci.parties) == ["Service manager", "Brightdesk", "Corvale"]
    assert raci.activities[3].who == {"Service manager": "A", "Corvale": "R"}
    refused = browser.post(url, sent | {"part-3-3": "X", "version": 2})
    assert refused.status_code == 422
    assert "“X” is none of R, A, C, I" in refused.content.decode()
    twice = browser.post(url, sent | {"party-3": "Brightdesk", "version": 2})
    assert "stands in a column before" in twice.content.decode()


def test_options_are_changed_with_their_teams(browser: Client, desk: ItFunction) -> None:
    url = "/functions/service-desk/options/"
    form = browser.get(url).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    for one in form.options:
        for part in (one.form, *one.team, one.team.management_form):
            values = {field.html_name: field.value() for field in part}
            sent |= {name: "" if value is None else value for name, value in values.items()}
    sent |= {"option-1-title": "Back in-house", "option-1-way": "improve",
             "team-1-0-role": "Agent", "team-1-0-number": "24"}  # fmt: skip
    answer = browser.post(url, sent)
    assert answer.status_code == 302, answer.content.decode()
    options = newest_version(desk).terms.options
    assert list(options) == ["handed_out", "back_in_house"]
    assert [(one.role, int(one.number)) for one in options["back_in_house"].team] == [("Agent", 24)]
    refused = browser.post(url, sent | {"team-1-0-number": "crowd", "version": 2})
    assert refused.status_code == 422
    assert "“crowd” is not a number" in refused.content.decode()

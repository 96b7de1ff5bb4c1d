"""Rate cards by pages: sent, looked at, taken in, superseded, and used in a case."""

import io

import openpyxl
import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from directory.cast import Cast
from retained.audit.models import Entry
from retained.directory.engine.roles import Role
from retained.files.models import StoredFile
from retained.shared import clock
from retained.strategy.models import BusinessCase, CardRate, RateCard
from retained.strategy.queries.cases import terms_written_in, version_of

# Headings and habits of a public schedule of rates; every row is invented.
SCHEDULE = (
    "SIN(s),SERVICE PROPOSED (e.g. Job Title/Task),MINIMUM EDUCATION/ CERTIFICATION LEVEL,"
    "MINIMUM YEARS OF EXPERIENCE,UNIT OF ISSUE (e.g. Hour, Task, Sq ft),"
    "PRICE OFFERED TO GSA (including IFF),CONTRACT NUMBER,VENDOR NAME,BUSINESS SIZE,SCHEDULE,"
    "WORKSITE,CURRENT CONTRACT YEAR,CONTRACT START DATE,CONTRACT END DATE\n"
).replace("(e.g. Hour, Task, Sq ft)", '(e.g. Hour, Task, Sq ft)"').replace(
    "UNIT OF ISSUE", '"UNIT OF ISSUE'
) + (
    "1-1,Network engineer,Bachelors,7,Hour,$67.55,X-1,Corvale,S,S1,Customer,1,5/6/2015,5/25/2030\n"
    "1-1,Network engineer,Bachelors,5,hour,$82.45,X-1,Tallis,S,S1,Both,1,5/6/2015,5/25/2030\n"
    '1-1,Test analyst,Associates,1,HOUR,"$1,071.78",X-2,Meros,S,S1,Both,1,11/4/2014,11/23/2029\n'
    "1-1,Test analyst,Associates,1,Day,$610.00,X-2,Meros,S,S1,Both,2,11/4/2014,11/23/2029\n"
)
FAULTY = SCHEDULE + (
    "1-1,,Associates,1,Hour,$60.00,X-2,Meros,S,S1,Both,3,11/4/2014,11/23/2029\n"
    "1-1,Tester,Associates,1,Task,sixty,X-2,Meros,S,S1,Both,3,11/4/2014,11/23/2013\n"
)
NEW = "/rate-cards/new/"
Fields = dict[str, str]


@pytest.fixture
def browser(cast: Cast) -> Client:
    made = Client()
    made.force_login(cast.people[Role.FINANCE])
    return made


def sent(browser: Client, content: str | bytes, name: str = "schedule.csv") -> str:
    """Send a card, and return the address of its columns."""
    text = content.encode() if isinstance(content, str) else content
    answer = browser.post(NEW, {"file": SimpleUploadedFile(name, text)})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def guessed(browser: Client, url: str, **more: str) -> Fields:
    """Return the fields of the columns' page as they are chosen already, and some changed."""
    form = browser.get(url).context["form"]
    found = {name: form[name].value() for name in form.fields}
    return {name: str(value) for name, value in found.items() if value} | more


def taken(browser: Client, content: str | bytes, name: str = "schedule.csv", **more: str) -> str:
    """Take a card in as it is guessed, in dollars, and return the address of its page."""
    url = sent(browser, content, name)
    done = browser.post(url, guessed(browser, url, **{"whole_currency": "USD"} | more))
    assert done.status_code == 302, done.content.decode()
    return str(done["Location"])


def test_headings_and_first_rows_tell_what_is_chosen_already(browser: Client) -> None:
    chosen = guessed(browser, sent(browser, SCHEDULE))
    assert chosen["role"] == "SERVICE PROPOSED (e.g. Job Title/Task)"
    assert chosen["amount"] == "PRICE OFFERED TO GSA (including IFF)"
    assert chosen["unit"] == "UNIT OF ISSUE (e.g. Hour, Task, Sq ft)"
    assert chosen["level"] == "MINIMUM EDUCATION/ CERTIFICATION LEVEL"
    assert (chosen["provider"], chosen["location"]) == ("VENDOR NAME", "WORKSITE")
    assert (chosen["valid_from"], chosen["valid_to"]) == (
        "CONTRACT START DATE", "CONTRACT END DATE",
    )  # fmt: skip
    assert (chosen["dates"], chosen["decimal"]) == ("month/day/year", ".")
    assert "whole_currency" not in chosen  # a dollar may be of several countries
    assert chosen["on"] == str(clock.now().date())


def test_a_card_is_looked_at_and_taken_in(browser: Client) -> None:
    url = sent(browser, SCHEDULE)
    assert "Give currency for the whole card" in browser.get(url).content.decode()
    fields = guessed(browser, url, whole_currency="usd", source="Public schedule")
    looked = browser.post(url, fields | {"look": "yes"})
    page = looked.content.decode()
    assert looked.status_code == 200
    for words in ("4 rates can be used", "1071.78", "76.25", "a day", "25 May 2030"):
        assert words in page, words
    assert not RateCard.objects.exists()
    assert browser.post(url, fields)["Location"] == "/rate-cards/public-schedule/"
    card = RateCard.objects.get()
    assert (card.count, card.currencies, card.prior) == (4, "USD", True)
    kept = CardRate.objects.get(unit="day")
    assert (kept.amount, kept.hour_hundredths, kept.row) == ("610.00", 7625, 5)
    entry = Entry.objects.get(object_kind="rate card")
    assert (entry.verb, entry.object_key) == ("took in", "public-schedule/1")
    assert browser.get(url).status_code == 404  # it waits no more


def test_a_faulty_row_refuses_the_card_unless_it_is_left_out(browser: Client) -> None:
    url = sent(browser, FAULTY)
    fields = guessed(browser, url, whole_currency="USD")
    answer = browser.post(url, fields)
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in ("2 rows cannot", "4 to mend", "Row 6", "The role is missing", "Row 7",
                  "“Task” is no unit", "“sixty” is no amount", "before it begins"):  # fmt: skip
        assert words in page, words
    assert not RateCard.objects.exists()
    assert browser.post(url, fields | {"leave_out": "on"}).status_code == 302
    again = sent(browser, FAULTY)
    assert browser.post(again, guessed(browser, again)).status_code == 302  # it changes nothing
    card = RateCard.objects.get()
    assert (card.count, card.left_out, len(card.remarks)) == (4, 2, 4)
    shown = browser.get(f"/rate-cards/{card.reference}/").content.decode()
    assert "2 rows of the file cannot be used and are left out" in shown


def test_a_list_shows_the_beginning_of_a_job_description(browser: Client) -> None:
    url = taken(browser, SCHEDULE.replace("Test analyst", "Tests " + "much " * 900))
    page = browser.get(url).content.decode()
    assert "much much …" in page
    assert "much " * 60 not in page
    assert b"much " * 800 in browser.get(f"{url}?format=csv").getvalue()


def test_the_same_file_twice_changes_nothing(browser: Client) -> None:
    taken(browser, SCHEDULE)
    files = StoredFile.objects.count()
    url = sent(browser, SCHEDULE, "again.csv")
    assert "taking it in changes nothing" in browser.get(url).content.decode()
    assert browser.post(url, guessed(browser, url))["Location"] == "/rate-cards/schedule/"
    assert RateCard.objects.get().version == 1
    assert StoredFile.objects.count() == files


def test_a_later_card_of_the_name_supersedes_the_one_before(browser: Client) -> None:
    taken(browser, SCHEDULE)
    url = sent(browser, SCHEDULE.replace("$67.55", "$68.00"))
    fields = guessed(browser, url, whole_currency="USD")
    looked = browser.post(url, fields | {"look": "yes"}).content.decode()
    assert "It supersedes" in looked
    browser.post(url, fields)
    assert [one.is_in_force for one in RateCard.objects.order_by("version")] == [False, True]
    assert "68.00" in browser.get("/rate-cards/schedule/").content.decode()
    before = browser.get("/rate-cards/schedule/?version=1").content.decode()
    assert "A later card of this name supersedes this one" in before
    assert "67.55" in before
    page = browser.get("/rate-cards/?state=past").content.decode()
    assert "superseded" in page
    assert "schedule/?version=1" in page


def test_a_workbook_and_a_table_of_wages_come_in(browser: Client) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("Job", "Grade", "Salary (EUR)"), ("Agent", "A", 42000), ("Lead", "B", 61000.5)):
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    url = taken(browser, content.getvalue(), "wages.xlsx", whole_currency="EUR", own="on")
    card = RateCard.objects.get()
    assert (card.title, card.prior) == ("wages", False)
    assert [(one.amount, one.unit) for one in card.rates.all()] == [
        ("42000", "year"), ("61000.5", "year"),
    ]  # fmt: skip
    assert "Our own, or offered to us" in browser.get(url).content.decode()


def test_a_card_in_an_old_encoding_with_decimal_commas_is_guessed(browser: Client) -> None:
    told = "Rolle;Stufe;Satz;Einheit\nPrüferin;Älter;1.060,50;Std\nPrüferin;Jünger;54,25;Std\n"
    url = sent(browser, told.encode("cp1252"), "karte.csv")
    fields = guessed(browser, url, whole_currency="EUR")
    assert fields["decimal"] == ","
    assert "“Std” is no unit" in browser.post(url, fields).content.decode()
    assert browser.post(url, fields | {"units": "Std = hour"}).status_code == 302
    first = CardRate.objects.earliest("row")
    assert (first.role, first.amount, first.hour_hundredths) == ("Prüferin", "1060.50", 106050)


def test_what_is_no_table_is_refused_and_not_kept(browser: Client) -> None:
    for name, content in (("card.pdf", b"%PDF-1.7"), ("card.csv", b"Role;Rate\n")):
        answer = browser.post(NEW, {"file": SimpleUploadedFile(name, content)})
        assert answer.status_code == 422, name
    assert browser.post(NEW, {}).status_code == 422
    assert not StoredFile.objects.exists()


def test_a_file_that_waits_is_nobody_elses_and_can_be_put_aside(
    cast: Cast, browser: Client
) -> None:
    url = sent(browser, SCHEDULE)
    other = Client()
    other.force_login(cast.people[Role.SOURCING_LEAD])
    assert other.get(url).status_code == 404
    assert browser.post(f"{url}discard/").status_code == 302
    assert not StoredFile.objects.exists()


def test_a_card_is_searched_sorted_and_downloaded(browser: Client) -> None:
    url = taken(browser, SCHEDULE)
    assert "Meros" not in _rows(browser, f"{url}?words=network")
    assert "Network" not in _rows(browser, f"{url}?on=2030-06-01")
    told = browser.get(f"{url}?words=meros&rates-sort=-hour_hundredths&format=csv").getvalue()
    assert [line.split(",")[0] for line in told.decode("utf-8-sig").splitlines()] == [
        "Role", "Test analyst", "Test analyst",
    ]  # fmt: skip
    assert browser.get(f"{url}original/").getvalue().decode() == SCHEDULE
    mapping = yaml.safe_load(browser.get(f"{url}mapping.yaml").content)
    assert (mapping["currency"], mapping["dates"]) == ("USD", "month/day/year")
    assert browser.get("/rate-cards/?words=sched").content.decode().count("USD") >= 1


def _rows(browser: Client, url: str) -> str:
    answer = browser.get(
        url, headers={"HX-Request-Type": "partial", "HX-Target": "div#table-rates"}
    )
    return str(answer.content.decode())


def test_a_withdrawn_card_makes_no_assumption(browser: Client, case: BusinessCase) -> None:
    url = taken(browser, SCHEDULE)
    assert browser.post(f"{url}withdraw/", {"reason": " "}).status_code == 422
    assert browser.post(f"{url}withdraw/", {"reason": "Another company's"}).status_code == 302
    assert "was withdrawn" in browser.get(url).content.decode()
    assert "No rate card yet" in browser.get(f"/cases/{case.reference}/assumption-from-rates/"
                                             ).content.decode()  # fmt: skip
    assert browser.post(f"{url}withdraw/", {"reason": "Again"}).status_code == 422


def test_an_assumption_is_made_of_a_card_in_one_step(browser: Client, case: BusinessCase) -> None:
    taken(browser, SCHEDULE, source="Public schedule", on="2026-03-01")
    url = f"/cases/{case.reference}/assumption-from-rates/"
    page = browser.get(f"{url}?card=public-schedule&role=network")
    assert page.context["form"]["role"].value() == "network"
    fields = {"card": "public-schedule", "role": "network", "per": "day", "shape": "triangular",
              "name": "day_rate", "version": str(case.version)}  # fmt: skip
    looked = browser.post(url, fields | {"look": "yes"}).content.decode()
    assert "552.32 to 647.68, most likely 600" in looked.replace("\u00a0", " ")
    assert "The case is in EUR" in looked
    assert version_of(case).number == 1
    assert browser.post(url, fields)["Location"] == f"/cases/{case.reference}/terms/"
    made = terms_written_in(version_of(case).document).assumptions["day_rate"]
    assert made.triangular == ("552.32", "600", "647.68")
    assert (made.unit, made.source) == ("USD a day", "Public schedule: 2 rates")
    assert (str(made.on), made.prior, made.title) == ("2026-03-01", True, "Network engineer")
    assert "is there already" in browser.post(url, fields).content.decode()
    late = browser.post(url, fields | {"name": "other_rate"})
    assert late.status_code == 409  # somebody saved meanwhile


def test_an_assumption_takes_the_place_of_another_one(browser: Client, case: BusinessCase) -> None:
    taken(browser, SCHEDULE, source="Public schedule")
    url = f"/cases/{case.reference}/assumption-from-rates/"
    fields = {"card": "public-schedule", "per": "hour", "shape": "median",
              "version": str(case.version)}  # fmt: skip
    assert browser.post(url, fields).status_code == 422
    assert browser.post(url, fields | {"replaces": "fee", "role": "nobody"}).status_code == 422
    assert browser.post(url, fields | {"replaces": "fee", "level": "associates"}).status_code == 302
    made = terms_written_in(version_of(case).document).assumptions["fee"]
    assert (made.value, made.title) == ("574.02", "Test analyst")


def test_who_reads_no_cases_finds_no_card(cast: Cast, browser: Client) -> None:
    taken(browser, SCHEDULE)
    for person in (cast.service_manager, cast.account_manager):
        other = Client()
        other.force_login(person)
        assert other.get("/rate-cards/").status_code == 404
        assert other.get("/rate-cards/schedule/").status_code == 404
    reader = Client()
    reader.force_login(cast.people[Role.AUDITOR])
    assert "Bring one in" not in reader.get("/rate-cards/").content.decode()
    assert reader.get(NEW).status_code == 404

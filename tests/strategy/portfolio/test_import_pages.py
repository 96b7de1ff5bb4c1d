"""Pages that take a list of functions in, over HTTP."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from retained.directory.models import Person
from retained.files.models import StoredFile
from retained.files.storing import SentFile, path_of
from retained.shared.errors import DomainError
from retained.strategy.commands.function_lists import (
    ListRefusedError,
    keep_list,
    take_in_list,
)
from retained.strategy.models import BusinessFunction, ItFunction
from retained.strategy.queries.portfolio import newest_version
from strategy.portfolio.conftest import AT, MakePerson

pytestmark = pytest.mark.django_db

LIST = (
    "Service;Boss;FTE;Job;Cost\n"
    "Networks;Jeroen;1,5;Engineer;80000\n"
    "Hosting;Femke;3;Engineer;70000\n"
)
COLUMNS = {"title": "Service", "owner": "Boss", "number": "FTE", "role": "Job"}
URL = "/functions/import/"


def sent(browser: Client, text: str | bytes, name: str = "list.csv") -> str:
    """Send a list, and return the address of its columns."""
    content = text.encode() if isinstance(text, str) else text
    answer = browser.post(URL, {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def test_a_list_is_sent_mapped_and_taken_in(browser: Client, lead: Person) -> None:
    url = sent(browser, LIST)
    page = browser.get(url).content.decode()
    assert "2 to add, 0 to change, 0 as they are" in page
    assert not ItFunction.objects.exists()
    looked = browser.post(url, {**COLUMNS, "look": "yes"})
    assert looked.status_code == 200
    assert not ItFunction.objects.exists()
    assert browser.post(url, COLUMNS).status_code == 302
    terms = newest_version(ItFunction.objects.get(reference="networks")).terms
    assert (terms.owner, [str(line.number) for line in terms.people]) == ("Jeroen", ["1.5"])
    assert browser.post(url, COLUMNS).status_code == 422  # nothing is left to take in
    assert ItFunction.objects.get(reference="hosting").versions.count() == 1


def test_what_is_wrong_is_told_by_row_and_column_and_nothing_is_taken_in(browser: Client) -> None:
    url = sent(browser, LIST.replace("1,5", "many") + "Service desk;;few;Agent;\n")
    answer = browser.post(url, {**COLUMNS, "yearly_cost": "Cost", "currency": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in ("Row 2", "“many” is not a number", "Row 4", "“few” is not a number", "3 to mend"):
        assert words in page, words
    assert not ItFunction.objects.exists()


def test_a_workbook_is_read_like_a_list(browser: Client, payments: BusinessFunction) -> None:
    template = openpyxl.load_workbook(io.BytesIO(browser.get(f"{URL}template.xlsx").content))
    sheet = template["IT functions"]
    titles = [cell.value for cell in sheet[1]]
    row = {"IT function": "Networks", "Business functions": "payments", "Role": "Engineer",
           "Full-time people": 1.5, "Growth a year": "", "Yearly cost of one": 80000,
           "Currency": "EUR"}  # fmt: skip
    sheet.append([row.get(title) for title in titles])
    filled = io.BytesIO()
    template.save(filled)
    url = sent(browser, filled.getvalue(), "it-functions.xlsx")
    page = browser.get(url)
    assert "1 to add" in page.content.decode()
    chosen = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    done = browser.post(url, {name: value for name, value in chosen.items() if value})
    assert done.status_code == 302, done.content.decode()
    terms = newest_version(ItFunction.objects.get()).terms
    assert terms.supports == ("payments",)
    assert str(terms.people[0].yearly_cost) == "80000"


def test_the_workbook_of_what_is_there_changes_nothing_when_sent_back(
    browser: Client, desk: ItFunction
) -> None:
    book = browser.get(f"{URL}template.xlsx").content
    sheet = openpyxl.load_workbook(io.BytesIO(book))["IT functions"]
    assert [row[16].value for row in sheet.iter_rows(min_row=2)] == [20, 2.5]
    page = browser.get(sent(browser, book, "it-functions.xlsx")).content.decode()
    assert "0 to add, 0 to change, 1 as they are" in page


def test_what_is_no_table_is_refused_and_not_kept(browser: Client) -> None:
    answer = browser.post(URL, {"file": SimpleUploadedFile("list.pdf", b"%PDF-1.7")})
    assert answer.status_code == 422
    assert "no table that can be read" in answer.content.decode()
    assert not StoredFile.objects.exists()
    assert browser.post(URL, {}).status_code == 422


def test_a_list_is_nobody_elses(browser: Client, person: MakePerson) -> None:
    url = sent(browser, LIST)
    other = Client()
    other.force_login(person("service_manager"))
    assert other.get(url).status_code == 404
    assert other.post(f"{url}discard/").status_code == 404


def test_a_list_that_is_put_aside_is_gone(
    browser: Client, django_capture_on_commit_callbacks: object
) -> None:
    url = sent(browser, LIST)
    path = path_of(StoredFile.objects.get())
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert browser.post(f"{url}discard/").status_code == 302
    assert not StoredFile.objects.exists()
    assert not path.exists()


def test_a_list_is_taken_in_whole_or_not_at_all(lead: Person) -> None:
    file = keep_list(
        SentFile(io.BytesIO(LIST.replace("Femke", "").replace("3;", "-3;").encode()), "list.csv"),
        by=lead, at=AT,
    )  # fmt: skip
    with pytest.raises(ListRefusedError, match="row 3"):
        take_in_list(file, COLUMNS, by=lead, at=AT)
    assert not ItFunction.objects.exists()
    with pytest.raises(DomainError, match="which column holds the IT function"):
        take_in_list(file, {"owner": "Boss"}, by=lead, at=AT)

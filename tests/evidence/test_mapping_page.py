"""The page of a mapping: files that are hard to read, sources that look alike, every choice."""

from typing import Any

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from retained.audit.models import Entry, Text
from retained.directory.models import Person
from retained.evidence.models import Batch, ImportRun
from retained.files.models import StoredFile
from retained.jobs.worker import run_waiting
from retained.project.command_line.sources import source

from .importing import HEADER, MAPPING, ROWS, imported, sent
from .test_pages import choices, send

CORVALE = MAPPING.replace("brightdesk", "corvale").replace("tickets*", "corvale*")


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ticket^at^state\nINC-1^2026-10-05 09:00^New\n", "Choose the column for “Opened”"),
        ("ticket;at;state\nINC-1;2026\nINC-2\n", "Choose the column for"),
        ("ticket;at;state\nINC-1;2926-10-05 09:00;New\n", "Choose the column for"),
        ("ticket;opened\nINC-1;05.10.2026 09:00\nINC-2;2026/10/05 9h\n", "Choose the column for"),
        ("ticket;at;state\n", "There is no row below the header: ticket, at, state."),
        ("These are the minutes of a meeting.\nNothing more.\n", "Choose the column for"),
    ],
    ids=["delimiter", "ragged", "absurd dates", "two formats", "header only", "plain text"],
)
def test_a_file_whose_times_nobody_finds_shows_the_form_and_what_to_choose(
    browser: Client, text: str, words: str
) -> None:
    page = browser.get(send(browser, text).url)
    assert page.status_code == 200
    assert words in text_of(page)


def test_another_delimiter_brings_the_columns_anew(browser: Client) -> None:
    text = (HEADER + ROWS).replace(";", "^")
    sent = send(browser, text)
    fields = choices(browser, sent.url)
    page = browser.post(sent.url, {**fields, "delimiter": "^", "action": "preview"})
    assert page.status_code == 200
    assert page.context["form"].beginning.columns == ["ticket", "at", "state", "priority"]
    fields = {f.html_name: str(f.value() or "") for f in page.context["form"]}
    assert browser.post(sent.url, {**fields, "action": "import"}).status_code == 302
    run_waiting()
    assert Batch.objects.get().rows_used == 3


def test_of_two_sources_with_one_header_the_name_of_the_file_decides(
    browser: Client, manager: Person
) -> None:
    imported(manager, HEADER + ROWS)
    imported(manager, HEADER + ROWS, name="corvale-10.csv", mapping=CORVALE)
    more = HEADER + ROWS + "INC-3;2026-11-24 10:00;New;1\n"
    fields = choices(browser, send(browser, more, "tickets-11.csv").url)
    assert fields["source"] == "brightdesk"
    fields = choices(browser, send(browser, more, "corvale-11.csv").url)
    assert fields["source"] == "corvale"


def test_a_known_header_under_a_strange_name_asks_for_the_source(
    browser: Client, manager: Person
) -> None:
    imported(manager, HEADER + ROWS, name="corvale-10.csv", mapping=CORVALE)
    sent = send(browser, HEADER + ROWS, "brightdesk-10.csv")
    page = browser.get(sent.url)
    assert "Files of corvale have these columns" in text_of(page)
    fields = choices(browser, sent.url)
    assert fields["source"] == ""
    assert browser.post(sent.url, {**fields, "action": "import"}).status_code == 422
    answer = browser.post(sent.url, {**fields, "source": "brightdesk", "action": "import"})
    assert answer.status_code == 302
    run_waiting()
    assert Batch.objects.latest("pk").source.name == "brightdesk"


def test_correcting_the_source_alone_loads_how_it_was_read(
    browser: Client, manager: Person
) -> None:
    imported(manager, HEADER + ROWS)
    parked = MAPPING.replace("brightdesk", "corvale").replace("New: new", "New: in_progress")
    imported(manager, HEADER + ROWS, mapping=parked)
    sent = send(browser, HEADER + ROWS + "INC-9;2026-11-24 10:00;New;1\n", "tickets-11.csv")
    fields = choices(browser, sent.url)
    assert fields["source"] == ""  # both patterns name the file
    page = browser.post(sent.url, {**fields, "source": "corvale", "action": "import"})
    assert page.status_code == 200
    form = page.context["form"]
    assert form["source"].value() == "corvale"
    assert form["state_0"].value() == "in_progress"
    assert ImportRun.objects.latest("pk").state == "sent"


def test_states_that_a_file_does_not_hold_stay_in_the_mapping(
    browser: Client, manager: Person
) -> None:
    imported(manager, HEADER + ROWS)
    sent = send(browser, HEADER + "INC-9;2026-11-24 10:00;New;1\n", "tickets-11.csv")
    assert (
        browser.post(sent.url, {**choices(browser, sent.url), "action": "import"}).status_code
        == 302
    )
    run_waiting()
    assert "Resolved: resolved" in Batch.objects.latest("pk").mapping.document


def test_an_open_order_of_day_and_month_is_told_in_the_open(browser: Client) -> None:
    text = "number,opened_at\nINC1,03/04/2026 09:00 AM\nINC2,04/04/2026 09:00 AM\n"
    page = text_of(browser.get(send(browser, text).url))
    before_details = page[: page.index('<details class="rt-more"')]
    assert "it is read with the month first" in before_details


def test_encoding_and_numbers_are_offered_and_kept(browser: Client) -> None:
    text = "Nummer;Erstellt;Wait minutes;Büro\nINC-1;05.10.2026 09:00;1,5;Süd\n"
    file = SimpleUploadedFile("t.csv", text.encode("cp1252"))
    sent = browser.post("/evidence/send/", {"file": file})
    fields = choices(browser, sent.url)
    assert (fields["encoding"], fields["decimal"]) == ("cp1252", ".")
    chosen = {**fields, "decimal": ",", "source": "desk", "action": "import"}
    assert browser.post(sent.url, chosen).status_code == 302
    run_waiting()
    document = Batch.objects.get().mapping.document
    assert "encoding: cp1252" in document
    assert "decimal: ','" in document


def test_priorities_are_renamed_and_unused_columns_named(browser: Client) -> None:
    text = "ticket;at;state;priority;site\nINC-1;2026-10-05 09:00;New;1 - High;Emden\n"
    text += "INC-1;2026-10-05 10:00;Resolved;1 - High;Emden\n"
    sent = send(browser, text)
    page = browser.get(sent.url)
    assert "Nothing is read from this column: site." in text_of(page)
    assert '<td><span class="rt-cell">Emden</span></td>' in text_of(page)
    fields = choices(browser, sent.url)
    wrong = browser.post(sent.url, {**fields, "priorities": "1 - High", "action": "import"})
    assert wrong.status_code == 422
    assert "gives no new name" in text_of(wrong)
    fields["priorities"] = "1 - High = P1"
    assert browser.post(sent.url, {**fields, "action": "import"}).status_code == 302
    run_waiting()
    assert "1 - High: P1" in Batch.objects.get().mapping.document


def test_a_wrong_field_is_named_by_its_label_and_never_by_its_place(browser: Client) -> None:
    sent = send(browser, HEADER + ROWS)
    fields = choices(browser, sent.url) | {"state_0": "", "state_1": "", "time_zone": "Mars"}
    page = text_of(browser.post(sent.url, {**fields, "action": "import"}))
    assert "Choose below what its states stand for." in page
    assert "files.0" not in page


@pytest.mark.parametrize("name", ["minutes.pdf", "tickets.zip", "letter.docx"])
def test_a_file_that_is_no_table_is_refused_with_the_formats_that_work(
    browser: Client, name: str
) -> None:
    answer = send(browser, "%PDF-1.4" if name.endswith("pdf") else "PK\x03\x04", name)
    assert answer.status_code == 422
    assert "send CSV, TSV, TXT, XLSX, JSON lines or Parquet" in text_of(answer)
    assert not StoredFile.objects.exists()


def test_a_file_that_nobody_mapped_is_discarded_and_named_in_the_record(browser: Client) -> None:
    sent = send(browser, HEADER + ROWS)
    address = f"{sent.url}discard/"
    assert address in text_of(browser.get("/evidence/"))
    assert browser.post(address, {"reason": ""}).status_code == 422
    assert browser.post(address, {"reason": "Sent twice"}).status_code == 302
    assert not ImportRun.objects.exists()
    assert not StoredFile.objects.exists()
    entry = Entry.objects.filter(object_kind="import", verb="discarded").get()
    told = set(Text.objects.filter(entry_id=entry.pk).values_list("text", flat=True))
    assert {"tickets.csv", "Sent twice"} <= told


def test_a_file_that_nobody_mapped_is_discarded_from_the_command_line(manager: Person) -> None:
    run = sent(manager, HEADER + ROWS)
    discard = ["discard", str(run.pk), "--as", manager.email, "--reason"]
    without = CliRunner().invoke(source, [*discard, " "])
    assert (without.exit_code, ImportRun.objects.count()) == (1, 1)
    done = CliRunner().invoke(source, [*discard, "Sent twice"])
    assert (done.exit_code, done.stdout) == (0, "tickets.csv is discarded.\n")
    assert not ImportRun.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_mapped_file_is_not_discarded(browser: Client, manager: Person) -> None:
    run = imported(manager, HEADER + ROWS)
    answer = browser.post(f"/evidence/imports/{run.pk}/discard/", {"reason": "Sent twice"})
    assert answer.status_code == 422
    assert "withdraw its batch instead" in text_of(answer)


def test_a_batch_says_who_sent_it_and_gives_the_file_as_it_came(
    browser: Client, manager: Person
) -> None:
    imported(manager, HEADER + ROWS)
    page = text_of(browser.get("/evidence/sources/brightdesk/1/"))
    assert f"by {manager.name}" in page
    assert "mapping 1 of brightdesk" in page
    original = browser.get("/evidence/sources/brightdesk/1/original/")
    assert b"".join(original) == (HEADER + ROWS).encode()

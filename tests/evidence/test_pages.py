"""The pages of evidence over HTTP: sources, batches, and a file's way in with its preview."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from directory.cast import Cast
from retained.directory.models import Person
from retained.evidence.models import Batch, ImportRun, ImportState
from retained.jobs.worker import run_waiting

from .importing import HEADER, MAPPING, ROWS, imported


def send(browser: Client, text: str, name: str = "tickets.csv") -> Any:
    file = SimpleUploadedFile(name, text.encode())
    return browser.post("/evidence/send/", {"file": file})


def choices(browser: Client, address: str) -> dict[str, str]:
    """Return the fields of the mapping page as it proposes them."""
    form = browser.get(address).context["form"]
    return {
        field.html_name: "" if field.initial is None else str(field.value() or "") for field in form
    }


def test_a_file_is_sent_mapped_previewed_and_imported(browser: Client) -> None:
    sent = send(browser, HEADER + ROWS + "INC-3;2026-10-24 10:00;Parked;1\n")
    assert sent.status_code == 302
    page = browser.get(sent.url)
    assert page.status_code == 200
    assert page.context["preview"].tickets == 2
    assert "Not mapped yet: Parked." in page.content.decode()
    assert b"What this does" in page.content
    fields = choices(browser, sent.url) | {"source": "brightdesk", "time_zone": "Europe/Amsterdam"}
    assert fields["column_ticket"] == "ticket"
    assert fields["state_1"] == ""
    preview = browser.post(sent.url, {**fields, "action": "preview"})
    assert preview.status_code == 200
    assert preview.context["preview"].rows_used == 3
    assert "Parked" in preview.content.decode()
    confirmed = browser.post(sent.url, {**fields, "action": "import"})
    assert confirmed.status_code == 302
    assert b"rt-progress" in browser.get(sent.url).content
    run_waiting()
    result = browser.get(sent.url)
    assert "3 of 4 rows can be used" in result.content.decode()
    assert Batch.objects.get().rows_unusable == 1


TASK_SLA = (
    "Task,SLA definition,Stage,Start time,Stop time,Has breached,Pause duration\n"
    "INC-1,P2 resolution,Completed,2026-03-02 09:00:00,2026-03-02 11:10:00,false,600\n"
    "INC-1,P2 response,Completed,2026-03-02 09:00:00,2026-03-02 09:05:00,false,0\n"
    "INC-2,P1 resolution,Completed,2026-03-03 09:00:00,2026-03-03 14:00:00,true,0\n"
)


def labels(answer: Any) -> list[str]:
    """Return the names of the choices that the page shows of columns."""
    return [field.label for field in answer.context["form"].column_fields()]


def test_a_tool_s_clock_table_is_offered_as_one_and_imported(browser: Client) -> None:
    sent = send(browser, TASK_SLA, "task_sla.csv")
    page = browser.get(sent.url)
    assert "a row is a tool&#x27;s own clock of a ticket" in page.content.decode()
    shown = labels(page)
    assert {"Ticket", "Clock started", "Clock stopped", "Paused", "Pauses are counted in"} <= {
        *shown
    }
    assert not {"Opened", "State", "Total hold time", "Cut-off"} & {*shown}
    fields = choices(browser, sent.url) | {"source": "tool", "time_zone": "UTC"}
    assert fields["only"] == "SLA definition = P1 resolution | P2 resolution"
    assert browser.post(sent.url, {**fields, "action": "import"}).status_code == 302
    run_waiting()
    batch = Batch.objects.get()
    assert (batch.tickets, batch.rows_used, batch.remark_counts) == (2, 3, {"left_by_only": 1})
    assert "shape: clock_table" in batch.mapping.document
    assert "- P1 resolution" in batch.mapping.document


def test_another_shape_brings_its_own_choices_with_likely_columns(browser: Client) -> None:
    sent = send(browser, TASK_SLA, "task_sla.csv")
    fields = {
        name: value
        for name, value in choices(browser, sent.url).items()
        if name in {"source", "time_zone", "pattern", "shape", "datetime", "column_ticket"}
    }
    page = browser.post(sent.url, {**fields, "shape": "snapshots"})
    assert {"Opened", "Cut-off", "Cut-off in the file’s name"} <= {*labels(page)}
    form = page.context["form"]
    assert form["column_started"].value() == "Start time"
    assert "Choose the column for “Opened”." in page.content.decode()


def test_month_end_snapshots_are_imported_by_the_date_of_their_column(browser: Client) -> None:
    text = (
        "Snapshot date,Number,Opened,Resolved\n"
        "2026-01-31,INC-1,2026-01-20 09:00,\n"
        "2026-02-28,INC-1,2026-01-20 09:00,2026-02-10 08:00\n"
    )
    sent = send(browser, text, "month-ends.csv")
    fields = choices(browser, sent.url) | {"source": "desk", "time_zone": "UTC"}
    assert (fields["shape"], fields["column_cut_off"]) == ("snapshots", "Snapshot date")
    assert browser.post(sent.url, {**fields, "action": "import"}).status_code == 302
    run_waiting()
    assert Batch.objects.get().tickets == 1


def test_a_known_header_is_read_as_the_last_time(browser: Client, manager: Person) -> None:
    imported(manager, HEADER + ROWS)
    sent = send(browser, HEADER + ROWS + "INC-3;2026-11-24 10:00;New;1\n", "tickets-11.csv")
    page = browser.get(sent.url)
    assert page.context["proposal"].guess.reasons == (
        "The header is known: this is how brightdesk was read the last time.",
    )
    fields = choices(browser, sent.url)
    assert (fields["source"], fields["time_zone"]) == ("brightdesk", "Europe/Amsterdam")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("time_zone", "Mars/Olympus", "not a time zone"),
        ("datetime", "yesterday", "not a date format"),
        ("column_ticket", "", "Choose the column for “Ticket”"),
        ("pattern", "other.csv", "If not, widen the names, to tickets*.csv."),
        ("only", "Stat = New", "names no column of the file"),
    ],
)
def test_a_wrong_choice_is_answered_with_422_and_what_is_right(
    browser: Client, field: str, value: str, words: str
) -> None:
    sent = send(browser, HEADER + ROWS)
    answer = browser.post(
        sent.url, {**choices(browser, sent.url), field: value, "action": "import"}
    )
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert ImportRun.objects.get().state == ImportState.SENT


def test_a_file_of_no_bytes_is_refused_at_the_door(browser: Client) -> None:
    answer = send(browser, "")
    assert answer.status_code == 422
    assert not ImportRun.objects.exists()


def test_a_file_that_is_no_workbook_is_refused_with_a_way_on(browser: Client) -> None:
    answer = send(browser, "PK\x03\x04 no workbook", "tickets.xlsx")
    page = browser.get(answer.url) if answer.status_code == 302 else answer
    assert page.status_code == 422


def test_source_batch_and_remarks_are_shown(browser: Client, manager: Person) -> None:
    imported(manager, HEADER + ROWS + "INC-3;2026-10-24 10:00;Parked;1\n")
    assert b"brightdesk" in browser.get("/evidence/").content
    source = browser.get("/evidence/sources/brightdesk/")
    assert b"Is the evidence whole?" in source.content
    batch = browser.get("/evidence/sources/brightdesk/1/")
    sha256 = Batch.objects.get().sha256
    assert f'data-copy="{sha256}"' in batch.content.decode()
    assert "“Parked”" in batch.content.decode()
    download = browser.get("/evidence/sources/brightdesk/1/remarks/?format=csv")
    text = b"".join(download).decode() if download.streaming else download.content.decode()
    assert "Parked" in text


def test_remarks_are_read_page_by_page(browser: Client, manager: Person) -> None:
    parked = "".join(f"INC-{n};2026-10-24 10:00;Parked;1\n" for n in range(120))
    imported(manager, HEADER + ROWS + parked + "INC-9;2026-10-24;New;1\n")
    address, seen = "/evidence/sources/brightdesk/1/remarks/?code=state_unknown", []
    while address:
        shown = browser.get(address).context["table"]
        seen += [row.row for row in shown.page.rows]
        address = shown.after_url
    assert seen == list(range(5, 125))
    assert (shown.count, shown.page.rows[0].column) == (120, "state")
    back = browser.get(shown.before_url).context["table"]
    assert [row.row for row in back.page.rows] == list(range(55, 105))
    falling = browser.get("/evidence/sources/brightdesk/1/remarks/?sort=-row")
    assert falling.context["table"].page.rows[0].row == 125


def test_sources_are_found_by_words(browser: Client, manager: Person) -> None:
    for number in range(3):
        imported(manager, HEADER + ROWS, mapping=MAPPING.replace("brightdesk", f"desk {number}"))
    found = browser.get("/evidence/?words=2+desk").context["table"].page.rows
    assert [(row.name, row.batch_count, row.row_count) for row in found] == [("desk 2", 1, 3)]


def test_the_sources_page_asks_the_database_no_more_for_more_sources(
    browser: Client, manager: Person
) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get("/evidence/").status_code == 200
        return len(queries)

    imported(manager, HEADER + ROWS)
    first = count()
    for number in range(3):
        imported(manager, HEADER + ROWS, mapping=MAPPING.replace("brightdesk", f"s{number}"))
    assert count() <= max(first, 12)


def test_a_batch_is_withdrawn_with_a_reason(browser: Client, manager: Person) -> None:
    imported(manager, HEADER + ROWS)
    address = "/evidence/sources/brightdesk/1/withdraw/"
    assert browser.post(address, {"reason": ""}).status_code == 422
    assert browser.post(address, {"reason": "Test data"}).status_code == 302
    assert b"Test data" in browser.get("/evidence/sources/brightdesk/1/").content


@pytest.mark.parametrize(
    "address",
    ["/evidence/", "/evidence/sources/brightdesk/", "/evidence/sources/brightdesk/1/",
     "/evidence/send/", "/evidence/imports/1/"],
)  # fmt: skip
def test_a_provider_s_person_sees_no_evidence(cast: Cast, address: str) -> None:
    imported(cast.service_manager, HEADER + ROWS)
    stranger = Client()
    stranger.force_login(cast.account_manager)
    assert stranger.get(address).status_code == 404

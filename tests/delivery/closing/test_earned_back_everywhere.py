"""What a month earned back, at every door: page, PDF, workbook, CSV, pack, API, command line."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from django.test import Client
from pypdf import PdfReader

from delivery.closing.workbooks import Workbook
from delivery.conftest import Story, import_text
from delivery.earned_back_story import (
    AUGUST,
    JULY,
    OCTOBER,
    SEPTEMBER,
    close_until,
    credit_of,
    desk_csv,
    make_earned_back_story,
)
from delivery.months_closed import checked, confirmed, lead_of, sent
from delivery.story import MAPPING, STORY_ZONE
from directory.cast import Cast
from retained.delivery.models import MonthClose
from retained.delivery.packing import make_pack
from retained.delivery.queries.shown_statements import ShownStatement, shown_statement
from retained.delivery.statement_files import statement_csv, statement_pdf
from retained.delivery.statement_workbook.book import statement_xlsx
from retained.directory.commands.tokens import make_token
from retained.directory.engine.roles import Role
from retained.directory.models import ApiToken, Person
from retained.project.command_line.credits import credits_group
from retained.project.command_line.months import month
from retained.shared import clock

BrowserOf = Callable[[Person | None], Client]
WHY = "August, September and October 2026 met 95 %"


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").replace("&nbsp;", " ").split())


def page(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    figures = answer.content.decode().replace('<span class="rt-figure">', "")
    return plain(re.sub(r"(EUR)</span>", r"\1", figures))


@pytest.fixture
def earning(cast: Cast) -> Story:
    return make_earned_back_story(cast)


@pytest.fixture
def closed(earning: Story) -> Story:
    """July to October, closed."""
    close_until(earning, OCTOBER)
    return earning


@pytest.fixture
def giving(cast: Cast) -> Story:
    """October owes nothing, and earned July's credit back."""
    story = make_earned_back_story(cast, text=desk_csv(other=dict.fromkeys((7, 8, 9, 10), (9, 9))))
    close_until(story, OCTOBER)
    return story


def october() -> ShownStatement:
    return shown_statement(MonthClose.objects.get(month=str(OCTOBER), is_current=True))


def test_the_statement_shows_the_line_and_the_net(closed: Story, browser_of: BrowserOf) -> None:
    shown = october()
    assert "3,312.00 EUR is owed, 2,208.00 EUR was earned back, net 1,104.00 EUR" in shown.headline
    text = page(browser_of(closed.manager), f"/run/AG-7/2026-10/statement/{shown.close.number}/")
    assert f"Earned back of July 2026, P1 and P2 in time: {WHY}" in text
    assert "-2,208.00 EUR" in text.replace("−", "-")
    assert "Net, owed by the provider" in text


def test_the_provider_reads_the_net_of_what_was_sent_to_it(
    earning: Story, browser_of: BrowserOf
) -> None:
    close_until(earning, SEPTEMBER)
    sent(earning, OCTOBER)
    assert "1,104.00 EUR" in page(browser_of(earning.cast.account_manager), "/portal/")


def test_the_pdf_holds_the_same_lines(closed: Story) -> None:
    content = statement_pdf(october(), ZoneInfo("Europe/Amsterdam"))
    reader = PdfReader(io.BytesIO(content))
    text = plain(" ".join(one.extract_text() for one in reader.pages))
    for words in ("Earned back of July 2026", "-2,208.00 EUR", "1,104.00 EUR", "Net, owed by"):
        assert words in text, words


def test_the_workbook_recomputes_what_was_earned_back_and_the_net(closed: Story) -> None:
    book = Workbook(statement_xlsx(october()))
    assert book.value("Earned back", "J2") == Decimal("2208.00")
    assert [book.value("Earned back", f"J{row}") for row in (4, 5, 6)] == [
        Decimal("3312.00"), Decimal("2208.00"), Decimal("1104.00"),
    ]  # fmt: skip
    book.sheet("Months that earned it")["E3"] = 94.9
    assert book.value("Earned back", "J6") == Decimal("3312.00"), "a month that fell short"


def test_the_workbook_recomputes_a_contract_year(cast: Cast) -> None:
    text = desk_csv({7: (18, 20), 12: (20, 20)}, {7: (10, 10), 12: (10, 10)})
    story = make_earned_back_story(
        cast, earn_back="{contract_year: true, at_most: 50 %}", text=text
    )
    clock.tell_story_of(date(2027, 1, 9), STORY_ZONE)
    story.measure()
    for number in (7, 8, 9, 10, 11, 12):
        confirmed(story, JULY.plus(number - 7))
    shown = shown_statement(MonthClose.objects.get(month="2026-12"))
    book = Workbook(statement_xlsx(shown))
    assert book.value("Earned back", "H2") == Decimal("95.0000")
    assert book.value("Earned back", "J2") == Decimal("1104.00")
    assert book.value("Earned back", "J6") == Decimal("-1104.00")
    said = [plain(line.words) for line in shown.credit_lines]
    assert said[-2:] == [
        "Earned back of July 2026, P1 and P2 in time, 50 % of 2,208.00 EUR: its contract year "
        "came to 95.0 %, against 95 %",
        "Net, to be given back to the provider",
    ]


def test_the_csv_says_what_each_level_earned_back(closed: Story) -> None:
    rows = list(csv.DictReader(io.StringIO(statement_csv(october()).removeprefix("\ufeff"))))
    assert [(row["Owed"], row["Earned back"], row["Net"]) for row in rows] == [
        ("0.00", "2208.00", "-2208.00"), ("3312.00", "0.00", "3312.00"), ("0.00", "0.00", "0.00"),
    ]  # fmt: skip
    assert rows[0]["Earned back of"] == "2026-07"


def test_the_csv_of_an_agreement_without_earn_back_stays_as_it_was(story: Story) -> None:
    head = statement_csv(shown_statement(confirmed(story))).partition("\r\n")[0]
    assert "Earned" not in head


def test_the_pack_holds_the_statements_that_it_rests_on(closed: Story) -> None:
    close = october().close
    with zipfile.ZipFile(make_pack(close, tell=lambda *_: None, at=clock.now())) as archive:
        names = archive.namelist()
        july = archive.read("rests-on/2026-07-1.json").decode()
        readme = archive.read("README.txt").decode()
    assert [name for name in names if name.startswith("rests-on/")] == [
        f"rests-on/2026-{number:02d}-1.json" for number in (7, 8, 9)
    ]
    assert july == MonthClose.objects.get(month=str(JULY)).document
    assert "rests-on/" in readme


def test_a_month_that_is_not_closed_shows_what_it_would_earn_back(
    earning: Story, browser_of: BrowserOf
) -> None:
    browser = browser_of(earning.manager)
    text = page(browser, "/run/AG-7/")
    assert "2,208.00 EUR earned back, net 1,104.00 EUR" in text
    figure = page(browser, "/run/AG-7/urgent/2026-07/")
    assert f"It is earned back: {WHY}." in figure
    step = page(browser, "/run/AG-7/2026-10/close/")
    assert "close July 2026 , August 2026" in re.sub("<.*?>", " ", step).replace("  ", " ")
    refused = browser.post("/run/AG-7/2026-10/close/check/", {"reason": "Only one figure came"})
    assert refused.status_code == 422
    assert "That rests on months that are not closed yet" in refused.content.decode()


def test_where_a_credit_stands_is_on_its_page(closed: Story, browser_of: BrowserOf) -> None:
    browser = browser_of(closed.cast.people[Role.FINANCE])
    listed = page(browser, "/credits/")
    assert "wholly, by October 2026" in listed
    july = page(browser, f"/credits/{credit_of(JULY).pk}/")
    assert f"It is earned back: {WHY}." in july
    assert "Waive it" not in july
    later = page(browser, f"/credits/{credit_of(OCTOBER).pk}/")
    assert "It can be earned back: 3 months must meet 90 %." in later
    assert "Owed for the month" in later


def test_what_is_owed_to_the_provider_is_given_back_on_its_page(
    giving: Story, browser_of: BrowserOf
) -> None:
    browser = browser_of(giving.cast.people[Role.FINANCE])
    key = credit_of(OCTOBER).pk
    text = page(browser, f"/credits/{key}/")
    assert "To be given back to the provider: 2,208.00 EUR" in text
    assert "It was claimed" not in text
    assert "give back what October 2026 earned back" in page(browser, "/")
    wrong = browser.post(f"/credits/{key}/give-back/", {"version": "1", "amount": "2208"})
    assert wrong.status_code == 422
    sent_form = {"version": "1", "credit_note": "R-12", "amount": "2208.00"}
    assert browser.post(f"/credits/{key}/give-back/", sent_form).status_code == 302
    assert credit_of(OCTOBER).state == "given_back"
    assert "Given back" in page(browser, "/credits/")


def test_machines_read_what_people_read(closed: Story, browser_of: BrowserOf) -> None:
    browser = browser_of(closed.cast.people[Role.FINANCE])
    newest = next(
        row for row in browser.get("/api/v1/agreements/AG-7/months").json()
        if row["month"] == "2026-10"
    )  # fmt: skip
    assert (newest["owed"], newest["earned_back"], newest["net"]) == (
        "3312.00", "2208.00", "1104.00",
    )  # fmt: skip
    july, later = browser.get("/api/v1/agreements/AG-7/earn-backs").json()
    assert (july["standing"], july["decided_in"], july["amount_minor"]) == (
        "earned", "2026-10", 220_800,
    )  # fmt: skip
    assert july["sentence"] == f"It is earned back: {WHY}."
    assert (later["standing"], later["months"]) == ("open", [])
    credits = {row["month"]: row for row in browser.get("/api/v1/credits").json()}
    assert credits["2026-07"]["earned_back_minor"] == 220_800
    assert credits["2026-10"]["amount_minor"] == 110_400


def test_machines_give_back_too(giving: Story) -> None:
    finance = giving.cast.people[Role.FINANCE]
    token = make_token(
        name="machine", scope=ApiToken.Scope.WRITE, life=timedelta(days=7), by=finance,
        at=clock.now(),
    )  # fmt: skip
    key = credit_of(OCTOBER).pk
    answer = Client(headers={"Authorization": f"Bearer {token.secret}"}).post(
        f"/api/v1/credits/{key}/give-back",
        json.dumps({"version": 1, "invoice": "R-12", "amount_minor": 220_800}),
        content_type="application/json",
    )
    assert answer.status_code == 200, answer.content
    assert (answer.json()["state"], answer.json()["received_minor"]) == ("given_back", -220_800)


def run(command: object, *words: object) -> str:
    done = CliRunner().invoke(command, [str(word) for word in words])  # type: ignore[arg-type] # a click command
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_command_line_says_it_too(giving: Story) -> None:
    who = ("--as", giving.cast.people[Role.FINANCE].email)
    listed = list(csv.DictReader(io.StringIO(run(credits_group, "list", *who, "--format", "csv"))))
    july = next(row for row in listed if row["month"] == "2026-07")
    assert (july["amount"], july["earned_back"]) == ("2208.00", "2208.00")
    key = credit_of(OCTOBER).pk
    given = run(credits_group, "give-back", key, "--invoice", "R-12", "--amount", "2208.00", *who)
    assert "given_back" in given
    assert "0.00  -2208.00  EUR" in " ".join(
        run(month, "send", "AG-7", "2026-10", "--as", giving.manager.email).split(" ")
    )


def test_the_command_line_says_where_each_earn_back_stands(closed: Story) -> None:
    text = run(credits_group, "earn-backs", "AG-7", "--as", closed.manager.email, "--format", "csv")
    july, later = csv.DictReader(io.StringIO(text))
    assert (july["month"], july["standing"], july["decided_in"], july["amount_minor"]) == (
        "2026-07", "earned", "2026-10", "220800",
    )  # fmt: skip
    assert july["sentence"] == f"It is earned back: {WHY}."
    assert (later["month"], later["standing"]) == ("2026-10", "open")


def test_a_corrected_month_makes_what_rests_on_it_late(
    closed: Story, browser_of: BrowserOf
) -> None:
    late = desk_csv({9: (0, 5)}, {}).replace("INC-1", "INC-9")
    import_text(late, MAPPING, by=lead_of(closed), name="tickets-late.csv")
    closed.measure()
    browser = browser_of(closed.manager)
    assert "October 2026 is closed" not in page(browser, "/run/AG-7/"), "September still counts"
    confirmed(closed, SEPTEMBER, reason="Late tickets")
    text = page(browser, "/run/AG-7/")
    assert "October 2026 is closed, and the evidence now says something else" in text
    assert "Earned back: frozen" in text
    close = checked(closed, OCTOBER, reason="September was corrected")
    assert json.loads(close.document)["earned_back"]["lines"] == []
    assert "Earned back of earlier months" in page(browser, "/run/AG-7/2026-10/close/")


def test_what_if_weighs_the_earn_back(earning: Story, browser_of: BrowserOf) -> None:
    browser = browser_of(earning.manager)
    text = page(browser, "/run/AG-7/what-if/?earn_back=never")
    assert "The clause is worth 2,208 EUR to the provider" in text
    text = page(browser, "/run/AG-7/what-if/?earn_back=1")
    assert "No money changes" in text, "August earns it back as well as October did"


def test_a_month_waits_for_its_net(closed: Story, browser_of: BrowserOf) -> None:
    text = page(browser_of(closed.cast.people[Role.FINANCE]), "/")
    assert "1,104.00 EUR is due and not claimed" in text
    assert AUGUST  # closed without a credit: nothing waits for it

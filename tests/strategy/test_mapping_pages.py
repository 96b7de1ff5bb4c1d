"""The mapping by forms: columns of a file, accounts to lines; and YAML as the other door."""

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from directory.cast import Cast
from retained.directory.engine.roles import Role
from retained.files.models import StoredFile
from retained.strategy.models import ActualsFile, ActualsMapping, BusinessCase
from retained.strategy.queries.actuals import mapping_of, mapping_written_in
from strategy.signed_cases import LEDGER, PEOPLE, lived_case, signed_case

pytestmark = pytest.mark.django_db
ACTUALS = "/cases/SIGNED/actuals/"
ACCOUNTS = f"{ACTUALS}accounts/"
COLUMNS = {
    "kind": "ledger", "number": "0", "day": "Day", "account": "Account", "cost_centre": "Centre",
    "text": "Text", "amount": "Amount", "days": "YYYY-MM-DD", "decimal": "comma",
    "costs": "positive",
}  # fmt: skip
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def finance(cast: Cast, client: Client) -> Client:
    client.force_login(cast.people[Role.FINANCE])
    return client


def drop(client: Client, text: str, name: str = "ledger.csv", **more: Any) -> Any:
    file = SimpleUploadedFile(name, text.encode(), "text/csv")
    return client.post(ACTUALS, {"file": file, **more})


def newest(case: BusinessCase) -> Any:
    mapping = mapping_of(case)
    assert mapping is not None
    return mapping_written_in(mapping.document)


def accounts_sent(number: int, *rows: tuple[str, str, str, str], **more: str) -> dict[str, Any]:
    sent: dict[str, Any] = {"number": number, **more}
    for index, (account, centre, line, because) in enumerate(rows):
        sent |= {
            f"at-{index}": json.dumps([account, centre]),
            f"line-{index}": line,
            f"because-{index}": because,
        }
    return sent


def test_from_a_dropped_ledger_to_a_mapping_without_writing_any(
    cast: Cast, finance: Client
) -> None:
    case = signed_case(cast)
    dropped = drop(finance, LEDGER, control="392,34")
    assert dropped["Location"].endswith("/?control=392%2C34")
    page = finance.get(dropped["Location"]).content.decode()
    assert "All of this is a guess from its header and its rows" in page
    assert "The control total agrees." in page
    address = dropped["Location"].partition("?")[0]
    asked = finance.post(address, {**COLUMNS, "decimal": "point", "look": "yes"}, headers=PARTIAL)
    assert "6 of them cannot be used so." in asked.content.decode()
    read = finance.post(address, {**COLUMNS, "control": "392,34"})
    assert read["Location"] == ACCOUNTS
    page = finance.get(ACCOUNTS).content.decode()
    sent = accounts_sent(
        1, ("4310", "41", "offer.fee", ""), ("4990", "41", "leave-out", "Flowers for the team")
    )
    looked = finance.post(ACCOUNTS, {**sent, "look": "yes"}, headers=PARTIAL).content.decode()
    assert "380.00 EUR taken by lines, 12.34 EUR left out, 0.00 EUR unmapped; 392.34 EUR" in looked
    assert ActualsMapping.objects.count() == 1
    saved = finance.post(ACCOUNTS, sent)
    assert saved["Location"] == f"{ACTUALS}{ActualsFile.objects.get().pk}/"
    assert newest(case).as_document()["lines"] == {"offer.fee": ["4310"]}
    assert newest(case).as_document()["leave_out"] == [
        {"account": "4990", "because": "Flowers for the team"}
    ]
    counted = finance.post(saved["Location"])
    assert counted["Location"] == "/cases/SIGNED/living/"
    assert "left out: Flowers for the team" in finance.get(ACTUALS).content.decode()


def test_next_months_file_is_known_by_its_header(cast: Cast, finance: Client) -> None:
    lived_case(cast)
    may = drop(finance, LEDGER.replace("2026-03", "2026-05"), "may.csv")
    assert re.fullmatch(rf"{ACTUALS}\d+/", may["Location"])
    assert "Map what no line takes" in finance.get(may["Location"]).content.decode()


def test_a_layout_of_before_is_offered_again(cast: Cast, finance: Client) -> None:
    case = lived_case(cast)
    other = LEDGER.replace("Day;", "Datum;").replace("2026-03", "2026-04")
    address = drop(finance, other, "other.csv")["Location"]
    finance.post(address, {**COLUMNS, "day": "Datum", "number": "1"})
    again = drop(finance, LEDGER.replace("2026-03", "2026-05"), "again.csv")["Location"]
    page = finance.get(again).content.decode()
    assert "as mapping 1 of this case read them" in page
    assert finance.post(again, {**COLUMNS, "number": "2"})["Location"] == ACCOUNTS
    assert newest(case).lines.keys() == {"offer.fee"}  # accounts stay as they were


def test_volumes_and_headcount_are_mapped_by_the_same_form(cast: Cast, finance: Client) -> None:
    case = signed_case(cast)
    address = drop(finance, PEOPLE, "people.csv")["Location"]
    page = finance.get(address).content.decode()
    assert "volumes and headcount" in page
    sent = {"kind": "drivers", "number": "0", "month": "Month", "days": "YYYY-MM",
            "decimal": "comma", "driver-1": "people"}  # fmt: skip
    read = finance.post(address, sent)
    assert read["Location"] == f"{ACTUALS}{ActualsFile.objects.get().pk}/"
    assert newest(case).drivers.columns == {"People": "people"}


def test_a_kind_may_be_said_where_the_guess_is_wrong(cast: Cast, finance: Client) -> None:
    signed_case(cast)
    address = drop(finance, LEDGER)["Location"]
    page = finance.get(f"{address}?kind=drivers").content.decode()
    assert "read as volumes and headcount" in page
    assert "Name the columns first" in page


def test_what_the_form_saves_the_yaml_shows_and_the_other_way_round(
    cast: Cast, finance: Client
) -> None:
    case = lived_case(cast)
    finance.post(ACCOUNTS, accounts_sent(1, ("4990", "41", "offer.begin", "")))
    text = finance.get(f"{ACTUALS}mapping/").content.decode()
    assert "offer.begin:\n  - &#x27;4990&#x27;" in text
    by_hand = mapping_of(case)
    assert by_hand is not None
    changed = by_hand.document.replace("4990", "499*")
    finance.post(f"{ACTUALS}mapping/", {"text": changed, "number": 2})
    page = finance.get(ACCOUNTS).content.decode()
    assert re.search(r'<option value="offer.begin" selected>', page)
    same = accounts_sent(3, ("4990", "41", "offer.begin", ""), ("4310", "41", "offer.fee", ""))
    answer = finance.post(ACCOUNTS, same)
    assert answer.status_code == 422
    assert "Nothing differs from mapping 3" in answer.content.decode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (accounts_sent(1, ("4990", "41", "leave-out", " ")), "Say why"),
        (accounts_sent(1, beginning="*", beginning_line="offer.fee"), "Write how they begin"),
        (accounts_sent(1, beginning="49"), "Choose where they go."),
        (accounts_sent(1, ("4999", "41", "offer.fee", "")), "are in no file any more"),
        (accounts_sent(1, ("4310", "41", "offer.none", "")), "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    cast: Cast, finance: Client, sent: dict[str, Any], said: str
) -> None:
    lived_case(cast)
    answer = finance.post(ACCOUNTS, sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert ActualsMapping.objects.count() == 1


def test_many_at_once_and_lines_that_are_closed(cast: Cast, finance: Client) -> None:
    case = lived_case(cast)
    finance.post(ACCOUNTS, accounts_sent(1, beginning="49", beginning_line="offer.begin"))
    assert newest(case).as_document()["lines"]["offer.begin"] == ["49*"]
    page = finance.get(ACCOUNTS).content.decode()
    assert "from which month is nothing more booked?" in page
    wrong = finance.post(ACCOUNTS, {**accounts_sent(2), "closed-0": "March"})
    assert "Write the month like 2026-03." in wrong.content.decode()
    finance.post(ACCOUNTS, {**accounts_sent(2), "closed-0": "2026-03"})
    assert newest(case).closed == {"offer.begin": "2026-03"}


def test_who_saves_after_somebody_else_is_told(cast: Cast, finance: Client) -> None:
    lived_case(cast)
    sent = accounts_sent(0, ("4990", "41", "offer.fee", ""))
    assert finance.post(ACCOUNTS, sent).status_code == 409


def test_a_control_total_that_differs_keeps_neither_file_nor_mapping(
    cast: Cast, finance: Client
) -> None:
    signed_case(cast)
    address = drop(finance, LEDGER)["Location"]
    answer = finance.post(address, {**COLUMNS, "control": "392,35"})
    assert answer.status_code == 422
    assert "0.01 EUR" in answer.content.decode().replace("-", "")
    assert not ActualsMapping.objects.exists()
    assert not ActualsFile.objects.exists()
    assert "waits: nobody has said yet" in finance.get(ACTUALS).content.decode()


def test_a_file_may_be_put_aside(cast: Cast, finance: Client) -> None:
    signed_case(cast)
    address = drop(finance, LEDGER)["Location"]
    finance.post(f"{address}aside/")
    assert not StoredFile.objects.exists()
    assert finance.get(address).status_code == 404


def test_accounts_wait_for_a_file(cast: Cast, finance: Client) -> None:
    signed_case(cast)
    assert "Give a file first" in finance.get(ACCOUNTS).content.decode()


def test_guesses_are_marked_and_found_by_their_words(cast: Cast, finance: Client) -> None:
    lived_case(cast)
    drop(finance, "Day;Account;Centre;Text;Amount\n2026-04-30;4390;41;Beginning, rest;7,00\n")
    page = finance.get(f"{ACCOUNTS}?find=beginning").content.decode()
    assert '<span class="st-prior">guess</span> perhaps Beginning: its text says' in page
    assert "guesses, marked so" not in page  # what is only perhaps is not chosen already
    assert "4990" not in page


def test_an_auditor_does_not_map(cast: Cast, client: Client) -> None:
    lived_case(cast)
    client.force_login(cast.people[Role.AUDITOR])
    assert client.get(ACCOUNTS).status_code == 404

"""The mapping of accounts by the API and the command line: the same choices, guesses, refusals."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from directory.cast import Cast
from machine import machine_of
from retained.directory.engine.roles import Role
from retained.files.models import StoredFile
from retained.project.command_line import case_accounts
from retained.project.command_line.cases import case
from retained.strategy.queries.actuals import mapping_of, mapping_written_in
from strategy.signed_cases import LEDGER, lived_case, signed_case

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/cases/SIGNED/actuals"
SEEN = {
    "ledger": {
        "days": "YYYY-MM-DD",
        "decimal": "comma",
        "costs": "positive",
        "columns": {
            "day": "Day", "account": "Account", "cost_centre": "Centre", "text": "Text",
            "amount": "Amount",
        },
    }
}  # fmt: skip


@pytest.fixture
def machine(cast: Cast) -> Client:
    return machine_of(cast.people[Role.FINANCE])


def send(machine: Client, number: int, *choices: dict[str, str]) -> Any:
    body = json.dumps({"choices": choices})
    address = f"{ROOT}/accounts?expected_number={number}"
    return machine.post(address, body, content_type="application/json")


def run(cast: Cast, *arguments: str) -> Result:
    assert case_accounts.actuals
    email = cast.people[Role.FINANCE].email
    return CliRunner().invoke(case, ["actuals", *arguments, "--as", email])


def test_a_program_looks_at_a_file_and_nothing_is_kept(cast: Cast, machine: Client) -> None:
    signed_case(cast)
    file = SimpleUploadedFile("ledger.csv", LEDGER.encode(), "text/csv")
    seen = machine.post(f"{ROOT}/look", {"file": file}).json()
    assert (seen["mapping"], seen["rows"], seen["why"]) == (SEEN, 6, "")
    commas = {"setting": "decimal", "value": "comma", "is_chosen": True, "unusable": 0}
    assert commas | {"total": "392.34"} in seen["readings"]
    assert not StoredFile.objects.exists()


def test_a_program_gives_accounts_their_lines(cast: Cast, machine: Client) -> None:
    kept = lived_case(cast)
    read = machine.get(f"{ROOT}/accounts?limit=1").json()
    assert (read["total"], read["mapped"], read["unmapped"]) == ("392.34", "380.00", "12.34")
    assert (read["items"][0]["account"], read["items"][0]["line"], read["next"]) == ("4990", "", 1)
    out = {"account": "4990", "cost_centre": "41", "because": "Flowers"}
    assert send(machine, 0, out).status_code == 409
    assert send(machine, 1, out).json()["number"] == 2
    mapping = mapping_of(kept)
    assert mapping is not None
    [rule] = mapping_written_in(mapping.document).leave_out
    assert (rule.account, rule.because) == ("4990", "Flowers")
    after = machine.get(f"{ROOT}/accounts").json()
    assert (after["total"], after["left_out"], after["unmapped"]) == ("392.34", "12.34", "0.00")
    wrong = send(machine, 2, {"account": "4990", "line": "offer.none"})
    assert (wrong.status_code, "is no line of what was chosen" in wrong.content.decode()) == (
        422, True,
    )  # fmt: skip
    starred = send(machine, 2, {"account": "4*9", "line": "offer.fee"})
    assert starred.status_code == 422


def test_the_command_line_looks_lists_and_assigns(cast: Cast, tmp_path: Path) -> None:
    lived_case(cast)
    file = tmp_path / "may.csv"
    file.write_text(LEDGER.replace("2026-03", "2026-05"), "utf-8")
    looked = run(cast, "look", "SIGNED", str(file))
    assert "account: Account" in looked.stdout
    assert "decimal point: 6 unusable, adds up to 0.00 EUR" in looked.stderr
    assert "decimal comma (as above): 0 unusable, adds up to 392.34 EUR" in looked.stderr
    listed = json.loads(run(cast, "accounts", "SIGNED", "--format", "json").stdout)
    assert [(row["account"], row["line"]) for row in listed] == [
        ("4990", ""), ("4310", "offer.fee"),
    ]  # fmt: skip
    given = run(cast, "assign", "SIGNED", "4990", "offer.begin", "--cost-centre", "41")
    assert given.output == "Mapping 2 of SIGNED is kept, and counts for every file.\n"
    assert "Mapping 3" in run(cast, "assign", "SIGNED", "49*", "--leave-out", "Flowers").output
    refused = run(cast, "assign", "SIGNED", "4990")
    assert "Name a line, or say with --leave-out why" in str(refused.exception)

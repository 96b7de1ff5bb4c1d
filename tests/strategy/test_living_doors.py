"""What came true by the API and the command line: the same files, refusals and figures."""

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
from retained.jobs.worker import run_waiting
from retained.project.command_line.case_actuals import case
from retained.strategy.jobs import rerun_case_job
from retained.strategy.models import ActualsFile
from strategy.signed_cases import LEDGER, MAPPING, PEOPLE, lived_case, signed_case

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/cases/SIGNED"


@pytest.fixture
def machine(cast: Cast) -> Client:
    return machine_of(cast.people[Role.FINANCE])


def give(machine: Client, text: str, **more: Any) -> Any:
    file = SimpleUploadedFile("ledger.csv", text.encode(), "text/csv")
    return machine.post(f"{ROOT}/actuals", {"file": file, **more})


def test_a_program_maps_gives_and_reads_how_the_case_stands(cast: Cast, machine: Client) -> None:
    signed_case(cast)
    assert machine.get(f"{ROOT}/actuals").json()["mapping_number"] == 0
    address = f"{ROOT}/actuals/mapping"
    saved = machine.put(f"{address}?expected_number=0", MAPPING, content_type="application/yaml")
    assert saved.json()["number"] == 1
    late = machine.put(f"{address}?expected_number=0", MAPPING, content_type="application/yaml")
    assert late.status_code == 409
    refused = give(machine, LEDGER, control="392.35")
    assert refused.status_code == 422
    assert "the control total is 392.35 EUR" in refused.json()["detail"]
    given = give(machine, LEDGER, control="392.34")
    assert (given.status_code, given.json()["file"]["total"]) == (201, "392.34")
    assert give(machine, LEDGER).status_code == 200
    assert machine.get(f"{ROOT}/living").status_code == 404
    run_waiting(only=rerun_case_job)
    living = machine.get(f"{ROOT}/living").json()
    assert living["is_current"] is True
    assert living["result"]["through"] == "2026-03"
    first = machine.get(f"{ROOT}/living/offer.fee?limit=3").json()
    rest = machine.get(f"{ROOT}/living/offer.fee?after={first['next']}").json()
    amounts = [row["amount"] for row in [*first["items"], *rest["items"]]]
    assert amounts == ["95.00", "95.00", "95.00", "-95.00", "190.00"]
    assert rest["next"] is None
    read = machine.get(f"{ROOT}/actuals").json()
    assert (read["total"], read["unmapped"]) == ("392.34", {"4990": "12.34"})


def test_a_program_replaces_and_withdraws(cast: Cast, machine: Client) -> None:
    lived_case(cast)
    wrong = ActualsFile.objects.get(file__original_name="ledger.csv")
    given = give(machine, LEDGER + "\n", replaces=wrong.pk).json()["file"]
    withdrawn = machine.post(
        f"{ROOT}/actuals/{given['id']}/withdrawal",
        json.dumps({"reason": "Another year"}),
        content_type="application/json",
    )
    assert withdrawn.status_code == 204
    states = [file["state"] for file in machine.get(f"{ROOT}/actuals").json()["files"]]
    assert sorted(states) == ["counts", "withdrawn", "withdrawn"]
    asked = machine.post(f"{ROOT}/living?through=2026-02")
    assert asked.status_code == 202
    assert asked.json()["job"]


def test_what_a_program_writes_wrong_is_said(cast: Cast, machine: Client) -> None:
    lived_case(cast)
    assert "control:" in give(machine, LEDGER + "\n", control="1,5").json()["detail"]
    address = f"{ROOT}/actuals/mapping?expected_number=1"
    refused = machine.put(address, b"\xff", content_type="application/yaml")
    assert "not UTF-8" in refused.json()["detail"]
    assert machine.get(f"{ROOT}/living/offer.fees").status_code == 404


def run(cast: Cast, *arguments: str) -> Result:
    email = cast.people[Role.FINANCE].email
    return CliRunner().invoke(case, [*arguments, "--as", email])


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, text in (("m.yaml", MAPPING), ("ledger.csv", LEDGER), ("people.csv", PEOPLE)):
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_the_command_line_maps_gives_lists_and_runs_again(cast: Cast, files: Path) -> None:
    signed_case(cast)
    mapped = run(cast, "actuals", "mapping", "SIGNED", str(files / "m.yaml"))
    assert mapped.output == "Mapping 1 of SIGNED is kept, and counts for every file.\n"
    given = run(cast, "actuals", "give", "SIGNED", str(files / "ledger.csv"), "--control", "392.34")
    key = ActualsFile.objects.get().pk
    assert given.output == f"File {key} counts: 6 of 6 rows.\n"
    again = run(cast, "actuals", "give", "SIGNED", str(files / "ledger.csv"))
    assert "Nothing changed: ledger.csv is in already" in again.output
    listed = run(cast, "actuals", "list", "SIGNED", "--format", "json")
    [row] = json.loads(listed.stdout)
    assert (row["name"], row["state"], row["control"]) == ("ledger.csv", "counts", "392.34 EUR")
    ran = json.loads(run(cast, "rerun", "SIGNED", "--through", "2026-02").stdout)
    assert ran["result"]["through"] == "2026-02"
    withdrawn = run(cast, "actuals", "withdraw", "SIGNED", str(key), "--reason", "Wrong year")
    assert withdrawn.output == f"File {key} counts no more.\n"


def test_the_command_line_says_what_it_could_not_use(cast: Cast, files: Path) -> None:
    lived_case(cast)
    other = files / "other.csv"
    other.write_text(LEDGER + "31-4-2026;4310;41;x;1,00\n", "utf-8")
    given = run(
        cast, "actuals", "give", "SIGNED", str(other), "--replaces",
        str(ActualsFile.objects.get(file__original_name="ledger.csv").pk),
    )  # fmt: skip
    assert "6 of 7 rows." in given.output
    assert "row 8, Day: “31-4-2026” is no day written as YYYY-MM-DD." in given.stderr
    refused = run(cast, "actuals", "give", "SIGNED", str(other), "--control", "x")
    assert "--control:" in str(refused.exception)

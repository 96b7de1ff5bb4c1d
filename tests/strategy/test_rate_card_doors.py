"""Rate cards by the API and the command line: the same commands as the pages."""

import json

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from directory.cast import Cast
from machine import machine_of
from retained.directory.engine.roles import Role
from retained.project.command_line.rates import rates
from retained.strategy.models import BusinessCase, RateCard
from strategy.test_rate_card_pages import FAULTY

CARDS = "/api/v1/rate-cards"
MAPPING = """
schema: retained/rate-card/1
source: Rate card of Osprey
on: 2026-03-01
currency: EUR
unit: hour
columns: {role: Role, level: Level, amount: Price}
prior: false
"""
CARD = "Role|Level|Price\nEngineer|Senior|90\nEngineer|Junior|60\nArchitect|Senior|120\n"


@pytest.fixture
def machine(cast: Cast) -> Client:
    return machine_of(cast.people[Role.FINANCE])


def sent(machine: Client, content: str, mapping: str = MAPPING, **more: str) -> tuple[int, dict]:  # type: ignore[type-arg] # JSON
    file = SimpleUploadedFile("card.csv", content.encode())
    answer = machine.post(CARDS, {"file": file, "mapping": mapping, **more})
    return answer.status_code, answer.json()


def test_a_card_comes_in_once_and_is_read_again(machine: Client) -> None:
    status, told = sent(machine, CARD)
    assert (status, told["is_new"], told["card"]["reference"]) == (201, True, "rate-card-of-osprey")
    assert sent(machine, CARD)[0] == 200
    [listed] = machine.get(CARDS).json()["items"]
    assert (listed["rates"], listed["state"], listed["version"]) == (3, "in force", 1)
    card = machine.get(f"{CARDS}/rate-card-of-osprey").json()
    assert card["by_level"][0] == {
        "name": "Senior", "count": 2, "low": "93.00", "middle": "105.00", "high": "117.00",
    }  # fmt: skip
    assert "Rate card of Osprey" in card["mapping"]
    page = machine.get(f"{CARDS}/rate-card-of-osprey/rates?words=engineer&limit=1").json()
    assert (page["items"][0]["amount"], page["next"]) == ("90", 2)
    rest = machine.get(f"{CARDS}/rate-card-of-osprey/rates?words=engineer&after=2").json()
    assert ([one["row"] for one in rest["items"]], rest["next"]) == ([3], None)


def test_a_mapping_may_be_left_to_the_headings(machine: Client) -> None:
    status, told = sent(machine, CARD.replace("Price", "Price EUR per hour"), mapping="")
    assert status == 201, told
    assert (told["card"]["currencies"], told["card"]["reference"]) == ("EUR", "card")


def test_every_fault_is_said_and_nothing_kept_unless_rows_are_left_out(machine: Client) -> None:
    status, told = sent(machine, CARD + "|Senior|dear\n")
    assert status == 422
    assert [(one["row"], one["field"]) for one in told["remarks"]] == [(5, "Role"), (5, "Price")]
    assert not RateCard.objects.exists()
    assert sent(machine, CARD + "|Senior|dear\n", leave_out="true")[1]["card"]["left_out"] == 1
    assert sent(machine, CARD, mapping=MAPPING.replace("Price", "Cost"))[0] == 422
    assert sent(machine, CARD, mapping="schema: other")[0] == 422


def test_an_assumption_is_made_in_a_case(machine: Client, case: BusinessCase) -> None:
    sent(machine, CARD)
    told = machine.get(f"{CARDS}/rate-card-of-osprey/assumption?level=senior&shape=median").json()
    assert (told["value"], told["unit"]) == ("105", "EUR an hour")
    body = {"card": "rate-card-of-osprey", "role": "engineer", "shape": "seen", "name": "rate",
            "expected_version": case.version}  # fmt: skip
    url = f"/api/v1/cases/{case.reference}/assumptions-from-rates"
    made = machine.post(url, json.dumps(body), "application/json")
    assert made.status_code == 201, made.content
    assert made.json()["assumption"]["seen"] == ["60", "90"]
    assert made.json()["version"] == 2
    assert machine.post(url, json.dumps(body), "application/json").status_code == 422  # it is there
    again = body | {"replace": True, "shape": "middle"}
    assert machine.post(url, json.dumps(again), "application/json").status_code == 409
    gone = machine.post(f"{CARDS}/rate-card-of-osprey/withdrawal", '{"reason": "Wrong"}',
                        "application/json")  # fmt: skip
    assert gone.status_code == 204
    assert machine.get(CARDS).json() == {"items": [], "next": None}
    late = machine.get(f"{CARDS}/rate-card-of-osprey/assumption")
    assert "superseded or withdrawn" in late.json()["detail"]


def test_the_command_line_keeps_lists_uses_and_withdraws(cast: Cast, tmp_path) -> None:  # type: ignore[no-untyped-def] # pytest's path
    (tmp_path / "card.csv").write_text(FAULTY, "utf-8")
    (tmp_path / "mapping.yaml").write_text(
        "{schema: retained/rate-card/1, source: Schedule, on: 2026-03-01, currency: USD,"
        " dates: month/day/year, columns: {role: SERVICE PROPOSED (e.g. Job Title/Task),"
        ' unit: "UNIT OF ISSUE (e.g. Hour, Task, Sq ft)", valid_from: CONTRACT START DATE,'
        " valid_to: CONTRACT END DATE, amount: PRICE OFFERED TO GSA (including IFF)}}",
        "utf-8",
    )
    by = ("--as", cast.people[Role.FINANCE].email)
    asked = ["keep", str(tmp_path / "card.csv"), "--mapping", str(tmp_path / "mapping.yaml"), *by]
    refused = CliRunner().invoke(rates, asked)
    assert refused.exit_code == 1
    assert "“Task” is no unit" in refused.output
    assert CliRunner().invoke(rates, [*asked, "--leave-out"]).exit_code == 0
    listed = CliRunner().invoke(rates, ["cards", "--format", "json", *by])
    assert json.loads(listed.stdout)[0]["left_out"] == 2
    made = CliRunner().invoke(rates, ["assume", "schedule", "--role", "network", *by])
    assert "USD an hour" in made.stdout
    gone = CliRunner().invoke(rates, ["withdraw", "schedule", "--reason", "Old", *by])
    assert (gone.exit_code, gone.stdout) == (0, "Schedule is withdrawn.\n")

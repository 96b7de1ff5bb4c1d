"""The portfolio by its other doors: the API and the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from machine import machine_of
from retained.directory.models import Organisation, Person
from retained.files.models import StoredFile
from retained.project.command_line.business_functions import business_function
from retained.project.command_line.functions import function as function_group
from retained.strategy.engine.own_or_buy import Question
from retained.strategy.models import BusinessFunction, ItFunction
from retained.strategy.queries.portfolio import newest_version
from strategy.portfolio.conftest import MakePerson
from strategy.portfolio.function_texts import SERVICE_DESK, function

pytestmark = pytest.mark.django_db

API = "/api/v1"
ANSWERS = {question.value: 1 for question in Question}


@pytest.fixture
def machine(lead: Person) -> Client:
    return machine_of(lead)


def put(machine: Client, url: str, text: str) -> tuple[int, dict[str, object]]:
    answer = machine.put(f"{API}{url}", text, content_type="application/yaml")
    return answer.status_code, answer.json()


def test_a_function_is_added_read_changed_and_retired(
    machine: Client, payments: BusinessFunction
) -> None:
    made = machine.post(f"{API}/functions", SERVICE_DESK, content_type="application/yaml")
    assert made.status_code == 201, made.json()
    assert made.json()["crossing_hand_offs"] == 2
    assert [one["people"] for one in made.json()["retained_teams"]] == ["1"]
    changed = SERVICE_DESK.replace("Jeroen Kuipers", "Femke de Boer")
    assert put(machine, "/functions/service-desk?expected_version=1", changed)[0] == 200
    assert put(machine, "/functions/service-desk?expected_version=1", SERVICE_DESK)[0] == 409
    [row] = machine.get(f"{API}/functions").json()["items"]
    assert (row["owner"], row["people"], row["way"]) == ("Femke de Boer", "22.5", None)
    yaml = machine.get(f"{API}/functions/service-desk/function.yaml?version=1").content.decode()
    assert "Jeroen Kuipers" in yaml
    assert len(machine.get(f"{API}/functions/service-desk/versions").json()) == 2
    sent = {"reason": "Gone", "expected_version": 2}
    retired = machine.post(f"{API}/functions/service-desk/retire", sent, "application/json")
    assert retired.json()["retired"] is True
    back = machine.post(
        f"{API}/functions/service-desk/bring-back", {"expected_version": 3}, "application/json"
    )
    assert back.json()["retired"] is False


def test_every_remark_comes_at_once(machine: Client) -> None:
    wrong = SERVICE_DESK.replace("number: 20", "number: many").replace("way: partner", "way: hope")
    answer = machine.post(f"{API}/functions", wrong, content_type="application/yaml")
    assert answer.status_code == 422
    assert {one["field"] for one in answer.json()["remarks"]} == {
        "people.0.number", "options.handed_out.way",
    }  # fmt: skip


def test_answers_give_advice_and_a_what_if_gives_other(machine: Client, desk: ItFunction) -> None:
    url = f"{API}/functions/service-desk"
    assert machine.get(f"{url}/advice").json()["way"] is None
    given = machine.post(f"{url}/appraisals", {"answers": ANSWERS}, "application/json")
    assert (given.status_code, given.json()["way"]) == (201, "contract")
    asked = machine.get(f"{url}/advice?edge=4&knowledge=4&capability=4").json()
    assert (asked["way"], asked["answered"]) == ("keep", 1)
    [sheet] = machine.get(f"{url}/appraisals").json()
    assert sheet["answers"] == ANSWERS
    few = machine.post(f"{url}/appraisals", {"answers": {"edge": 1}}, "application/json")
    assert few.status_code == 422


def test_a_list_and_the_catalogue_are_taken_in(machine: Client) -> None:
    def send(text: str, **more: str) -> object:
        file = SimpleUploadedFile("list.csv", text.encode())
        return machine.post(f"{API}/function-lists", {"file": file, **more})

    done = send("Thing;FTE;Role\nNetworks;2;Engineer\n", mapping='{"title": "Thing"}')
    assert done.json() == {"added": 1, "changed": 0, "same": 0}  # type: ignore[attr-defined]
    refused = send("IT function;FTE;Role\nHosting;many;Engineer\n")
    assert refused.status_code == 422  # type: ignore[attr-defined]
    assert refused.json()["remarks"][0]["row"] == 2  # type: ignore[attr-defined]
    assert StoredFile.objects.count() == 1
    sent = {"references": ["testing"]}
    taken = machine.post(f"{API}/function-catalogue", sent, "application/json")
    assert taken.json() == ["applications", "testing"]
    assert len(machine.get(f"{API}/function-catalogue").json()) > 20


def test_business_functions_have_the_same_door(machine: Client) -> None:
    sent = {"reference": "payments", "title": "Payments", "criticality": "vital"}
    url = f"{API}/business-functions"
    assert machine.post(url, sent, "application/json").status_code == 201
    changed = {**sent, "criticality": "high", "version": 1}
    assert machine.put(f"{url}/payments", changed, "application/json").json()["version"] == 2
    state = {"retired": True, "version": 2}
    assert machine.post(f"{url}/payments/state", state, "application/json").json()["retired"]
    assert [one["reference"] for one in machine.get(url).json()["items"]] == ["payments"]


def test_a_provider_s_machine_finds_nothing(
    desk: ItFunction, brightdesk: Organisation, person: MakePerson
) -> None:
    machine = machine_of(person("account_manager", of=brightdesk))
    for url in ("/functions", "/functions/service-desk", "/functions/service-desk/advice"):
        assert machine.get(f"{API}{url}").status_code == 404


def run(lead: Person, *arguments: str) -> Result:
    name, *rest = arguments
    ended = CliRunner().invoke(function_group, [name, "--as", lead.email, *rest])
    assert ended.exit_code == 0, f"{ended.output}{ended.exception}"
    return ended


def test_the_command_line_adds_lists_moves_and_exports(
    lead: Person, payments: BusinessFunction, tmp_path: Path
) -> None:
    desk, top = tmp_path / "desk.yaml", tmp_path / "top.yaml"
    desk.write_text(SERVICE_DESK, "utf-8")
    top.write_text(function("users"), "utf-8")
    run(lead, "add", str(top))
    run(lead, "add", str(desk))
    run(lead, "move", "service-desk", "--below", "users")
    listed = json.loads(run(lead, "list", "--format", "json").stdout)
    assert [(one["reference"], one["depth"]) for one in listed] == [
        ("users", 0), ("service-desk", 1),
    ]  # fmt: skip
    assert "  Service desk" in run(lead, "list").stdout
    assert "between client and provider" in run(lead, "show", "service-desk").stdout
    exported = run(lead, "export", "service-desk").stdout
    desk.write_text(exported.replace("Jeroen", "Joost"), "utf-8")
    run(lead, "change", str(desk), "--note", "Joost")
    assert newest_version(ItFunction.objects.get(reference="service-desk")).number == 3
    run(lead, "retire", "service-desk", "--reason", "Gone")
    run(lead, "bring-back", "service-desk")
    assert "security-operations" in run(lead, "take").stdout
    run(lead, "take", "testing")


def test_the_command_line_appraises_and_advises(lead: Person, desk: ItFunction) -> None:
    run(lead, "appraise", "service-desk", *(f"{question}=1" for question in Question))
    told = run(lead, "advice", "service-desk").stdout
    assert "contract" in told
    [row] = json.loads(
        run(lead, "advice", "service-desk", "--if", "edge=4", "--if", "knowledge=4",
            "--format", "json").stdout
    )  # fmt: skip
    assert row["way"] == "partner"
    wrong = CliRunner().invoke(
        function_group, ["appraise", "--as", lead.email, "service-desk", "edge=9"]
    )
    assert wrong.exit_code == 1


def test_the_command_line_takes_a_list_in_or_says_every_remark(
    lead: Person, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Thing;FTE;Role\nNetworks;2;Engineer\n", "utf-8")
    assert "1 added" in run(lead, "import", str(path), "--column", "title=Thing").stdout
    path.write_text("IT function;FTE;Role\nHosting;many;A\nTesting;few;A\n", "utf-8")
    ended = CliRunner().invoke(function_group, ["import", "--as", lead.email, str(path)])
    assert ended.exit_code == 1
    assert ended.stderr.count("is not a number") == 2


def test_files_are_checked_without_a_database(tmp_path: Path) -> None:
    path = tmp_path / "desk.yaml"
    path.write_text(SERVICE_DESK.replace("way: partner", "way: hope"), "utf-8")
    refused = CliRunner().invoke(function_group, ["check", str(path)])
    assert refused.exit_code == 1
    assert "desk.yaml, row" in refused.stderr
    path.write_text(function("testing"), "utf-8")
    assert "Nobody owns" in CliRunner().invoke(function_group, ["check", str(path)]).stdout


def test_business_functions_are_kept_from_the_command_line(lead: Person) -> None:
    def act(*arguments: str) -> str:
        name, *rest = arguments
        ended = CliRunner().invoke(business_function, [name, "--as", lead.email, *rest])
        assert ended.exit_code == 0, ended.output
        return ended.output

    act("add", "payments", "Payments", "--criticality", "vital", "--recovery-time", "120")
    act("change", "payments", "--criticality", "high", "--recovery-point", "0")
    act("retire", "payments")
    act("bring-back", "payments")
    [row] = json.loads(act("list", "--format", "json"))
    assert (row["criticality"], row["recovery_time_minutes"], row["recovery_point_minutes"]) == (
        "high", 120, 0,
    )  # fmt: skip

"""Months, statements, exclusions and credits by API and command line."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from django.test import Client

from delivery.conftest import Story
from delivery.months_closed import WHY, account_manager_of, lead_of, sent
from directory.cast import CANARY
from retained.delivery.models import CreditClaim, MonthClose
from retained.directory.commands.tokens import make_token
from retained.directory.models import ApiToken, Person
from retained.project.command_line.credits import credits_group
from retained.project.command_line.exclusions import exclusion
from retained.project.command_line.months import month
from retained.shared import clock
from retained.shared.errors import DomainError

API = "/api/v1"


@pytest.fixture
def machine() -> Callable[[Person], Client]:
    """A client that sends a token of somebody."""

    def of(person: Person) -> Client:
        issued = make_token(
            name=f"machine of {person}",
            scope=ApiToken.Scope.WRITE,
            life=timedelta(days=7),
            by=person,
            at=clock.now(),
        )
        return Client(headers={"Authorization": f"Bearer {issued.secret}"})

    return of


def post(client: Client, path: str, **values: object) -> Any:
    return client.post(f"{API}{path}", json.dumps(values), content_type="application/json")


def test_a_month_is_closed_by_machines(story: Story, machine: Callable[[Person], Client]) -> None:
    jeroen, femke = machine(story.manager), machine(lead_of(story))
    [october, *_] = [
        row for row in jeroen.get(f"{API}/agreements/AG-7/months").json()
        if row["month"] == "2026-10"
    ]  # fmt: skip
    urgent = october["figures"][0]
    assert (urgent["met"], urgent["attained"], urgent["reported"]) == (213, "88.75", "95.42")
    refused = post(jeroen, "/agreements/AG-7/months/2026-10/check")
    assert (refused.status_code, "is missing" in refused.json()["detail"]) == (422, True)
    made = post(jeroen, "/agreements/AG-7/months/2026-10/check", reason=WHY)
    assert made.status_code == 201
    path, version = "/statements/AG-7/2026-10/1", made.json()["version"]
    assert post(jeroen, f"{path}/confirm", version=version).status_code == 422
    assert post(femke, f"{path}/confirm", version=version + 5).status_code == 409
    assert post(femke, f"{path}/confirm", version=version).json()["state"] == "confirmed"
    assert post(jeroen, f"{path}/send", version=version + 1).json()["answer_due"] == "2026-11-19"
    document = femke.get(f"{API}{path}").json()
    assert document["credits"]["owed_minor"] == 1_104_000
    [credit] = femke.get(f"{API}/credits?state=due").json()
    claimed = post(femke, f"/credits/{credit['id']}/claim", version=credit["version"])
    assert claimed.json()["state"] == "claimed"


def test_tickets_are_paged_by_number(story: Story, machine: Callable[[Person], Client]) -> None:
    client, path = machine(story.manager), f"{API}/agreements/AG-7/months/2026-10/tickets/urgent"
    seen, after = [], ""
    while True:
        page = client.get(f"{path}?limit=100&after={after}").json()
        seen += [row["ticket"] for row in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert len(seen) == 240
    assert len(set(seen)) == 240
    assert client.get(f"{path[:-6]}nothing").status_code == 404


def test_a_provider_by_api_sees_its_own_and_what_was_sent(
    story: Story, machine: Callable[[Person], Client]
) -> None:
    sent(story)
    priya, rita = machine(account_manager_of(story)), machine(story.cast.rival)
    assert [row["month"] for row in priya.get(f"{API}/statements").json()] == ["2026-10"]
    assert rita.get(f"{API}/statements").json() == []
    assert rita.get(f"{API}/statements/AG-7/2026-10/1").status_code == 404
    assert priya.get(f"{API}/agreements/AG-7/months").status_code == 404
    asked = post(
        priya, "/agreements/AG-7/exclusions", service_level="urgent", ticket="INC-10001",
        month="2026-01", reason="Flood",
    )  # fmt: skip
    assert asked.status_code == 201
    key, version = asked.json()["id"], asked.json()["version"]
    own = post(priya, f"/exclusions/{key}/answer", agreed=True, version=version)
    assert (own.status_code, "other side" in own.json()["detail"]) == (422, True)
    assert post(rita, f"/exclusions/{key}/answer", agreed=True, version=1).status_code == 404
    assert CANARY not in priya.get(f"{API}/exclusions").content.decode()


def run(command: click.Command, *arguments: object) -> Result:
    return CliRunner().invoke(command, [str(one) for one in arguments])


def test_a_month_is_closed_from_the_command_line(story: Story, tmp_path: Path) -> None:
    jeroen, femke = ("--as", story.manager.email), ("--as", lead_of(story).email)
    refused = run(month, "close", "AG-7", "2026-10", *jeroen)
    assert isinstance(refused.exception, DomainError)
    result = run(month, "close", "AG-7", "2026-10", "--reason", WHY, *jeroen, "--format", "json")
    assert json.loads(result.stdout)[0]["owed"] == "11040.00"
    assert isinstance(run(month, "confirm", "AG-7", "2026-10", *jeroen).exception, DomainError)
    assert "confirmed" in run(month, "confirm", "AG-7", "2026-10", *femke).stdout
    assert "2026-11-19" in run(month, "send", "AG-7", "2026-10", *jeroen).stdout
    for form, begins in (("pdf", b"%PDF"), ("xlsx", b"PK"), ("json", b"{"), ("csv", b"\xef\xbb")):
        path = tmp_path / f"statement.{form}"
        done = run(month, "statement", "AG-7", "2026-10", "--to", path, *jeroen)
        assert done.exit_code == 0, done.output
        assert path.read_bytes().startswith(begins)
    frozen = (tmp_path / "statement.json").read_bytes()
    assert hashlib.sha256(frozen).hexdigest() == MonthClose.objects.get().sha256
    assert "88.75" in run(month, "statement", "AG-7", "2026-10", *jeroen).stdout
    done = run(month, "pack", "AG-7", "2026-10", "--to", tmp_path / "pack.zip", *jeroen)
    assert done.exit_code == 0, done.output
    nothing = run(month, "send", "AG-7", "2026-09", *jeroen)
    assert "close the month first" in str(nothing.exception)


def test_credits_and_exclusions_from_the_command_line(story: Story) -> None:
    sent(story)
    femke = ("--as", lead_of(story).email)
    credit = CreditClaim.objects.get()
    assert "11040.00" in run(credits_group, "list", *femke).stdout
    assert "claimed" in run(credits_group, "claim", credit.pk, *femke).stdout
    wrong = run(credits_group, "receive", credit.pk, "--note", "C", "--amount", "many", *femke)
    assert "is not an amount" in str(wrong.exception)
    came = run(credits_group, "receive", credit.pk, "--note", "C", "--amount", "11040", *femke)
    assert "received" in came.stdout
    values = ("--service-level", "urgent", "--month", "2026-01", "--reason", "Flood")
    asked = run(exclusion, "ask", "AG-7", "INC-10001", *values, *femke, "--format", "json")
    key = json.loads(asked.stdout)[0]["id"]
    priya = ("--as", account_manager_of(story).email)
    assert "agreed" in run(exclusion, "answer", key, "--agree", *priya).stdout
    assert "INC-10001" in run(exclusion, "list", *femke).stdout

"""Agreements over the JSON API, by token."""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from contracts.agreement_texts import BRIGHTDESK, CORVALE
from retained.contracts import queries
from retained.contracts.engine.reading import read_agreement
from retained.contracts.models import Agreement
from retained.directory.commands.tokens import make_token
from retained.directory.models import ApiToken, Organisation, Person
from retained.shared import clock

pytestmark = pytest.mark.django_db
YAML = "application/yaml"


@pytest.fixture
def machine(at: datetime) -> Iterator[Callable[..., Client]]:
    """A client that sends a token of somebody."""

    def of(person: Person, scope: ApiToken.Scope = ApiToken.Scope.WRITE) -> Client:
        issued = make_token(
            name="machine", scope=scope, life=timedelta(days=7), by=person, at=clock.now()
        )
        return Client(headers={"Authorization": f"Bearer {issued.secret}"})

    with clock.held_at(at):
        yield of


def test_agreements_are_listed_and_read(
    agreement: Agreement, other_agreement: Agreement, lead: Person, machine: Callable[..., Client]
) -> None:
    client = machine(lead)
    first = client.get("/api/v1/agreements?limit=1").json()
    rest = client.get(f"/api/v1/agreements?after={first['next']}").json()
    assert [row["reference"] for row in (*first["items"], *rest["items"])] == ["AG-2", "AG-7"]
    assert first["items"][0]["term"]["notice_on"] == "2026-12-30"
    read = client.get("/api/v1/agreements/AG-7").json()
    assert (read["version"], read["expected_version"]) == (1, 1)
    assert "waiting for us does not count" in read["service_levels"][0]["sentence"]
    assert read["document"]["reference"] == "AG-7"


def test_an_export_can_be_sent_back_as_it_is(
    agreement: Agreement, lead: Person, machine: Callable[..., Client]
) -> None:
    text = machine(lead).get("/api/v1/agreements/AG-7/agreement.yaml").content.decode()
    assert read_agreement(text) == read_agreement(BRIGHTDESK)


@pytest.mark.parametrize("as_json", [False, True])
def test_an_agreement_is_registered_as_yaml_or_json(
    corvale: Organisation, lead: Person, machine: Callable[..., Client], as_json: bool
) -> None:
    body = json.dumps(read_agreement(CORVALE).as_document()) if as_json else CORVALE
    answer = machine(lead).post("/api/v1/agreements", body, content_type=YAML)
    assert (answer.status_code, answer.json()["reference"]) == (201, "AG-2")
    [version] = queries.versions(Agreement.objects.get())
    assert version.terms == read_agreement(CORVALE)


def test_a_new_version_is_put_once(
    agreement: Agreement, lead: Person, machine: Callable[..., Client]
) -> None:
    client = machine(lead)
    address = "/api/v1/agreements/AG-7?effective_from=2027-01-01&expected_version=1"
    body = BRIGHTDESK.replace("95 %", "96 %")
    answer = client.put(address, body, content_type=YAML)
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert answer.json()["expected_version"] == 2
    late = client.put(address, body.replace("96 %", "97 %"), content_type=YAML)
    assert late.status_code == 409
    assert queries.terms_in_force(agreement, date(2027, 1, 1)) == read_agreement(body)
    on = client.get("/api/v1/agreements/AG-7?on=2026-06-01").json()
    assert on["version"] == 1
    listed = client.get("/api/v1/agreements/AG-7/versions").json()
    assert [row["number"] for row in listed] == [1, 2]


def test_wrong_yaml_is_refused_with_every_remark(
    corvale: Organisation, lead: Person, machine: Callable[..., Client]
) -> None:
    body = CORVALE.replace("EUR", "EURO").replace("98 %", "98")
    answer = machine(lead).post("/api/v1/agreements", body, content_type=YAML)
    assert answer.status_code == 422
    assert [(one["line"], one["field"]) for one in answer.json()["remarks"]] == [
        (6, "currency"),
        (21, "service_levels.0.expected"),
    ]


def test_bytes_that_are_no_text_are_refused(
    corvale: Organisation, lead: Person, machine: Callable[..., Client]
) -> None:
    answer = machine(lead).post("/api/v1/agreements", b"\xff\xfe\x00", content_type=YAML)
    assert answer.status_code == 422
    assert "not UTF-8" in answer.json()["detail"]


def test_a_token_that_may_only_read_registers_nothing(
    corvale: Organisation, lead: Person, machine: Callable[..., Client]
) -> None:
    client = machine(lead, ApiToken.Scope.READ)
    assert client.post("/api/v1/agreements", CORVALE, content_type=YAML).status_code == 403
    assert not Agreement.objects.exists()


def test_a_rivals_agreement_is_not_there(
    agreement: Agreement,
    other_agreement: Agreement,
    brightdesk: Organisation,
    person: Callable[..., Person],
    machine: Callable[..., Client],
) -> None:
    client = machine(person("account_manager", of=brightdesk))
    for path in ("AG-2", "AG-2/versions", "AG-2/agreement.yaml"):
        assert client.get(f"/api/v1/agreements/{path}").status_code == 404
    assert len(client.get("/api/v1/agreements").json()["items"]) == 1

"""What machines can rely on at every address: one shape of refusals, and long lists in pages."""

import pytest
from django.test import Client

from directory.cast import Cast, make_cast, make_organisation
from machine import machine_of
from retained.directory.models import Organisation
from retained.project.api import api


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def machine(cast: Cast) -> Client:
    return machine_of(cast.administrator)


def test_what_cannot_be_read_is_refused_in_the_shape_of_every_refusal(machine: Client) -> None:
    asked = machine.get("/api/v1/organisations?limit=0")
    assert asked.status_code == 422
    assert asked.json() == {
        "detail": "“limit” in the query: input should be greater than or equal to 1."
    }
    sent = machine.post("/api/v1/goals", {"kind": "goal"}, "application/json")
    assert sent.status_code == 422
    said = sent.json()["detail"]
    assert set(sent.json()) == {"detail"}
    for name in ("name", "weight", "starts_on"):
        assert f"“{name}” in the body: field required." in said


def test_a_broken_rule_and_what_is_not_there_have_the_same_shape(machine: Client) -> None:
    goal = {"kind": "goal", "name": " ", "weight": 1, "starts_on": "2026-01-01"}
    for answer in (
        machine.post("/api/v1/goals", goal, "application/json"),
        machine.get("/api/v1/organisations/nowhere"),
        machine.post("/api/v1/goals", "{", "application/json"),
        Client().get("/api/v1/goals"),
    ):
        assert answer.status_code >= 400
        assert list(answer.json()) == ["detail"], answer.status_code
        assert isinstance(answer.json()["detail"], str)


def test_organisations_come_in_pages(cast: Cast, machine: Client) -> None:
    for number in range(4):
        make_organisation(f"Provider {number}", Organisation.Kind.PROVIDER)
    seen, after = [], ""
    while after is not None:
        page = machine.get("/api/v1/organisations", {"limit": 3, "after": after}).json()
        assert len(page["items"]) <= 3
        seen += [one["slug"] for one in page["items"]]
        after = page["next"]
    assert seen == sorted(Organisation.objects.values_list("slug", flat=True))


def test_every_list_is_paged_or_says_why_it_is_short(db: None) -> None:
    told = []
    for path, methods in api.get_openapi_schema()["paths"].items():
        asked = methods.get("get")
        if asked is None:
            continue
        content = asked["responses"].get(200, {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        names = {one["name"] for one in asked.get("parameters", [])}
        if schema.get("type") == "array" and not {"after", "limit"} <= names:
            told.append((path, "One list" in asked.get("description", "")))
    assert [path for path, says in told if not says] == []

"""A case begins by the API as by the page: answers in, a case and a first result out."""

import json

import pytest
from django.test import Client

from directory.cast import Cast
from machine import machine_of
from retained.directory.engine.roles import Role
from retained.strategy.models import BusinessCase
from strategy.engine.test_wizard import DESK, EXAMPLE

BEGIN = "/api/v1/case-beginnings"


@pytest.fixture
def machine(cast: Cast) -> Client:
    return machine_of(cast.people[Role.FINANCE])


def test_answers_give_a_first_result_and_a_case_that_can_be_kept(machine: Client) -> None:
    told = machine.post(BEGIN, EXAMPLE.read_bytes(), content_type="application/yaml")
    assert told.status_code == 200
    found = told.json()
    assert (found["cheapest"], found["draws"]) == ("improve", 10_000)
    assert found["headline"].startswith("Improve in-house: it saves")
    assert not BusinessCase.objects.exists()
    kept = machine.post("/api/v1/cases", found["document"], content_type="application/json")
    assert kept.status_code == 201
    assert BusinessCase.objects.get().reference == "service-desk-2026-01"


def test_what_is_wrong_with_the_answers_is_all_said(machine: Client) -> None:
    wrong = json.dumps(DESK | {"people": "many", "place": "moon"}, default=str)
    told = machine.post(BEGIN, wrong, content_type="application/json")
    assert told.status_code == 422
    assert told.json()["detail"] == "The answers give no case: 2 to mend."
    said = {one["field"]: one["sentence"] for one in told.json()["remarks"]}
    assert "“many” is not a number" in said["people"]
    assert "“moon” is not known here" in said["place"]


def test_a_term_of_many_years_gets_fewer_draws(machine: Client) -> None:
    long = DESK | {"term": {"from": "2026-01", "months": 120}}
    told = machine.post(BEGIN, json.dumps(long, default=str), content_type="application/json")
    assert told.json()["draws"] == 5_000


def test_who_may_not_change_cases_begins_none(cast: Cast) -> None:
    other = machine_of(cast.people[Role.SERVICE_MANAGER])
    assert other.post(BEGIN, b"{}", content_type="application/json").status_code in {403, 404}

"""A role limited to named agreements: given at every door, and what its holder then sees.

That it sees nothing else at any address, test_access_walk holds for every role of the client.
"""

from collections.abc import Callable

import pytest
from click.testing import CliRunner

from contracts.agreement_texts import BRIGHTDESK
from directory.cast import AT, Cast
from directory.conftest import Visitors
from machine import machine_of
from retained.contracts.commands import register_agreement
from retained.contracts.engine.reading import read_agreement
from retained.directory.engine.roles import Role
from retained.directory.models import Person
from retained.project.command_line.program import program


@pytest.fixture
def two(cast: Cast) -> Cast:
    """Two agreements: AG-1 with the first provider, AG-2 with the second."""
    for reference, provider in (("AG-1", cast.own), ("AG-2", cast.foreign)):
        text = BRIGHTDESK.replace("AG-7", reference)
        text = text.replace("provider: Brightdesk", f"provider: {provider.name}")
        register_agreement(read_agreement(text), by=cast.people[Role.LEGAL], at=AT)
    return cast


def reached(person: Person) -> set[str]:
    grants = Person.objects.get(pk=person.pk).grants
    return {grant.agreement_reference for grant in grants if grant.role == Role.FINANCE}


def test_a_persons_page_offers_the_agreements_and_limits_the_role(
    two: Cast, browser_of: Visitors
) -> None:
    person, browser = two.people[Role.LEGAL], browser_of(two.administrator)
    address = f"/directory/people/{person.actor_key}/"
    page = browser.get(address).content.decode()
    assert "Only for these agreements" in page
    assert 'value="AG-1"' in page
    answer = browser.post(f"{address}grant/", {"role": "finance", "agreements": ["AG-1"]})
    assert answer.status_code == 302
    assert reached(person) == {"AG-1"}
    assert "Finance of AG-1" in browser.get(address).content.decode()


def test_a_provider_s_people_are_offered_only_what_it_signed(
    two: Cast, browser_of: Visitors
) -> None:
    browser = browser_of(two.administrator)
    page = browser.get(f"/directory/people/{two.account_manager.actor_key}/").content.decode()
    assert 'value="AG-1"' in page
    assert 'value="AG-2"' not in page


def test_an_invitation_is_limited_on_its_page(two: Cast, browser_of: Visitors) -> None:
    page = browser_of(two.administrator).get("/directory/people/invite/").content.decode()
    assert 'value="AG-2"' in page


def test_many_agreements_are_named_by_their_references(
    cast: Cast, browser_of: Visitors, agreements_there: Callable[..., None]
) -> None:
    agreements_there(*(f"AG-{number}" for number in range(61)))
    person, browser = cast.people[Role.LEGAL], browser_of(cast.administrator)
    address = f"/directory/people/{person.actor_key}/"
    assert "References, a line each." in browser.get(address).content.decode()
    sent = {"role": "finance", "agreements": "AG-3\r\n AG-60 \r\n"}
    assert browser.post(f"{address}grant/", sent).status_code == 302
    assert reached(person) == {"AG-3", "AG-60"}
    wrong = browser.post(f"{address}grant/", sent | {"agreements": "AG-99"})
    assert wrong.status_code == 422
    assert "There is no agreement “AG-99”" in wrong.content.decode()


def test_api_and_command_line_limit_a_role_too_and_refuse_what_is_not_there(two: Cast) -> None:
    person, by = two.people[Role.LEGAL], two.administrator
    machine = machine_of(by)
    address = f"/api/v1/people/{person.actor_key}/roles"
    sent = {"role": "finance", "agreement": "AG-1"}
    assert machine.post(address, sent, "application/json").status_code == 200
    wrong = machine.post(address, sent | {"agreement": "AG-9"}, "application/json")
    assert wrong.status_code == 422
    assert "There is no agreement “AG-9”" in wrong.json()["detail"]
    grant = ["people", "grant", person.email, "--role", "finance", "--as", by.email, "--agreement"]
    assert CliRunner().invoke(program, [*grant, "AG-2"]).exit_code == 0
    assert CliRunner().invoke(program, [*grant, "AG-9"]).exit_code == 1
    assert reached(person) == {"AG-1", "AG-2"}


def test_a_limited_person_sees_only_these_agreements(two: Cast, browser_of: Visitors) -> None:
    person = two.people[Role.FINANCE]
    person.role_grants.update(agreement_reference="AG-1")
    browser, machine = browser_of(person), machine_of(person)
    listed = browser.get("/agreements/").content.decode()
    assert "AG-1" in listed
    assert "AG-2" not in listed
    assert browser.get("/agreements/AG-1/").status_code == 200
    assert browser.get("/agreements/AG-2/").status_code == 404
    found = machine.get("/api/v1/agreements").json()["items"]
    assert [one["reference"] for one in found] == ["AG-1"]
    assert machine.get("/api/v1/agreements/AG-2").status_code == 404
    shown = CliRunner().invoke(
        program, ["agreement", "list", "--as", person.email, "--format", "json"]
    )
    assert "AG-1" in shown.stdout
    assert "AG-2" not in shown.stdout
    assert "AG-2" not in browser.get("/search/?q=AG").content.decode()

"""Organisations, legal entities, sites and goals: who may change them, and what is refused."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from directory.cast import AT, Cast
from retained.audit.models import Entry
from retained.directory import access, sections
from retained.directory.commands import goals, organisations
from retained.directory.commands.goals import GoalDetails
from retained.directory.commands.organisations import (
    LegalEntityDetails,
    OrganisationDetails,
    SiteDetails,
)
from retained.directory.engine.roles import Role
from retained.directory.models import Organisation, Person
from retained.directory.queries import organisations as queries
from retained.directory.sections import Section
from retained.shared.errors import (
    ChangedMeanwhileError,
    DomainError,
    NotAllowedError,
    NotThereError,
)

LEI = "7LTWFZYICNSX8D621K86"


def test_the_chain_of_subcontractors_is_ranked(cast: Cast) -> None:
    by = cast.administrator
    second = organisations.add_subcontractor(
        cast.own, OrganisationDetails("Nightshift"), by=by, at=AT
    )
    organisations.add_subcontractor(second, OrganisationDetails("Keyhole"), by=by, at=AT)
    links = queries.chain(cast.own).links
    assert [(link.rank, link.organisation.name, link.works_for) for link in links] == [
        (2, "Nightshift", "Brightdesk"),
        (3, "Keyhole", "Nightshift"),
    ]
    assert queries.chain(Organisation.objects.get(name="Keyhole")).rank == 3


def test_a_second_client_is_refused(cast: Cast) -> None:
    with pytest.raises(DomainError, match="has its client organisation already"):
        organisations.found_client(OrganisationDetails("Other"), by=cast.administrator, at=AT)


def test_an_identifier_belongs_to_one_legal_entity(cast: Cast) -> None:
    by = cast.administrator
    organisations.add_legal_entity(cast.own, LegalEntityDetails("One", LEI), by=by, at=AT)
    with pytest.raises(DomainError, match="has this identifier"):
        organisations.add_legal_entity(cast.foreign, LegalEntityDetails("Two", LEI), by=by, at=AT)


def test_two_companies_of_one_name_get_addresses_of_their_own(cast: Cast) -> None:
    by = cast.administrator
    made = [
        organisations.add_provider(OrganisationDetails(name), by=by, at=AT)
        for name in ("Über Netz", "Uber-Netz", "New")
    ]
    assert [one.slug for one in made] == ["uber-netz", "uber-netz-2", "new-2"]


def test_an_unknown_time_zone_is_refused(cast: Cast) -> None:
    with pytest.raises(DomainError, match="is no time zone"):
        organisations.add_site(
            cast.own, SiteDetails("Yard", "Europe/Atlantis"), by=cast.administrator, at=AT
        )


def test_of_two_who_save_an_organisation_the_second_is_told(cast: Cast) -> None:
    details, by = OrganisationDetails("Brightdesk II"), cast.administrator
    organisations.edit_organisation(cast.own, details, version=1, by=by, at=AT)
    with pytest.raises(ChangedMeanwhileError):
        organisations.edit_organisation(cast.own, details, version=1, by=by, at=AT)
    entries = Entry.objects.filter(verb="edited")
    assert entries.count() == 1
    assert "Brightdesk II" in entries.get().after


def test_who_may_not_edit_is_told_who_may(cast: Cast) -> None:
    with pytest.raises(NotAllowedError, match="Administrator, Sourcing lead"):
        organisations.add_provider(OrganisationDetails("New"), by=cast.people[Role.AUDITOR], at=AT)


def test_a_provider_knows_its_own_organisation_only(cast: Cast) -> None:
    assert list(access.organisations_to_read(cast.account_manager)) == [cast.own]
    with pytest.raises(NotThereError):
        access.organisation_to_read(cast.account_manager, cast.foreign.slug)
    assert list(access.people_to_read(cast.rival)) == [cast.rival]


def test_a_legal_person_adds_entities_and_no_providers(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.people[Role.LEGAL])
    page = reverse("legal_entity_new", args=[cast.own.slug])
    form = {"name": "Brightdesk BV", "lei": LEI.lower(), "country": "NL"}
    assert browser.post(page, form).status_code == 302
    assert cast.own.legal_entities.get(name="Brightdesk BV").lei == LEI
    assert browser.get(reverse("organisation_new")).status_code == 404


def test_a_mistyped_identifier_comes_back_with_the_form(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.administrator)
    form = {"name": "Brightdesk BV", "lei": LEI[:-1] + "7", "country": "NL"}
    answer = browser.post(reverse("legal_entity_new", args=[cast.own.slug]), form)
    assert answer.status_code == 422
    assert b"wrong check digits" in answer.content
    assert b"Brightdesk BV" in answer.content


def test_later_stages_add_sections_to_the_page_of_an_organisation(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def source(_person: Person, organisation: Organisation, _at: object) -> Section | None:
        is_own = organisation == cast.own
        return Section("Agreements of note", "pages/wordmark.html") if is_own else None

    monkeypatch.setattr(sections, "_sources", [source])
    browser = Client()
    browser.force_login(cast.administrator)
    shown = browser.get(reverse("organisation", args=[cast.own.slug]))
    assert b"Agreements of note" in shown.content
    other = browser.get(reverse("organisation", args=[cast.foreign.slug]))
    assert b"Agreements of note" not in other.content


def goal(name: str, weight: int, *, kind: str = "goal", ends_on: date | None = None) -> GoalDetails:
    return GoalDetails(kind, name, "", weight, date(2026, 1, 1), ends_on)


def test_the_shares_of_the_goals_in_force_add_up_to_one(cast: Cast) -> None:
    by = cast.people[Role.EXECUTIVE]
    for details in (
        goal("Lower cost", 30),
        goal("Faster help", 10),
        goal("Old aim", 60, ends_on=date(2026, 6, 1)),
        goal("Fair pay", 50, kind="value"),
    ):
        goals.add_goal(details, by=by, at=AT)
    rows = queries.goals(by, on=date(2026, 11, 9))
    shares = {row.goal.name: row.share for row in rows}
    assert shares == {
        "Lower cost": Decimal("0.75"),
        "Faster help": Decimal("0.25"),
        "Old aim": None,
        "Fair pay": Decimal(1),
    }


def test_a_goal_that_ends_before_it_starts_is_refused(cast: Cast) -> None:
    with pytest.raises(DomainError, match="after the start"):
        goal("Backwards", 10, ends_on=date(2026, 1, 1))


def test_a_goal_that_ends_before_it_starts_comes_back_with_the_form(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.administrator)
    form = {
        "kind": "goal",
        "name": "Backwards",
        "weight": "10",
        "starts_on": "2026-05-01",
        "ends_on": "2026-04-01",
    }
    answer = browser.post(reverse("goal_new"), form)
    assert answer.status_code == 422
    assert b"after the start" in answer.content

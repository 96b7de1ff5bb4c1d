"""People: roles by side, limits, closed accounts, and the last administrator."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from directory.cast import AT, Cast, make_organisation, make_person
from retained.audit.models import Entry, Text
from retained.directory import access
from retained.directory.commands import people
from retained.directory.engine.roles import Role
from retained.directory.models import Organisation, Person, RoleGrant
from retained.shared.errors import ChangedMeanwhileError, DomainError, NotAllowedError


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def test_a_role_acts_on_the_next_request(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.service_manager)
    page = reverse("person_invite")
    assert browser.get(page).status_code == 404
    grant = people.grant_role(
        fresh(cast.service_manager), Role.ADMINISTRATOR, by=cast.administrator, at=AT
    )
    assert browser.get(page).status_code == 200
    people.revoke_role(grant, by=cast.administrator, at=AT)
    assert browser.get(page).status_code == 404


def test_a_closed_account_ends_a_running_session_and_its_tokens_at_once(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.service_manager)
    assert browser.get(reverse("overview")).status_code == 200
    people.deactivate(cast.service_manager, by=cast.administrator, at=AT)
    answer = browser.get(reverse("overview"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_an_account_that_is_opened_again_does_not_revive_old_sessions(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.service_manager)
    people.deactivate(cast.service_manager, by=cast.administrator, at=AT)
    people.reactivate(fresh(cast.service_manager), by=cast.administrator, at=AT)
    assert browser.get(reverse("overview")).status_code == 302


def test_a_deactivated_person_may_nothing(cast: Cast) -> None:
    people.deactivate(cast.service_manager, by=cast.administrator, at=AT)
    assert not access.may(fresh(cast.service_manager), "read_directory")


def test_the_last_administrator_stays(cast: Cast) -> None:
    grant = RoleGrant.objects.get(person=cast.administrator)
    with pytest.raises(DomainError, match="last administrator"):
        people.revoke_role(grant, by=cast.administrator, at=AT)
    other = make_person(cast.client, "Second", role=Role.ADMINISTRATOR)
    people.deactivate(cast.administrator, by=other, at=AT)
    with pytest.raises(DomainError, match="your own account"):
        people.deactivate(other, by=other, at=AT)


def test_a_role_of_the_other_side_is_refused_with_what_to_do(cast: Cast) -> None:
    with pytest.raises(DomainError, match="belongs to Brightdesk"):
        people.grant_role(cast.account_manager, Role.FINANCE, by=cast.administrator, at=AT)


def test_the_database_itself_refuses_a_role_of_the_other_side(cast: Cast) -> None:
    for side in ("client", "provider"):
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleGrant.objects.create(
                person=cast.account_manager, role=Role.FINANCE, side=side, granted_at=AT
            )


def test_the_database_keeps_a_person_in_its_organisation(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=cast.account_manager.pk).update(organisation=cast.client)


def test_there_is_one_client_organisation(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_organisation("Another Bank", Organisation.Kind.CLIENT)


def test_a_role_is_held_once(cast: Cast) -> None:
    with pytest.raises(DomainError, match="holds this role already"):
        people.grant_role(cast.service_manager, Role.SERVICE_MANAGER, by=cast.administrator, at=AT)


def test_a_role_on_several_agreements_is_given_whole_or_not_at_all(
    cast: Cast, agreements_there: Callable[..., None]
) -> None:
    agreements_there("SD-2026", "NET-2024", "NEW-2027")
    person, by = cast.people[Role.LEGAL], cast.administrator
    people.grant_role_on(person, Role.FINANCE, ["SD-2026", "NET-2024"], by=by, at=AT)
    with pytest.raises(DomainError, match="already"):
        people.grant_role_on(person, Role.FINANCE, ["NEW-2027", "SD-2026"], by=by, at=AT)
    reached = fresh(person).grants
    assert {grant.agreement_reference for grant in reached} == {"", "SD-2026", "NET-2024"}


def test_administrators_and_auditors_cannot_be_limited(cast: Cast) -> None:
    for role in (Role.ADMINISTRATOR, Role.AUDITOR):
        with pytest.raises(DomainError, match="cannot be limited"):
            people.grant_role(
                cast.service_manager, role, agreement_reference="A", by=cast.administrator, at=AT
            )


def test_only_administrators_look_after_people(cast: Cast) -> None:
    others = [person for role, person in cast.people.items() if role is not Role.ADMINISTRATOR]
    for person in others:
        with pytest.raises(NotAllowedError):
            people.grant_role(cast.service_manager, Role.FINANCE, by=person, at=AT)


def test_of_two_who_save_a_person_the_second_is_told(cast: Cast) -> None:
    person = cast.service_manager
    people.edit_person(
        person, name="Vera", email=person.email, version=1, by=cast.administrator, at=AT
    )
    with pytest.raises(ChangedMeanwhileError, match="was changed by somebody else"):
        people.edit_person(
            person, name="Vero", email=person.email, version=1, by=cast.administrator, at=AT
        )
    assert fresh(person).name == "Vera"


def test_the_page_shows_the_newer_text_to_who_came_second(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.administrator)
    person = cast.service_manager
    page = reverse("person_edit", args=[person.actor_key])
    form = {"email": person.email, "version": 1}
    assert browser.post(page, {**form, "name": "Vera"}).status_code == 302
    answer = browser.post(page, {**form, "name": "Vero"})
    assert answer.status_code == 409
    assert b"Vera" in answer.content
    assert b"Vero" in answer.content


def test_names_and_addresses_stay_outside_the_chain(cast: Cast) -> None:
    people.edit_person(
        cast.service_manager,
        name="Vera Unmistakable",
        email="vera@lindenhof.example",
        version=1,
        by=cast.administrator,
        at=AT,
    )
    entry = Entry.objects.get(verb="edited")
    assert "Unmistakable" not in str(vars(entry))
    assert Text.objects.filter(entry_id=entry.pk, text="Vera Unmistakable").exists()


def test_a_person_is_known_by_one_address_in_any_case(cast: Cast) -> None:
    with pytest.raises(DomainError, match="is here already"):
        people.add_person(
            cast.client,
            email=cast.service_manager.email.upper(),
            name="Copy",
            by=cast.administrator,
            at=AT,
        )


@pytest.mark.parametrize("count", [3, 30])
def test_the_list_of_people_costs_the_same_however_long_it_is(
    cast: Cast, count: int, django_assert_max_num_queries: object
) -> None:
    for number in range(count):
        make_person(cast.client, f"Person {number}", role=Role.FINANCE)
    browser = Client()
    browser.force_login(cast.administrator)
    browser.get(reverse("people"))
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        assert browser.get(reverse("people")).status_code == 200

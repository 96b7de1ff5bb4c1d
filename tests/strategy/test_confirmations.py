"""Owners confirm assumptions by a click; others do so for them with a reason."""

import json

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, transaction
from django.test import Client

from directory.cast import AT, Cast, make_person
from machine import machine_of
from retained.audit.models import Entry
from retained.audit.unchanging import ImmutableRowError
from retained.directory.engine.roles import Role
from retained.directory.models import Person
from retained.project.command_line.program import program
from retained.shared.errors import ChangedMeanwhileError, DomainError, NotAllowedError
from retained.strategy.commands.case_runs import keep_run
from retained.strategy.commands.cases import change_case, create_case, sign_case
from retained.strategy.commands.confirmations import confirm_assumptions
from retained.strategy.engine.case_files import read_case
from retained.strategy.models import AssumptionConfirmation, BusinessCase
from retained.strategy.queries.cases import version_of
from retained.strategy.queries.confirmations import confirmed_in, standings_of
from strategy.case_texts import SURE

OWNED = SURE.replace("SURE", "OWNED").replace(
    "  fee: {value: 90, unit: EUR a month}\n",
    "  fee: {uniform: [80, 100], unit: EUR a month, prior: true,\n"
    "        owner: Security@Lindenhof-Bank.example}\n"
    "  team: {value: 100, owner: Service manager}\n"
    "  begin: {value: 30, owner: The works council}\n"
    "  spare: {value: 1}\n",
)
PAGE = "/cases/OWNED/confirm/"


@pytest.fixture
def owned(cast: Cast) -> BusinessCase:
    case = create_case(read_case(OWNED), by=cast.people[Role.FINANCE], at=AT)
    keep_run(version_of(case), draws=100_000, at=AT)
    return case


def seen_in(case: BusinessCase, *keys: str) -> dict[str, str]:
    found = {one.key: one.sha256 for one in standings_of(version_of(case))}
    return {key: found[key] for key in keys}


def ticked(case: BusinessCase, *keys: str) -> list[str]:
    return [f"{key}:{sha256}" for key, sha256 in seen_in(case, *keys).items()]


def browser_of(person: Person) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


def changed(case: BusinessCase, text: str, by: Person) -> None:
    change_case(case, read_case(text), note="", by=by, at=AT, expected_version=case.version)


def test_an_owner_confirms_by_address_or_by_name(owned: BusinessCase, cast: Cast) -> None:
    security, manager = cast.people[Role.SECURITY], cast.service_manager
    confirm_assumptions(owned, seen_in(owned, "fee"), by=security, at=AT)
    confirm_assumptions(owned, seen_in(owned, "team"), by=manager, at=AT)
    sentence = confirmed_in(version_of(owned)).sentence
    assert sentence == "2 of 4 confirmed by their owners, 2 open."
    entry = Entry.objects.filter(verb="confirmed", object_key="OWNED").earliest("pk")
    after = json.loads(entry.after)
    assert after == {"version": 1, "assumptions": seen_in(owned, "fee"), "on_behalf": []}


def test_what_is_changed_is_open_again_and_the_rest_stays_confirmed(
    owned: BusinessCase, cast: Cast
) -> None:
    confirm_assumptions(owned, seen_in(owned, "fee"), by=cast.people[Role.SECURITY], at=AT)
    confirm_assumptions(owned, seen_in(owned, "team"), by=cast.service_manager, at=AT)
    changed(owned, OWNED.replace("value: 100", "value: 101"), cast.people[Role.FINANCE])
    is_open = {one.key: one.is_open for one in standings_of(version_of(owned))}
    assert is_open == {"fee": False, "team": True, "begin": True, "spare": True}
    changed(owned, OWNED, cast.people[Role.FINANCE])
    assert not standings_of(version_of(owned))[1].is_open  # it says again what was confirmed


def test_who_does_not_own_it_confirms_for_the_owner_with_a_reason(
    owned: BusinessCase, cast: Cast
) -> None:
    finance, seen = cast.people[Role.FINANCE], seen_in(owned, "begin")
    with pytest.raises(DomainError, match="Say why you confirm “Begin” for the owner"):
        confirm_assumptions(owned, seen, by=finance, at=AT)
    confirm_assumptions(owned, seen, reason="By letter", by=finance, at=AT)
    one = standings_of(version_of(owned))[2]
    assert one.words == "confirmed by Finance on 9 November 2026, on behalf: By letter"
    with pytest.raises(DomainError, match="“Begin” is confirmed by Finance"):
        confirm_assumptions(owned, seen, reason="Again", by=finance, at=AT)


def test_nobody_else_confirms_what_others_own(owned: BusinessCase, cast: Cast) -> None:
    with pytest.raises(DomainError, match="You do not own “Fee”"):
        confirm_assumptions(
            owned, seen_in(owned, "fee"), reason="So", by=cast.people[Role.EXECUTIVE], at=AT
        )
    with pytest.raises(NotAllowedError):
        confirm_assumptions(owned, seen_in(owned, "fee"), by=cast.account_manager, at=AT)
    with pytest.raises(DomainError, match="“Spare” names no owner"):
        confirm_assumptions(
            owned, seen_in(owned, "spare"), reason="So", by=cast.people[Role.FINANCE], at=AT
        )
    assert not AssumptionConfirmation.objects.exists()


def test_a_name_that_two_people_have_is_nobodys(owned: BusinessCase, cast: Cast) -> None:
    twin = make_person(cast.client, "A twin", role=Role.AUDITOR)
    Person.objects.filter(pk=twin.pk).update(name="Service manager")
    with pytest.raises(DomainError, match="You do not own “Team”"):
        confirm_assumptions(owned, seen_in(owned, "team"), by=cast.service_manager, at=AT)


def test_nothing_is_confirmed_that_says_something_else_by_now(
    owned: BusinessCase, cast: Cast
) -> None:
    seen = seen_in(owned, "fee")
    changed(owned, OWNED.replace("[80, 100]", "[80, 120]"), cast.people[Role.FINANCE])
    with pytest.raises(ChangedMeanwhileError, match="“Fee” was changed"):
        confirm_assumptions(owned, seen, by=cast.people[Role.SECURITY], at=AT)


def test_a_frozen_case_keeps_what_had_been_confirmed(owned: BusinessCase, cast: Cast) -> None:
    run = keep_run(version_of(owned), at=AT)
    for role in (Role.FINANCE, Role.EXECUTIVE):
        sign_case(
            owned, run, chosen="offer", reasons="It pays", by=cast.people[role], at=AT,
            expected_version=owned.version,
        )  # fmt: skip
    with pytest.raises(DomainError, match="signed and frozen"):
        confirm_assumptions(owned, seen_in(owned, "fee"), by=cast.people[Role.SECURITY], at=AT)
    last = Entry.objects.filter(verb="signed", object_key="OWNED").latest("pk")
    told = json.loads(last.after)["confirmed"]
    assert told == "0 of 4 confirmed by their owners, 4 open."


def test_a_confirmation_is_never_changed(owned: BusinessCase, cast: Cast) -> None:
    [kept] = confirm_assumptions(owned, seen_in(owned, "team"), by=cast.service_manager, at=AT)
    with pytest.raises(ImmutableRowError, match="superseded"):
        kept.save()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        AssumptionConfirmation.objects.update(reason="Other")


def test_an_owner_finds_on_the_overview_what_waits_and_confirms_it(
    owned: BusinessCase, cast: Cast
) -> None:
    browser = browser_of(cast.people[Role.SECURITY])
    assert "Confirm an assumption of “All for sure”" in browser.get("/").text
    page = browser.get(PAGE).text
    assert "anything from 80 to 100" in page
    assert "Moves the saving by" in page
    assert "Begin" not in page  # who reads no cases sees its own assumptions alone
    assert browser.get("/cases/OWNED/").status_code == 404
    sent = browser.post(PAGE, {"seen": ticked(owned, "fee")}, follow=True)
    assert "Adopted by Security" in sent.text
    assert "Confirm an assumption" not in browser.get("/").text


def test_the_page_says_what_is_wrong_and_keeps_what_was_ticked(
    owned: BusinessCase, cast: Cast
) -> None:
    browser = browser_of(cast.people[Role.FINANCE])
    answers = {"seen": ticked(owned, "begin"), "for_others": "1"}
    sent = browser.post(PAGE, answers)
    assert (sent.status_code, "checked" in sent.text) == (422, True)
    assert browser.post(PAGE, {"for_others": "1", "reason": "So"}).status_code == 422
    assert browser.post(PAGE, {"seen": ["fee"]}).status_code == 422
    late = ["begin:" + "0" * 64]
    sent = browser.post(PAGE, {"seen": late, "for_others": "1", "reason": "So"})
    assert (sent.status_code, "says something else by now" in sent.text) == (409, True)
    sent = browser.post(PAGE, {**answers, "reason": "By letter"}, follow=True)
    assert "on behalf: By letter" in sent.text


def test_the_result_says_who_stands_behind_it(owned: BusinessCase, cast: Cast) -> None:
    confirm_assumptions(owned, seen_in(owned, "fee"), by=cast.people[Role.SECURITY], at=AT)
    browser = browser_of(cast.people[Role.FINANCE])
    for page in ("/cases/OWNED/", "/cases/OWNED/sign/"):
        text = browser.get(page).text
        assert "1 of 4 assumptions is a prior, not yours." in text
        assert "1 of 4 confirmed by their owners, 3 open." in text
        assert "Nobody is named" in text
    assert "adopted by Security" in browser.get("/cases/OWNED/terms/").text


def test_the_form_of_an_assumption_offers_the_people_of_the_client(
    owned: BusinessCase, cast: Cast
) -> None:
    browser = browser_of(cast.people[Role.FINANCE])
    form = browser.get("/cases/OWNED/assumptions/begin/").text
    assert "The works council, as written" in form
    assert cast.people[Role.LEGAL].email in form
    assert cast.account_manager.email not in form
    answers = {"kind": "value", "figures": "30", "version": owned.version}
    owner = cast.people[Role.LEGAL].email
    sent = browser.post("/cases/OWNED/assumptions/begin/", {**answers, "owner": owner})
    assert sent.status_code == 302
    assert "Confirm an assumption" in browser_of(cast.people[Role.LEGAL]).get("/").text


def test_by_the_api_an_owner_confirms_what_it_read(owned: BusinessCase, cast: Cast) -> None:
    machine = machine_of(cast.people[Role.SECURITY])
    [row] = machine.get("/api/v1/cases/OWNED/confirmations").json()
    assert (row["assumption"], row["state"], row["prior"]) == ("fee", "open", True)
    sent = machine.post(
        "/api/v1/cases/OWNED/confirmations",
        json.dumps({"assumptions": {"fee": row["sha256"]}}),
        content_type="application/json",
    )
    assert (sent.status_code, sent.json()[0]["state"]) == (201, "confirmed")
    assert machine_of(cast.people[Role.LEGAL]).get("/api/v1/cases/OWNED/confirmations").json()
    stranger = machine_of(cast.people[Role.ADMINISTRATOR])
    assert stranger.get("/api/v1/cases/OWNED/confirmations").status_code == 404


def test_on_the_command_line_an_owner_confirms_what_the_list_shows(
    owned: BusinessCase, cast: Cast
) -> None:
    own = ["OWNED", "--as", cast.people[Role.SECURITY].email]
    listed = CliRunner().invoke(program, ["case", "confirmations", *own, "--format", "json"])
    [row] = json.loads(listed.stdout)
    given = ["case", "confirm", *own, "--assumption", f"fee={row['sha256']}"]
    ended = CliRunner().invoke(program, given)
    assert ended.stdout == "1 of 4 confirmed by their owners, 3 open.\n"
    assert CliRunner().invoke(program, given).exit_code == 1  # confirmed already
    wrong = CliRunner().invoke(program, ["case", "confirm", *own, "--assumption", "fee"])
    assert "write it as fee=SHA256" in wrong.output

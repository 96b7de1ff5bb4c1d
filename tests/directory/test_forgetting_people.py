"""Forgetting a person: nothing that names it is left, and the record is whole."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from directory.cast import AT, Cast, make_person
from directory.conftest import Visitors
from retained.audit import chain
from retained.audit.models import Entry
from retained.audit.record import record
from retained.directory.commands import invitations, people
from retained.directory.commands.forgetting import forget_person
from retained.directory.commands.tokens import make_token
from retained.directory.engine.roles import Role
from retained.directory.models import ApiToken, Invitation, Person
from retained.directory.queries.forgetting import traces_of
from retained.directory.queries.people import FORMER, names_of
from retained.project.backup import rows
from retained.project.command_line.people import people as command
from retained.shared import clock
from retained.shared.errors import DomainError, NotAllowedError

NAME, EMAIL = "Wilhelmina Oortwijn", "w.oortwijn@lindenhof.example"
TRACES = ("wilhelmina", "oortwijn")

pytestmark = pytest.mark.django_db

sqlite_only = pytest.mark.skipif(
    "connection.vendor != 'sqlite'", reason="PostgreSQL overwrites when it vacuums"
)


@pytest.fixture
def person(cast: Cast, browser_of: Visitors) -> Person:
    """Somebody who was invited, came, signed in, wrote reasons and was written about."""
    guest = invitations.Guest(EMAIL, NAME, Role.SERVICE_MANAGER)
    link = invitations.invite(cast.client, guest, by=cast.administrator, at=clock.now())
    secret = link.url.rstrip("/").rsplit("/", 1)[1]
    found = invitations.accept_invitation(
        secret, name=NAME, password="four unrelated words here", at=clock.now()
    )
    browser_of(found).get("/")
    make_token(
        name="import", scope=ApiToken.Scope.READ, life=timedelta(days=7), by=found, at=clock.now()
    )
    write(by=found, reason="I was ill, Wilhelmina")
    return Person.objects.get(pk=found.pk)


def write(*, by: Person, reason: str = "") -> Entry:
    with transaction.atomic():
        return record("closed", ("month", "1", "October"), by=by, at=AT, reason=reason)


def everything() -> str:
    """Return every row of every table as text, in lower case."""
    target = io.BytesIO()
    for model in rows.tables():
        rows.write(model, target)
    return target.getvalue().decode().lower()


def test_nothing_that_names_the_person_is_left_and_the_chain_is_whole(
    cast: Cast, person: Person
) -> None:
    head = chain.head(AT)
    assert all(trace in everything() for trace in TRACES)
    blanked = forget_person(person, by=cast.administrator, at=clock.now())
    assert blanked == 3  # the address, invited and added; the reason
    assert [trace for trace in TRACES if trace in everything()] == []
    assert chain.verify(head).whole
    assert chain.verify(chain.head(AT)).whole


def test_what_it_did_stays_under_a_key(cast: Cast, person: Person, browser_of: Visitors) -> None:
    key, acts = person.actor_key, Entry.objects.filter(actor_key=person.actor_key).count()
    forget_person(person, reason="asked by letter", by=cast.administrator, at=clock.now())
    assert Entry.objects.filter(actor_key=key).count() == acts
    assert names_of([key, "system:schedule"]) == {key: FORMER}
    act = Entry.objects.latest("id")
    assert (act.verb, act.object_key, act.actor_key) == (
        "forgot", key, cast.administrator.actor_key,
    )  # fmt: skip
    page = browser_of(cast.administrator).get("/record/", {"person": key}).content.decode()
    assert "(forgotten)" in page


def test_words_of_others_go_with_it_where_they_are_named(cast: Cast, person: Person) -> None:
    whole = write(by=cast.service_manager, reason=f"{NAME} was away")
    part = write(by=cast.service_manager, reason="Oortwijn was away")
    other = write(by=cast.service_manager, reason="nobody was away")
    traces = traces_of(person)
    assert [row.id for row in traces.naming] == [whole.pk]
    assert [row.id for row in traces.doubtful] == [part.pk]
    forget_person(person, naming=[whole.pk, part.pk], by=cast.administrator, at=clock.now())
    assert [trace for trace in TRACES if trace in everything()] == []
    assert "nobody was away" in everything()
    chain.head(AT)
    assert chain.verify().whole
    assert other.reason_hash


def test_the_account_and_all_ways_in_are_gone(
    cast: Cast, person: Person, browser_of: Visitors
) -> None:
    browser = browser_of(person)
    assert browser.get("/").status_code == 200
    issued = make_token(
        name="x", scope=ApiToken.Scope.READ, life=timedelta(days=7), by=person, at=clock.now()
    )
    forget_person(person, by=cast.administrator, at=clock.now())
    assert browser.get("/").status_code == 302
    bearer = {"Authorization": f"Bearer {issued.secret}"}
    assert Client().get("/api/v1/me", headers=bearer).status_code == 401
    assert not Invitation.objects.filter(email=EMAIL).exists()


def test_the_same_address_may_come_back_as_somebody_new(cast: Cast, person: Person) -> None:
    key = person.actor_key
    forget_person(person, by=cast.administrator, at=clock.now())
    again = people.add_person(
        cast.client, email=EMAIL, name=NAME, by=cast.administrator, at=clock.now()
    )
    assert again.actor_key != key


@pytest.mark.django_db(transaction=True)
@sqlite_only
def test_nothing_is_left_on_the_disk_either(cast: Cast, person: Person) -> None:
    database = Path(connection.settings_dict["NAME"])
    forget_person(person, by=cast.administrator, at=clock.now())
    for path in database.parent.glob(f"{database.name}*"):
        content = path.read_bytes().lower()
        assert [trace for trace in TRACES if trace.encode() in content] == [], path


def test_nobody_forgets_itself_or_the_last_administrator(cast: Cast) -> None:
    with pytest.raises(DomainError, match="cannot forget yourself"):
        forget_person(cast.administrator, by=cast.administrator, at=clock.now())
    second = make_person(cast.client, "Second", role=Role.ADMINISTRATOR)
    Person.objects.filter(pk=second.pk).update(is_active=False)
    with pytest.raises(NotAllowedError):
        forget_person(cast.administrator, by=Person.objects.get(pk=second.pk), at=clock.now())
    forget_person(second, by=cast.administrator, at=clock.now())


def test_a_person_is_forgotten_once(cast: Cast, person: Person) -> None:
    twice = Person.objects.get(pk=person.pk)
    forget_person(person, by=cast.administrator, at=clock.now())
    before = Entry.objects.count()
    with pytest.raises(DomainError, match="forgotten already"):
        forget_person(twice, by=cast.administrator, at=clock.now())
    assert Entry.objects.count() == before


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_an_administrator_forgets(
    cast: Cast, person: Person, role: Role, browser_of: Visitors
) -> None:
    with pytest.raises(NotAllowedError):
        forget_person(person, by=cast.people[role], at=clock.now())
    address = reverse("person_forget", args=[person.actor_key])
    assert browser_of(cast.people[role]).post(address, {"sure": "on"}).status_code == 404


def test_the_page_says_what_goes_and_what_stays_and_asks_once_more(
    cast: Cast, person: Person, browser_of: Visitors
) -> None:
    whole = write(by=cast.service_manager, reason=f"{NAME} was away")
    write(by=cast.service_manager, reason="Oortwijn was away")
    browser = browser_of(cast.administrator)
    address = reverse("person_forget", args=[person.actor_key])
    assert address in browser.get(reverse("person", args=[person.actor_key])).content.decode()
    page = browser.get(address).content.decode()
    for words in ("What goes", "What stays", "1 API tokens", f"{NAME} was away", "backups"):
        assert words in page
    refused = browser.post(address, {"entries": [whole.pk]})
    assert refused.status_code == 422
    assert Person.objects.filter(pk=person.pk).exists()
    assert browser.post(address, {"entries": [whole.pk], "sure": "on"}).status_code == 302
    assert "oortwijn was away" in everything()
    assert "wilhelmina" not in everything()
    assert browser.get(address).status_code == 404


def test_further_entries_are_named_by_their_seal_number(
    cast: Cast, person: Person, browser_of: Visitors
) -> None:
    write(by=cast.service_manager, reason="she, you know whom, was away")
    number = chain.head(AT).number
    browser = browser_of(cast.administrator)
    address = reverse("person_forget", args=[person.actor_key])
    wrong = browser.post(address, {"numbers": "99999", "sure": "on"})
    assert wrong.status_code == 422
    assert "No entry has the seal number 99999" in wrong.content.decode()
    assert browser.post(address, {"numbers": "one", "sure": "on"}).status_code == 422
    assert browser.post(address, {"numbers": str(number), "sure": "on"}).status_code == 302
    assert "you know whom" not in everything()


def bearer_of(person: Person) -> dict[str, str]:
    life = timedelta(days=7)
    made = make_token(name="w", scope=ApiToken.Scope.WRITE, life=life, by=person, at=clock.now())
    return {"Authorization": f"Bearer {made.secret}"}


def test_machines_ask_what_is_here_and_forget(cast: Cast, person: Person) -> None:
    write(by=cast.service_manager, reason=f"{NAME} was away")
    number = chain.head(AT).number
    headers = bearer_of(cast.administrator)
    address = f"/api/v1/people/{person.actor_key}/forget"
    found = Client().get(address, headers=headers).json()
    assert (found["naming"], found["doubtful"], found["tokens"]) == ([number], [], 1)
    sent = {"reason": "asked by letter"}
    answer = Client().post(address, sent, content_type="application/json", headers=headers)
    assert answer.status_code == 200
    assert answer.json() == {"blanked": 4}
    assert "oortwijn" not in everything()


def test_the_command_line_asks_before_it_forgets(cast: Cast, person: Person) -> None:
    write(by=cast.service_manager, reason="Oortwijn was away")
    number = chain.head(AT).number
    call = ["forget", "--as", cast.administrator.email, EMAIL]
    said = CliRunner().invoke(command, call, input="n\n")
    assert said.exit_code == 1
    assert f"{number}: closed October: Oortwijn was away" in said.output
    assert Person.objects.filter(pk=person.pk).exists()
    done = CliRunner().invoke(command, [*call, "--entry", str(number), "--yes"])
    assert "Forgotten: 4 texts" in done.output
    assert "oortwijn" not in everything()

"""The record verified by the clock: its head kept and mailed, and what people see of it."""

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.core import mail
from django.db import connection, transaction
from django.test import Client, override_settings

from directory.cast import AT, Cast, make_cast, make_person
from retained.audit import chain, triggers
from retained.audit.kept_heads import kept_heads
from retained.audit.models import Entry, Seal, Verification
from retained.audit.record import record
from retained.audit.verifications import check_and_keep
from retained.directory.commands.tokens import make_token
from retained.directory.engine.roles import Role
from retained.directory.models import ApiToken, Person
from retained.jobs.models import JobRun, JobState
from retained.jobs.schedules import schedules
from retained.jobs.worker import run_waiting
from retained.pages.needs import needs
from retained.project import commands, jobs
from retained.project.checkup import records
from retained.project.checkup.checks import State
from retained.project.command_line.record import record as command
from retained.shared import clock
from retained.shared.errors import DomainError, NotAllowedError

WATCHERS = (Role.ADMINISTRATOR, Role.AUDITOR)
MAILED = {
    "MAIL_HOST": "mail.example",
    "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def browser_of(person: Person) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


def write(cast: Cast, *, count: int = 1) -> None:
    with transaction.atomic():
        for number in range(count):
            record("closed", ("month", str(number), "October"), by=cast.administrator, at=AT)


def verified(cast: Cast) -> Verification:
    """Have the record verified as every night, and return what was found."""
    return check_and_keep(settings.KEPT_HEADS, by=cast.administrator, at=clock.now())


def cut_last(count: int = 1) -> None:
    """Cut the end of the record away."""
    last = chain.head().number - count
    with triggers.lifted(connection):
        Entry.objects.filter(pk__gt=Seal.objects.get(pk=last).entry_id).delete()
        Seal.objects.filter(pk__gt=last).delete()


@pytest.fixture
def cut(cast: Cast) -> Verification:
    """A record of which two entries were cut away after their head was kept."""
    write(cast, count=3)
    verified(cast)
    cut_last(2)
    return verified(cast)


def test_it_is_done_every_night() -> None:
    assert jobs.verify_record.path in {schedule.name for schedule in schedules()}


def test_the_job_keeps_the_head_and_leads_to_the_record(cast: Cast) -> None:
    write(cast)
    from_clock = jobs.enqueue(jobs.verify_record, by=None)
    run_waiting()
    run = JobRun.objects.get(pk=from_clock.pk)
    assert (run.state, run.leads_to) == (JobState.SUCCEEDED, "/record/")
    (kept,) = kept_heads(settings.KEPT_HEADS).heads
    assert kept.head == chain.head()
    assert Verification.objects.get().asked_by_key == "system:jobs"


def test_without_a_mail_server_nobody_is_mailed(cast: Cast) -> None:
    jobs.enqueue(jobs.verify_record, by=None)
    assert [run.kind for run in run_waiting()] == [jobs.verify_record.path]
    assert mail.outbox == []


@override_settings(**MAILED)
def test_the_head_is_mailed_to_administrators_and_auditors(cast: Cast) -> None:
    gone = make_person(cast.client, "Gone", role=Role.AUDITOR)
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    write(cast)
    jobs.enqueue(jobs.verify_record, by=None)
    run_waiting()
    wanted = sorted(cast.people[role].email for role in WATCHERS)
    assert [one.to for one in mail.outbox] == [[address] for address in wanted]
    head = chain.head()
    assert mail.outbox[0].subject == f"The record at number {head.number:,}: whole"
    assert f"Head: {head}" in mail.outbox[0].body
    assert Verification.objects.get().mailed_to == len(wanted)


@override_settings(**MAILED)
def test_the_setting_names_other_recipients_or_nobody(cast: Cast) -> None:
    with override_settings(HEAD_RECIPIENTS=["notary@example.org"]):
        assert commands.head_recipients() == ["notary@example.org"]
    with override_settings(HEAD_RECIPIENTS=["nobody"]):
        assert commands.head_recipients() == []


@override_settings(**MAILED)
def test_a_mail_says_in_its_subject_that_the_record_is_not_whole(cut: Verification) -> None:
    commands.mail_head(cut.pk)
    assert mail.outbox[0].subject.endswith("NOT WHOLE")
    assert "does not fit" in mail.outbox[0].body
    assert f"{settings.BASE_URL}/record/" in mail.outbox[0].body


def test_the_page_says_when_it_was_verified_with_which_head_and_where_it_is_kept(
    cast: Cast,
) -> None:
    browser = browser_of(cast.administrator)
    assert "Nobody has looked yet" in browser.get("/record/").content.decode()
    write(cast)
    found = verified(cast)
    page = browser.get("/record/").content.decode()
    for words in (found.sentence, f"{found.number}:{found.hash}", str(settings.KEPT_HEADS)):
        assert words in page
    assert "Explain" not in page


def test_a_broken_record_is_seen_on_its_page_and_on_the_overview_of_who_watches(
    cast: Cast, cut: Verification
) -> None:
    page = browser_of(cast.administrator).get("/record/").content.decode()
    assert "does not fit" in page
    assert "/record/explain/" in page
    for role, person in cast.people.items():
        titles = [need.title for need in needs(person, clock.now())]
        assert ("The record is not whole" in titles) == (role in WATCHERS), role
    first = needs(cast.people[Role.AUDITOR], clock.now())[0]
    assert (first.title, first.url) == ("The record is not whole", "/record/")
    assert "does not fit" in first.why


def test_a_head_that_could_not_be_kept_and_a_silence_need_somebody(
    cast: Cast, tmp_path: Path
) -> None:
    write(cast)
    last = check_and_keep(tmp_path / "away" / "heads", by=cast.administrator, at=clock.now())
    (need,) = needs(cast.administrator, clock.now())
    assert need.title == "The head of the record was not kept"
    assert "could not be kept" in need.why
    verified(cast)
    assert needs(cast.administrator, last.at) == []
    (need,) = needs(cast.administrator, last.at + timedelta(days=4))
    assert need.title == "The record was not verified for days"


@pytest.mark.parametrize("role", list(Role))
def test_administrators_and_auditors_verify_now(cast: Cast, role: Role) -> None:
    answer = browser_of(cast.people[role]).post("/record/verify/")
    assert answer.status_code == (302 if role in WATCHERS else 404)
    assert JobRun.objects.count() == (1 if role in WATCHERS else 0)


def test_lost_heads_are_explained_once_by_an_administrator(cast: Cast, cut: Verification) -> None:
    browser = browser_of(cast.administrator)
    assert "does not fit" in browser.get("/record/explain/").content.decode()
    assert browser.post("/record/explain/", {"reason": " "}).status_code == 422
    sent = {"reason": "Restored from the backup of 8 November."}
    assert browser.post("/record/explain/", sent).status_code == 302
    run_waiting()
    last = Verification.objects.latest("id")
    assert last.whole
    assert "1 lost head is explained" in last.sentence
    assert needs(cast.administrator, clock.now()) == []
    again = browser.post("/record/explain/", sent)
    assert again.status_code == 422
    assert "nothing to explain" in again.content.decode()


def test_an_auditor_cannot_explain(cast: Cast, cut: Verification) -> None:
    with pytest.raises(NotAllowedError):
        commands.explain_lost_heads(reason="x", by=cast.people[Role.AUDITOR], at=clock.now())


def test_the_command_line_compares_with_the_kept_heads_by_itself(cut: Verification) -> None:
    ended = CliRunner().invoke(command, ["verify"])
    assert ended.exit_code == 1
    assert "does not fit" in ended.output
    as_json = CliRunner().invoke(command, ["verify", "--format", "json"])
    assert '"kind": "cut"' in as_json.output


def test_the_command_line_takes_another_file_of_heads(cast: Cast, tmp_path: Path) -> None:
    write(cast, count=2)
    verified(cast)
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(settings.KEPT_HEADS.read_bytes())
    settings.KEPT_HEADS.unlink()
    Verification.objects.all().delete()
    cut_last()
    assert CliRunner().invoke(command, ["verify"]).exit_code == 0
    assert CliRunner().invoke(command, ["verify", "--kept", str(copy)]).exit_code == 1


def test_the_command_line_keeps_a_head_and_explains(cast: Cast, cut: Verification) -> None:
    assert CliRunner().invoke(command, ["keep"]).exit_code == 1
    say = ["explain", "--as", cast.administrator.email, "--reason", "a restored backup"]
    assert "named in the record, with your reason: 1." in CliRunner().invoke(command, say).output
    ended = CliRunner().invoke(command, ["keep"])
    assert ended.exit_code == 0
    assert f"is kept in {settings.KEPT_HEADS}" in ended.output


def test_a_head_that_the_command_line_cannot_keep_ends_with_one(tmp_path: Path) -> None:
    with override_settings(KEPT_HEADS=tmp_path / "away" / "heads"):
        ended = CliRunner().invoke(command, ["keep"])
    assert ended.exit_code == 1
    assert "RETAINED_KEPT_HEADS" in ended.output


def bearer(person: Person, scope: ApiToken.Scope) -> dict[str, str]:
    life = timedelta(days=7)
    issued = make_token(name=scope, scope=scope, life=life, by=person, at=clock.now())
    return {"Authorization": f"Bearer {issued.secret}"}


def test_machines_read_what_was_found_and_ask_anew(cast: Cast) -> None:
    reading = bearer(cast.people[Role.AUDITOR], ApiToken.Scope.READ)
    assert Client().get("/api/v1/record", headers=reading).json()["last_verification"] is None
    write(cast)
    found = verified(cast)
    answer = Client().get("/api/v1/record", headers=reading).json()
    assert answer["head"] == f"{found.number}:{found.hash}"
    assert answer["last_verification"]["whole"] is True
    assert answer["last_verification"]["head"] == answer["head"]
    writing = bearer(cast.administrator, ApiToken.Scope.WRITE)
    asked = Client().post("/api/v1/record/verify", headers=writing)
    assert asked.status_code == 202
    assert str(JobRun.objects.get().key) == asked.json()["job"]


def test_the_doctor_misses_a_verification_and_a_kept_head(cast: Cast) -> None:
    assert (records.verified().state, records.kept_head().state) == (State.NOTE, State.NOTE)
    found = verified(cast)
    assert records.verified().state is State.GOOD
    assert "on another disk" in records.kept_head().mend
    with override_settings(**MAILED):
        assert records.kept_head().state is State.GOOD
    Verification.objects.update(at=found.at - timedelta(days=4))
    assert records.kept_head().state is State.MEND
    assert "retained record keep" in records.kept_head().mend


def test_the_doctor_says_that_the_record_is_not_whole(cut: Verification) -> None:
    assert records.verified().state is State.MEND


@pytest.mark.parametrize("reason", ["", " "])
def test_an_explanation_has_a_reason(cast: Cast, cut: Verification, reason: str) -> None:
    with pytest.raises(DomainError, match="Say why"):
        commands.explain_lost_heads(reason=reason, by=cast.administrator, at=clock.now())

"""What the pages do, done by the command line and by the API: the same figures, rules and doors."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from delivery.conftest import Story
from machine import machine_of
from retained.delivery.api_measured import Question
from retained.delivery.commands.closing import check_month, confirm_month, send_statement
from retained.delivery.forms.what_if import WhatIfForm
from retained.delivery.models import MonthClose
from retained.delivery.queries import replays
from retained.delivery.queries.terms import agreed
from retained.directory.engine.roles import Role
from retained.directory.models import Person, RoleGrant
from retained.evidence.models import ImportRun
from retained.files.models import StoredFile
from retained.project.command_line.measured import CHANGES
from retained.project.command_line.program import program
from retained.shared import clock
from retained.shared.months import Month

OCTOBER = Month(2026, 10)


def said(by: Person, *arguments: str, exit_code: int = 0) -> list[dict[str, object]]:
    """Return what a command prints as JSON, once it ended as expected."""
    given = [*arguments, "--as", by.email, "--format", "json"]
    ended = CliRunner().invoke(program, given)
    assert ended.exit_code == exit_code, ended.output
    found: list[dict[str, object]] = json.loads(ended.stdout) if exit_code == 0 else []
    return found


def first_level(story: Story) -> tuple[str, str]:
    level = story.measured.months.filter(title="P1 and P2 in time").first()
    assert level is not None
    return story.agreement.reference, level.service_level


def sent_month(story: Story) -> MonthClose:
    at = clock.now()
    close = check_month(story.agreement, OCTOBER, reason="For the test.", by=story.manager, at=at)
    second = story.cast.people[Role.SOURCING_LEAD]
    confirm_month(close, by=second, at=at, version=close.version)
    send_statement(close, by=story.manager, at=at, version=close.version)
    return close


def test_figures_are_opened_alike_by_both_doors(story: Story) -> None:
    reference, level = first_level(story)
    machine = machine_of(story.manager)
    base = f"/api/v1/agreements/{reference}"
    months = said(story.manager, "figures", "months", reference)
    [october] = [
        row for row in months if (row["month"], row["service_level"]) == ("2026-10", level)
    ]
    assert (october["met"], october["reported"]) == (213, "95.42")
    tickets = said(story.manager, "figures", "tickets", reference, "2026-10", level)
    assert len(tickets) >= 240
    told = said(story.manager, "figures", "differences", reference, "2026-10", level)
    found = machine.get(f"{base}/months/2026-10/differences/{level}?limit=500").json()
    assert [row["ticket"] for row in found["items"]] == [row["ticket"] for row in told]
    assert found["gap"] == 16
    pauses = said(story.manager, "figures", "pauses", reference, "2026-10", level)
    audit = machine.get(f"{base}/months/2026-10/pauses/{level}").json()
    assert audit["rows"] == pauses
    missing = said(story.manager, "figures", "wholeness", reference)
    assert len(machine.get(f"{base}/wholeness").json()["remarks"]) == len(missing)
    number = str(tickets[0]["ticket"])
    terms = said(story.manager, "figures", "ticket", reference, level, number)
    opened = machine.get(f"{base}/tickets/{level}/{number}").json()
    assert len(opened["terms"]) == len(terms)
    assert opened["raw"][0]["batch"] == 1


def test_a_what_if_is_worth_the_same_by_both_doors(story: Story) -> None:
    reference, _ = first_level(story)
    rows = said(story.manager, "figures", "what-if", reference, "--pauses", "both")
    machine = machine_of(story.manager)
    answer = machine.get(f"/api/v1/agreements/{reference}/what-if?pauses=both")
    assert answer.json()["months"] == rows
    said(story.manager, "figures", "what-if", reference, exit_code=1)
    wrong = machine.get(f"/api/v1/agreements/{reference}/what-if?pauses=sometimes")
    assert wrong.status_code == 422
    assert "pauses" in wrong.json()["detail"]
    begun = machine.post(f"/api/v1/agreements/{reference}/what-if?pauses=both")
    assert begun.status_code == 202
    assert machine.get(f"/api/v1/jobs/{begun.json()['job']}").json()["state"] == "waiting"


def test_no_door_gives_a_figure_that_the_evidence_does_not_hold(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference, _ = first_level(story)
    monkeypatch.setattr(replays, "kept_replay", lambda *_: None)
    monkeypatch.setattr(replays.derived, "rows", lambda *_: [])
    said(story.manager, "figures", "what-if", reference, "--stops", "closed", exit_code=1)
    machine = machine_of(story.manager)
    asked = f"/api/v1/agreements/{reference}/what-if?stops=closed"
    for answer in (machine.get(asked), machine.post(asked)):
        assert answer.status_code == 422
        assert "holds no closing" in answer.json()["detail"]


def test_every_door_asks_what_the_page_asks(story: Story) -> None:
    asked = set(WhatIfForm(None, [row.terms for row in agreed(story.agreement).versions]).fields)
    assert set(Question.model_fields) == asked
    assert {name.replace("-", "_") for name, _ in CHANGES} == asked


def test_who_may_measure_another_agreement_does_not_measure_this_one(story: Story) -> None:
    """Reading every agreement and measuring some do not add up to measuring every one."""
    person = story.cast.people[Role.EXECUTIVE]
    RoleGrant.objects.create(
        person=person, role=Role.SERVICE_MANAGER, side="client", agreement_reference="AG-other",
        granted_at=clock.now(),
    )  # fmt: skip
    address = f"/api/v1/agreements/{story.agreement.reference}/measure"
    assert machine_of(person).post(address).status_code == 403
    browser = Client()
    browser.force_login(person)
    assert browser.post(f"/run/{story.agreement.reference}/measure/").status_code == 403


def test_what_cannot_be_read_is_not_kept_by_a_check(story: Story, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.csv"
    nothing.write_text("only,a,header\n")
    before = ImportRun.objects.count(), StoredFile.objects.count()
    sent = {"file": SimpleUploadedFile("x.csv", nothing.read_bytes()), "mapping": "schema: no"}
    refused = machine_of(story.manager).post("/api/v1/import-checks", sent)
    assert refused.status_code == 422, refused.content
    assert (ImportRun.objects.count(), StoredFile.objects.count()) == before


def test_strangers_find_no_figure_and_readers_change_nothing(story: Story) -> None:
    reference, level = first_level(story)
    provider = story.cast.account_manager
    said(provider, "figures", "months", reference, exit_code=1)
    found = machine_of(provider).get(f"/api/v1/agreements/{reference}/wholeness")
    assert (found.status_code, found.json()) == (404, {"detail": "Not found"})
    reader = machine_of(story.manager, "read")
    sent = [{"service_level": level, "percent": "95"}]
    kept = reader.post(
        f"/api/v1/agreements/{reference}/months/2026-10/reported", sent, "application/json"
    )
    assert kept.status_code == 403


def test_the_providers_figures_are_entered_by_both_doors(story: Story) -> None:
    reference, level = first_level(story)
    counts = ["--met", "230", "--counted", "240"]
    kept = said(story.manager, "statement", "report", reference, "2026-10", level, *counts)
    assert {row["reported"] for row in kept if row["service_level"] == level} == {"95.83"}
    answer = machine_of(story.manager).post(
        f"/api/v1/agreements/{reference}/months/2026-10/reported",
        [{"service_level": level, "percent": "96"}],
        "application/json",
    )
    assert {row["reported"] for row in answer.json() if row["service_level"] == level} == {"96.00"}


def test_a_statement_is_answered_by_the_provider_and_by_mail(story: Story, tmp_path: Path) -> None:
    close = sent_month(story)
    reference = story.agreement.reference
    base = f"/api/v1/statements/{reference}/2026-10/{close.number}"
    provider = machine_of(story.cast.account_manager)
    close.refresh_from_db()
    answered = provider.post(
        f"{base}/answers",
        {"kind": "disputed", "sentence": "Third party", "disputed": "2760.00",
         "version": close.version},
        "application/json",
    )  # fmt: skip
    assert answered.status_code == 201, answered.content
    assert (answered.json()["disputed"], answered.json()["side"]) == ("2760.00", "provider")
    mail = tmp_path / "reply.eml"
    mail.write_bytes(b"From: noor@brightdesk.example\nSubject: October\n\nWe agree.\n")
    given = ["--agree", "--mail", str(mail)]
    [row] = said(story.manager, "statement", "answer", reference, "2026-10", *given)
    assert (row["kind"], row["side"], row["has_mail"]) == ("agreed", "client", True)
    machine = machine_of(story.manager)
    close.refresh_from_db()
    by_mail = machine.post(
        f"{base}/answers-by-mail",
        {"kind": "agreed", "version": close.version,
         "mail": SimpleUploadedFile("again.eml", mail.read_bytes())},
    )  # fmt: skip
    assert by_mail.status_code == 201, by_mail.content
    got = machine.get(f"/api/v1/answers/{by_mail.json()['id']}/mail")
    assert b"".join(got) == mail.read_bytes()
    assert len(said(story.manager, "statement", "answers", reference, "2026-10")) == 3
    assert len(provider.get(f"{base}/answers").json()) == 3


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_a_statements_files_are_the_same_by_every_door(
    story: Story, tmp_path: Path, form: str
) -> None:
    close = sent_month(story)
    reference = story.agreement.reference
    path = tmp_path / f"s.{form}"
    given = ["month", "statement", reference, "2026-10", "--to", str(path), "--as"]
    assert CliRunner().invoke(program, [*given, story.manager.email]).exit_code == 0
    for person in (story.manager, story.cast.account_manager):
        address = f"/api/v1/statements/{reference}/2026-10/{close.number}/files/{form}"
        answer = machine_of(person).get(address)
        assert answer.status_code == 200
        assert form == "xlsx" or answer.content == path.read_bytes()
    assert machine_of(story.manager).get(address.replace(form, "exe")).status_code == 404


def test_an_exclusion_is_shown_and_withdrawn(story: Story) -> None:
    reference, level = first_level(story)
    [ticket, other] = said(story.manager, "figures", "tickets", reference, "2026-10", level)[:2]
    ids = []
    for one in (ticket, other):
        given = ["--service-level", level, "--month", "2026-10", "--reason", "Power failure"]
        [row] = said(story.manager, "exclusion", "ask", reference, str(one["ticket"]), *given)
        ids.append(row["id"])
    [row] = said(story.manager, "exclusion", "withdraw", str(ids[0]), "--reason", "Ours")
    assert row["state"] == "withdrawn"
    machine = machine_of(story.manager)
    version = machine.get(f"/api/v1/exclusions/{ids[1]}").json()["version"]
    address = f"/api/v1/exclusions/{ids[1]}/withdraw"
    done = machine.post(address, {"version": version}, "application/json")
    assert done.json()["state"] == "withdrawn"
    assert machine.post(address, {"version": version}, "application/json").status_code == 422


def test_sources_are_listed_reported_and_withdrawn(story: Story, tmp_path: Path) -> None:
    [row] = said(story.manager, "source", "list")
    assert (row["name"], row["batches"]) == ("brightdesk", 1)
    report = tmp_path / "report.csv"
    report.write_text("Number,In time\nINC-1,yes\nINC-2,no\n")
    given = ["source", "verdicts", "brightdesk", str(report)]
    given += ["--label", "Own label", "--month", "2026-10"]
    given += ["--ticket-column", "Number", "--verdict-column", "In time", "--as"]
    kept = CliRunner().invoke(program, [*given, story.manager.email])
    assert kept.exit_code == 0, kept.output
    assert "2 verdicts are kept" in kept.stdout
    machine = machine_of(story.manager)
    figures = machine.get("/api/v1/sources/brightdesk/reported").json()
    assert ("Own label", 1, 2) in {
        (row["label"], row["met"], row["counted"]) for row in figures["figures"]
    }
    tickets = tmp_path / "new.csv"
    tickets.write_text("Number,State,When\nINC-9,New,2026-10-24 10:00\n")
    checked = machine.post(
        "/api/v1/import-checks", {"file": SimpleUploadedFile("new.csv", tickets.read_bytes())}
    )
    assert checked.status_code == 201, checked.content
    assert "schema:" in checked.json()["mapping"]
    kept_away = f"/api/v1/imports/{checked.json()['id']}/discard"
    assert machine.post(kept_away, {"reason": "A trial"}, "application/json").status_code == 204
    assert machine.get(kept_away.removesuffix("/discard")).status_code == 404
    done = machine.post(
        "/api/v1/sources/brightdesk/batches/1/withdraw", {"reason": "Wrong"}, "application/json"
    )
    assert done.json()["withdrawal_reason"] == "Wrong"
    said(story.manager, "source", "withdraw", "brightdesk", "1", "--reason", "x", exit_code=1)

"""Organisations, people, goals and documents by the command line and the API."""

import json
from pathlib import Path

from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile

from contracts.agreement_texts import BRIGHTDESK
from directory.cast import AT, Cast
from machine import machine_of
from retained.contracts.commands import register_agreement
from retained.contracts.engine.reading import read_agreement
from retained.directory.engine.roles import Role
from retained.directory.models import Person
from retained.project.command_line.program import program


def run(by: Person, *arguments: str, exit_code: int = 0) -> str:
    ended = CliRunner().invoke(program, [*arguments, "--as", by.email])
    assert ended.exit_code == exit_code, ended.output
    return ended.stdout


def test_organisations_are_added_changed_and_shown(cast: Cast) -> None:
    by = cast.administrator
    made = json.loads(
        run(by, "organisation", "add", "Corvale", "--country", "nl", "--format", "json")
    )
    assert (made[0]["slug"], made[0]["country"]) == ("corvale", "NL")
    run(by, "organisation", "add", "Deep", "--country", "zz", exit_code=1)
    run(by, "organisation", "add-site", "corvale", "Utrecht", "--zone", "Europe/Amsterdam")
    run(by, "organisation", "edit", "corvale", "--country", "BE")
    machine = machine_of(by)
    page = machine.get("/api/v1/organisations/corvale").json()
    assert (page["country"], page["sites"][0]["name"]) == ("BE", "Utrecht")
    sub = machine.post(
        "/api/v1/organisations?parent=corvale", {"name": "Deep Links"}, "application/json"
    )
    assert (sub.status_code, sub.json()["kind"]) == (201, "subcontractor")
    stale = {"name": "Corvale", "version": 1}
    assert (
        machine.put("/api/v1/organisations/corvale", stale, "application/json").status_code == 409
    )
    provider = machine_of(cast.account_manager)
    assert provider.get("/api/v1/organisations").status_code == 404


def test_goals_are_added_and_changed(cast: Cast) -> None:
    by = cast.administrator
    added = json.loads(
        run(by, "goal", "add", "goal", "Cheaper", "--weight", "40", "--from", "2026-01-01",
            "--format", "json")
    )  # fmt: skip
    run(by, "goal", "edit", str(added[0]["id"]), "--weight", "50")
    [goal] = machine_of(by).get("/api/v1/goals").json()
    assert (goal["weight"], goal["share"]) == (50, "1.0000")
    nobody = machine_of(by).post(
        "/api/v1/goals",
        {"kind": "goal", "name": " ", "weight": 1, "starts_on": "2026-01-01"},
        "application/json",
    )
    assert nobody.status_code == 422


def test_people_lose_roles_and_accounts(cast: Cast) -> None:
    by, person = cast.administrator, cast.service_manager
    run(by, "people", "revoke", person.email, "--role", "service_manager")
    run(by, "people", "revoke", person.email, "--role", "service_manager", exit_code=1)
    machine = machine_of(by)
    closed = machine.post(f"/api/v1/people/{person.actor_key}/deactivate", {}, "application/json")
    assert closed.json()["is_active"] is False
    run(by, "people", "reactivate", person.email)
    assert machine.get(f"/api/v1/people/{person.actor_key}").json()["is_active"] is True
    link = machine.post(
        "/api/v1/invitations",
        {"email": "new@bank.example", "name": "New", "organisation": cast.client.slug,
         "role": "finance"},
        "application/json",
    )  # fmt: skip
    assert "/invitation/" in link.json()["url"]


def test_documents_are_attached_read_and_withdrawn(cast: Cast, tmp_path: Path) -> None:
    legal = cast.people[Role.LEGAL]
    text = BRIGHTDESK.replace("provider: Brightdesk", f"provider: {cast.own.name}")
    register_agreement(read_agreement(text), by=legal, at=AT)
    paper = tmp_path / "annex.pdf"
    paper.write_bytes(b"%PDF-1.7 annex")
    run(legal, "agreement", "attach", "--kind", "annex", "AG-7", str(paper))
    [row] = json.loads(run(legal, "agreement", "documents", "AG-7", "--format", "json"))
    copy = tmp_path / "copy.pdf"
    run(legal, "agreement", "document", "AG-7", row["key"], "--to", str(copy))
    assert copy.read_bytes() == paper.read_bytes()
    machine = machine_of(legal)
    sent = machine.post(
        "/api/v1/agreements/AG-7/documents",
        {"kind": "annex", "shared_with_provider": "true",
         "file": SimpleUploadedFile("b.pdf", b"%PDF-1.7 b")},
    )  # fmt: skip
    assert sent.status_code == 201, sent.content
    provider = machine_of(cast.account_manager)
    [seen] = provider.get("/api/v1/agreements/AG-7/documents").json()
    assert seen["key"] == sent.json()["key"]
    assert provider.get(f"/api/v1/agreements/AG-7/documents/{row['key']}").status_code == 404
    gone = machine.post(
        f"/api/v1/agreements/AG-7/documents/{row['key']}/withdraw",
        {"reason": "Wrong paper"},
        "application/json",
    )
    assert gone.status_code == 204

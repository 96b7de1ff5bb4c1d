"""The record by the command line and the API: filtered as on its page, and no wider open."""

import csv
import io
import json

import pytest
from click.testing import CliRunner
from django.db import transaction

from directory.cast import AT, Cast, make_cast
from machine import machine_of
from retained.audit import chain
from retained.audit.queries import chain_lines
from retained.audit.record import record
from retained.directory.engine.roles import Role
from retained.directory.models import Person
from retained.project.command_line.program import program


@pytest.fixture
def cast(db: None) -> Cast:
    """Return the cast; the lead has closed two months, the service manager one."""
    made = make_cast()
    lead, manager = made.people[Role.SOURCING_LEAD], made.service_manager
    for by, verb in ((lead, "closed"), (manager, "closed"), (lead, "opened")):
        with transaction.atomic():
            record(verb, made.client, by=by, at=AT, after={"month": "2026-10"}, reason="=why")
    return made


def run(by: Person, *arguments: str, exit_code: int = 0) -> str:
    ended = CliRunner().invoke(program, ["record", *arguments, "--as", by.email])
    assert ended.exit_code == exit_code, ended.output
    return ended.stdout


def test_entries_are_listed_with_the_filters_of_the_page(cast: Cast) -> None:
    by, lead = cast.administrator, cast.people[Role.SOURCING_LEAD]
    listed = json.loads(run(by, "list", "--verb", "closed", "--format", "json"))
    assert [row["person"] for row in listed] == [cast.service_manager.name, lead.name]
    assert {"name": "month", "before": None, "after": "2026-10"} in listed[0]["changes"]
    for who in (lead.name, lead.actor_key):
        own = json.loads(run(by, "list", "--who", who, "--format", "json"))
        assert [row["verb"] for row in own] == ["opened", "closed"]
    assert json.loads(run(by, "list", "--since", "2026-11-10", "--format", "json")) == []
    run(by, "list", "--since", "yesterday", exit_code=1)


def test_entries_are_exported_oldest_first_and_safe_for_spreadsheets(cast: Cast) -> None:
    text = run(cast.people[Role.AUDITOR], "export", "--kind", "organisation")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["verb"] for row in rows] == ["closed", "closed", "opened"]
    assert (rows[0]["changes"], rows[0]["reason"]) == ("month: 2026-10", "'=why")


def test_the_chain_is_exported_whole_or_not_at_all(cast: Cast) -> None:
    chain.seal(AT)
    assert run(cast.administrator, "export", "--chain") == "".join(chain_lines())
    run(cast.administrator, "export", "--chain", "--verb", "closed", exit_code=2)


def test_machines_page_through_the_entries(cast: Cast) -> None:
    machine = machine_of(cast.administrator)
    seen, after = [], 0
    while after is not None:
        page = machine.get(
            "/api/v1/record/entries", {"kind": "organisation", "limit": 2, "after": after}
        ).json()
        seen += [one["verb"] for one in page["items"]]
        after = page["next"]
    assert seen == ["opened", "closed", "closed"]
    wrong = machine.get("/api/v1/record/entries?until=never")
    assert (wrong.status_code, "is not a day" in wrong.json()["detail"]) == (422, True)


def test_who_may_not_read_the_record_reads_it_by_no_door(cast: Cast) -> None:
    assert machine_of(cast.service_manager).get("/api/v1/record/entries").status_code == 404
    run(cast.service_manager, "list", exit_code=1)
    run(cast.service_manager, "export", exit_code=1)

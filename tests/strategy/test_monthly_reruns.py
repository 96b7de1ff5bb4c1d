"""Monthly re-runs: each signed case once a month, and a word to people where a month is missing."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, transaction
from django.test import Client

from directory.cast import AT, Cast
from machine import machine_of
from retained.audit.models import Entry
from retained.directory.engine.roles import Role
from retained.jobs.models import JobState
from retained.jobs.queue import enqueue
from retained.jobs.schedules import schedules
from retained.jobs.worker import run_waiting
from retained.pages.needs import needs
from retained.project.command_line.case_actuals import case as case_commands
from retained.shared import clock
from retained.shared.errors import DomainError
from retained.shared.months import Month
from retained.strategy.commands.actuals import give_actuals
from retained.strategy.commands.months import MonthFound, note_month, rerun_for_month
from retained.strategy.engine.actuals_terms import read_actuals_mapping
from retained.strategy.engine.booked import actuals_of
from retained.strategy.engine.missing import Missing, missing_in
from retained.strategy.jobs import monthly_rerun_job, rerun_case_job, rerun_signed_cases
from retained.strategy.models import BusinessCase, CaseRun, MonthlyRerun
from retained.strategy.queries.months import cases_to_rerun, month_ended
from strategy.signed_cases import LEDGER, MAPPING, lived_case, sent, signed_case

pytestmark = pytest.mark.django_db
MARCH, APRIL = Month(2026, 3), Month(2026, 4)


@pytest.fixture
def in_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 5, 5, 4, 10, tzinfo=UTC))


def rerun_each_month() -> list[Any]:
    enqueue(rerun_signed_cases, by=None)
    return [*run_waiting(only=rerun_signed_cases), *run_waiting(only=monthly_rerun_job)]


def wanted(cast: Cast, role: Role) -> list[str]:
    found = needs(cast.people[role], AT)
    return [f"{one.title}. {one.why}" for one in found if one.title.startswith("No ")]


def test_the_clock_asks_for_it_on_the_fifth() -> None:
    [schedule] = [one for one in schedules() if one.job is rerun_signed_cases]
    assert schedule.last_due(AT).day == 5


@pytest.mark.usefixtures("in_may")
def test_each_signed_case_is_re_run_once_a_month_though_no_file_came(cast: Cast) -> None:
    case = lived_case(cast)
    runs = rerun_each_month()
    assert [run.state for run in runs] == [JobState.SUCCEEDED] * 2
    assert runs[-1].sentence == "No actuals for April 2026 yet."
    kept = MonthlyRerun.objects.select_related("run").get()
    assert kept.run is not None
    assert (kept.case_id, kept.month, kept.run.through) == (case.pk, "2026-04", "2026-03")
    entry = Entry.objects.get(verb="re-ran for the month")
    assert entry.actor_key == "system:schedule"
    assert len(rerun_each_month()) == 1
    assert MonthlyRerun.objects.count() == 1
    assert Entry.objects.filter(verb="re-ran for the month").count() == 1


@pytest.mark.usefixtures("in_may")
def test_a_job_that_is_tried_again_notes_the_month_once(cast: Cast) -> None:
    case = lived_case(cast)
    for _ in range(2):
        enqueue(monthly_rerun_job, by=None, case_id=case.pk, month="2026-04")
    runs = run_waiting(only=monthly_rerun_job)
    assert [run.state for run in runs] == [JobState.SUCCEEDED] * 2
    assert runs[-1].sentence == "It was re-run for this month already."
    assert MonthlyRerun.objects.count() == 1


@pytest.mark.usefixtures("in_may")
def test_a_job_that_was_killed_after_its_draws_finds_them(cast: Cast) -> None:
    case = lived_case(cast)
    found = rerun_for_month(case, APRIL, at=AT)
    assert not MonthlyRerun.objects.exists()
    rerun_each_month()
    assert MonthlyRerun.objects.get().run == found.run == CaseRun.objects.get(through="2026-03")


@pytest.mark.usefixtures("in_may")
def test_who_gives_actuals_is_told_what_is_missing_until_it_comes(cast: Cast) -> None:
    case = lived_case(cast)
    rerun_each_month()
    told = (
        "No actuals for April 2026 yet: “Signed by two”. "
        "It was re-run without it, on what came true through March 2026."
    )
    assert wanted(cast, Role.FINANCE) == wanted(cast, Role.SOURCING_LEAD) == [told]
    assert wanted(cast, Role.EXECUTIVE) == wanted(cast, Role.AUDITOR) == []
    by = cast.people[Role.FINANCE]
    give_actuals(case, sent(LEDGER.replace("2026-03-31", "2026-04-30")), by=by, at=AT)
    [half] = wanted(cast, Role.FINANCE)
    assert half.startswith("No actuals for April")
    give_actuals(case, sent("Month;People\n2026-04;9\n", "april.csv"), by=by, at=AT)
    assert wanted(cast, Role.FINANCE) == []


@pytest.mark.usefixtures("in_may")
def test_a_signed_case_to_which_nothing_was_given_is_missed_too(cast: Cast) -> None:
    signed_case(cast)
    rerun_each_month()
    assert wanted(cast, Role.FINANCE) == [
        "No ledger for April 2026 yet: “Signed by two”. "
        "It was signed, and nothing that came true was given to it so far."
    ]
    assert MonthlyRerun.objects.get().run is None


def test_drafts_and_months_outside_the_term_are_left_alone(cast: Cast, case: BusinessCase) -> None:
    signed = signed_case(cast)
    assert cases_to_rerun(Month(2025, 12)) == cases_to_rerun(Month(2027, 1)) == []
    assert cases_to_rerun(Month(2026, 1)) == cases_to_rerun(Month(2026, 12)) == [signed]


def test_the_month_that_ended_is_the_one_before() -> None:
    assert month_ended(datetime(2026, 1, 1, tzinfo=UTC)) == Month(2025, 12)


def test_a_month_is_noted_once_and_stays(cast: Cast) -> None:
    case, by = signed_case(cast), cast.people[Role.FINANCE]
    found = MonthFound(MARCH, None, Missing(ledger=True, drivers=False))
    with transaction.atomic():
        note_month(case, found, by=by, at=AT)
    with (
        pytest.raises(DomainError, match="was re-run for March 2026 already"),
        transaction.atomic(),
    ):
        note_month(case, found, by=by, at=AT)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        MonthlyRerun.objects.update(month="2026-04")


def test_what_is_missing_is_told_by_kind() -> None:
    mapping = read_actuals_mapping(MAPPING)
    nothing = actuals_of([], mapping, currency="EUR")
    assert missing_in(MARCH, None, None).words == "ledger"
    assert missing_in(MARCH, nothing, mapping).words == "actuals"
    people = MAPPING[MAPPING.index("drivers") :]
    only_people = read_actuals_mapping(f"schema: retained/actuals/1\n{people}")
    assert missing_in(MARCH, nothing, only_people).words == "volumes and headcount"
    only_ledger = read_actuals_mapping(MAPPING[: MAPPING.index("drivers")])
    assert missing_in(MARCH, nothing, only_ledger).words == "ledger"
    assert Missing(ledger=False, drivers=False).words == ""


@pytest.mark.usefixtures("in_may")
def test_page_api_and_command_line_tell_the_same(cast: Cast, client: Client) -> None:
    lived_case(cast)
    rerun_each_month()
    run_waiting(only=rerun_case_job)
    finance = cast.people[Role.FINANCE]
    client.force_login(finance)
    page = client.get("/cases/SIGNED/living/").content.decode()
    assert "No actuals for April 2026 yet" in page
    assert "Re-run each month" in page
    [told] = machine_of(finance).get("/api/v1/cases/SIGNED/months").json()
    assert (told["month"], told["through"], told["missing"]) == ("2026-04", "2026-03", "actuals")
    listed = CliRunner().invoke(
        case_commands, ["months", "SIGNED", "--format", "json", "--as", finance.email]
    )
    [row] = json.loads(listed.stdout)
    assert {name: row[name] for name in told if name != "made_at"} == {
        name: value for name, value in told.items() if name != "made_at"
    }

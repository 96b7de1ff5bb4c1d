"""Figures are measured anew when what they rest on changes, and only then."""

from datetime import UTC, date, datetime

import pytest

from delivery.conftest import Story, import_text
from delivery.story import AGREEMENT, HEADER, MAPPING
from retained.contracts.commands import change_terms
from retained.contracts.engine.reading import read_agreement
from retained.delivery import jobs
from retained.delivery.commands.exclusions import answer_exclusion, ask_exclusion
from retained.delivery.models import Measured
from retained.delivery.queries import derived
from retained.delivery.queries.freshness import (
    agreements_of_source,
    agreements_with_a_new_month,
    inputs_now,
    is_current,
)
from retained.directory.engine.roles import Role
from retained.evidence.commands.batches import withdraw_batch
from retained.jobs.models import JobRun
from retained.jobs.worker import run_waiting
from retained.shared import clock
from retained.shared.months import Month

NEW_TICKET = ",".join(HEADER) + (
    "\nINC-90001,2026-10-06 09:00,New,2,A. Okafor,,,,0"
    "\nINC-90001,2026-10-06 10:00,Resolved,2,A. Okafor,,met,,0\n"
)


def october(story: Story) -> tuple[int, int]:
    row = Measured.objects.get(agreement=story.agreement).months.get(
        service_level="urgent", month="2026-10"
    )
    return row.met, row.missed


def test_what_a_measurement_would_rest_on_is_what_it_did_rest_on(story: Story) -> None:
    assert inputs_now(story.agreement, at=clock.now()) == story.measured.inputs
    assert is_current(story.agreement, at=clock.now())


def test_new_evidence_is_measured_without_being_asked(story: Story) -> None:
    run_waiting()
    assert october(story) == (213, 27)
    import_text(NEW_TICKET, MAPPING, by=story.manager, name="tickets-late.csv")
    assert not is_current(story.agreement, at=clock.now())
    run_waiting()
    assert october(story) == (214, 27)


def test_withdrawn_evidence_is_measured_away(story: Story) -> None:
    batch = import_text(NEW_TICKET, MAPPING, by=story.manager, name="tickets-late.csv")
    run_waiting()
    withdraw_batch(batch, reason="Sent twice", by=story.manager, at=clock.now())
    run_waiting()
    assert october(story) == (213, 27)


def test_new_terms_are_measured(story: Story) -> None:
    run_waiting()
    terms = read_agreement(AGREEMENT.replace('"2": 8h', '"2": 20h'))
    lead = story.cast.people[Role.SOURCING_LEAD]
    change_terms(
        story.agreement, terms, date(2026, 1, 1), note="Two days", by=lead, at=clock.now(),
        expected_version=story.agreement.version,
    )  # fmt: skip
    run_waiting()
    assert october(story) == (240, 0)


def test_an_agreed_exclusion_is_measured(story: Story) -> None:
    run_waiting()
    asked = ask_exclusion(
        story.agreement, "INC-13027", service_level="urgent", month=Month(2026, 10),
        reason="A power cut of ours", by=story.cast.account_manager, at=clock.now(),
    )  # fmt: skip
    answer_exclusion(
        asked, agreed=True, answer="", by=story.manager, at=clock.now(), version=asked.version
    )
    run_waiting()
    assert october(story) == (213, 26)


def test_a_job_whose_figures_are_up_to_date_changes_nothing(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_a: object, **_k: object) -> None:
        raise AssertionError("measured again")

    monkeypatch.setattr(jobs, "measure_agreement", fail)
    jobs.ask_to_measure(story.agreement.pk, by=story.manager)
    run_waiting()
    assert not JobRun.objects.filter(state="failed").exists()


def test_results_that_are_gone_are_made_again(story: Story) -> None:
    derived.results_file(story.measured).unlink()
    assert not is_current(story.agreement, at=clock.now())
    jobs.ask_to_measure(story.agreement.pk, by=story.manager)
    run_waiting()
    measured = Measured.objects.get(agreement=story.agreement)
    assert derived.results_file(measured).exists()


def test_only_agreements_that_name_a_source_are_measured_for_it(story: Story) -> None:
    assert agreements_of_source("brightdesk") == [story.agreement]
    assert agreements_of_source("bright") == []


def test_a_month_that_begins_asks_for_a_new_look(story: Story) -> None:
    assert agreements_with_a_new_month(datetime(2026, 11, 30, 22, tzinfo=UTC)) == []
    # December begins in Amsterdam an hour before it begins in UTC.
    begun = agreements_with_a_new_month(datetime(2026, 11, 30, 23, 30, tzinfo=UTC))
    assert begun == [story.agreement]

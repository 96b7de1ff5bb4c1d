"""How far a job is, over HTTP: for whoever asked, and for administrators."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from directory.cast import Cast, make_cast
from machine import machine_of
from retained.audit.models import Entry
from retained.directory.models import Person
from retained.jobs.jobs import seal_record
from retained.jobs.models import JobRun, JobState
from retained.jobs.queries import failures_since
from retained.jobs.queue import enqueue
from retained.jobs.worker import run_waiting
from retained.project.command_line.program import program
from retained.shared import clock

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def cast(db: None) -> Cast:
    """Return the cast."""
    return make_cast()


def browser_of(person: Person) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


def address_of(run: JobRun, name: str = "job_progress") -> str:
    return reverse(name, args=[run.key])


def test_whoever_asked_sees_how_far_it_is(cast: Cast) -> None:
    run = enqueue(seal_record, by=cast.account_manager)
    browser = browser_of(cast.account_manager)
    waiting = browser.get(address_of(run), headers=FRAGMENT).content.decode()
    assert "Sealing of the record" in waiting
    assert "It waits for its turn." in waiting
    assert f'hx-get="{address_of(run)}"' in waiting
    assert "<html" not in waiting
    run_waiting()
    done = browser.get(address_of(run), headers=FRAGMENT).content.decode()
    assert "entries sealed." in done
    assert "hx-get" not in done


def test_it_is_a_page_of_its_own_too(cast: Cast) -> None:
    run = enqueue(seal_record, by=cast.account_manager)
    page = browser_of(cast.account_manager).get(address_of(run)).content.decode()
    assert "<html" in page
    assert "Cancel this work" in page


def test_nothing_is_counted_before_it_begins_and_all_of_it_once_it_is_done(cast: Cast) -> None:
    run = enqueue(seal_record, by=cast.account_manager)
    browser = browser_of(cast.account_manager)
    assert " of 0" not in browser.get(address_of(run), headers=FRAGMENT).content.decode()
    JobRun.objects.update(state=JobState.SUCCEEDED, done=1, total=3)
    done = browser.get(address_of(run), headers=FRAGMENT).content.decode()
    assert "3 of 3" in done
    assert "Cancel this work" not in done


def test_others_find_nothing_and_administrators_see_all(cast: Cast) -> None:
    run = enqueue(seal_record, by=cast.account_manager)
    assert browser_of(cast.rival).get(address_of(run)).status_code == 404
    assert browser_of(cast.rival).post(address_of(run, "job_cancel")).status_code == 404
    assert browser_of(cast.administrator).get(address_of(run)).status_code == 200
    run.refresh_from_db()
    assert run.state == JobState.WAITING


def test_whoever_asked_can_cancel(cast: Cast) -> None:
    run = enqueue(seal_record, by=cast.account_manager)
    answer = browser_of(cast.account_manager).post(address_of(run, "job_cancel"), follow=True)
    assert "Cancelled." in answer.content.decode()
    run.refresh_from_db()
    assert run.state == JobState.CANCELLED


def test_nobody_is_led_to_a_result_that_his_roles_do_not_open(cast: Cast) -> None:
    run = enqueue(seal_record, by=cast.service_manager)
    run_waiting()
    JobRun.objects.filter(pk=run.pk).update(leads_to=reverse("evidence_import", args=[1]))
    asked, looked_on = (
        browser_of(person).get(address_of(run)).content.decode()
        for person in (cast.service_manager, cast.administrator)
    )
    assert "Open the result" in asked
    assert "Open the result" not in looked_on


def test_a_failed_job_shows_its_sentence(cast: Cast) -> None:
    run = enqueue(seal_record, by=cast.account_manager)
    JobRun.objects.update(state=JobState.FAILED, error="The sheet is not there.")
    page = browser_of(cast.account_manager).get(address_of(run)).content.decode()
    assert "The sheet is not there." in page


def failed_run(cast: Cast) -> JobRun:
    run = enqueue(seal_record, by=cast.account_manager)
    JobRun.objects.filter(pk=run.pk).update(
        state=JobState.FAILED, error="The sheet is not there.", attempts=4, finished_at=clock.now()
    )
    run.refresh_from_db()
    return run


def test_administrators_list_all_jobs_with_who_asked_and_what_they_say(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(30):
        failed_run(cast)
    enqueue(seal_record, by=cast.rival)
    browser = browser_of(cast.administrator)
    with django_assert_max_num_queries(12):
        page = browser.get(reverse("jobs")).content.decode()
    assert "The sheet is not there." in page
    assert str(cast.account_manager) in page
    assert "waiting" in page
    assert f'href="{reverse("jobs")}"' in browser.get("/").content.decode()
    to_mend = browser.get(reverse("jobs"), {"state": "to_mend"}, headers=FRAGMENT)
    assert str(cast.rival) not in to_mend.content.decode()
    assert browser_of(cast.service_manager).get(reverse("jobs")).status_code == 404


def test_a_failed_job_is_tried_again_for_whoever_asked(cast: Cast) -> None:
    run = failed_run(cast)
    stranger = browser_of(cast.account_manager)
    assert stranger.post(address_of(run, "job_retry")).status_code == 404
    answer = browser_of(cast.administrator).post(address_of(run, "job_retry"), follow=True)
    assert "It is tried again." in answer.content.decode()
    run_waiting()
    run.refresh_from_db()
    assert (run.state, run.attempts) == (JobState.SUCCEEDED, 5)
    assert run.created_by_key == cast.account_manager.actor_key
    again = browser_of(cast.administrator).post(address_of(run, "job_retry"))
    assert again.status_code == 422


def test_a_failure_that_is_put_aside_counts_no_longer(cast: Cast) -> None:
    run = failed_run(cast)
    long_ago = timezone.now() - timedelta(days=1)
    assert failures_since(long_ago) == 1
    answer = browser_of(cast.administrator).post(address_of(run, "job_dismiss"), follow=True)
    assert "failed, put aside" in answer.content.decode()
    assert failures_since(long_ago) == 0
    assert Entry.objects.filter(verb="dismissed").count() == 1


def test_work_that_this_version_does_not_know_is_not_tried_again(cast: Cast) -> None:
    run = failed_run(cast)
    JobRun.objects.filter(pk=run.pk).update(kind="retained.gone.work")
    answer = browser_of(cast.administrator).post(address_of(run, "job_retry"))
    assert "does not know this work" in answer.content.decode()


def test_jobs_are_listed_shown_and_tried_again_from_the_command_line(cast: Cast) -> None:
    run = failed_run(cast)
    acting = ["--as", cast.administrator.email, "--format", "json"]
    listed = CliRunner().invoke(program, ["jobs", "list", "--state", "to_mend", *acting])
    assert listed.exit_code == 0, listed.output
    [row] = json.loads(listed.stdout)
    assert (row["key"], row["sentence"]) == (str(run.key), "The sheet is not there.")
    shown = CliRunner().invoke(program, ["jobs", "show", str(run.key), *acting])
    assert json.loads(shown.stdout) == [row]
    for act in ("dismiss", "retry"):
        done = CliRunner().invoke(program, ["jobs", act, str(run.key), *acting])
        assert done.exit_code == 0, done.output
    run.refresh_from_db()
    assert (run.state, run.dismissed_at) == (JobState.WAITING, None)
    others = ["--as", cast.service_manager.email]
    refused = CliRunner().invoke(program, ["jobs", "list", *others])
    assert refused.exit_code == 1


def test_machines_read_jobs_and_try_one_again(cast: Cast) -> None:
    run = failed_run(cast)
    machine = machine_of(cast.administrator)
    [item] = machine.get("/api/v1/jobs?state=to_mend").json()["items"]
    assert item["key"] == str(run.key)
    assert machine_of(cast.account_manager).get(f"/api/v1/jobs/{run.key}").status_code == 200
    assert machine_of(cast.rival).get(f"/api/v1/jobs/{run.key}").status_code == 404
    done = machine.post(f"/api/v1/jobs/{run.key}/dismiss")
    assert done.json()["is_dismissed"] is True
    done = machine.post(f"/api/v1/jobs/{run.key}/retry")
    assert done.json()["state"] == "waiting"
    assert machine.post(f"/api/v1/jobs/{run.key}/retry").status_code == 422

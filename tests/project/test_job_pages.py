"""How far a job is, over HTTP: for whoever asked, and for administrators."""

import pytest
from django.test import Client
from django.urls import reverse

from directory.cast import Cast, make_cast
from retained.directory.models import Person
from retained.jobs.jobs import seal_record
from retained.jobs.models import JobRun, JobState
from retained.jobs.queue import enqueue
from retained.jobs.worker import run_waiting

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


def test_a_failed_job_shows_its_sentence(cast: Cast) -> None:
    run = enqueue(seal_record, by=cast.account_manager)
    JobRun.objects.update(state=JobState.FAILED, error="The sheet is not there.")
    page = browser_of(cast.account_manager).get(address_of(run)).content.decode()
    assert "The sheet is not there." in page

"""Queueing and running jobs in this process."""

import logging
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
import sample_jobs
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from retained.audit.actors import NamedActor, SystemActor
from retained.audit.models import Entry
from retained.jobs import schedules
from retained.jobs.commands import cancel
from retained.jobs.declared import job
from retained.jobs.models import JobRun, JobState, ScheduledRun
from retained.jobs.progress import Progress
from retained.jobs.queue import enqueue, pause_after
from retained.jobs.recovery import recover
from retained.jobs.running import run_attempt
from retained.jobs.worker import run_waiting

ANNA = NamedActor("a" * 32, "Anna de Wit")
NOON = datetime(2026, 11, 9, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _whole() -> None:
    """Forget the faults that another test ordered."""
    sample_jobs.break_next()


def run_one() -> JobRun:
    (run,) = run_waiting()
    return run


def test_a_job_runs_and_says_how_far_it_is() -> None:
    asked = enqueue(sample_jobs.counting, by=ANNA, to=3)
    assert (asked.state, asked.created_by_key) == (JobState.WAITING, ANNA.actor_key)
    run = run_one()
    assert (run.key, run.state, run.attempts) == (asked.key, JobState.SUCCEEDED, 1)
    assert (run.done, run.total, run.sentence) == (3, 3, "3 of 3")
    assert run.leads_to == "/counted"
    assert run.finished_at is not None
    assert run.lease_until is None
    assert run_waiting() == []


def test_a_job_acts_for_whoever_asked() -> None:
    enqueue(sample_jobs.acting, by=ANNA)
    enqueue(sample_jobs.acting, by=None)
    run_waiting()
    assert sample_jobs.effects(f"by {ANNA.actor_key} Anna de Wit") == 1
    assert sample_jobs.effects("by system:jobs Retained (jobs)") == 1


def test_a_job_vanishes_with_the_transaction_that_asked_for_it() -> None:
    with transaction.atomic():
        enqueue(sample_jobs.counting, by=ANNA, to=1)
        transaction.set_rollback(True)
    assert run_waiting() == []
    assert not DBTaskResult.objects.exists()


def test_arguments_that_change_on_the_way_are_refused() -> None:
    with pytest.raises(TypeError):
        enqueue(sample_jobs.counting, by=ANNA, to=NOON)
    with pytest.raises(TypeError, match="plain values"):
        enqueue(sample_jobs.counting, by=ANNA, to=(1, 2))


def test_only_a_function_of_a_module_can_be_a_job() -> None:
    with pytest.raises(TypeError, match="function of a module"):

        @job()
        def hidden(progress: Progress) -> None: ...


def test_a_broken_rule_is_shown_as_it_stands_and_not_tried_again() -> None:
    enqueue(sample_jobs.refused, by=ANNA)
    run = run_one()
    assert (run.state, run.attempts) == (JobState.FAILED, 1)
    assert run.error == "March 2026 is already closed. Supersede it to correct its figures."


def test_a_fault_is_tried_again_and_takes_effect_once(caplog: pytest.LogCaptureFixture) -> None:
    sample_jobs.break_next(OSError("secret path"), ValueError("secret figure"))
    enqueue(sample_jobs.fragile, by=ANNA)
    run = run_one()
    assert (run.state, run.attempts, run.error) == (JobState.SUCCEEDED, 3, "")
    assert run.sentence == "Whole again."
    assert sample_jobs.effects("fragile") == 1
    assert "secret path" in caplog.text


def test_after_its_retries_a_job_fails_with_a_reference_to_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sample_jobs.break_next(*[OSError("secret path")] * 3)
    enqueue(sample_jobs.fragile, by=ANNA)
    run = run_one()
    assert (run.state, run.attempts) == (JobState.FAILED, 3)
    assert run.error.startswith("Fragile work: something went wrong on our side")
    assert "secret" not in run.error
    reference = run.error.rstrip(".").rsplit(" ", 1)[-1]
    assert reference in caplog.records[-1].getMessage()
    assert not DBTaskResult.objects.filter(traceback__contains="secret").exists()


def test_pauses_double_up_to_an_hour() -> None:
    seconds = [pause_after(attempts).total_seconds() for attempts in (1, 2, 3, 9, 10, 1000)]
    assert seconds == [10, 20, 40, 2560, 3600, 3600]


def test_a_retry_waits_for_its_pause() -> None:
    sample_jobs.break_next(OSError("once"))
    run = enqueue(sample_jobs.fragile, by=ANNA)
    run_attempt(run.pk, 0, alone=True)
    run.refresh_from_db()
    task = DBTaskResult.objects.get(id=run.task_id)
    assert run.state == JobState.WAITING
    assert task.status == TaskResultStatus.READY
    assert task.run_after - timezone.now() > timedelta(seconds=5)


def test_a_job_that_is_gone_fails_with_a_sentence() -> None:
    enqueue(sample_jobs.counting, by=ANNA, to=1)
    JobRun.objects.update(kind="sample_jobs.no_longer_there")
    run = run_one()
    assert run.state == JobState.FAILED
    assert run.error.startswith("No longer there: something went wrong")


def test_what_is_no_job_is_never_called() -> None:
    enqueue(sample_jobs.counting, by=ANNA, to=1)
    JobRun.objects.update(kind="os.getcwd", arguments={})
    assert run_one().state == JobState.FAILED


def test_the_same_attempt_queued_twice_runs_once() -> None:
    run = enqueue(sample_jobs.fragile, by=ANNA)
    run_attempt(run.pk, 0, alone=True)
    run_attempt(run.pk, 0, alone=True)
    assert sample_jobs.effects("fragile") == 1


def test_a_replaced_attempt_takes_no_effect() -> None:
    enqueue(sample_jobs.replaced, by=ANNA)
    run = run_one()
    assert sample_jobs.effects("replaced") == 0
    assert (run.state, run.attempts) == (JobState.RUNNING, 7)


def test_nothing_is_reported_inside_an_open_transaction() -> None:
    enqueue(sample_jobs.inside_a_transaction, by=ANNA)
    run = run_one()
    assert (run.state, run.done, run.sentence) == (JobState.SUCCEEDED, 0, "")
    assert sample_jobs.effects("inside") == 1


def test_reports_that_follow_at_once_are_not_all_written(
    django_assert_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    run = enqueue(sample_jobs.counting, by=ANNA, to=1)
    JobRun.objects.update(state=JobState.RUNNING, attempts=1, lease_until=timezone.now())
    run.refresh_from_db()
    progress = Progress(run, lease_seconds=60, seconds_between_notes=3600)
    with django_assert_num_queries(4):
        for number in range(1001):
            progress.report(number, 1000)


def test_waiting_work_is_cancelled_at_once() -> None:
    run = enqueue(sample_jobs.counting, by=ANNA, to=1)
    cancel(run, by=ANNA, at=NOON)
    assert run_waiting() == []
    run.refresh_from_db()
    assert run.state == JobState.CANCELLED
    assert Entry.objects.get().verb == "cancelled"


def test_running_work_is_cancelled_at_its_next_report() -> None:
    run = enqueue(sample_jobs.counting, by=ANNA, to=5)
    JobRun.objects.update(cancel_asked=True)
    run = run_one()
    assert (run.state, run.done) == (JobState.CANCELLED, 0)
    assert run.sentence == "Cancelled."


def test_what_is_over_cannot_be_cancelled() -> None:
    run = enqueue(sample_jobs.counting, by=ANNA, to=1)
    run_waiting()
    cancel(run, by=ANNA, at=NOON)
    run.refresh_from_db()
    assert run.state == JobState.SUCCEEDED
    assert not Entry.objects.exists()


def begun(*, attempts: int, lease_until: datetime) -> JobRun:
    run = enqueue(sample_jobs.fragile, by=ANNA)
    DBTaskResult.objects.filter(id=run.task_id).update(
        status=TaskResultStatus.RUNNING, started_at=NOON
    )
    JobRun.objects.filter(pk=run.pk).update(
        state=JobState.RUNNING, attempts=attempts, lease_until=lease_until
    )
    run.refresh_from_db()
    return run


def test_work_whose_lease_lapsed_is_taken_back_and_done() -> None:
    run = begun(attempts=1, lease_until=NOON)
    assert recover(NOON) == 0
    assert recover(NOON + timedelta(seconds=1)) == 1
    assert DBTaskResult.objects.get(id=run.task_id).status == TaskResultStatus.FAILED
    assert recover(NOON + timedelta(seconds=2)) == 0
    assert run_one().state == JobState.SUCCEEDED
    assert sample_jobs.effects("fragile") == 1


def test_work_that_kills_its_worker_every_time_is_given_up() -> None:
    begun(attempts=3, lease_until=NOON)
    assert recover(NOON + timedelta(hours=1)) == 1
    run = JobRun.objects.get()
    assert run.state == JobState.FAILED
    assert "interrupted 3 times" in run.error


def test_work_claimed_by_a_worker_that_died_before_it_began_is_queued_anew() -> None:
    run = enqueue(sample_jobs.fragile, by=ANNA)
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING, started_at=NOON)
    assert recover(NOON + timedelta(seconds=60)) == 0
    assert recover(NOON + timedelta(seconds=61)) == 1
    first_task, run = run.task_id, JobRun.objects.get()
    assert run.task_id != first_task
    assert recover(timezone.now()) == 0


def test_work_whose_task_is_gone_is_queued_anew() -> None:
    enqueue(sample_jobs.fragile, by=ANNA)
    JobRun.objects.update(task_id=uuid.uuid4())
    assert recover(NOON) == 1
    assert recover(NOON) == 0


@pytest.fixture
def own_schedules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the schedules of the house."""
    monkeypatch.setattr(schedules, "_schedules", {})


@pytest.mark.usefixtures("own_schedules")
def test_each_date_of_a_schedule_is_served_once() -> None:
    schedules.every(minutes=5)(sample_jobs.fragile)
    at = NOON + timedelta(minutes=3)
    assert [schedules.tick(at), schedules.tick(at + timedelta(minutes=1))] == [1, 0]
    assert schedules.tick(at + timedelta(minutes=2)) == 1
    dates = ScheduledRun.objects.order_by("due_at").values_list("due_at", flat=True)
    assert list(dates) == [NOON, NOON + timedelta(minutes=5)]
    assert JobRun.objects.count() == 2
    assert JobRun.objects.first().created_by_key == SystemActor("schedule").actor_key  # type: ignore[union-attr]


@pytest.mark.usefixtures("own_schedules")
def test_after_a_standstill_only_the_last_date_is_served() -> None:
    schedules.every(minutes=5)(sample_jobs.fragile)
    schedules.tick(NOON)
    assert schedules.tick(NOON + timedelta(days=3)) == 1


@pytest.mark.usefixtures("own_schedules")
def test_the_loser_of_a_tie_queues_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    schedules.every(minutes=5)(sample_jobs.fragile)
    schedules.tick(NOON)
    blind = ScheduledRun.objects.none()
    monkeypatch.setattr(ScheduledRun.objects, "filter", lambda **_: blind)
    assert schedules.tick(NOON) == 0
    assert JobRun.objects.count() == 1


@pytest.mark.usefixtures("own_schedules")
@pytest.mark.parametrize(
    ("at", "due"),
    [
        (datetime(2026, 3, 28, 2, 30, tzinfo=UTC), datetime(2026, 3, 28, 1, 30, tzinfo=UTC)),
        (datetime(2026, 3, 28, 1, 29, tzinfo=UTC), datetime(2026, 3, 27, 1, 30, tzinfo=UTC)),
        # 02:30 of 29 March does not exist in Berlin: served at 03:30 summer time.
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        # 02:30 of 25 October comes twice: served the first time only.
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_daily_schedule_follows_the_wall_clock(at: datetime, due: datetime) -> None:
    schedules.daily("02:30", zone="Europe/Berlin")(sample_jobs.fragile)
    (schedule,) = schedules.schedules()
    assert schedule.last_due(at) == due


@pytest.mark.usefixtures("own_schedules")
@pytest.mark.parametrize(
    ("at", "due"),
    [
        (datetime(2026, 11, 5, 3, 10, tzinfo=UTC), datetime(2026, 11, 5, 3, 10, tzinfo=UTC)),
        (datetime(2026, 11, 30, 0, 0, tzinfo=UTC), datetime(2026, 11, 5, 3, 10, tzinfo=UTC)),
        # Summer time in Berlin a month before; and a January looks back into the year before.
        (datetime(2026, 11, 5, 3, 9, tzinfo=UTC), datetime(2026, 10, 5, 2, 10, tzinfo=UTC)),
        (datetime(2027, 1, 1, 0, 0, tzinfo=UTC), datetime(2026, 12, 5, 3, 10, tzinfo=UTC)),
    ],
)
def test_a_monthly_schedule_follows_the_wall_clock(at: datetime, due: datetime) -> None:
    schedules.monthly(5, "04:10", zone="Europe/Berlin")(sample_jobs.fragile)
    (schedule,) = schedules.schedules()
    assert schedule.last_due(at) == due


def test_a_monthly_schedule_names_a_day_that_every_month_has() -> None:
    with pytest.raises(ValueError, match="every month has"):
        schedules.monthly(29, "04:10")


def test_the_house_seals_its_record_and_clears_its_queue(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    names = {schedule.name for schedule in schedules.schedules()}
    assert {"retained.jobs.jobs.seal_record", "retained.jobs.jobs.clear_queue"} <= names
    schedules.tick(timezone.now())
    assert {run.state for run in run_waiting()} == {JobState.SUCCEEDED}

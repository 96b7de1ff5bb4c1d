"""The one task that the queue knows: an attempt at a job run."""

from django_tasks import task


@task()
def attempt(run_id: int, attempts_before: int) -> None:
    """Try the job run `run_id`, unless somebody else already did after `attempts_before`."""
    from retained.jobs.running import run_attempt  # noqa: PLC0415 - running queues retries

    run_attempt(run_id, attempts_before)

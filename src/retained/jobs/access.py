"""The only way from a person to a job."""

import uuid

from retained.audit.actors import Actor
from retained.jobs.models import JobRun
from retained.shared.errors import NotThereError


def run_to_see(person: Actor, key: uuid.UUID, *, sees_all: bool = False) -> JobRun:
    """Return the job `key` if `person` asked for it, or sees all jobs; else NotThereError."""
    runs = JobRun.objects.filter(key=key)
    if not sees_all:
        runs = runs.filter(created_by_key=person.actor_key)
    run = runs.first()
    if run is None:
        raise NotThereError("This job")
    return run

"""The only way from a person to a job."""

import uuid

from django.db.models import QuerySet

from retained.audit.actors import Actor
from retained.jobs.models import JobRun
from retained.shared.errors import NotThereError


def run_to_see(person: Actor, key: uuid.UUID, *, sees_all: bool = False) -> JobRun:
    """Return the job `key` if `person` asked for it, or sees all jobs; else NotThereError."""
    run = runs_to_see(person, sees_all=sees_all).filter(key=key).first()
    if run is None:
        raise NotThereError("This job")
    return run


def runs_to_see(person: Actor, *, sees_all: bool = False) -> QuerySet[JobRun]:
    """Return the jobs that `person` asked for, or all."""
    runs = JobRun.objects.all()
    return runs if sees_all else runs.filter(created_by_key=person.actor_key)

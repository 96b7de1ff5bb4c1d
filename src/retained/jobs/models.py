"""Tables of background work: what was asked for and how far it is, and which dates were served.

All moments here are real ones (`django.utils.timezone`), never the demonstration's story: a lease
measures whether a process is alive.
"""

import uuid

from django.db import models


class JobState(models.TextChoices):
    """Where a piece of work stands."""

    WAITING = "waiting", "waiting"
    RUNNING = "running", "running"
    SUCCEEDED = "succeeded", "done"
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "cancelled"


FINISHED = (JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED)


class JobRun(models.Model):
    """One piece of work that somebody, or the clock, asked for.

    `attempts` counts the attempts that began, and is the fence: an attempt that finds another
    number here was taken for dead and replaced, and may change nothing any more.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    state = models.CharField(
        max_length=10, choices=JobState.choices, default=JobState.WAITING.value
    )
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    sentence = models.CharField(max_length=300, blank=True)
    error = models.TextField(blank=True)
    leads_to = models.CharField(max_length=300, blank=True)
    attempts = models.IntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    created_by_key = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    dismissed_at = models.DateTimeField(null=True)
    task_id = models.UUIDField(null=True)

    class Meta:
        db_table = "job_run"
        ordering = ("-id",)
        verbose_name = "job"
        indexes = (
            models.Index(fields=["state", "lease_until"], name="job_run_state"),
            models.Index(fields=["task_id"], name="job_run_task"),
            models.Index(fields=["created_by_key", "-id"], name="job_run_asker"),
        )
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(state=JobState.RUNNING) | models.Q(lease_until__isnull=False),
                name="job_run_runs_under_a_lease",
            ),
        )

    def __str__(self) -> str:
        """Return what the work is and where it stands."""
        return f"{self.kind}: {self.state}"


class ScheduledRun(models.Model):
    """A date of a schedule that was served. The database lets each be served once."""

    id = models.BigAutoField(primary_key=True)
    schedule = models.CharField(max_length=200)
    due_at = models.DateTimeField()
    run = models.ForeignKey("jobs.JobRun", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        db_table = "job_scheduled_run"
        constraints = (
            models.UniqueConstraint(fields=["schedule", "due_at"], name="job_scheduled_once"),
        )

    def __str__(self) -> str:
        """Return schedule and date."""
        return f"{self.schedule} of {self.due_at.isoformat()}"


class WorkerSign(models.Model):
    """A sign of life of one worker, renewed every few seconds."""

    name = models.CharField(max_length=64, primary_key=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "job_worker"

    def __str__(self) -> str:
        """Return the worker's name."""
        return self.name

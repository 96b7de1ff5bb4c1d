"""Progress: a job's line back to the person who waits, and its proof that it may still act."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from retained.audit.actors import Actor, NamedActor
from retained.audit.models import ActorLabel
from retained.jobs.models import JobRun, JobState

# People read no faster, and each note is a synced write.
_SECONDS_BETWEEN_NOTES = 0.5


class CancelledByPersonError(Exception):
    """The person asked to cancel: raised out of `report`, and not to be caught by jobs."""


class LeaseLostError(Exception):
    """Another attempt took over, because this one was taken for dead: it must change nothing."""


class Progress:
    """What a running job holds of its own run."""

    def __init__(
        self,
        run: JobRun,
        *,
        lease_seconds: int,
        seconds_between_notes: float = _SECONDS_BETWEEN_NOTES,
    ) -> None:
        self.key = run.key
        self.finished = False
        self._run_id = run.pk
        self._attempt = run.attempts
        self._asker_key = run.created_by_key
        self._lease = timedelta(seconds=lease_seconds)
        self._seconds_between = seconds_between_notes
        self._noted_at: float | None = None
        self._depth = _transaction_depth()

    @property
    def by(self) -> Actor:
        """Whoever asked for the work: commands that the job calls act in this name."""
        label = ActorLabel.objects.filter(actor_key=self._asker_key).values_list("label").first()
        return NamedActor(self._asker_key, label[0] if label else self._asker_key)

    def report(self, done: int, total: int, sentence: str = "") -> None:
        """Say how far the work is; call it between transactions, as often as is handy.

        Renews the lease. Raises CancelledByPersonError where the person asked to cancel, and
        LeaseLostError where another attempt took over: let both pass. Inside an open
        transaction it says nothing: nobody could read it, and everybody would wait for it.
        """
        if _transaction_depth() != self._depth or not self._note_is_due(last=done >= total):
            return
        self._change(done=done, total=total, sentence=sentence[:300], **self._renewed())
        if self._mine().filter(cancel_asked=True).exists():
            raise CancelledByPersonError

    def lead_to(self, address: str) -> None:
        """Name the page of the result, such as /evidence/imports/7: it stands beside "done"."""
        if not address.startswith("/") or address.startswith("//"):
            raise ValueError("A job leads to an address of this installation.")
        self._change(leads_to=address[:300])

    @contextmanager
    def finishing(self, sentence: str = "") -> Iterator[None]:
        """Open the transaction that holds the job's whole effect and the note that it is done.

        Killed at any moment, either both stand or neither; of two attempts only one gets in.
        """
        with transaction.atomic():
            words = {"sentence": sentence[:300]} if sentence else {}
            self._change(state=JobState.SUCCEEDED, finished_at=timezone.now(), **words)
            yield
        self.finished = True

    def renew(self) -> None:
        """Prolong the lease: the heartbeat of a worker that lives."""
        self._mine().update(**self._renewed())

    def _renewed(self) -> dict[str, object]:
        return {"lease_until": timezone.now() + self._lease}

    def _mine(self) -> QuerySet[JobRun]:
        return JobRun.objects.filter(
            pk=self._run_id, attempts=self._attempt, state=JobState.RUNNING
        )

    def _change(self, **values: object) -> None:
        """Change the run, or raise LeaseLostError where it is no longer this attempt's."""
        if not self._mine().update(**values):
            raise LeaseLostError

    def _note_is_due(self, *, last: bool) -> bool:
        """Return whether enough time went by since the last note."""
        now = time.monotonic()
        due = last or self._noted_at is None or now - self._noted_at >= self._seconds_between
        if due:
            self._noted_at = now
        return due


def _transaction_depth() -> tuple[bool, int]:
    """Return how deep in transactions this thread is: tests run jobs inside of one."""
    return connection.in_atomic_block, len(connection.savepoint_ids)

"""Background work of delivery: measuring an agreement whenever what it rests on has changed."""

from retained.audit.actors import Actor, SystemActor
from retained.contracts.models import Agreement
from retained.delivery.commands.answers import apply_silence
from retained.delivery.commands.measuring import measure_agreement
from retained.delivery.models import Measured, MonthClose
from retained.delivery.packing import make_pack
from retained.delivery.queries import derived
from retained.delivery.queries.freshness import (
    agreements_of_source,
    agreements_with_a_new_month,
    is_current,
)
from retained.delivery.queries.replays import replay
from retained.evidence.models import Source
from retained.jobs.declared import job
from retained.jobs.models import JobRun
from retained.jobs.progress import Progress
from retained.jobs.queue import enqueue
from retained.jobs.schedules import daily
from retained.shared import clock


@job(retries=3, lease_seconds=600, title="Measuring an agreement")
def measure_agreement_job(progress: Progress, *, agreement_id: int) -> None:
    """Measure an agreement anew; nothing happens where its figures are up to date."""
    agreement = Agreement.objects.select_related("provider").get(pk=agreement_id)
    at = clock.now()
    if is_current(agreement, at=at):
        progress.report(1, 1, "The figures are up to date.")
        return
    progress.report(0, 1, "Reading the evidence")
    derived.clear_results(measure_agreement(agreement, by=progress.by, at=at))
    progress.lead_to(f"/run/{agreement.reference}/")
    progress.report(1, 1, "Measured")


@job(retries=3, lease_seconds=600, title="Measuring after new evidence")
def measure_source_job(progress: Progress, *, source_id: int) -> None:
    """Have every agreement measured whose terms name a source that changed."""
    source = Source.objects.get(pk=source_id)
    derived.clear_histories(source)
    for agreement in agreements_of_source(source.name):
        enqueue(measure_agreement_job, by=progress.by, agreement_id=agreement.pk)


@job(retries=1, lease_seconds=600, title="Replaying a changed rule")
def replay_job(
    progress: Progress, *, agreement_id: int, question: dict[str, str], address: str
) -> None:
    """Measure an agreement under changed rules; the page at `address` shows the answer."""
    agreement = Agreement.objects.select_related("provider").get(pk=agreement_id)
    progress.report(0, 1, "Measuring the same history under the changed rule")
    measured = Measured.objects.get(agreement=agreement)
    replay(agreement, measured, question, at=clock.now())
    progress.lead_to(address)
    progress.report(1, 1, "Replayed")


@daily("00:10")
@job(retries=3, lease_seconds=600, title="Measuring as a month begins")
def measure_new_months(progress: Progress) -> None:
    """Have every agreement measured whose running month has come to its end."""
    begun = agreements_with_a_new_month(clock.now())
    for done, agreement in enumerate(begun, start=1):
        enqueue(measure_agreement_job, by=SystemActor("schedule"), agreement_id=agreement.pk)
        progress.report(done, len(begun), f"{done} of {len(begun)} agreements")


def ask_to_measure(agreement_id: int, *, by: Actor | None) -> JobRun:
    """Queue the measuring of an agreement, in the transaction of whatever changed it."""
    return enqueue(measure_agreement_job, by=by, agreement_id=agreement_id)


@job(retries=2, lease_seconds=600, title="Making an auditor’s pack")
def pack_job(progress: Progress, *, close_id: int, address: str) -> None:
    """Make the pack of a close; it is fetched at `address`."""
    close = MonthClose.objects.select_related("agreement__provider", "tickets").get(pk=close_id)
    make_pack(close, tell=progress.report, at=clock.now())
    progress.lead_to(address)


@daily("06:00")
@job(retries=3, lease_seconds=300, title="Answers that did not come")
def silence_job(progress: Progress) -> None:
    """Let each agreement say what it means that its provider did not answer in time."""
    applied = apply_silence(clock.now())
    progress.report(1, 1, f"{applied} statements were not answered in time")

"""Background work of contracts: what the calendar changes in agreements."""

from retained.contracts import commands, queries
from retained.jobs.declared import job
from retained.jobs.progress import Progress
from retained.jobs.schedules import every
from retained.shared import clock


@every(minutes=60)
@job(title="Titles of agreements")
def titles_in_force(progress: Progress) -> None:
    """Give agreements the titles of the versions that have begun to count."""
    at = clock.now()
    for agreement in queries.agreements_with_a_recent_version(at.date()):
        commands.name_as_in_force(agreement, at=at)
    progress.report(1, 1)

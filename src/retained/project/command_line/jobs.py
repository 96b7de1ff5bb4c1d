"""`retained jobs`: background work that waits, runs, failed."""

import uuid
from typing import Any

import click

from retained.project.command_line.acting import acting
from retained.project.command_line.formats import format_option, show
from retained.shared import clock

_COLUMNS = ("key", "title", "state", "asked_by", "asked_at", "attempts", "sentence")
_STATES = ("to_mend", "waiting", "running", "succeeded", "failed", "cancelled")


@click.group(
    epilog="""\b
Examples:
  retained jobs list --as anna@bank.example
  retained jobs list --as anna@bank.example --state to_mend --format json
  retained jobs show --as anna@bank.example 0b6f2a8e-4a4c-4d0b-9a52-6f2f6c1f9d11
  retained jobs retry --as anna@bank.example 0b6f2a8e-4a4c-4d0b-9a52-6f2f6c1f9d11
"""
)
def jobs() -> None:
    """List background jobs; show one, try one again, put a failure aside."""


@jobs.command("list")
@click.option("--state", type=click.Choice(_STATES), help="to_mend: failed and not put aside.")
@click.option("--routine", is_flag=True, help="Also what the clock asked for and went well.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@acting
@format_option
def list_jobs(*, state: str | None, routine: bool, limit: int, by: Any, format_name: str) -> None:
    """List background jobs, the newest first."""
    from retained.directory.access import must  # noqa: PLC0415 - Django is set up now
    from retained.jobs import access, queries  # noqa: PLC0415 - the same

    must(by, "see_all_jobs")
    chosen = {"state": state or "", "routine": "all" if routine else ""}
    runs = queries.chosen_runs(access.runs_to_see(by, sees_all=True), chosen)
    _show(list(runs.order_by("-pk")[:limit]), format_name)


@jobs.command("show")
@click.argument("key", type=click.UUID, metavar="KEY")
@acting
@format_option
def show_job(*, key: uuid.UUID, by: Any, format_name: str) -> None:
    """Show one job: your own, as an administrator anybody's."""
    _show([_run(by, key)], format_name)


@jobs.command("retry")
@click.argument("key", type=click.UUID, metavar="KEY")
@acting
@format_option
def retry(*, key: uuid.UUID, by: Any, format_name: str) -> None:
    """Try a job again that failed or was cancelled."""
    from retained.directory.access import must  # noqa: PLC0415 - Django is set up now
    from retained.jobs import commands  # noqa: PLC0415 - the same

    must(by, "see_all_jobs")
    _show([commands.retry(_run(by, key), by=by, at=clock.now())], format_name)


@jobs.command("dismiss")
@click.argument("key", type=click.UUID, metavar="KEY")
@acting
@format_option
def dismiss(*, key: uuid.UUID, by: Any, format_name: str) -> None:
    """Put a failure aside that needs nothing more."""
    from retained.directory.access import must  # noqa: PLC0415 - Django is set up now
    from retained.jobs import commands  # noqa: PLC0415 - the same

    must(by, "see_all_jobs")
    _show([commands.dismiss(_run(by, key), by=by, at=clock.now())], format_name)


def _run(by: Any, key: uuid.UUID) -> Any:
    from retained.directory.access import may  # noqa: PLC0415 - Django is set up now
    from retained.jobs import access  # noqa: PLC0415 - the same

    return access.run_to_see(by, key, sees_all=may(by, "see_all_jobs"))


def _show(runs: list[Any], format_name: str) -> None:
    from retained.jobs import queries  # noqa: PLC0415 - Django is set up now

    rows = [
        {name: getattr(row, "state_words" if name == "state" else name) for name in _COLUMNS}
        for row in queries.job_rows(runs)
    ]
    show(rows, format_name, columns=_COLUMNS)

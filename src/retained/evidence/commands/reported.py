"""Keeping what the provider's own report says: figures, and verdicts of tickets."""

from collections.abc import Mapping as Verdicts
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction

from retained.audit.record import Actor, record
from retained.evidence.models import ReportedFigure, ReportedVerdict, Source, StatedVolume
from retained.files.models import StoredFile
from retained.shared.errors import DomainError
from retained.shared.months import Month


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as the provider reports it: counts, a percentage, or both."""

    label: str
    month: Month
    met: int | None = None
    counted: int | None = None
    percent: str = ""


@dataclass(frozen=True, slots=True)
class Volume:
    """How many tickets of a month the provider's report states, under the report's own label."""

    label: str
    month: Month
    tickets: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a report states of a month: a figure, the number of its tickets, or both."""

    label: str
    month: Month
    met: int | None = None
    counted: int | None = None
    percent: str = ""
    tickets: int | None = None


@transaction.atomic
def keep_report(source: Source, report: Report, *, by: Actor, at: datetime) -> None:
    """Keep what a report states; each part supersedes the earlier one."""
    label, month = report.label, report.month
    if report.met is not None or report.counted is not None or report.percent:
        figure = Figure(
            label, month, met=report.met, counted=report.counted, percent=report.percent
        )
        keep_reported_figures(source, [figure], by=by, at=at)
    elif report.tickets is None:
        raise DomainError(
            "Give what the report states: met and counted tickets, a percentage, or the number of "
            "tickets of the month."
        )
    if report.tickets is not None:
        keep_stated_volume(source, Volume(label, month, report.tickets), by=by, at=at)


@transaction.atomic
def keep_stated_volume(source: Source, volume: Volume, *, by: Actor, at: datetime) -> StatedVolume:
    """Keep how many tickets the provider states for a month; it supersedes the earlier one."""
    if not volume.label.strip():
        raise DomainError("Give the number the name that it has in the provider's report.")
    if volume.tickets < 0:
        raise DomainError(f"{volume.month.title}: a number of tickets is not below 0.")
    same = StatedVolume.objects.filter(source=source, month=str(volume.month), superseded_at=None)
    same.update(superseded_at=at)
    row = StatedVolume.objects.create(
        source=source,
        label=volume.label.strip(),
        month=str(volume.month),
        tickets=volume.tickets,
        stated_at=at,
        stated_by_key=by.actor_key,
    )
    record("reported", row, by=by, at=at, after={"tickets": volume.tickets})
    return row


@transaction.atomic
def keep_reported_figures(
    source: Source,
    figures: Sequence[Figure],
    *,
    by: Actor,
    at: datetime,
    file: StoredFile | None = None,
) -> list[ReportedFigure]:
    """Keep the provider's own figures; one for the same label and month supersedes the earlier."""
    kept = []
    for figure in figures:
        _must_be_possible(figure)
        same = ReportedFigure.objects.filter(
            source=source, label=figure.label, month=str(figure.month), superseded_at=None
        )
        same.update(superseded_at=at)
        row = ReportedFigure.objects.create(
            source=source,
            label=figure.label,
            month=str(figure.month),
            met=figure.met,
            counted=figure.counted,
            percent=figure.percent,
            file=file,
            reported_at=at,
            reported_by_key=by.actor_key,
        )
        after = {"met": figure.met, "counted": figure.counted, "percent": figure.percent}
        record("reported", row, by=by, at=at, after=after)
        kept.append(row)
    return kept


def _must_be_possible(figure: Figure) -> None:
    where = f"“{figure.label}” of {figure.month}"
    if not figure.label.strip():
        raise DomainError("Give the figure the name that it has in the provider's report.")
    if figure.percent:
        try:
            percent = Decimal(figure.percent)
        except InvalidOperation:
            raise DomainError(f"{where}: “{figure.percent}” is not a percentage.") from None
        if not (percent.is_finite() and 0 <= percent <= 100):
            raise DomainError(f"{where}: a percentage lies between 0 and 100.")
    elif figure.met is None or figure.counted is None:
        raise DomainError(f"{where}: give met and counted tickets, or a percentage.")
    if figure.met is not None and not 0 <= figure.met <= (figure.counted or 0):
        raise DomainError(f"{where}: more tickets met than counted cannot be.")


@transaction.atomic
def keep_reported_verdicts(
    source: Source,
    label: str,
    month: Month,
    verdicts: Verdicts[str, str],
    *,
    file: StoredFile,
    by: Actor,
    at: datetime,
) -> int:
    """Keep the provider's verdict of each ticket, and the figure that they add up to.

    A later report of the same label and month supersedes the earlier one as a whole.
    """
    if not verdicts:
        raise DomainError("No row of the report says met or missed: look at the chosen columns.")
    ReportedVerdict.objects.filter(
        source=source, label=label, month=str(month), superseded_at=None
    ).update(superseded_at=at)
    ReportedVerdict.objects.bulk_create(
        [
            ReportedVerdict(
                source=source,
                label=label,
                month=str(month),
                ticket=ticket,
                verdict=verdict,
                file=file,
            )
            for ticket, verdict in sorted(verdicts.items())
        ],
        batch_size=1000,
    )
    met = sum(verdict == "met" for verdict in verdicts.values())
    figure = Figure(label, month, met=met, counted=len(verdicts))
    keep_reported_figures(source, [figure], by=by, at=at, file=file)
    return len(verdicts)

"""What the provider's own report says, under the provider's own labels."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

import duckdb
from django.db.models import QuerySet

from retained.evidence.engine.verdict_files import ReadVerdicts, read_verdicts
from retained.evidence.models import ReportedFigure, ReportedVerdict, Source, StatedVolume
from retained.files.models import StoredFile
from retained.files.storing import path_of
from retained.shared.months import Month
from retained.shared.room import said_when_full


@dataclass(frozen=True, slots=True)
class Reported:
    """The provider's own figure of a month."""

    source: str
    label: str
    met: int | None
    counted: int | None
    percent: Decimal | None


def reported_figures(sources: Sequence[str], month: Month) -> list[Reported]:
    """Return the provider's own figures of a month, the superseded ones left out."""
    rows = ReportedFigure.objects.filter(
        source__name__in=sources, month=str(month), superseded_at=None
    ).select_related("source")
    return [
        Reported(
            source=row.source.name,
            label=row.label,
            met=row.met,
            counted=row.counted,
            percent=Decimal(row.percent) if row.percent else None,
        )
        for row in rows
    ]


def reported_verdicts(source: Source, label: str, month: Month) -> dict[str, str]:
    """Return the provider's verdict of each ticket under a label, for the difference list."""
    rows = ReportedVerdict.objects.filter(
        source=source, label=label, month=str(month), superseded_at=None
    )
    return dict(rows.values_list("ticket", "verdict"))


def volumes_of(source: Source) -> QuerySet[StatedVolume]:
    """Return how many tickets the provider states, the latest month first."""
    return source.stated_volumes.filter(superseded_at=None).order_by("-month")


def stated_volumes(source: Source) -> dict[Month, int]:
    """Return how many tickets the provider states for each month that it states any of."""
    rows = volumes_of(source).order_by("month").values_list("month", "tickets")
    return {Month.parse(month): tickets for month, tickets in rows}


def volumes_stated_by(names: Collection[str]) -> dict[str, dict[Month, int]]:
    """Return how many tickets are stated for each month, by source: one query for all of them."""
    found: dict[str, dict[Month, int]] = {}
    rows = StatedVolume.objects.filter(source__name__in=names, superseded_at=None)
    for name, month, tickets in rows.order_by("month").values_list(
        "source__name", "month", "tickets"
    ):
        found.setdefault(name, {})[Month.parse(month)] = tickets
    return found


def figures_of(source: Source) -> QuerySet[ReportedFigure]:
    """Return the provider's own figures of a source, the latest month first."""
    return source.reported_figures.filter(superseded_at=None).order_by("-month", "label")


@said_when_full(
    "There is no room left on the disk to read this report, and nothing of it was kept. "
    "Ask your administrator to make room, then send it again.",
    duckdb.Error,
)
def verdicts_in(file: StoredFile, *, ticket: str, verdict: str, breached: bool) -> ReadVerdicts:
    """Return what a provider's report says of each ticket."""
    return read_verdicts(
        path_of(file), name=file.original_name, ticket=ticket, verdict=verdict, breached=breached
    )

"""Whether the evidence of a source seems whole."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from retained.evidence.engine.wholeness import monthly_volumes, tickets_apart, wholeness
from retained.evidence.models import Source
from retained.evidence.queries.batches import (
    batches_that_count,
    evidence_of,
    evidence_of_batches,
    mapping_of,
)
from retained.evidence.queries.reported import stated_volumes
from retained.shared.months import Month
from retained.shared.remarks import Remark, Severity


@dataclass(frozen=True, slots=True)
class MonthVolume:
    """How many tickets of a month the evidence has, and how many the provider states."""

    month: Month
    tickets: int
    stated: int | None

    @property
    def difference(self) -> int | None:
        """How many the evidence has more, where the provider states a number."""
        return None if self.stated is None else self.tickets - self.stated


@dataclass(frozen=True, slots=True)
class Wholeness:
    """Whether a source's evidence seems whole, and how many tickets each month has."""

    remarks: list[Remark]
    volumes: list[MonthVolume]
    rows_read: int
    rows_unusable: int


def wholeness_of(source: Source) -> Wholeness:
    """Return what suggests that a source's evidence is not whole."""
    batches = batches_that_count(source)
    newest = mapping_of(batches[-1].mapping) if batches else None
    zone = ZoneInfo(newest.time_zone if newest else "UTC")
    stated = stated_volumes(source)
    with evidence_of_batches(batches) as evidence:
        remarks = wholeness(
            evidence.connection,
            zone=zone,
            file_rows=[(batch.file_name, batch.rows_read) for batch in batches],
            stated=stated,
        )
        counted = dict(monthly_volumes(evidence.connection, zone))
    remarks += _shared_tickets(source)
    return Wholeness(
        remarks,
        [
            MonthVolume(month, counted.get(month, 0), stated.get(month))
            for month in sorted(counted.keys() | stated.keys())
        ],
        sum(batch.rows_read for batch in batches),
        sum(batch.rows_unusable for batch in batches),
    )


def _shared_tickets(source: Source) -> list[Remark]:
    """Return the ticket numbers that another source of the same provider uses as well."""
    others = Source.objects.filter(provider=source.provider).exclude(pk=source.pk)
    if source.provider_id is None or not others:
        return []
    remarks = []
    with evidence_of(source) as here:
        for other in others:
            with evidence_of(other) as there:
                ours, theirs, both = tickets_apart(here.connection, there.connection)
            if both:
                sentence = (
                    f"{both:,} ticket numbers are in “{other}” as well; {ours:,} are here only, "
                    f"{theirs:,} there only. They are counted for each source by itself."
                )
                remarks.append(Remark(Severity.NOTE, "in_two_sources", sentence))
    return remarks

"""Is a source's evidence whole? Looked at once for the same batches, and kept beside them.

A look reads every row of the source, and those of the provider's other sources: the job that runs
after an import takes it, so that the page need not. What is kept is derived, and made anew at will.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from retained.evidence import queries
from retained.evidence.engine.wholeness import monthly_volumes, tickets_apart, wholeness
from retained.evidence.kept_looks import RULES, Volumes, keep_look, kept_look
from retained.evidence.models import Batch, Source
from retained.shared.months import Month
from retained.shared.remarks import Remark, Severity

FOLDER = "derived"  # of the data folder: what can be made anew at will
# So many rows are looked at while a page is made, if nobody did before; more are left to the job.
MOST_AT_ONCE = 200_000


@dataclass(frozen=True, slots=True)
class Wholeness:
    """Whether a source's evidence seems whole, and how many tickets each month has.

    `is_known` is false while the job that looks at the evidence has not ended.
    """

    remarks: Sequence[Remark]
    volumes: Sequence[tuple[Month, int]]
    rows_read: int
    rows_unusable: int
    is_known: bool = True


def wholeness_of(source: Source) -> Wholeness:
    """Return what suggests that a source's evidence is not whole, as far as it is known."""
    near = _batches_near(source)
    own = near.get(source.pk, [])
    rows = sum(one.rows_read for batches in near.values() for one in batches)
    place = _place(source, near)
    look: Look | None = None
    if place.exists():
        look = kept_look(place)
    elif rows <= MOST_AT_ONCE:
        look = _kept(place, source, near)
    volumes, remarks = look or ((), ())
    return Wholeness(
        remarks,
        volumes,
        sum(batch.rows_read for batch in own),
        sum(batch.rows_unusable for batch in own),
        is_known=look is not None,
    )


def look_at(source: Source) -> None:
    """Look at a source's evidence as it stands, unless that was done before."""
    near = _batches_near(source)
    place = _place(source, near)
    if not place.exists():
        _kept(place, source, near)


def _batches_near(source: Source) -> dict[int, list[Batch]]:
    """Return the batches that count, of a source and the others of its provider: one query."""
    near = Q(source=source)
    if source.provider_id is not None:
        near |= Q(source__provider=source.provider_id)
    found = Batch.objects.filter(near, withdrawn_at=None)
    batches: dict[int, list[Batch]] = {}
    for batch in found.select_related("source", "mapping__source").order_by("source", "number"):
        batches.setdefault(batch.source_id, []).append(batch)
    return batches


def _place(source: Source, near: Mapping[int, Sequence[Batch]]) -> Path:
    """Return where the look at these very batches is kept."""
    named = [
        (batch.source_id, batch.number, batch.sha256, batch.mapping.document)
        for batches in near.values()
        for batch in batches
    ]
    key = hashlib.sha256(json.dumps([RULES, named]).encode()).hexdigest()[:16]
    return Path(settings.DATA_DIR) / FOLDER / f"look-{source.pk}-{key}.json"


Look = tuple[Volumes, tuple[Remark, ...]]


def _kept(place: Path, source: Source, near: Mapping[int, Sequence[Batch]]) -> Look:
    """Look, and keep what was seen in place of earlier looks at the same source."""
    volumes, remarks = _looked(source, near)
    for earlier in place.parent.glob(f"look-{source.pk}-*.json"):
        earlier.unlink(missing_ok=True)
    keep_look(place, volumes, remarks)
    return volumes, remarks


def _looked(source: Source, near: Mapping[int, Sequence[Batch]]) -> Look:
    own = near.get(source.pk, [])
    newest = queries.mapping_of(own[-1].mapping) if own else None
    zone = ZoneInfo(newest.time_zone if newest else "UTC")
    with queries.evidence_of_batches(own) as here:
        remarks = wholeness(
            here.connection,
            zone=zone,
            file_rows=[(batch.file_name, batch.rows_read) for batch in own],
        )
        volumes = monthly_volumes(here.connection, zone)
        for batches in near.values():
            if batches[0].source_id == source.pk:
                continue
            with queries.evidence_of_batches(batches) as there:
                shared = tickets_apart(here.connection, there.connection)
            remarks += _shared(batches[0].source, *shared)
    return tuple(volumes), tuple(remarks)


def _shared(other: Source, ours: int, theirs: int, both: int) -> list[Remark]:
    """Return that another source of the same provider uses the same ticket numbers."""
    if not both:
        return []
    sentence = (
        f"{both:,} ticket numbers are in “{other}” as well; {ours:,} are here only, "
        f"{theirs:,} there only. They are counted for each source by itself."
    )
    return [Remark(Severity.NOTE, "in_two_sources", sentence)]

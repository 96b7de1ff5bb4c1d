"""Files on their way in: how one would be read, and how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from retained.directory.models import Organisation
from retained.evidence.engine.fingerprints import fingerprint
from retained.evidence.engine.guessing.proposal import Guess, guess, values_of
from retained.evidence.engine.mapping import Mapping
from retained.evidence.engine.reading import Evidence, read_files
from retained.evidence.engine.staging.found import ChosenFile, part_for
from retained.evidence.engine.staging.heads import head_of
from retained.evidence.models import ImportRun, ImportState, MappingVersion
from retained.evidence.queries.batches import mapping_of
from retained.files.storing import path_of
from retained.jobs.queries import ShownProgress, progress_by_key
from retained.shared.remarks import Remark
from retained.shared.room import said_when_full

FAILED = "failed"  # beside the states that an import has by itself: its job did not end well
_NO_ROOM = (
    "There is no room left on the disk to look into this file; the file itself is kept. "
    "Ask your administrator to make room, then open its page again."
)


@dataclass(frozen=True, slots=True)
class HowFar:
    """How far a file's way in is; `progress` while its job waits or runs."""

    run: ImportRun
    state: str
    words: str
    sentence: str
    progress: ShownProgress | None = None

    @property
    def failed(self) -> bool:
        """Whether its job ended without a batch or a refusal: it can be read again."""
        return self.state == FAILED


def imports(limit: int = 20) -> list[HowFar]:
    """Return the latest imports: one query for all their jobs."""
    found = ImportRun.objects.select_related("file", "batch__source", "mapping__source")
    runs = list(found.order_by("-id")[:limit])
    jobs = progress_by_key(run.job_key for run in runs if run.state == ImportState.QUEUED)
    return [_how_far(run, jobs.get(run.job_key)) for run in runs]


def how_far(run: ImportRun) -> HowFar:
    """Return how far one import is, for every door."""
    return _how_far(run, progress_by_key([run.job_key]).get(run.job_key))


def _how_far(run: ImportRun, job: ShownProgress | None) -> HowFar:
    """Return how far it is: one that waits for a job that is over, or forgotten, has failed."""
    if run.state != ImportState.QUEUED:
        return HowFar(run, run.state, run.get_state_display(), run.sentence)
    if job is not None and not job.is_over:
        return HowFar(run, run.state, run.get_state_display(), job.sentence, job)
    sentence = job.sentence if job else "It was given up. Let it be read again."
    return HowFar(run, FAILED, "not read", sentence)


def recognised_mapping(columns: Sequence[str]) -> MappingVersion | None:
    """Return the newest mapping that was confirmed with this header."""
    found = MappingVersion.objects.filter(fingerprint=fingerprint(columns))
    return found.select_related("source").order_by("-created_at", "-id").first()


@dataclass(frozen=True, slots=True)
class Preview:
    """What a mapping makes of the beginning of a file; `is_whole`: of all of it."""

    is_whole: bool
    rows_read: int
    rows_used: int
    tickets: int
    states: list[tuple[str, int]]
    changes: list[tuple[str, datetime, str, str]]
    remarks: list[Remark]
    remark_counts: list[tuple[str, int]]


@said_when_full(_NO_ROOM, duckdb.Error)
def preview(run: ImportRun, mapping: Mapping) -> Preview:
    """Read the beginning of an import's file by a mapping that nobody has confirmed yet."""
    name = run.file.original_name
    with TemporaryDirectory(prefix="retained-preview-") as folder:
        original = path_of(run.file)
        head = head_of(original, name, Path(folder))
        chosen = ChosenFile(head, part_for(name, mapping) or 0, name)
        with read_files([chosen], mapping) as evidence:
            return _preview_of(evidence, is_whole=head == original)


def _preview_of(evidence: Evidence, *, is_whole: bool) -> Preview:
    def rows(sql: str) -> list[tuple[Any, ...]]:
        return evidence.connection.execute(sql).fetchall()

    first = rows(
        "SELECT ticket, \"at\", coalesce(state, ''), coalesce(priority, '') FROM changes "
        'ORDER BY "row", sequence LIMIT 8'
    )
    return Preview(
        is_whole=is_whole,
        rows_read=evidence.rows_read,
        rows_used=evidence.rows_used,
        tickets=rows("SELECT count(DISTINCT ticket) FROM changes")[0][0],
        states=[
            (state, count)
            for state, count in rows(
                "SELECT state, count(*) FROM changes WHERE state IS NOT NULL "
                "GROUP BY 1 ORDER BY 2 DESC, 1"
            )
        ],
        changes=[
            (ticket, datetime.fromtimestamp(second, tz=UTC), state, priority)
            for ticket, second, state, priority in first
        ],
        remarks=evidence.remarks[:10],
        remark_counts=sorted(evidence.remark_counts.items()),
    )


@said_when_full(_NO_ROOM, duckdb.Error)
def header_and_states(run: ImportRun, state_column: str) -> tuple[list[str], list[str]]:
    """Return a file's header, and the values of its state column, the most frequent first."""
    return _values_of(path_of(run.file), state_column, name=run.file.original_name)


@said_when_full(_NO_ROOM, duckdb.Error)
def guess_of(run: ImportRun) -> Guess:
    """Return a proposed mapping: the one confirmed with this header before, or a guess."""
    name = run.file.original_name
    found = _guess(path_of(run.file), name=name, time_zone=_client_zone())
    known = recognised_mapping(found.columns)
    if known is None:
        return found
    fields = mapping_of(known).model_dump(mode="json", by_alias=True, exclude_defaults=True)
    reason = f"The header is known: this is how {known.source} was read the last time."
    return replace(found, fields=fields, reasons=(reason,), unknown_states=())


# A stored file never changes, and its page asks anew with every choice.
_guess = lru_cache(maxsize=32)(guess)
_values_of = lru_cache(maxsize=32)(values_of)


def _client_zone() -> str:
    client = Organisation.objects.filter(kind=Organisation.Kind.CLIENT).first()
    return client.time_zone if client else "UTC"

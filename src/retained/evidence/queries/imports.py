"""Files on their way in: how one would be read, and how far it is."""

from collections.abc import Mapping as Known
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
from retained.evidence.engine.guessing.proposal import Beginning, Guess, beginning_of, guess
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


def mappings_for(columns: Sequence[str]) -> dict[str, MappingVersion]:
    """Return by source the newest mapping that was confirmed with this header."""
    found = MappingVersion.objects.filter(fingerprint=fingerprint(columns))
    newest = found.select_related("source").order_by("created_at", "id")
    return {version.source.name: version for version in newest}


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
def beginning(
    run: ImportRun,
    *,
    state_column: str = "",
    delimiter: str | None = None,
    encoding: str | None = None,
) -> Beginning:
    """Return a file's header, its first rows, and the values of its state column."""
    return _beginning_of(
        path_of(run.file),
        name=run.file.original_name,
        column=state_column,
        delimiter=delimiter,
        encoding=encoding,
    )


def header_of(run: ImportRun, mapping: Mapping) -> list[str]:
    """Return a file's header as the mapping reads it."""
    part = mapping.files[part_for(run.file.original_name, mapping) or 0]
    return beginning(run, delimiter=part.delimiter, encoding=part.encoding).columns


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a file may be read: as the source `like` was before, or by a guess.

    `place` is the part of the mapping that reads the file; `known` are the sources whose files
    had this header.
    """

    name: str
    guess: Guess
    like: str = ""
    place: int = 0
    known: tuple[str, ...] = ()

    @property
    def fields(self) -> dict[str, Any]:
        """The mapping's fields, as YAML has them."""
        return self.guess.fields

    @property
    def state_column(self) -> str:
        """The column that the states are read from."""
        return str(self.fields["files"][self.place].get("columns", {}).get("state", ""))


@said_when_full(_NO_ROOM, duckdb.Error)
def proposal_of(
    run: ImportRun,
    *,
    like: str | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
) -> Proposal:
    """Return how a file may be read.

    `like` names a source that was read before; empty, it asks for a guess; None, for the one
    source with this header whose pattern names the file.
    """
    name = run.file.original_name
    found = _guess(
        path_of(run.file),
        name=name,
        time_zone=_client_zone(),
        delimiter=delimiter,
        encoding=encoding,
    )
    known = mappings_for(found.columns)
    if like is None:
        named = [
            source for source in known if part_for(name, mapping_of(known[source])) is not None
        ]
        like = named[0] if len(named) == 1 else ""
        if known and not like:
            return _asking(name, found, known)
    if like in known:
        return _as_before(name, found, known, like)
    return Proposal(name, found, known=tuple(known))


def _as_before(name: str, found: Guess, known: Known[str, MappingVersion], like: str) -> Proposal:
    mapping = mapping_of(known[like])
    place = part_for(name, mapping)
    fields = mapping.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    reasons = (f"The header is known: this is how {like} was read the last time.",)
    doubts: tuple[str, ...] = ()
    if place is None:
        place = 0
        usual = fields["files"][place]["pattern"]
        doubts = (
            f"Files of {like} were named like {usual} so far, and this one is {name}. Import it "
            f"only if it is of {like}: then widen “Names of such files” so that both fit.",
        )
    guess = replace(found, fields=fields, reasons=reasons, unknown_states=(), doubts=doubts)
    return Proposal(name, guess, like, place, tuple(known))


def _asking(name: str, found: Guess, known: Known[str, MappingVersion]) -> Proposal:
    """Return a guess without a source, where the header alone does not tell it."""
    sources = " and ".join(sorted(known))
    doubt = (
        f"Files of {sources} have these columns, and the name of this file does not tell which "
        "it is: say under “Source” where it comes from."
    )
    fields = {**found.fields, "source": ""}
    return Proposal(
        name, replace(found, fields=fields, doubts=(doubt, *found.doubts)), known=tuple(known)
    )


# A stored file never changes, and its page asks anew with every choice.
_guess = lru_cache(maxsize=32)(guess)
_beginning_of = lru_cache(maxsize=32)(beginning_of)


def _client_zone() -> str:
    client = Organisation.objects.filter(kind=Organisation.Kind.CLIENT).first()
    return client.time_zone if client else "UTC"

"""Raw files read by a mapping: one ordered history of changes, and every remark on the way.

In   files and folders, a mapping
Out  Evidence: a DuckDB connection with tables `changes`, `files` and `remarks`
Why  docs/methods/reading-evidence.md
"""

import shutil
import tempfile
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb

from retained.evidence.engine.mapping import Mapping, Shape
from retained.evidence.engine.normalising import changes as merging
from retained.evidence.engine.normalising.found_remarks import listed_remarks, remark_counts
from retained.evidence.engine.normalising.rows_in import RowsIn, take_rows
from retained.evidence.engine.normalising.ticket_remarks import note_tickets
from retained.evidence.engine.sql_text import literal
from retained.evidence.engine.staging.found import ChosenFile, found_files
from retained.evidence.engine.staging.stage import stage
from retained.evidence.engine.staging.staged import Refusal, StagedFile
from retained.shared.remarks import Place, Remark, Severity

REMARKS_LISTED = 1000
LATEST_SECOND = 4_102_444_800  # 2100-01-01: nobody's ticket is later


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was read: its name, hash, rows and shape, and how its rows fared."""

    name: str
    sha256: str
    rows: int
    shape: Shape
    rows_used: int
    columns: tuple[str, ...]


@dataclass(slots=True, weakref_slot=True)
class Evidence:
    """What files say, in one history for each ticket. Close it, or use it in a `with`.

    `changes`: one row per change of a ticket's state, priority, verdict or attributes, in the
    order `sequence` within a ticket. `refusals` are files that could not be read at all; they are
    among `remarks` as well, whose list is capped while `remark_counts` are exact. The connection
    may write to `folder` alone, and everything there goes when the evidence is closed.
    """

    connection: duckdb.DuckDBPyConnection
    folder: Path
    remarks: list[Remark] = field(default_factory=list)
    remark_counts: dict[str, int] = field(default_factory=dict)
    refusals: list[Remark] = field(default_factory=list)
    rows_read: int = 0
    rows_used: int = 0
    files: list[ReadFile] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    latest: int | None = None
    staged: list[StagedFile] = field(default_factory=list)

    @property
    def rows_unusable(self) -> int:
        """How many rows carry an error."""
        return self.rows_read - self.rows_used

    def __post_init__(self) -> None:
        # Who forgets to close leaves nothing behind all the same.
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)

    def close(self) -> None:
        """End the connection and remove its temporary files."""
        self.connection.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def read_evidence(
    paths: Iterable[Path | str],
    mapping: Mapping,
    *,
    memory: str = "1GB",
    threads: int | None = None,
    not_after: datetime | None = None,
) -> Evidence:
    """Return what the files at `paths` (files and folders) say, read by `mapping`.

    `memory` is DuckDB's limit ("1GB"); beyond it, work goes to temporary files. Times after
    `not_after` are absurd and become remarks.
    """
    chosen, left, refusals = found_files([Path(path) for path in paths], mapping)
    if not chosen:
        refusals.append(_nothing_found(left, mapping))
    evidence = read_files(
        chosen, mapping, memory=memory, threads=threads, not_after=not_after, refusals=refusals
    )
    evidence.left = left
    return evidence


def read_files(
    chosen: Sequence[ChosenFile],
    mapping: Mapping,
    *,
    memory: str = "1GB",
    threads: int | None = None,
    not_after: datetime | None = None,
    refusals: Sequence[Refusal] = (),
) -> Evidence:
    """Return what files say whose part of the mapping is known, as an upload's is."""
    return read_batches(
        [(file, mapping) for file in chosen],
        memory=memory,
        threads=threads,
        not_after=not_after,
        refusals=refusals,
    )


def read_batches(
    chosen: Sequence[tuple[ChosenFile, Mapping]],
    *,
    memory: str = "1GB",
    threads: int | None = None,
    not_after: datetime | None = None,
    refusals: Sequence[Refusal] = (),
) -> Evidence:
    """Return what files of one source say, each with its mapping, the earliest import first."""
    evidence = open_evidence([file.path for file, _ in chosen], memory=memory, threads=threads)
    try:
        readable, unreadable = _stage_files(evidence, chosen)
        evidence.staged = [file.staged for file in readable]
        read_staged(evidence, readable, refusals=[*refusals, *unreadable], not_after=not_after)
    except BaseException:
        evidence.close()
        raise
    return evidence


def open_evidence(
    paths: Sequence[Path], *, memory: str = "1GB", threads: int | None = None
) -> Evidence:
    """Return evidence without rows: a connection that can read `paths` and nothing else."""
    folder = Path(tempfile.mkdtemp(prefix="retained-"))
    connection = duckdb.connect()  # in memory; what does not fit goes to `spill`
    settings = [
        f"SET memory_limit = {literal(memory)}",
        f"SET temp_directory = {literal(str(folder / 'spill'))}",
        "SET TimeZone = 'UTC'",
        "SET autoinstall_known_extensions = false",
        "SET autoload_known_extensions = false",
        "SET preserve_insertion_order = true",
        f"SET allowed_directories = [{literal(str(folder))}]",
        f"SET allowed_paths = [{', '.join(literal(str(path)) for path in paths)}]",
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    ]
    if threads is not None:
        settings.insert(0, f"SET threads = {threads:d}")
    for setting in settings:
        connection.execute(setting).fetchall()
    for statement in merging.TABLES.split(";"):
        if statement.strip():
            connection.execute(statement).fetchall()
    return Evidence(connection, folder)


@dataclass(frozen=True, slots=True)
class ReadableFile:
    """A staged file and the part of the mapping that reads it."""

    staged: StagedFile
    mapping: Mapping
    part: int

    @property
    def kind(self) -> str:
        """What tells files of one kind: rows are compared with rows of the same kind only."""
        return self.mapping.files[self.part].pattern


def _stage_files(
    evidence: Evidence, chosen: Sequence[tuple[ChosenFile, Mapping]]
) -> tuple[list[ReadableFile], list[Refusal]]:
    """Return the files as relations, each content once, and those that cannot be read."""
    staged: list[ReadableFile] = []
    refusals: list[Refusal] = []
    seen: dict[str, str] = {}
    for number, (file, mapping) in enumerate(chosen):
        folder = evidence.folder / str(number)
        folder.mkdir()
        part = mapping.files[file.part]
        try:
            one = stage(evidence.connection, file.path, part, name=file.name, folder=folder)
        except Refusal as refusal:
            refusals.append(refusal)
            continue
        if one.sha256 in seen:
            sentence = f"It holds exactly what {seen[one.sha256]} holds, and is read once."
            evidence.remarks.append(
                Remark(Severity.NOTE, "same_file", sentence, Place(file=one.name))
            )
            continue
        seen[one.sha256] = one.name
        staged.append(ReadableFile(one, mapping, file.part))
    return staged, refusals


def read_staged(
    evidence: Evidence,
    readable: Sequence[ReadableFile],
    *,
    refusals: Sequence[Refusal] = (),
    not_after: datetime | None = None,
) -> None:
    """Fill `evidence` with the rows of staged files, the earliest import first."""
    latest_second = int(not_after.timestamp()) if not_after else LATEST_SECOND
    refused = list(refusals)
    connection = evidence.connection
    kinds = list(dict.fromkeys(file.kind for file in readable))
    taken: list[tuple[ReadableFile, RowsIn]] = []
    for number, file in enumerate(readable):
        staged = file.staged
        connection.execute(
            "INSERT INTO files VALUES (?, ?, ?)", [number, staged.sha256, staged.name]
        ).fetchall()
        try:
            rows = take_rows(
                connection,
                staged,
                file.mapping,
                part=file.part,
                kind_no=kinds.index(file.kind),
                file_no=number,
                latest_second=latest_second,
            )
        except Refusal as refusal:
            refused.append(refusal)
            continue
        taken.append((file, rows))
        evidence.files.append(_read_file(file, rows))
    _build_changes(evidence, taken, kinds)
    evidence.rows_read = sum(rows.read for _, rows in taken)
    evidence.rows_used = sum(rows.used for _, rows in taken)
    evidence.refusals = [refusal.remark for refusal in refused]
    _list_remarks(evidence)


def _read_file(file: ReadableFile, rows: RowsIn) -> ReadFile:
    return ReadFile(
        name=file.staged.name,
        sha256=file.staged.sha256,
        rows=rows.read,
        shape=file.mapping.files[file.part].shape,
        rows_used=rows.used,
        columns=file.staged.columns,
    )


def _build_changes(
    evidence: Evidence, taken: Sequence[tuple[ReadableFile, RowsIn]], kinds: list[str]
) -> None:
    """Merge the rows taken in into `changes`, note what is odd about tickets, find the latest."""
    connection = evidence.connection
    events = [(file, rows) for file, rows in taken if rows.is_events]
    steps = {step for _, rows in taken for step in rows.steps if not rows.is_events}
    openings = {
        kinds.index(file.kind)
        for file, _ in events
        if file.mapping.files[file.part].opening == "first_row"
    }
    if events:
        union = " UNION ALL ".join(rows.events for _, rows in events)
        connection.execute(f"CREATE VIEW events AS {union}").fetchall()
        repeats = connection.execute(merging.REPEATS).fetchall()[0][0]
        kept = merging.KEPT_EVENTS if repeats else merging.ALL_EVENTS
        # A view is enough for the one query of the usual case: a log alone.
        kind = "TABLE" if steps or openings else "VIEW"
        connection.execute(f"CREATE {kind} kept_events AS {kept}").fetchall()
    if steps:
        connection.execute(merging.KEPT_TICKETS).fetchall()
    for kind_no in openings:
        connection.execute("INSERT INTO openings VALUES (?)", [kind_no]).fetchall()
    merged = merging.merged_sql(
        events=bool(events),
        riding=any(rows.steps for _, rows in events),
        openings=bool(openings),
        steps=sorted(steps),
    )
    connection.execute(f"CREATE VIEW merged AS {merged}").fetchall()
    connection.execute(
        merging.changes_sql(
            mixed=bool(events and steps),
            whole=all(rows.read == rows.used for _, rows in taken),
            told=_told(taken),
        )
    ).fetchall()
    note_tickets(connection, mixed=bool(events and steps))
    connection.execute("DROP VIEW merged").fetchall()
    evidence.latest = connection.execute(merging.latest_sql(events=bool(events))).fetchall()[0][0]
    if events:
        connection.execute(f"DROP {kind} kept_events; DROP VIEW events").fetchall()
    for _, rows in events:
        connection.execute(f"DROP TABLE {rows.table}").fetchall()


def _told(taken: Sequence[tuple[ReadableFile, RowsIn]]) -> list[str]:
    """Return which facts beside the state any file tells, and so may change."""
    files = [file.mapping.files[file.part] for file, _ in taken]
    roles = {role for file in files for role in file.columns}
    told = ["priority"] if "priority" in roles else []
    told += ["reported"] if roles & {"reported", "breached"} else []
    return told + (["attributes"] if any(file.attributes for file in files) else [])


def _nothing_found(left: list[str], mapping: Mapping) -> Refusal:
    patterns = ", ".join(file.pattern for file in mapping.files)
    names = f" Found: {', '.join(left[:5])}." if left else ""
    sentence = f"No file is named like the mapping's patterns ({patterns}).{names}"
    return Refusal("no_files", "", sentence)


def _list_remarks(evidence: Evidence) -> None:
    counts = remark_counts(evidence.connection)
    for remark in (*evidence.refusals, *evidence.remarks):
        counts[remark.code] = counts.get(remark.code, 0) + 1
    evidence.remark_counts = counts
    evidence.remarks = [
        *evidence.refusals,
        *evidence.remarks,
        *listed_remarks(evidence.connection, REMARKS_LISTED),
    ]

"""Raw files read by a mapping: one ordered history of changes, and every remark on the way.

In   files and folders, a mapping
Out  Evidence: a DuckDB connection with tables `changes`, `files` and `remarks`
Why  docs/methods/reading-evidence.md
"""

import tempfile
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
from retained.evidence.engine.sql_text import literal
from retained.evidence.engine.staging.found import ChosenFile, found_files
from retained.evidence.engine.staging.stage import stage
from retained.evidence.engine.staging.staged import Refusal, StagedFile
from retained.shared.remarks import Place, Remark, Severity

REMARKS_LISTED = 1000
_LATEST_SECOND = 4_102_444_800  # 2100-01-01: nobody's ticket is later


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was read: its name, hash, rows and shape, and how its rows fared."""

    name: str
    sha256: str
    rows: int
    shape: Shape
    rows_used: int
    columns: tuple[str, ...]


@dataclass(slots=True)
class Evidence:
    """What files say, in one history for each ticket. Close it, or use it in a `with`.

    `changes`: one row per change of a ticket's state, priority, verdict or attributes, in the
    order `sequence` within a ticket. `refusals` are files that could not be read at all; they are
    among `remarks` as well, whose list is capped while `remark_counts` are exact.
    """

    connection: duckdb.DuckDBPyConnection
    remarks: list[Remark] = field(default_factory=list)
    remark_counts: dict[str, int] = field(default_factory=dict)
    refusals: list[Remark] = field(default_factory=list)
    rows_read: int = 0
    rows_used: int = 0
    files: list[ReadFile] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    latest: int | None = None
    _folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def rows_unusable(self) -> int:
        """How many rows carry an error."""
        return self.rows_read - self.rows_used

    def close(self) -> None:
        """End the connection and remove its temporary files."""
        self.connection.close()
        if self._folder is not None:
            self._folder.cleanup()

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
    evidence = open_evidence([file.path for file in chosen], memory=memory, threads=threads)
    evidence.left = left
    try:
        _read(evidence, chosen, mapping, refusals=refusals, not_after=not_after)
    except BaseException:
        evidence.close()
        raise
    return evidence


def open_evidence(
    paths: Sequence[Path], *, memory: str = "1GB", threads: int | None = None
) -> Evidence:
    """Return evidence without rows: a connection that can read `paths` and nothing else."""
    folder = tempfile.TemporaryDirectory(prefix="retained-")
    connection = duckdb.connect(str(Path(folder.name) / "evidence.duckdb"))
    settings = [
        f"SET memory_limit = {literal(memory)}",
        f"SET temp_directory = {literal(str(Path(folder.name) / 'spill'))}",
        "SET TimeZone = 'UTC'",
        "SET autoinstall_known_extensions = false",
        "SET autoload_known_extensions = false",
        "SET preserve_insertion_order = true",
        f"SET allowed_directories = [{literal(folder.name)}]",
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
    return Evidence(connection=connection, _folder=folder)


def _read(
    evidence: Evidence,
    chosen: list[ChosenFile],
    mapping: Mapping,
    *,
    refusals: list[Refusal],
    not_after: datetime | None,
) -> None:
    latest_second = int(not_after.timestamp()) if not_after else _LATEST_SECOND
    staged = _staged(evidence, chosen, mapping, refusals=refusals)
    _list_files(evidence, staged)
    taken: list[RowsIn] = []
    for number, (part, file) in enumerate(staged):
        try:
            rows = take_rows(
                evidence.connection,
                file,
                mapping,
                part=part,
                file_no=number,
                latest_second=latest_second,
            )
        except Refusal as refusal:
            refusals.append(refusal)
            continue
        taken.append(rows)
        evidence.files.append(
            ReadFile(
                name=file.name,
                sha256=file.sha256,
                rows=rows.read,
                shape=mapping.files[part].shape,
                rows_used=rows.used,
                columns=file.columns,
            )
        )
    if not chosen:
        refusals.append(_nothing_found(evidence.left, mapping))
    build_changes(evidence, taken, mapping)
    evidence.rows_read = sum(rows.read for rows in taken)
    evidence.rows_used = sum(rows.used for rows in taken)
    evidence.refusals = [refusal.remark for refusal in refusals]
    _list_remarks(evidence)


def _staged(
    evidence: Evidence, chosen: list[ChosenFile], mapping: Mapping, *, refusals: list[Refusal]
) -> list[tuple[int, StagedFile]]:
    """Return the files as relations, each content once, in the order of their names."""
    folder = Path(evidence._folder.name) if evidence._folder else Path()
    staged: list[tuple[int, StagedFile]] = []
    seen: dict[tuple[int, str], str] = {}
    for file in chosen:
        try:
            one = stage(
                evidence.connection,
                file.path,
                mapping.files[file.part],
                name=file.name,
                folder=folder,
            )
        except Refusal as refusal:
            refusals.append(refusal)
            continue
        first = seen.setdefault((file.part, one.sha256), one.name)
        if first != one.name or (file.part, one) in staged:
            sentence = f"It holds exactly what {first} holds, and is read once."
            evidence.remarks.append(
                Remark(Severity.NOTE, "same_file", sentence, Place(file=one.name))
            )
            continue
        staged.append((file.part, one))
    return staged


def _list_files(evidence: Evidence, staged: list[tuple[int, StagedFile]]) -> None:
    connection = evidence.connection
    connection.execute(
        "CREATE TABLE files (file_no INTEGER, sha256 VARCHAR, name VARCHAR)"
    ).fetchall()
    for number, (_, file) in enumerate(staged):
        connection.execute(
            "INSERT INTO files VALUES (?, ?, ?)", [number, file.sha256, file.name]
        ).fetchall()


def build_changes(evidence: Evidence, taken: Sequence[RowsIn], mapping: Mapping) -> None:
    """Merge the rows taken in into `changes`, and set the latest moment."""
    connection = evidence.connection
    events = [rows for rows in taken if rows.is_events]
    stamped = sorted({step for rows in taken for step in rows.steps if not rows.is_events})
    one_file = len(events) < 2 and "row_id" not in _event_roles(mapping)
    if events:
        kept = merging.KEPT_EVENTS_OF_ONE_FILE if one_file else merging.KEPT_EVENTS
        connection.execute(kept).fetchall()
    if stamped:
        connection.execute(merging.KEPT_TICKETS).fetchall()
    openings = [part for part, file in enumerate(mapping.files) if file.opening == "first_row"]
    for part in openings:
        connection.execute("INSERT INTO openings VALUES (?)", [part]).fetchall()
    merged = (
        merging.merged_sql(
            events=bool(events),
            riding=any(rows.steps for rows in events),
            openings=bool(openings) and bool(events),
            steps=stamped,
        )
        if events or stamped
        else merging.NOTHING
    )
    connection.execute(f"CREATE VIEW merged AS {merged}").fetchall()
    connection.execute(merging.changes_sql(mixed=bool(events and stamped))).fetchall()
    evidence.latest = connection.execute("SELECT max(moment) FROM merged").fetchall()[0][0]


def _event_roles(mapping: Mapping) -> set[str]:
    return {role for file in mapping.files for role in file.columns}


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

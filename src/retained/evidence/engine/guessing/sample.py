"""The beginning of a file as a relation of texts, and what its columns hold.

In   a file
Out  a Sample: its columns, those that hold times, and reasons as they are found
Why  docs/guide/evidence.md
"""

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
from charset_normalizer import from_bytes

from retained.evidence.engine.mapping import STEPS, FileMapping, Shape
from retained.evidence.engine.normalising.columns import any_moment_sql
from retained.evidence.engine.normalising.known_formats import KNOWN_FORMATS
from retained.evidence.engine.sql_text import literals, quoted
from retained.evidence.engine.staging.bytes_read import read_bytes
from retained.evidence.engine.staging.heads import head_of
from retained.evidence.engine.staging.stage import format_of, stage_seen
from retained.evidence.engine.staging.staged import StagedFile

MISSING = ("", "?", "-", "NULL", "null", "N/A", "n/a", "None", "#N/B")
MOMENT_ROLES = frozenset({"at", "start", "stop", "cut_off", *STEPS})
_SAMPLE_ROWS = 20_000
_FEW_VALUES = 40


@dataclass(slots=True)
class Sample:
    """What the first rows of a file show."""

    connection: duckdb.DuckDBPyConnection
    staged: StagedFile
    delimiter: str | None
    encoding: str
    moments: dict[str, str] = field(default_factory=dict)  # column: format
    reasons: list[str] = field(default_factory=list)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names in the header."""
        return self.staged.columns

    def values(self, column: str) -> str:
        """Return SQL for the values of a column that are there."""
        name = quoted(column)
        return (
            f"(SELECT trim({name}) AS value FROM {self.staged.relation} "
            f"WHERE trim({name}) NOT IN {literals(MISSING)} LIMIT {_SAMPLE_ROWS})"
        )

    def frequent_values(self, column: str) -> list[str]:
        """Return the values of a column, the most frequent first, at most forty."""
        rows = self.connection.execute(
            f"SELECT value FROM {self.values(column)} GROUP BY 1 ORDER BY count(*) DESC, 1 "
            f"LIMIT {_FEW_VALUES}"
        ).fetchall()
        return [row[0] for row in rows]

    def one(self, sql: str) -> tuple[Any, ...]:
        """Return the one row that `sql` gives."""
        return tuple(self.connection.execute(sql).fetchall()[0])

    def distinct(self, *columns: str) -> int:
        """Return how many different rows some columns hold."""
        names = ", ".join(quoted(column) for column in columns)
        rows = f"SELECT DISTINCT {names} FROM {self.staged.relation}"
        return int(self.one(f"SELECT count(*) FROM ({rows})")[0])

    def roles(self, words: Mapping[str, Sequence[str]]) -> dict[str, str]:
        """Return the likely column of each role, each column once."""
        found: dict[str, str] = {}
        for role, patterns in words.items():
            column = self._column(role, patterns, taken=found.values())
            if column is not None:
                found[role] = column
        return found

    def named(self, *patterns: str) -> str | None:
        """Return the first column whose name has a pattern, the patterns tried in order."""
        found = (name for one in patterns for name in self.columns if re.search(one, plain(name)))
        return next(found, None)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return int(self.one(f"SELECT count(*) FROM {self.staged.relation}")[0])

    def _column(self, role: str, patterns: Sequence[str], *, taken: Any) -> str | None:
        for pattern in patterns:
            for name in self.columns:
                fits = (name in self.moments) is (role in MOMENT_ROLES)
                if fits and name not in taken and re.search(pattern, plain(name)):
                    return name
        return None


def plain(name: str) -> str:
    """Return a column's name as words: `hasBreached` and `has_breached` are one."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.sub(r"[^a-z0-9]+", " ", spaced.lower()).strip()


@contextmanager
def sampled(path: Path, name: str) -> Iterator[Sample]:
    """Give the beginning of a file; raises Refusal where it cannot be read at all."""
    with tempfile.TemporaryDirectory(prefix="retained-guess-") as folder:
        head = head_of(path, name, Path(folder))
        encoding = _encoding_of(head)
        known = FileMapping.model_validate(
            {"pattern": "*", "shape": Shape.STAMPS, "columns": {"ticket": "", "opened": ""}}
        )
        known = known.model_copy(update={"encoding": encoding, "format": format_of(name)})
        connection = duckdb.connect(config={"autoinstall_known_extensions": "false"})
        try:
            connection.execute("SET TimeZone = 'UTC'").fetchall()
            seen = read_bytes(head)
            staged, delimiter = stage_seen(
                connection, head, known, name=name, seen=seen, folder=Path(folder)
            )
            yield Sample(connection, staged, delimiter, encoding)
        finally:
            connection.close()


def _encoding_of(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(200_000)
    try:
        head[: head.rfind(b"\n") + 1].decode("utf-8")
    except UnicodeDecodeError:
        best = from_bytes(head, cp_isolation=["cp1252", "cp1250", "utf_16", "mac_roman"]).best()
        return best.encoding.replace("_", "-") if best else "cp1252"
    return "utf-8"


def find_moments(sample: Sample) -> None:
    """Note which columns hold times, and how each is written."""
    for column in sample.columns:
        form = _format_of_column(sample, column)
        if form is not None:
            sample.moments[column] = form


def _format_of_column(sample: Sample, column: str) -> str | None:
    """Return the first known format that all, or nearly all, values of a column have."""
    named = any(
        word in column.casefold() for word in ("date", "time", "at", "stamp", "on", "open", "clos")
    )
    forms = [form for form in KNOWN_FORMATS if named or form not in {"epoch", "epoch_ms", "excel"}]
    counts = ", ".join(f"count({any_moment_sql('value', form)})" for form in forms)
    total, *fitting = sample.one(f"SELECT count(*), {counts} FROM {sample.values(column)}")
    if not total:
        return None
    best = max(range(len(forms)), key=lambda index: fitting[index])
    if fitting[best] < 0.9 * total:
        return None
    rivals = [forms[i] for i in range(len(forms)) if fitting[i] == fitting[best] and i != best]
    note = ""
    if forms[best].startswith("%d/%m") and any(rival.startswith("%m/%d") for rival in rivals):
        note = " No day above 12 tells day and month apart: please check."
    sample.reasons.append(f"“{column}” holds times written {forms[best]}.{note}")
    return forms[best]


def missing_marks(sample: Sample) -> list[str]:
    """Return the texts that seem to stand for no value."""
    found = [""]
    for mark in MISSING[1:]:
        same = " OR ".join(
            f"trim({quoted(column)}) = {literals([mark])[1:-1]}" for column in sample.columns
        )
        if sample.one(f"SELECT count(*) FROM {sample.staged.relation} WHERE {same}")[0]:
            found.append(mark)
            sample.reasons.append(f"“{mark}” seems to stand for no value.")
    return found

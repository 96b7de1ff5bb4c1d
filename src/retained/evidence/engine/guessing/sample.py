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

from retained.evidence.engine.guessing.encodings import encoding_of
from retained.evidence.engine.mapping import STEPS, FileMapping, Format, Shape
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
_ENCODING_BYTES = 200_000
_SHOWN_ROWS = 5
_FEW_VALUES = 40


@dataclass(slots=True)
class Sample:
    """What the first rows of a file show."""

    connection: duckdb.DuckDBPyConnection
    staged: StagedFile
    delimiter: str | None
    encoding: str | None
    moments: dict[str, str] = field(default_factory=dict)  # column: format
    reasons: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)  # what a person must look at

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

    def first_rows(self) -> list[tuple[str, ...]]:
        """Return the texts of the first rows, as they are."""
        names = ", ".join(f"coalesce({quoted(column)}, '')" for column in self.columns)
        rows = self.connection.execute(
            f"SELECT {names} FROM {self.staged.relation} LIMIT {_SHOWN_ROWS}"
        ).fetchall()
        return [tuple(row) for row in rows]

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
def sampled(
    path: Path, name: str, *, delimiter: str | None = None, encoding: str | None = None
) -> Iterator[Sample]:
    """Give the beginning of a file; raises Refusal where it cannot be read at all.

    `delimiter` and `encoding` are found where nobody says them.
    """
    with tempfile.TemporaryDirectory(prefix="retained-guess-") as folder:
        head = head_of(path, name, Path(folder))
        encoding = encoding or _encoding_of(head, name)
        known = FileMapping.model_validate(
            {"pattern": "*", "shape": Shape.STAMPS, "columns": {"ticket": "", "opened": ""}}
        )
        known = known.model_copy(
            update={
                "encoding": encoding or "utf-8",
                "format": format_of(name),
                "delimiter": delimiter,
            }
        )
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


def _encoding_of(path: Path, name: str) -> str | None:
    """Return a text's encoding; None for what carries its own, as workbooks do."""
    if format_of(name) not in {Format.CSV, Format.JSON_LINES}:
        return None
    with path.open("rb") as file:
        return encoding_of(file.read(_ENCODING_BYTES))


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
    best = max(range(len(forms)), key=lambda index: (fitting[index], _is_american(forms[index])))
    if fitting[best] < 0.9 * total:
        return None
    form = forms[best]
    sample.reasons.append(f"“{column}” holds times written {form}.")
    rivals = [forms[i] for i in range(len(forms)) if fitting[i] == fitting[best] and i != best]
    if any(_is_turned(form, rival) for rival in rivals):
        first = "the month" if form.startswith("%m") else "the day"
        sample.doubts.append(
            f"No day above 12 in “{column}” tells day and month apart: it is read with {first} "
            "first. Ask the provider, and change how times are written if it is the other way."
        )
    return form


def _is_american(form: str) -> bool:
    """Return whether a format has AM or PM and the month first, as it is written in the USA."""
    return "%p" in form and form.startswith("%m")


def _is_turned(form: str, other: str) -> bool:
    """Return whether two formats differ in the order of day and month alone."""
    turned = form.translate(str.maketrans("dm", "md"))
    return form.startswith(("%d", "%m")) and turned == other


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

"""What a file seems to be: a proposed mapping, with the reason for each choice.

In   a file
Out  a proposed Mapping as YAML, the header, and a reason for each choice
Why  docs/guide/evidence.md

A guess is shown to a person and confirmed before anything is read by it.
"""

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
from charset_normalizer import from_bytes

from retained.evidence.engine.guessed_words import ROLE_WORDS, state_for
from retained.evidence.engine.mapping import SCHEMA, FileMapping, Shape
from retained.evidence.engine.normalising.columns import any_moment_sql
from retained.evidence.engine.normalising.known_formats import KNOWN_FORMATS
from retained.evidence.engine.sql_text import literals, quoted
from retained.evidence.engine.staging.bytes_read import read_bytes
from retained.evidence.engine.staging.heads import head_of
from retained.evidence.engine.staging.stage import format_of, stage_seen
from retained.evidence.engine.staging.staged import StagedFile

MISSING = ("", "?", "-", "NULL", "null", "N/A", "n/a", "None", "#N/B")
_SAMPLE_ROWS = 20_000
_FEW_STATES = 40
_STEPS = ("opened", "assigned", "started", "reopened", "resolved", "closed", "cancelled")


@dataclass(frozen=True, slots=True)
class Guess:
    """A proposed mapping, and why."""

    fields: dict[str, Any]
    columns: tuple[str, ...]
    reasons: tuple[str, ...]
    unknown_states: tuple[str, ...]


@dataclass(slots=True)
class _Sample:
    """What the first rows of a file show."""

    connection: duckdb.DuckDBPyConnection
    staged: StagedFile
    moments: dict[str, str] = field(default_factory=dict)  # column: format
    reasons: list[str] = field(default_factory=list)

    def values(self, column: str) -> str:
        """Return SQL for the values of a column that are there."""
        name = quoted(column)
        return (
            f"(SELECT trim({name}) AS value FROM {self.staged.relation} "
            f"WHERE trim({name}) NOT IN {literals(MISSING)} LIMIT {_SAMPLE_ROWS})"
        )

    def one(self, sql: str) -> tuple[Any, ...]:
        """Return the one row that `sql` gives."""
        return tuple(self.connection.execute(sql).fetchall()[0])


def guess(path: Path, *, name: str, source: str = "", time_zone: str = "UTC") -> Guess:
    """Return a proposed mapping of the file; raises Refusal where it cannot be read at all."""
    with _sampled(path, name) as (sample, delimiter, encoding):
        return _guess(sample, name, source or _stem(name), time_zone, delimiter, encoding)


def values_of(path: Path, column: str, *, name: str) -> tuple[list[str], list[str]]:
    """Return a file's header, and the values of one column, the most frequent first."""
    with _sampled(path, name) as (sample, _, _):
        columns = list(sample.staged.columns)
        if column not in columns:
            return columns, []
        rows = sample.connection.execute(
            f"SELECT value FROM {sample.values(column)} GROUP BY 1 ORDER BY count(*) DESC, 1 "
            f"LIMIT {_FEW_STATES}"
        ).fetchall()
        return columns, [row[0] for row in rows]


@contextmanager
def _sampled(path: Path, name: str) -> Iterator[tuple[_Sample, str | None, str]]:
    """Give the beginning of a file as a relation of texts, with its delimiter and encoding."""
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
            staged, delimiter = stage_seen(
                connection,
                head,
                known,
                name=name,
                seen=read_bytes(head),
                folder=Path(folder),
            )
            yield _Sample(connection, staged), delimiter, encoding
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


def _stem(name: str) -> str:
    return re.sub(r"[\d_\-. ]+$", "", Path(name).stem) or "source"


def _pattern_of(name: str) -> str:
    """Return a pattern that also names next month's file: digits may change."""
    stem, suffix = Path(name).stem, Path(name).suffix
    pattern = re.sub(r"\d[\d_\-]*", "*", stem)
    return (pattern if "*" in pattern else f"{pattern}*") + suffix


def _guess(
    sample: _Sample,
    name: str,
    source: str,
    time_zone: str,
    delimiter: str | None,
    encoding: str,
) -> Guess:
    columns = sample.staged.columns
    for column in columns:
        form = _format_of_column(sample, column)
        if form is not None:
            sample.moments[column] = form
    roles = _roles(sample)
    shape = _shape(sample, roles)
    roles = _roles_of_shape(roles, shape, sample)
    states, unknown = _states(sample, roles)
    part: dict[str, Any] = {"pattern": _pattern_of(name), "shape": shape.value}
    if delimiter:
        part["delimiter"] = delimiter
        sample.reasons.append(f"Columns are separated by {delimiter!r}.")
    if encoding != "utf-8":
        part["encoding"] = encoding
        sample.reasons.append(f"The text is not UTF-8; it reads well as {encoding}.")
    forms = list(
        dict.fromkeys(
            sample.moments[roles[role]] for role in roles if roles[role] in sample.moments
        )
    )
    part["datetime"] = forms or ["iso"]
    part["missing"] = _missing(sample, columns)
    part["columns"] = roles
    fields = {
        "schema": SCHEMA,
        "source": source,
        "time_zone": time_zone,
        "files": [part],
        "states": states,
    }
    return Guess(fields, columns, tuple(sample.reasons), tuple(unknown))


def _format_of_column(sample: _Sample, column: str) -> str | None:
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


def _roles(sample: _Sample) -> dict[str, str]:
    """Return the likely column of each role, each column once."""
    found: dict[str, str] = {}
    for role, words in ROLE_WORDS.items():
        for word in words:
            column = next(
                (
                    name
                    for name in sample.staged.columns
                    if re.search(word, _plain(name))
                    and name not in found.values()
                    and (name in sample.moments) is (role in {"at", *_STEPS})
                ),
                None,
            )
            if column is not None:
                found[role] = column
                break
    if "ticket" not in found and sample.staged.columns:
        found["ticket"] = sample.staged.columns[0]
    return found


def _plain(name: str) -> str:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.sub(r"[^a-z0-9]+", " ", spaced.lower()).strip()


def _shape(sample: _Sample, roles: dict[str, str]) -> Shape:
    ticket = quoted(roles["ticket"])
    rows, tickets = sample.one(
        f"SELECT count(*), count(DISTINCT {ticket}) FROM {sample.staged.relation}"
    )
    if tickets == rows or "state" not in roles or not sample.moments:
        sample.reasons.append("Each row is another ticket: the rows hold the times of its steps.")
        return Shape.STAMPS
    if any(role in roles for role in _STEPS):
        sample.reasons.append("Tickets repeat, with a state and fixed times: a row is an update.")
        return Shape.UPDATES
    sample.reasons.append("Tickets repeat, with a state: a row is a change of state.")
    return Shape.STATE_CHANGES


def _roles_of_shape(roles: dict[str, str], shape: Shape, sample: _Sample) -> dict[str, str]:
    """Return the roles that the shape has, with the one time that it cannot do without."""
    kept = dict(roles)
    needed = "opened" if shape is Shape.STAMPS else "at"
    if needed not in kept:
        spare = [c for c in sample.moments if c not in kept.values()] or list(sample.moments)
        other = next(iter(kept.get(r) for r in ("at", "opened") if r in kept), None)
        column = spare[0] if spare else other
        if column:
            kept = {role: name for role, name in kept.items() if name != column}
            kept[needed] = column
    if shape is Shape.STAMPS:
        for role in ("at", "state", "sequence"):
            kept.pop(role, None)
    else:
        kept.pop("hold", None)
        # Later stamps repeated on each row are the last ones: the states of the rows know better.
        for role in _STEPS[1:]:
            kept.pop(role, None)
    return kept


def _states(sample: _Sample, roles: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    if "state" not in roles:
        return {}, []
    rows = sample.connection.execute(
        f"SELECT value FROM {sample.values(roles['state'])} GROUP BY 1 ORDER BY count(*) DESC, 1 "
        f"LIMIT {_FEW_STATES}"
    ).fetchall()
    states: dict[str, str] = {}
    unknown = []
    for (value,) in rows:
        state = state_for(value)
        states[value] = state or "unchanged"
        if state is None:
            unknown.append(value)
    return states, unknown


def _missing(sample: _Sample, columns: Sequence[str]) -> list[str]:
    found = [""]
    for mark in MISSING[1:]:
        same = " OR ".join(
            f"trim({quoted(column)}) = {literals([mark])[1:-1]}" for column in columns
        )
        if sample.one(f"SELECT count(*) FROM {sample.staged.relation} WHERE {same}")[0]:
            found.append(mark)
            sample.reasons.append(f"“{mark}” seems to stand for no value.")
    return found

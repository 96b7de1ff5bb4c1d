"""A proposed mapping of a file, with the reason for each choice.

In   a file
Out  a proposed Mapping as fields of YAML, the header, and a reason for each choice
Why  docs/guide/evidence.md

A guess is shown to a person and confirmed before anything is read by it.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retained.evidence.engine.guessing.sample import (
    Sample,
    find_moments,
    missing_marks,
    sampled,
)
from retained.evidence.engine.guessing.shapes import guessed_shape, proposed_roles
from retained.evidence.engine.guessing.words import state_for
from retained.evidence.engine.mapping import SCHEMA


@dataclass(frozen=True, slots=True)
class Guess:
    """A proposed mapping, and why.

    `doubts` are what a person must look at; `unknown_states` are not in the mapping;
    `proposed` has a column for roles of other shapes as well.
    """

    fields: dict[str, Any]
    columns: tuple[str, ...]
    reasons: tuple[str, ...]
    unknown_states: tuple[str, ...]
    proposed: dict[str, str]
    doubts: tuple[str, ...] = ()


def guess(
    path: Path,
    *,
    name: str,
    source: str = "",
    time_zone: str = "UTC",
    delimiter: str | None = None,
    encoding: str | None = None,
) -> Guess:
    """Return a proposed mapping of the file; raises Refusal where it cannot be read at all.

    `delimiter` and `encoding` are found where nobody says them.
    """
    with sampled(path, name, delimiter=delimiter, encoding=encoding) as sample:
        return _guess(sample, name, source or _stem(name), time_zone)


@dataclass(frozen=True, slots=True)
class Beginning:
    """A file's header, its first rows as they are, and the values of one column."""

    columns: list[str]
    rows: list[tuple[str, ...]]
    values: list[str]


def beginning_of(
    path: Path,
    *,
    name: str,
    column: str = "",
    delimiter: str | None = None,
    encoding: str | None = None,
) -> Beginning:
    """Return how a file begins; the values of `column` come with the most frequent first."""
    with sampled(path, name, delimiter=delimiter, encoding=encoding) as sample:
        columns = list(sample.columns)
        values = sample.frequent_values(column) if column in columns else []
        return Beginning(columns, sample.first_rows(), values)


def _stem(name: str) -> str:
    return re.sub(r"[\d_\-. ]+$", "", Path(name).stem) or "source"


def pattern_of(name: str) -> str:
    """Return a pattern that also names next month's file: digits may change."""
    stem, suffix = Path(name).stem, Path(name).suffix
    pattern = re.sub(r"\d[\d_\-]*", "*", stem)
    return (pattern if "*" in pattern else f"{pattern}*") + suffix


def _guess(sample: Sample, name: str, source: str, time_zone: str) -> Guess:
    find_moments(sample)
    found = guessed_shape(sample, name)
    states, unknown = _states(sample, found.roles)
    part: dict[str, Any] = {"pattern": pattern_of(name), "shape": found.shape.value}
    if sample.delimiter:
        part["delimiter"] = sample.delimiter
        sample.reasons.append(f"Columns are separated by {sample.delimiter!r}.")
    if sample.encoding not in {None, "utf-8"}:
        part["encoding"] = sample.encoding
        sample.reasons.append(f"The text is not UTF-8; it reads well as {sample.encoding}.")
    used = [sample.moments[column] for column in found.roles.values() if column in sample.moments]
    part["datetime"] = list(dict.fromkeys(used)) or ["iso"]
    part["missing"] = missing_marks(sample)
    part |= {"columns": found.roles, **found.more}
    fields = {
        "schema": SCHEMA,
        "source": source,
        "time_zone": time_zone,
        "files": [part],
        "states": states,
    }
    reasons = tuple(sample.reasons)
    return Guess(
        fields,
        sample.columns,
        reasons,
        tuple(unknown),
        proposed_roles(sample),
        tuple(sample.doubts),
    )


def _states(sample: Sample, roles: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    if "state" not in roles:
        return {}, []
    states: dict[str, str] = {}
    unknown = []
    for value in sample.frequent_values(roles["state"]):
        state = state_for(value)
        if state is None:
            unknown.append(value)
        else:
            states[value] = state
    return states, unknown

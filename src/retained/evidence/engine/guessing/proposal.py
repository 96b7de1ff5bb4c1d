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
    """A proposed mapping, and why; `proposed` has a column for roles of other shapes as well."""

    fields: dict[str, Any]
    columns: tuple[str, ...]
    reasons: tuple[str, ...]
    unknown_states: tuple[str, ...]
    proposed: dict[str, str]


def guess(path: Path, *, name: str, source: str = "", time_zone: str = "UTC") -> Guess:
    """Return a proposed mapping of the file; raises Refusal where it cannot be read at all."""
    with sampled(path, name) as sample:
        return _guess(sample, name, source or _stem(name), time_zone)


def values_of(path: Path, column: str, *, name: str) -> tuple[list[str], list[str]]:
    """Return a file's header, and the values of one column, the most frequent first."""
    with sampled(path, name) as sample:
        columns = list(sample.columns)
        return columns, sample.frequent_values(column) if column in columns else []


def _stem(name: str) -> str:
    return re.sub(r"[\d_\-. ]+$", "", Path(name).stem) or "source"


def _pattern_of(name: str) -> str:
    """Return a pattern that also names next month's file: digits may change."""
    stem, suffix = Path(name).stem, Path(name).suffix
    pattern = re.sub(r"\d[\d_\-]*", "*", stem)
    return (pattern if "*" in pattern else f"{pattern}*") + suffix


def _guess(sample: Sample, name: str, source: str, time_zone: str) -> Guess:
    find_moments(sample)
    found = guessed_shape(sample, name)
    states, unknown = _states(sample, found.roles)
    part: dict[str, Any] = {"pattern": _pattern_of(name), "shape": found.shape.value}
    if sample.delimiter:
        part["delimiter"] = sample.delimiter
        sample.reasons.append(f"Columns are separated by {sample.delimiter!r}.")
    if sample.encoding != "utf-8":
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
    return Guess(fields, sample.columns, reasons, tuple(unknown), proposed_roles(sample))


def _states(sample: Sample, roles: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    if "state" not in roles:
        return {}, []
    states: dict[str, str] = {}
    unknown = []
    for value in sample.frequent_values(roles["state"]):
        state = state_for(value)
        states[value] = state or "unchanged"
        if state is None:
            unknown.append(value)
    return states, unknown

"""Shared by the tests of this folder: a mapping and files written as texts, read at once."""

from pathlib import Path
from typing import Any

from retained.evidence.engine.mapping import Mapping, read_mapping
from retained.evidence.engine.reading import Evidence, read_evidence

STATES = """\
states:
  New: new
  Active: in_progress
  Waiting: waiting_client
  Resolved: resolved
  Closed: closed
"""


def mapping_of(files: str, *, rest: str = STATES, zone: str = "Europe/Amsterdam") -> Mapping:
    """Return the mapping whose `files` are written in YAML's flow style, one a line."""
    lines = "".join(f"  - {line}\n" for line in files.strip().splitlines())
    text = f"schema: retained/mapping/1\nsource: s\ntime_zone: {zone}\nfiles:\n{lines}{rest}"
    mapping = read_mapping(text)
    assert isinstance(mapping, Mapping), [str(remark) for remark in mapping]
    return mapping


CHANGES = mapping_of(
    '{pattern: "*.csv", shape: state_changes, datetime: "%Y-%m-%d %H:%M", '
    "columns: {ticket: ticket, at: at, state: state}}"
)


def read(folder: Path, mapping: Mapping = CHANGES, **files: str | bytes) -> Evidence:
    """Return the evidence of files given as name_ending=text."""
    for name, content in files.items():
        path = folder / ".".join(name.rsplit("_", 1))
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_evidence([folder], mapping, threads=1)


def rows(evidence: Evidence, columns: str = 'ticket, "at", state') -> list[tuple[Any, ...]]:
    """Return columns of the changes, in their order."""
    found = evidence.connection.execute(
        f"SELECT {columns} FROM changes ORDER BY ticket, sequence"
    ).fetchall()
    return [tuple(row) for row in found]


def codes(evidence: Evidence) -> list[tuple[str, int | None, str]]:
    """Return code, row and column of each remark."""
    return [(r.code, r.place.row, r.place.column) for r in evidence.remarks]

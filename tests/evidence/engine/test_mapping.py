"""Mappings: read whole, written without loss, and refused with line, field and what is right."""

import json
from pathlib import Path

import pytest

from retained.evidence.engine.mapping import Mapping, mapping_schema, mapping_text, read_mapping

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "examples").glob("*/mapping.yaml"))
TEXT = """\
schema: retained/mapping/1
source: desk
time_zone: Europe/Amsterdam
files:
  - pattern: "*.csv"
    shape: state_changes
    datetime: "%Y-%m-%d %H:%M"
    columns: {ticket: a, at: b, state: c}
states: {New: new}
"""


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_a_shipped_mapping_is_right_and_survives_export_and_import(path: Path) -> None:
    mapping = read_mapping(path.read_text(encoding="utf-8"), path.name)
    assert isinstance(mapping, Mapping), mapping
    assert read_mapping(mapping_text(mapping)) == mapping


@pytest.mark.parametrize(
    ("right", "wrong", "line", "words"),
    [
        ("state_changes", "state_change", 6, "is none of"),
        ("Europe/Amsterdam", "Amsterdam", 3, "a name like Europe/Amsterdam"),
        ("%Y-%m-%d %H:%M", "%Q", 7, "write one like %Y-%m-%d %H:%M"),
        ("ticket: a, ", "", 8, "needs a column for “ticket”"),
        ("ticket: a", "tickets: a, ticket: a", 8, "did you mean “ticket”"),
        ("New: new", "New: nwe", 9, "is none of"),
        ("New: new", "New: new, NEW: new", 9, "twice, letter case aside"),
        ("source: desk", "sources: desk", 2, "did you mean “source”"),
        ("source: desk", "source: desk/north", 2, "its name is part of addresses"),
        ("schema: retained/mapping/1", "schema: retained/mapping/9", 1, "retained/mapping/1"),
        (
            'pattern: "*.csv"',
            'pattern: "*.csv"\n    encoding: utf-99',
            6,
            "utf-8, utf-16 or cp1252",
        ),
        ('pattern: "*.csv"', 'pattern: "*.csv"\n    delimiter: tabs', 6, "one character"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_what_would_be_right(
    right: str, wrong: str, line: int, words: str
) -> None:
    remarks = read_mapping(TEXT.replace(right, wrong, 1), "m.yaml")
    assert isinstance(remarks, list)
    found = [remark for remark in remarks if words in remark.sentence]
    assert found, [str(remark) for remark in remarks]
    assert found[0].place.row == line
    assert found[0].place.file == "m.yaml"


@pytest.mark.parametrize(
    "text", ["", "[]", "just words", "a: &x 1\nb: *x", "schema: [", "a: 1\na: 2"]
)
def test_what_is_no_mapping_is_refused(text: str) -> None:
    assert isinstance(read_mapping(text), list)


def test_a_state_that_is_called_no_is_a_name() -> None:
    mapping = read_mapping(TEXT.replace("New: new", "No: new"))
    assert isinstance(mapping, Mapping)
    assert mapping.states == {"No": "new"}


def test_every_mistake_is_told_at_once() -> None:
    text = TEXT.replace("Europe/Amsterdam", "Moon").replace("New: new", "New: nwe")
    remarks = read_mapping(text)
    assert isinstance(remarks, list)
    assert len(remarks) == 2


def test_the_published_schema_is_the_schema_of_the_code() -> None:
    path = ROOT / "docs" / "reference" / "schemas" / "mapping-1.schema.json"
    published = json.loads(path.read_text(encoding="utf-8"))
    assert published == mapping_schema(), "retained mapping schema > docs/reference/schemas/..."

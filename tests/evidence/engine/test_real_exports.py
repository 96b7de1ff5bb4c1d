"""The shipped mappings read the real exports completely, where those are at hand."""

import os
from pathlib import Path

import pytest

from retained.evidence.engine.guessing.proposal import guess
from retained.evidence.engine.mapping import Mapping, read_mapping
from retained.evidence.engine.reading import Evidence, read_evidence

ROOT = Path(__file__).parents[3]
DATA = Path(os.environ.get("RETAINED_REAL_DATA", ROOT.parent / "shared" / "data")) / "tickets"

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the real exports are not here: set RETAINED_REAL_DATA"
)


def evidence_of(example: str) -> Evidence:
    text = (ROOT / "examples" / example / "mapping.yaml").read_text(encoding="utf-8")
    mapping = read_mapping(text)
    assert isinstance(mapping, Mapping)
    # The ServiceNow mapping reads any export of its layout, whatever its name: give it one file.
    paths = [DATA / "servicenow_2016-03.csv"] if example == "servicenow" else [DATA]
    return read_evidence(paths, mapping)


@pytest.mark.parametrize(
    ("example", "rows", "tickets"),
    [("rabobank", 2_015 + 20_161, 2_015), ("servicenow", 29_588, 4_183), ("volvo", 12_849, 1_500)],
)
def test_every_row_is_read_and_used(example: str, rows: int, tickets: int) -> None:
    with evidence_of(example) as evidence:
        counted = evidence.connection.execute(
            "SELECT count(DISTINCT ticket), count(*) FILTER (state = 'new') FROM changes"
        ).fetchall()[0]
    assert (evidence.rows_read, evidence.rows_used) == (rows, rows)
    assert evidence.refusals == []
    assert counted == (tickets, tickets)


def test_rabobank_s_closing_is_the_stamp_of_its_row() -> None:
    with evidence_of("rabobank") as evidence:
        row = evidence.connection.execute(
            'SELECT "at", "row" FROM changes WHERE ticket = ? AND state = ?',
            ["IM0000013", "closed"],
        ).fetchall()
    assert row == [(1383915252, 2)]  # 2013-11-08 13:54:12 in Amsterdam, first row below the header


@pytest.mark.parametrize(
    ("name", "shape", "ticket", "form"),
    [
        ("rabobank_cases.csv", "stamps", "incident_id", "iso"),
        ("servicenow_2016-03.csv", "updates", "number", "%d/%m/%Y %H:%M"),
        ("volvo_incidents.csv", "state_changes", "SR Number", "iso"),
    ],
)
def test_a_real_export_is_guessed_right(name: str, shape: str, ticket: str, form: str) -> None:
    part = guess(DATA / name, name=name).fields["files"][0]
    assert (part["shape"], part["columns"]["ticket"], part["datetime"]) == (shape, ticket, [form])

"""A quotation mark that somebody typed into a cell: no row is lost to it without a word."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retained.evidence.engine.reading import Evidence
from retained.evidence.engine.staging.csv_records import Record, Records

from .reading_a_text import codes, mapping_of, read, rows

HEADER = "ticket;at;state;priority\n"
MAPPING = mapping_of(
    '{pattern: "*.csv", shape: state_changes, delimiter: ";", datetime: "%Y-%m-%d %H:%M", '
    "columns: {ticket: ticket, at: at, state: state, priority: priority}}"
)


def lines_with(count: int, odd: dict[int, str], *, end: str = "\n") -> str:
    """Return a file of `count` rows; `odd` has other endings for rows by their number."""
    body = (
        f"INC-{row};2026-03-02 09:00;{odd.get(row, 'New;2')}{end}" for row in range(2, count + 2)
    )
    return HEADER + "".join(body)


def fates(evidence: Evidence) -> tuple[int, int]:
    return evidence.rows_read, evidence.rows_used


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_mark_that_nothing_closes_costs_its_own_row_alone(
    tmp_path: Path, encoding: str, end: str
) -> None:
    text = lines_with(6001, {12: 'New;"2'}, end=end)
    evidence = read(tmp_path, MAPPING, a_csv=text.encode(encoding))
    assert codes(evidence) == [("stray_quote", 12, "")]
    assert 'INC-12;2026-03-02 09:00;New;"2' in evidence.remarks[0].sentence
    assert fates(evidence) == (6001, 6000)
    assert len(rows(evidence)) == 6000


@pytest.mark.parametrize("odd", [{12: 'New;"2', 500: 'New;2"'}, {12: '"New;2', 13: 'New";2'}])
def test_two_marks_that_look_like_one_text_swallow_no_row_between_them(
    tmp_path: Path, odd: dict[int, str]
) -> None:
    evidence = read(tmp_path, MAPPING, a_csv=lines_with(600, odd))
    assert ("stray_quote", 12, "") in codes(evidence)
    assert evidence.rows_read == 600
    assert fates(evidence)[1] >= 599 - (13 in odd)


def test_every_mark_of_many_costs_its_own_row_alone(tmp_path: Path) -> None:
    text = lines_with(300, dict.fromkeys((12, 90, 91, 200, 301), 'New;"2'))
    evidence = read(tmp_path, MAPPING, a_csv=text)
    assert evidence.remark_counts == {"stray_quote": 5}
    assert fates(evidence) == (300, 295)


def test_a_text_of_several_lines_stays_one_row_and_its_lines_are_counted(tmp_path: Path) -> None:
    text = HEADER + 'INC-2;2026-03-02 09:00;New;"first; and\nsecond;third\n\nlast"\n'
    evidence = read(tmp_path, MAPPING, a_csv=text + "INC-3;2026-03-02 09:00;New;2\n")
    assert codes(evidence) == [("lines_in_texts", None, "")]
    assert "3 lines" in evidence.remarks[0].sentence
    assert fates(evidence) == (2, 2)


def test_a_large_plain_file_says_too_how_many_lines_lie_inside_texts(tmp_path: Path) -> None:
    text = lines_with(50, dict.fromkeys((7, 9), 'New;"2\nand more"'))
    evidence = read(tmp_path, MAPPING, a_csv=text)
    assert evidence.remark_counts == {"lines_in_texts": 1}
    assert "2 lines" in evidence.remarks[0].sentence
    assert fates(evidence) == (50, 50)


@given(odd=st.sets(st.integers(2, 60)), texts=st.sets(st.integers(2, 60)))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_lines_and_records_always_add_up(odd: set[int], texts: set[int]) -> None:
    endings = dict.fromkeys(texts, 'New;"a\nb"') | dict.fromkeys(odd, 'New;"2')
    lines = lines_with(60, endings).splitlines(keepends=True)
    found = list(Records(lines, ";", '"', width=4))
    assert sum(record.lines for record in found) == len(lines)
    assert [record.number for record in found] == list(range(1, len(found) + 1))


def test_without_a_known_width_only_an_end_inside_a_text_is_stray() -> None:
    lines = ["a;b\n", '1;"x\n', "2;y\n"]
    found = list(Records(lines, ";", '"'))
    assert found[1] == Record(2, ['1;"x'], 1, stray=True)
    assert [record.lines for record in found] == [1, 1, 1]

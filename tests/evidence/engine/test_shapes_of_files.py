"""Each shape of file gives the same history that the others give."""

from datetime import datetime
from pathlib import Path

import duckdb
import openpyxl

from retained.evidence.engine.reading import read_evidence

from .reading_a_text import codes, mapping_of, read, rows

_AMSTERDAM_WINTER = "+01:00"


def second(text: str) -> int:
    return int(datetime.fromisoformat(text + _AMSTERDAM_WINTER).timestamp())


def test_one_row_per_ticket_becomes_its_steps(tmp_path: Path) -> None:
    mapping = mapping_of(
        '{pattern: "*.csv", shape: stamps, datetime: "%Y-%m-%d %H:%M", hold_unit: minutes, '
        "columns: {ticket: id, opened: o, assigned: a, started: s, resolved: r, reopened: re, "
        "closed: c, hold: h, breached: b, priority: p}, attributes: {service: v}}",
        rest="",
    )
    evidence = read(
        tmp_path,
        mapping,
        a_csv="id,o,a,s,r,re,c,h,b,p,v\n"
        "A,2026-03-02 09:00,2026-03-02 09:05,2026-03-02 09:10,2026-03-02 12:00,2026-03-02 11:00,"
        "2026-03-03 09:00,30,no,2,mail\n"
        "B,2026-03-02 09:00,,,,,,,,1,\n",
    )
    assert rows(evidence) == [
        ("A", second("2026-03-02T09:00"), "new"),
        ("A", second("2026-03-02T09:05"), "assigned"),
        ("A", second("2026-03-02T09:10"), "in_progress"),
        ("A", second("2026-03-02T12:00"), "resolved"),
        ("A", second("2026-03-03T09:00"), "closed"),
        ("B", second("2026-03-02T09:00"), "new"),
    ]
    facts = rows(evidence, "ticket, hold_seconds, pauses_known, reported, priority, attributes")
    assert facts[0] == ("A", 1800, True, "met", "2", '{"service":"mail"}')
    assert facts[-1] == ("B", None, False, None, "1", '{"service":null}')


def test_a_tool_s_clock_table_is_start_stop_paused_and_breached(tmp_path: Path) -> None:
    mapping = mapping_of(
        '{pattern: "*.csv", shape: clock_table, only: {sla: [Resolution]}, '
        "columns: {ticket: task, start: start, stop: stop, paused: pause, breached: breached}}",
        rest="",
    )
    evidence = read(
        tmp_path,
        mapping,
        a_csv="sla,task,start,stop,pause,breached\n"
        "Resolution,A,2026-03-02 09:00,2026-03-02 10:00,0:10:00,true\n"
        "Response,A,2026-03-02 09:00,2026-03-02 09:01,0,false\n",
    )
    assert rows(evidence, "state, hold_seconds, reported") == [
        ("new", 600, "missed"),
        ("resolved", 600, "missed"),
    ]
    assert evidence.rows_read == 2
    assert codes(evidence) == [("left_by_only", None, "")]


def test_the_latest_snapshot_of_a_ticket_counts(tmp_path: Path) -> None:
    mapping = mapping_of(
        '{pattern: "t-*.csv", shape: snapshots, cut_off: "t-%Y-%m.csv", '
        "columns: {ticket: id, opened: o, resolved: r}}",
        rest="",
    )
    (tmp_path / "t-2026-03.csv").write_text("id,o,r\nA,2026-03-02 09:00,\n")
    (tmp_path / "t-2026-04.csv").write_text("id,o,r\nA,2026-03-02 09:00,2026-04-01 10:00\n")
    (tmp_path / "t-2026-02.csv").write_text("id,o,r\nA,2026-01-02 09:00,2026-01-01 10:00\n")
    evidence = read_evidence([tmp_path], mapping)
    assert rows(evidence, "state") == [("new",), ("resolved",)]
    assert evidence.remark_counts == {"stop_before_start": 1}


UPDATES = mapping_of(
    '{pattern: "*.csv", shape: updates, columns: {ticket: n, at: u, state: s, sequence: m, '
    "opened: o, priority: p}}"
)


def test_updates_that_change_nothing_are_no_changes(tmp_path: Path) -> None:
    evidence = read(
        tmp_path,
        UPDATES,
        a_csv="n,u,s,m,o,p\n"
        "A,2026-03-02 09:10,New,0,2026-03-02 09:00,3\n"
        "A,2026-03-02 09:20,Active,2,2026-03-02 09:00,3\n"
        "A,2026-03-02 09:20,New,1,2026-03-02 09:00,3\n"
        "A,2026-03-02 09:30,Active,3,2026-03-02 09:00,3\n"
        "A,2026-03-02 09:40,Active,4,2026-03-02 09:00,1\n",
    )
    assert rows(evidence, '"at", state, priority') == [
        (second("2026-03-02T09:00"), "new", None),
        (second("2026-03-02T09:10"), None, "3"),
        (second("2026-03-02T09:20"), "in_progress", "3"),
        (second("2026-03-02T09:40"), None, "1"),
    ]
    assert (evidence.rows_read, evidence.rows_used, evidence.remarks) == (5, 5, [])


def test_two_files_of_different_shapes_make_one_history(tmp_path: Path) -> None:
    mapping = mapping_of(
        '{pattern: "cases.csv", shape: stamps, columns: {ticket: id, opened: o, closed: c}}\n'
        '{pattern: "log.csv", shape: updates, columns: {ticket: id, at: t, state: s}}'
    )
    evidence = read(
        tmp_path,
        mapping,
        cases_csv="id,o,c\nA,2026-03-02 09:00,2026-03-02 12:00\nB,2026-03-02 09:00,\n",
        log_csv="id,t,s\nA,2026-03-02 10:00,Waiting\nA,2026-03-02 11:00,Active\n"
        "C,2026-03-02 11:00,New\n",
    )
    assert rows(evidence, "ticket, state, pauses_known") == [
        ("A", "new", True),
        ("A", "waiting_client", True),
        ("A", "in_progress", True),
        ("A", "closed", True),
        ("B", "new", False),
        ("C", "new", True),
    ]
    assert evidence.remark_counts == {"in_one_file_only": 2}


def test_a_workbook_json_lines_and_parquet_read_as_the_text_does(tmp_path: Path) -> None:
    mapping = mapping_of(
        '{pattern: "*", shape: state_changes, columns: {ticket: t, at: u, state: s, priority: p}}'
    )
    header, cells = ["t", "u", "s", "p"], ["A", datetime(2026, 3, 2, 9), "New", 3.0]  # noqa: DTZ001
    for folder in ("text", "book", "lines", "parquet"):
        (tmp_path / folder).mkdir()
    (tmp_path / "text" / "a.csv").write_text("t,u,s,p\nA,2026-03-02 09:00:00,New,3\n")
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(header)
    book.active.append(cells)
    book.save(tmp_path / "book" / "a.xlsx")
    row = '"t": "A", "u": "2026-03-02T09:00:00", "s": "New"}\n'
    line = "{" + row + '{"p": 3, ' + row
    (tmp_path / "lines" / "a.jsonl").write_text(line)
    target = tmp_path / "parquet" / "a.parquet"
    duckdb.execute(
        "COPY (SELECT 'A' AS t, TIMESTAMP '2026-03-02 09:00:00' AS u, 'New' AS s, 3.0::DOUBLE AS p)"
        f" TO '{target}'"
    ).fetchall()
    expected = [("A", second("2026-03-02T09:00"), "new", "3")]
    for folder in ("text", "book", "parquet"):
        evidence = read_evidence([tmp_path / folder], mapping)
        assert rows(evidence, 'ticket, "at", state, priority') == expected, folder
        assert evidence.remarks == []
    lines = read_evidence([tmp_path / "lines"], mapping)
    assert rows(lines, "state, priority") == [("new", None), (None, "3")]


def test_a_newest_first_export_is_read_from_its_end(tmp_path: Path) -> None:
    mapping = mapping_of(
        '{pattern: "*.csv", shape: state_changes, order: newest_first, '
        "columns: {ticket: t, at: u, state: s}}"
    )
    text = "t,u,s\nA,2026-03-02 09:00,Resolved\nA,2026-03-02 09:00,Active\nA,2026-03-02 09:00,New\n"
    assert [row[2] for row in rows(read(tmp_path, mapping, a_csv=text))] == [
        "new",
        "in_progress",
        "resolved",
    ]


def test_offsets_in_the_text_win_over_the_zone(tmp_path: Path) -> None:
    text = (
        "t,u,s\nA,2026-03-02T09:00:00+05:30,New\nB,2026-03-02T09:00:00Z,New\n"
        "C,2026-03-02T09:00:00+0530,New\nD,2026-03-02T09:00:00,New\n"
    )
    mapping = mapping_of(
        '{pattern: "*.csv", shape: state_changes, columns: {ticket: t, at: u, state: s}}'
    )
    base = int(datetime.fromisoformat("2026-03-02T09:00:00+00:00").timestamp())
    found = [row[1] for row in rows(read(tmp_path, mapping, a_csv=text))]
    assert found == [base - 19_800, base, base - 19_800, base - 3600]

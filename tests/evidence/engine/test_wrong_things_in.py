"""Every way in which a file can be wrong: a clear remark, and nothing lost or half done."""

import io
import struct
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pytest

from retained.evidence.engine.reading import read_evidence
from retained.shared.remarks import Severity

from .reading_a_text import CHANGES, codes, mapping_of, read, rows

HEADER = "ticket,at,state\n"
ONE = "A,2026-03-02 09:00,New\n"


def test_a_row_of_an_unknown_state_is_told_by_row_column_and_value(tmp_path: Path) -> None:
    evidence = read(tmp_path, a_csv=HEADER + ONE + "A,2026-03-02 10:00,Parked\n")
    assert codes(evidence) == [("state_not_mapped", None, "state"), ("state_unknown", 3, "state")]
    assert "“Parked” (1 row)" in evidence.remarks[0].sentence
    assert (evidence.rows_read, evidence.rows_used, evidence.rows_unusable) == (2, 1, 1)
    assert len(rows(evidence)) == 1


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (",2026-03-02 09:00,New", "ticket_missing", "ticket"),
        ("B,,New", "moment_missing", "at"),
        ("B,02/03/2026 09:00,New", "moment_unreadable", "at"),
        ("B,1969-12-31 09:00,New", "moment_absurd", "at"),
        ("B,2126-03-02 09:00,New", "moment_absurd", "at"),
        ("B,2026-02-30 09:00,New", "moment_unreadable", "at"),
        ("B,2026-03-02 09:00,", "state_missing", "state"),
        ("B,2026-03-02 09:00", "row_too_short", ""),
        ("B,2026-03-02 09:00,New,late", "row_too_long", ""),
    ],
)
def test_an_unusable_row_becomes_a_remark(tmp_path: Path, row: str, code: str, column: str) -> None:
    evidence = read(tmp_path, a_csv=HEADER + ONE + row + "\n")
    assert (code, 3, column) in codes(evidence)
    assert evidence.remark_counts[code] == 1
    assert (evidence.rows_read, evidence.rows_used) == (2, 1)
    assert [r[0] for r in rows(evidence)] == ["A"]


def test_a_row_with_two_faults_has_two_remarks_and_counts_once(tmp_path: Path) -> None:
    evidence = read(tmp_path, a_csv=HEADER + ONE + ",yesterday,New\n")
    assert codes(evidence) == [("moment_unreadable", 3, "at"), ("ticket_missing", 3, "ticket")]
    assert evidence.rows_unusable == 1


def test_dates_in_two_formats_are_told_with_the_second_format(tmp_path: Path) -> None:
    evidence = read(
        tmp_path, a_csv=HEADER + ONE + "B,13/03/2026 09:00,New\nC,14/03/2026 09:00,New\n"
    )
    told = [remark for remark in evidence.remarks if remark.code == "two_formats"]
    assert len(told) == 1
    assert "%d/%m/%Y %H:%M (2 rows)" in told[0].sentence
    assert evidence.rows_unusable == 2


def test_a_wrong_delimiter_refuses_the_file_and_names_the_right_one(tmp_path: Path) -> None:
    mapping = mapping_of(
        '{pattern: "*.csv", shape: state_changes, delimiter: ",", '
        "columns: {ticket: ticket, at: at, state: state}}"
    )
    evidence = read(tmp_path, mapping, a_csv="ticket;at;state\nA;2026-03-02;New\n")
    assert [remark.code for remark in evidence.refusals] == ["one_column"]
    assert 'delimiter: ";"' in evidence.refusals[0].sentence
    assert rows(evidence) == []


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_delimiter_that_nobody_wrote_is_found_in_the_header(
    tmp_path: Path, delimiter: str
) -> None:
    text = (HEADER + ONE).replace(",", delimiter)
    assert len(rows(read(tmp_path, a_csv=text))) == 1


def test_a_file_of_no_bytes_is_refused(tmp_path: Path) -> None:
    evidence = read(tmp_path, a_csv=b"")
    assert [remark.code for remark in evidence.refusals] == ["empty_file"]


def test_a_missing_column_is_refused_with_the_header_and_the_nearest_name(tmp_path: Path) -> None:
    evidence = read(tmp_path, a_csv="ticket,at,stat\nA,2026-03-02 09:00,New\n")
    assert [remark.code for remark in evidence.refusals] == ["column_missing"]
    assert "did you mean “stat”" in evidence.refusals[0].sentence


def test_mixed_encodings_are_read_and_told(tmp_path: Path) -> None:
    good = "Ä,2026-03-02 09:00,New\n".encode()
    bad = "Ö,2026-03-02 09:00,New\n".encode("cp1252")
    evidence = read(tmp_path, a_csv=HEADER.encode() + good + bad)
    assert [row[0] for row in rows(evidence)] == ["Ä", "Ö"]
    assert codes(evidence) == [("odd_bytes", 3, "ticket")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-16-le"])
def test_an_encoding_is_read_as_the_mapping_or_the_mark_says(tmp_path: Path, encoding: str) -> None:
    written = "utf-8" if encoding in {"utf-8-sig", "utf-16"} else encoding  # a mark tells those
    mapping = mapping_of(
        f'{{pattern: "*.csv", shape: state_changes, encoding: {written}, '
        "columns: {ticket: ticket, at: at, state: state}}"
    )
    evidence = read(
        tmp_path, mapping, a_csv=("ticket,at,state\nZoë,2026-03-02,New\n").encode(encoding)
    )
    assert [row[0] for row in rows(evidence)] == ["Zoë"]


def test_utf_16_without_its_mark_is_refused_with_what_to_write(tmp_path: Path) -> None:
    evidence = read(tmp_path, a_csv=(HEADER + ONE).encode("utf-16-le"))
    assert "utf-16-le" in evidence.refusals[0].sentence


def test_a_text_that_never_ends_and_holds_no_rows_refuses_the_file(tmp_path: Path) -> None:
    evidence = read(tmp_path, a_csv=HEADER + ONE + '"B,2026\n' + "word and word\n" * 90_000)
    assert [remark.code for remark in evidence.refusals] == ["broken_csv"]
    assert rows(evidence) == []


def test_rows_are_numbered_as_a_spreadsheet_does(tmp_path: Path) -> None:
    text = HEADER + ONE + '\n"B\nb",2026-03-02 09:00,New\n' + "C,2026-03-02 09:00,Odd\n"
    evidence = read(tmp_path, a_csv=text)
    assert rows(evidence, 'ticket, "row"') == [("A", 2), ("B\nb", 4)]
    assert codes(evidence) == [
        ("lines_in_texts", None, ""),
        ("state_not_mapped", None, "state"),
        ("state_unknown", 5, "state"),
    ]


def test_a_night_hour_that_came_twice_or_never_is_told_and_read_as_zoneinfo_does(
    tmp_path: Path,
) -> None:
    evidence = read(tmp_path, a_csv=HEADER + "A,2026-10-25 02:30,New\nB,2026-03-29 02:30,New\n")
    assert codes(evidence) == [("wall_twice", 2, "at"), ("wall_never", 3, "at")]
    assert [row[1] for row in rows(evidence)] == [1792888200, 1774747800]


def test_a_ticket_without_an_opening_is_told(tmp_path: Path) -> None:
    evidence = read(tmp_path, a_csv=HEADER + "A,2026-03-02 09:00,Resolved\n")
    assert codes(evidence) == [("no_opening", 2, "")]
    assert evidence.rows_used == 1


STAMPS = mapping_of(
    '{pattern: "*.csv", shape: stamps, datetime: "%Y-%m-%d %H:%M", hold_unit: hours, '
    "columns: {ticket: id, opened: opened, resolved: resolved, hold: hold}}",
    rest="",
)


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("B,2026-03-02 09:00,2026-03-02 08:59,0", "stop_before_start", "resolved"),
        ("B,2026-03-02 09:00,2026-03-02 10:00,-1", "number_negative", "hold"),
        ("B,2026-03-02 09:00,2026-03-02 10:00,long", "number_unreadable", "hold"),
        ("B,,2026-03-02 10:00,0", "moment_missing", "opened"),
        ("B,2026-03-02 09:00,soon,0", "moment_unreadable", "resolved"),
    ],
)
def test_a_ticket_with_impossible_stamps_is_unusable(
    tmp_path: Path, row: str, code: str, column: str
) -> None:
    text = f"id,opened,resolved,hold\nA,2026-03-02 09:00,2026-03-02 10:00,0.5\n{row}\n"
    evidence = read(tmp_path, STAMPS, a_csv=text)
    assert codes(evidence) == [(code, 3, column)]
    assert rows(evidence, "ticket, hold_seconds, pauses_known") == [("A", 1800, True)] * 2


def test_a_spreadsheet_bomb_is_not_opened(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"")
        archive.writestr("xl/workbook.xml", b"")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    mapping = mapping_of(
        '{pattern: "*.xlsx", shape: state_changes, columns: {ticket: ticket, at: at, state: state}}'
    )
    evidence = read_evidence([tmp_path], mapping)
    assert [remark.code for remark in evidence.refusals] == ["workbook_too_large"]
    assert "export the rows as CSV" in evidence.refusals[0].sentence


def test_a_workbook_whose_directory_lies_about_sizes_is_not_opened(tmp_path: Path) -> None:
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    content = bytearray(stream.getvalue())
    place = content.find(b"PK\x01\x02")
    struct.pack_into("<L", content, place + 24, 7)
    (tmp_path / "a.xlsx").write_bytes(content)
    mapping = mapping_of(
        '{pattern: "*.xlsx", shape: state_changes, columns: {ticket: ticket, at: at, state: state}}'
    )
    assert [r.code for r in read_evidence([tmp_path], mapping).refusals] == ["broken_workbook"]


@pytest.mark.parametrize("beginning", [b"PK\x03\x04", b"\x1f\x8b"])
def test_a_packed_file_is_refused_with_the_way_on_and_never_unpacked(
    tmp_path: Path, beginning: bytes
) -> None:
    evidence = read(tmp_path, a_csv=beginning + bytes(4000))
    assert [remark.code for remark in evidence.refusals] == ["packed_file"]
    assert "unpack it and send the files" in evidence.refusals[0].sentence


@pytest.mark.parametrize("name", ["a.xlsx", "a.parquet", "a.jsonl"])
def test_a_file_that_is_not_what_its_ending_says_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"MZ\x90\x00 no such thing " * 40)
    mapping = mapping_of(
        '{pattern: "*", shape: state_changes, columns: {ticket: ticket, at: at, state: state}}'
    )
    evidence = read_evidence([tmp_path], mapping)
    assert len(evidence.refusals) == 1
    assert evidence.refusals[0].severity is Severity.ERROR


def test_a_truncated_workbook_is_refused(tmp_path: Path) -> None:
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    (tmp_path / "a.xlsx").write_bytes(stream.getvalue()[:2000])
    mapping = mapping_of(
        '{pattern: "*.xlsx", shape: state_changes, columns: {ticket: ticket, at: at, state: state}}'
    )
    assert [r.code for r in read_evidence([tmp_path], mapping).refusals] == ["broken_workbook"]


def test_a_formula_in_a_cell_is_never_computed(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["ticket", "at", "state"])
    sheet.append(['=HYPERLINK("http://x")', "2026-03-02", "New"])
    sheet.append(["B", "2026-03-02", "New"])
    book.save(tmp_path / "a.xlsx")
    mapping = mapping_of(
        '{pattern: "*.xlsx", shape: state_changes, columns: {ticket: ticket, at: at, state: state}}'
    )
    evidence = read_evidence([tmp_path], mapping)
    assert [row[0] for row in rows(evidence)] == ["B"]
    assert codes(evidence) == [
        ("formula_without_value", 2, "ticket"),
        ("ticket_missing", 2, "ticket"),
    ]


def test_a_formula_in_a_text_file_is_a_text(tmp_path: Path) -> None:
    evidence = read(tmp_path, a_csv=HEADER + "=1+1,2026-03-02 09:00,New\n")
    assert rows(evidence)[0][0] == "=1+1"


def test_a_header_that_is_sql_is_a_name_and_nothing_else(tmp_path: Path) -> None:
    name = 'state"; DROP TABLE changes; --'
    mapping = mapping_of(
        '{pattern: "*.csv", shape: state_changes, '
        f"columns: {{ticket: \"it's\", at: at, state: '{name}'}}}}"
    )
    text = "it's,at,\"" + name.replace('"', '""') + "\"\nA'; --,2026-03-02,New\n"
    assert [row[0] for row in rows(read(tmp_path, mapping, a_csv=text))] == ["A'; --"]


def test_files_of_a_folder_that_no_pattern_names_are_named_and_left(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    evidence = read(tmp_path, a_csv=HEADER + ONE)
    assert evidence.left == ["notes.txt"]


def test_a_folder_without_a_matching_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    evidence = read_evidence([tmp_path, tmp_path / "gone"], CHANGES)
    assert [remark.code for remark in evidence.refusals] == ["not_there", "no_files"]


def test_the_connection_reaches_no_other_file(tmp_path: Path) -> None:
    evidence = read(tmp_path, a_csv=HEADER + ONE)
    for statement in (
        "SELECT * FROM read_text('/etc/hostname')",
        "SET enable_external_access = true",
        "INSTALL httpfs",
    ):
        with pytest.raises(duckdb.Error):
            evidence.connection.execute(statement).fetchall()

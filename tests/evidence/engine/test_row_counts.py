"""Unusable rows by month, on the worked table of docs/methods/reading-evidence.md."""

from pathlib import Path

from retained.evidence.engine.normalising.row_counts import RowCount, rows_by_month
from retained.shared.months import Month

from .reading_a_text import read

SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)
WORKED = """ticket,at,state
T-1,2026-09-30 16:00,New
T-1,2026-10-01 09:00,Parked
T-1,2026-10-02 09:00,Active
T-1,2026-10-02 10:00,Resolved
T-2,31.10.,New
"""


def test_the_worked_file_has_these_rows_by_month(tmp_path: Path) -> None:
    evidence = read(tmp_path, a_csv=WORKED)
    counted = rows_by_month(evidence.connection)
    assert counted == {SEPTEMBER: RowCount(2, 1), OCTOBER: RowCount(4, 2)}
    assert counted[OCTOBER].share * 100 == 50


def test_a_ticket_with_an_unusable_row_says_so(tmp_path: Path) -> None:
    evidence = read(tmp_path, a_csv=WORKED + "T-3,2026-10-02 10:00,New\n")
    found = evidence.connection.execute(
        "SELECT DISTINCT ticket, rows_whole FROM changes ORDER BY ticket"
    ).fetchall()
    assert found == [("T-1", False), ("T-3", True)]


def test_a_row_with_too_few_cells_counts_in_every_month_of_its_file(tmp_path: Path) -> None:
    text = "ticket,at,state\nA,2026-09-02 09:00,New\nA,2026-10-02 09:00,Resolved\nB,\n"
    counted = rows_by_month(read(tmp_path, a_csv=text).connection)
    assert counted == {SEPTEMBER: RowCount(2, 1), OCTOBER: RowCount(2, 1)}


def test_a_month_begins_on_the_wall_of_the_file(tmp_path: Path) -> None:
    text = "ticket,at,state\nA,2026-10-01 00:30,New\nA,2026-09-30 23:30,New\n"
    counted = rows_by_month(read(tmp_path, a_csv=text).connection)
    assert counted == {SEPTEMBER: RowCount(1), OCTOBER: RowCount(1)}

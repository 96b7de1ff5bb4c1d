"""Exports: whatever people typed, no spreadsheet runs it and no row is lost."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retained.pages import exports
from retained.shared.money import Money

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


@given(st.text())
def test_no_text_begins_like_a_formula(text: str) -> None:
    assert not exports.guarded(text).lstrip(" \u00a0\ufeff").startswith(STARTS)


@given(st.text())
def test_a_harmless_text_stays_as_it_is(text: str) -> None:
    if not text.lstrip(" \u00a0\ufeff").startswith(STARTS):
        assert exports.guarded(text) == text


@given(
    st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2))
)
def test_every_row_of_a_csv_comes_back(rows: list[list[str]]) -> None:
    text = "".join(exports.csv_lines(["a", "b"], rows)).removeprefix("\ufeff")
    back = list(csv.reader(io.StringIO(text, newline="")))
    assert back == [["a", "b"], *([exports.guarded(cell) for cell in row] for row in rows)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "yes"),
        (-5, "-5"),
        (Decimal("-0.125"), "-0.125"),
        (Money(Decimal("1234.5"), "EUR"), "1234.50"),
        (date(2026, 11, 9), "2026-11-09"),
        (datetime(2026, 11, 9, 8, tzinfo=UTC), "2026-11-09T08:00:00+00:00"),
        ("-5", "'-5"),
    ],
)
def test_values_are_written_for_machines(value: exports.Value, text: str) -> None:
    assert exports.plain(value) == text


def test_a_workbook_holds_moments_amounts_and_texts() -> None:
    at = datetime(2026, 11, 9, 8, 30, tzinfo=UTC)
    row = ["@SUM(A1)", at, Money(Decimal("2.50"), "EUR"), date(2026, 1, 2), None]
    content = exports.xlsx_bytes([("First", list("abcde"), [row])])
    cells = openpyxl.load_workbook(io.BytesIO(content))["First"][2]
    values = [cell.value for cell in cells]
    assert values == ["@SUM(A1)", at.replace(tzinfo=None), 2.5, datetime(2026, 1, 2), None]  # noqa: DTZ001


def test_a_file_name_holds_nothing_that_a_header_takes_amiss() -> None:
    response = exports.xlsx_response('../a"b\r\n/../é', [("s", ["x"], [])])
    assert response["Content-Disposition"] == 'attachment; filename="a-b.xlsx"'

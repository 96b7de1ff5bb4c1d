"""The sheet of assumptions: one cell to change for each, with where it comes from."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from retained.strategy.case_words import is_percent, named
from retained.strategy.case_workbook.places import (
    ASSUMPTIONS,
    DISCOUNT_RATE_ROW,
    DRIVERS,
    FIRST_INPUT_ROW,
    Input,
    Places,
    can_be_a_name,
    column,
)
from retained.strategy.engine.case_terms import figure
from retained.strategy.pack_words import given_words

_HEADER = ("Assumption", "Name in formulas", "Value at its mean", "Unit", "Given as", "Whose",
           "Source", "Date", "Owner")  # fmt: skip
_WIDTHS = (38, 22, 18, 16, 44, 12, 60, 12, 22)
_SHARES = frozenset({"drift a year", "chance a year"})


def assumptions_sheet(book: Any, places: Places, formats: Mapping[str, Any]) -> None:
    """Write the assumptions; a value in a coloured cell is there to be changed."""
    sheet = book.get_worksheet_by_name(ASSUMPTIONS)
    sheet.write_string(0, 0, "Assumptions", formats["title"])
    sheet.write_string(1, 0, "Change a coloured cell: every sheet follows. "
                             f"{places.figures.rests_on}", formats["quiet"])  # fmt: skip
    sheet.write_row(3, 0, _HEADER, formats["first"])
    _write_discount(sheet, places, formats)
    for row, one in enumerate(places.inputs, FIRST_INPUT_ROW - 1):
        _write_value(sheet, row, one, places, formats)
        _write_origin(sheet, row, one, places, formats)
        if not one.part and can_be_a_name(one.driver):
            book.define_name(one.driver, f"={places.input_cell(one.driver)}")
    for number, width in enumerate(_WIDTHS):
        sheet.set_column(number, number, width)
    sheet.freeze_panes(4, 1)


def _write_discount(sheet: Any, places: Places, formats: Mapping[str, Any]) -> None:
    row = DISCOUNT_RATE_ROW - 1
    sheet.write_string(row, 0, "Discount rate")
    sheet.write_number(row, 2, figure(places.terms.discount), formats["input percent"])
    sheet.write_string(row, 3, "a year", formats["unit"])
    sheet.write_string(row, 4, places.terms.discount)


def _write_value(
    sheet: Any, row: int, one: Input, places: Places, formats: Mapping[str, Any]
) -> None:
    title = named(one.terms.title, one.driver)
    sheet.write_string(row, 0, f"{title}, {one.part}" if one.part else title)
    sheet.write_string(row, 1, one.driver)
    if one.value is None:
        on_sheet = places.drivers[one.driver]
        cells = f"{column(1)}{on_sheet}:{column(places.terms.months)}{on_sheet}"
        mean = float(np.mean(places.by_month(places.values[one.driver])))
        sheet.write_formula(row, 2, f"=AVERAGE({DRIVERS}!{cells})", formats["number"], mean)
    else:
        kind = "input percent" if _is_share(one) else "input number"
        sheet.write_number(row, 2, one.value, formats[kind])


def _write_origin(
    sheet: Any, row: int, one: Input, places: Places, formats: Mapping[str, Any]
) -> None:
    terms = one.terms
    sheet.write_string(row, 3, "" if one.part == "from month" else terms.unit, formats["unit"])
    sheet.write_string(row, 4, given_words(one.driver, places.figures, places.terms))
    sheet.write_string(row, 5, "a prior" if terms.prior else "your own")
    sheet.write_string(row, 6, terms.source)
    if terms.on is not None:
        sheet.write_datetime(row, 7, terms.on, formats["day"])
    sheet.write_string(row, 8, terms.owner)


def _is_share(one: Input) -> bool:
    return one.part in _SHARES if one.part else is_percent(one.terms)

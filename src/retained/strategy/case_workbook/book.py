"""A business case as a workbook: change an assumption, and every figure that is live follows.

Formulas say what the engine computes with every driver at its mean; what only draws can give
(quantiles, the chance) stands as the run gave it.
"""

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from retained.pages.workbooks import money_format, new_workbook
from retained.strategy.case_workbook.assumptions_sheet import assumptions_sheet
from retained.strategy.case_workbook.drivers_sheet import drivers_sheet
from retained.strategy.case_workbook.option_sheet import option_sheet
from retained.strategy.case_workbook.places import ASSUMPTIONS, DRIVERS, SUMMARY, Places
from retained.strategy.case_workbook.summary_sheet import summary_sheet
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.result_figures import ResultFigures

_INPUT = {"bg_color": "#fff6dd", "font_color": "#17457c"}


def case_workbook(figures: ResultFigures, terms: CaseTerms, *, at: datetime) -> bytes:
    """Return the workbook of a case; the same figures at the same moment give the same bytes.

    `terms` are those that the figures were drawn from.
    """
    out, places = io.BytesIO(), Places(figures, terms)
    with new_workbook(out, at=at) as book:
        formats = _formats(book, terms.currency)
        for name in (SUMMARY, ASSUMPTIONS, *places.sheets.values(), DRIVERS):
            _lay_out(book.add_worksheet(name), is_wide=name not in {SUMMARY, ASSUMPTIONS})
        summary_sheet(book, places, formats)
        assumptions_sheet(book, places, formats)
        for option in places.case.options:
            option_sheet(book, places, option, formats)
        drivers_sheet(book, places, formats)
    return out.getvalue()


def _lay_out(sheet: Any, *, is_wide: bool) -> None:
    """Make a sheet printable on A4 across: one page wide, or months that run on over pages."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_footer("&L&A&RPage &P of &N")
    if is_wide:
        sheet.repeat_columns(0)
        sheet.set_print_scale(55)
    else:
        sheet.fit_to_pages(1, 0)


def _formats(book: Any, currency: str) -> Mapping[str, Any]:
    money = money_format(currency)
    looks: dict[str, dict[str, Any]] = {
        "plain": {},
        "title": {"bold": True, "font_size": 16},
        "bold": {"bold": True},
        "first": {"bold": True, "bottom": 1},
        "unit": {"indent": 1},
        "head": {"bold": True, "bottom": 1, "text_wrap": True, "align": "right"},
        "quiet": {"font_color": "#4a5868"},
        "money": {"num_format": money},
        "live": {"num_format": money, "bold": True},
        "number": {"num_format": "#,##0.00"},
        "percent": {"num_format": "0.0%"},
        "factor": {"num_format": "0.000000"},
        "day": {"num_format": "yyyy-mm-dd", "align": "left"},
        "input number": _INPUT | {"num_format": "#,##0.00##"},
        "input percent": _INPUT | {"num_format": "0.00##%"},
    }
    return {name: book.add_format(look) for name, look in looks.items()}

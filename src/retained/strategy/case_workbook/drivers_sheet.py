"""The sheet of drivers: the calendar, what is worked out month by month, and workings."""

from collections.abc import Mapping
from typing import Any

from retained.strategy.case_words import named
from retained.strategy.case_workbook.places import (
    DISCOUNT_RATE,
    DISCOUNT_ROW,
    DRIVERS,
    FIRST_DRIVER_ROW,
    FISCAL_ROW,
    MONTH_ROW,
    START,
    YEAR_ROW,
    Places,
    column,
)
from retained.strategy.engine.fiscal_years import FiscalYear
from retained.strategy.engine.formulas.to_spreadsheet import cell_text, working_text
from retained.strategy.engine.simulation import discount_factors
from retained.strategy.engine.sources import Count, Driver, Event, Walk, Worked
from retained.strategy.pack_words import given_words


def drivers_sheet(book: Any, places: Places, formats: Mapping[str, Any]) -> None:
    """Write the drivers that change by month; last of all, once every working was asked for."""
    sheet = book.get_worksheet_by_name(DRIVERS)
    write_months(sheet, places, formats)
    sheet.write_string(0, 0, "Drivers", formats["bold"])
    _write_calendar(sheet, places, formats)
    sheet.write_string(FIRST_DRIVER_ROW - 2, 0, "Worked out by month", formats["bold"])
    for driver in places.case.drivers:
        if driver.id in places.drivers:
            _write_driver(sheet, driver, places, formats)
    _write_workings(sheet, places, formats)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 22)
    sheet.set_column(START, START + places.terms.months, 12)
    sheet.freeze_panes(1, START)


def write_months(sheet: Any, places: Places, formats: Mapping[str, Any]) -> None:
    """Write the months of the term across the first row."""
    sheet.write_string(0, START, "Start", formats["head"])
    for month in places.months:
        title = f"{places.terms.first_month.plus(month - 1).first_day:%b %Y}"
        sheet.write_string(0, START + month, title, formats["head"])


def _write_calendar(sheet: Any, places: Places, formats: Mapping[str, Any]) -> None:
    rows = ((MONTH_ROW, "Month"), (YEAR_ROW, "Year of the term"), (FISCAL_ROW, "Fiscal year from"),
            (DISCOUNT_ROW, "Discount factor"))  # fmt: skip
    for row, title in rows:
        sheet.write_string(row - 1, 0, title)
    fiscal = {place: begins_in(year) for year in places.terms.fiscal_years for place in year.places}
    factors = discount_factors(places.case.discount, places.terms.months)
    for month in (0, *places.months):
        own = column(month)
        sheet.write_number(f"{own}{MONTH_ROW}", month)
        sheet.write_number(f"{own}{FISCAL_ROW}", fiscal[month])
        sheet.write_formula(
            f"{own}{DISCOUNT_ROW}", f"=(1+{DISCOUNT_RATE})^(0-{own}{MONTH_ROW}/12)",
            formats["factor"], float(factors[month]),
        )  # fmt: skip
        if month:
            year = f"=INT(({own}{MONTH_ROW}-1)/12)+1"
            sheet.write_formula(f"{own}{YEAR_ROW}", year, None, (month - 1) // 12 + 1)


def begins_in(year: FiscalYear) -> int:
    """Return the calendar year in which a fiscal year begins."""
    return int(year.title[:4])


def _write_driver(sheet: Any, driver: Driver, places: Places, formats: Mapping[str, Any]) -> None:
    row = places.drivers[driver.id]
    terms = places.terms.assumptions[driver.id]
    sheet.write_string(row - 1, 0, named(terms.title, driver.id))
    sheet.write_string(row - 1, 1, driver.id)
    sheet.write_string(row - 1, 2, given_words(driver.id, places.figures, places.terms))
    values = places.by_month(places.values[driver.id])
    for month in places.months:
        text = f"={_driver_text(driver, month, places)}"
        value = float(values[month - 1])
        sheet.write_formula(f"{column(month)}{row}", text, formats["number"], value)


def _driver_text(driver: Driver, month: int, places: Places) -> str:
    number = places.name("month", month)
    match driver.source:
        case Walk():
            start, drift = (places.input_cell(driver.id, place) for place in (0, 1))
            return f"{start}*(1+{drift})^({number}/12)"
        case Event():
            chance, first = (places.input_cell(driver.id, place) for place in (0, 1))
            before = f"IF({number}={first},1,(1-{chance})^(({number}-{first})/12))"
            return f"IF({number}<{first},0,{before}-(1-{chance})^(({number}-{first}+1)/12))"
        case Count(around=around):
            return f"MAX({cell_text(around.tree, month, places)},0)"
        case Worked(formula=formula):
            return cell_text(formula.tree, month, places)
    raise TypeError(f"{driver.id} has one value for all months: it stands with the assumptions.")


def _write_workings(sheet: Any, places: Places, formats: Mapping[str, Any]) -> None:
    """Write the rows of workings; writing one may ask for more."""
    written = 0
    while written < len(places.workings):
        part, row = list(places.workings.items())[written]
        values = places.worked_out(part)
        for month in places.months:
            text = f"={working_text(part, month, places)}"
            value = float(values[month - 1])
            sheet.write_formula(f"{column(month)}{row}", text, formats["number"], value)
        sheet.write_string(row - 1, 0, f"Working {written + 1}")
        written += 1
    if written:
        title = FIRST_DRIVER_ROW + len(places.drivers)
        sheet.write_string(title, 0, "Workings of longer formulas", formats["bold"])

"""Where everything of a case stands in its workbook: sheets, columns of months, rows of inputs.

Months stand in the same columns on every sheet, so that a formula can be read across them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from xlsxwriter.utility import quote_sheetname, xl_col_to_name

from retained.strategy.engine.case_terms import AssumptionTerms, CaseTerms
from retained.strategy.engine.formulas.tree import Array, Node
from retained.strategy.engine.result_document import case_behind
from retained.strategy.engine.result_figures import ResultFigures
from retained.strategy.engine.simulation import expected, expected_values
from retained.strategy.engine.sources import Count, EachMonth, Event, Once, Walk, Worked

SUMMARY, ASSUMPTIONS, DRIVERS = "Summary", "Assumptions", "Drivers"
START = 7  # the column of the start of the term; month 1 stands in the next one
MONTH_ROW, YEAR_ROW, FISCAL_ROW, DISCOUNT_ROW, FIRST_DRIVER_ROW = 2, 3, 4, 5, 8
_CALENDAR = {"month": MONTH_ROW, "year": YEAR_ROW}
DISCOUNT_RATE_ROW, FIRST_INPUT_ROW = 5, 6
DISCOUNT_RATE = f"{ASSUMPTIONS}!$C${DISCOUNT_RATE_ROW}"
_LONGEST_SHEET_NAME = 31
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
# What a spreadsheet takes for a cell (A1, R1C1) or a truth can be no name of an assumption.
_TAKEN = re.compile(r"[a-z]{1,3}[0-9]+|r[0-9]*(c[0-9]*)?|c[0-9]*|true|false")


@dataclass(frozen=True, slots=True)
class Input:
    """A row of assumptions: a value at its mean that can be changed, or one that is worked out."""

    driver: str
    part: str
    value: float | None
    terms: AssumptionTerms


@lru_cache(maxsize=1024)
def column(month: int) -> str:
    """Return the letters of a month's column; the start of the term is month 0."""
    letters: str = xl_col_to_name(START + month)
    return letters


def sheet_names(titles: Sequence[str]) -> list[str]:
    """Return names that sheets may have: short, without signs that are not allowed, all different.

    A name counts as taken whatever its case; “History” is one that Excel keeps for itself.
    """
    taken = {SUMMARY.lower(), ASSUMPTIONS.lower(), DRIVERS.lower(), "history"}
    found = []
    for title in titles:
        clean = _NOT_IN_SHEET_NAMES.sub("-", title).strip("' ")[:_LONGEST_SHEET_NAME] or "Option"
        name, number = clean.strip("' "), 1
        while name.lower() in taken:
            number += 1
            ending = f" {number}"
            name = clean[: _LONGEST_SHEET_NAME - len(ending)].strip("' ") + ending
        taken.add(name.lower())
        found.append(name)
    return found


def can_be_a_name(driver: str) -> bool:
    """Return whether a spreadsheet takes a driver's name as a name of its own."""
    return not _TAKEN.fullmatch(driver)


class Places:
    """The plan of a workbook, and what the engine gives for each of its cells."""

    def __init__(self, figures: ResultFigures, terms: CaseTerms) -> None:
        self.figures, self.terms = figures, terms
        self.case = case_behind(figures, terms)
        held = self.case.held
        self.inputs = [
            one
            for name, assumption in terms.assumptions.items()
            for one in _inputs(name, assumption, held.get(name))
        ]
        by_month = (Walk, Event, Count, Worked)
        drivers = [
            one
            for one in self.case.drivers
            if isinstance(one.source, by_month) and one.id not in held
        ]
        self.drivers = {driver.id: row for row, driver in enumerate(drivers, FIRST_DRIVER_ROW)}
        names = sheet_names([option.title for option in self.case.options])
        self.sheets = dict(zip(self.terms.options, names, strict=True))
        self.workings: dict[Node, int] = {}

    @cached_property
    def values(self) -> dict[str, Array]:
        """Every driver at its mean."""
        return expected_values(self.case)

    @cached_property
    def fixed(self) -> dict[str, Array]:
        """What each line costs at the start and in each month, every driver at its mean."""
        run = expected(self.case)
        return {name: cash for one in run.options.values() for name, cash in one.lines.items()}

    @property
    def months(self) -> range:
        """The months of the term, from 1."""
        return range(1, self.terms.months + 1)

    def input_cell(self, driver: str, place: int = 0) -> str:
        """Return the cell of an assumption's value, or of its next part."""
        rows = [row for row, one in enumerate(self.inputs, FIRST_INPUT_ROW) if one.driver == driver]
        return f"{ASSUMPTIONS}!$C${rows[place]}"

    def name(self, name: str, month: int) -> str:
        """Return the cell of a driver, of `month` or of `year`, in a month."""
        row = _CALENDAR.get(name) or self.drivers.get(name)
        if row is not None:
            return f"{DRIVERS}!{column(month)}${row}"
        return name if can_be_a_name(name) else self.input_cell(name)

    def working(self, part: Node, month: int) -> str:
        """Return the cell of a part that has a row of its own; asking for it makes the row."""
        first = FIRST_DRIVER_ROW + len(self.drivers) + 2
        row = self.workings.setdefault(part, first + len(self.workings))
        return f"{DRIVERS}!{column(month)}${row}"

    def worked_out(self, part: Node) -> Array:
        """Return what the engine gives for a part in each month."""
        with np.errstate(all="ignore"):
            found = part.compute(self.values, self.case.term, {})
        return self.by_month(found)

    def by_month(self, values: Array) -> Array:
        """Return the one draw of some values for each month."""
        found: Array = np.broadcast_to(values, (1, self.terms.months))[0]
        return found

    def across(self, sheet: str, row: int) -> str:
        """Return the whole row of a sheet: the start, and all months."""
        last = column(self.terms.months)
        return f"{quote_sheetname(sheet)}!${column(0)}${row}:${last}${row}"


def _inputs(name: str, terms: AssumptionTerms, held: float | None) -> Iterator[Input]:
    if held is not None:
        yield Input(name, "", held, terms)
        return
    source = terms.as_source()
    match source:
        case Walk():
            yield Input(name, "at the start", source.start, terms)
            yield Input(name, "drift a year", source.drift, terms)
        case Event():
            yield Input(name, "chance a year", source.chance, terms)
            yield Input(name, "from month", float(source.first), terms)
        case Count() | Worked():
            yield Input(name, "on average over the months", None, terms)
        case Once() | EachMonth():
            yield Input(name, "", source.distribution.mean, terms)

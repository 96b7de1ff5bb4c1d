"""The summary: words first, then each option's value and fiscal years, and what they rest on."""

from collections.abc import Mapping, Sequence
from typing import Any

from retained.strategy import pack_words as words
from retained.strategy.case_words import exit_sentence, range_sentence, saving_sentence
from retained.strategy.case_workbook.drivers_sheet import begins_in
from retained.strategy.case_workbook.option_sheet import OptionRows, option_rows
from retained.strategy.case_workbook.places import (
    DRIVERS,
    FISCAL_ROW,
    SUMMARY,
    Places,
    column,
)
from retained.strategy.engine.fiscal_years import FiscalYear
from retained.strategy.engine.result_figures import OptionFigures

_VALUES = (
    "Option", "At the means, live", "At the means, as written", "Mean of the draws", "P10", "P50",
    "P90", "Mean of the worst 5 %", "Chance that it saves", "Back in month",
)  # fmt: skip


def summary_sheet(book: Any, places: Places, formats: Mapping[str, Any]) -> None:
    """Write the summary; what says *live* is a formula, everything else is of the run."""
    _Summary(book.get_worksheet_by_name(SUMMARY), places, formats).write()


class _Summary:
    """The sheet, filled from the top."""

    def __init__(self, sheet: Any, places: Places, formats: Mapping[str, Any]) -> None:
        self._sheet, self._places, self._formats = sheet, places, formats
        self._figures, self._row = places.figures, 0

    def write(self) -> None:
        """Write everything."""
        self._write_words()
        self._write_values()
        for option in self._figures.options:
            self._write_years(option)
        self._write_facts()
        self._sheet.set_column(0, 0, 34)
        self._sheet.set_column(1, 9, 17)

    def _write_words(self) -> None:
        figures, terms = self._figures, self._places.terms
        self._line(f"{figures.reference} {figures.title}", "title")
        self._line(words.compared_words(figures, terms))
        for option in figures.options:
            self._line(f"{option.title}: {saving_sentence(option, figures.months)}")
            self._line(range_sentence(option))
            self._line(words.matters_words(option))
            if option.exit is not None:
                self._line(exit_sentence(option.exit, figures.draws))
        for said in (words.decided_words(figures, terms), figures.rests_on):
            if said:
                self._line(said)

    def _write_values(self) -> None:
        self._row += 1
        self._line(f"Present value of the saving, {self._figures.currency}", "bold")
        self._heads(_VALUES)
        for option in self._figures.options:
            self._row += 1
            self._write_value(option)
        self._row += 2

    def _write_value(self, option: OptionFigures) -> None:
        sheet, row, value = self._sheet, self._row, option.value
        sheet.write_string(row, 0, option.title)
        rows = self._rows(option.id)
        at_means = float(option.at_means.amount)
        self._live(1, f"={rows.cell(rows.saving)}", at_means)
        shown = (option.at_means, value.mean, value.p10, value.p50, value.p90, value.worst)
        for number, money in enumerate(shown, 2):
            sheet.write_number(row, number, float(money.amount), self._formats["money"])
        sheet.write_number(row, 8, value.chance, self._formats["percent"])
        if option.payback.median is not None:
            sheet.write_number(row, 9, option.payback.median)
        else:
            sheet.write_string(row, 9, "not within the term")

    def _write_years(self, option: OptionFigures) -> None:
        """Write what both cost in each fiscal year, every assumption at its mean."""
        currency = self._figures.currency
        self._line(f"{option.title} by fiscal year, at the means, live, {currency}", "bold")
        titles = (self._figures.baseline_title, option.title)
        self._heads(("Fiscal year", "Months", *titles, "Saved", "Saved a year at its end"))
        cash = self._cash(option.id)
        for year in self._places.terms.fiscal_years:
            self._row += 1
            self._sheet.write_string(self._row, 0, year.title)
            self._sheet.write_number(self._row, 1, len(year.months))
            self._write_year(option.id, year, cash)
        self._row += 2

    def _write_year(self, option: str, year: FiscalYear, cash: tuple[list[float], ...]) -> None:
        base, own = self._rows(self._figures.baseline), self._rows(option)
        sums = [sum(one[place] for place in year.places) for one in cash]
        for number, (rows, row) in enumerate(
            ((base, base.cost), (own, own.cost), (own, own.saving)), 2
        ):
            years = self._places.across(DRIVERS, FISCAL_ROW)
            amounts = self._places.across(rows.sheet, row)
            self._live(number, f"=SUMIF({years},{begins_in(year)},{amounts})", sums[number - 2])
        last = own.cell(own.saving, column(year.months[-1]))
        self._live(5, f"={last}*12", cash[2][year.months[-1]] * 12)

    def _cash(self, option: str) -> tuple[list[float], ...]:
        """Return what the baseline and an option cost, and what is saved, by month."""
        fixed, case = self._places.fixed, self._places.case
        base, own = (
            [sum(float(fixed[line.id][month]) for line in case.option(name).lines)
             for month in (0, *self._places.months)]
            for name in (case.baseline, option)
        )  # fmt: skip
        return base, own, [one - other for one, other in zip(base, own, strict=True)]

    def _write_facts(self) -> None:
        figures = self._figures
        self._line("What this rests on", "bold")
        facts = (
            ("Draws", f"{figures.draws:,}"),
            ("Seed", str(figures.seed)),
            ("Rules", figures.rules),
            ("Assumptions", figures.rests_on),
            ("Live", "a formula: it follows the coloured cells of Assumptions and of each option"),
            ("At the means", "a right to leave is never used; what it is worth is said above"),
            ("Everything else", "as the run gave it: it changes only with another run"),
        )
        for label, value in facts:
            self._sheet.write_string(self._row, 0, label)
            self._sheet.write_string(self._row, 1, value)
            self._row += 1

    def _rows(self, option: str) -> OptionRows:
        return option_rows(self._places, self._places.case.option(option))

    def _heads(self, titles: Sequence[str]) -> None:
        for number, title in enumerate(titles):
            style = self._formats["head" if number else "first"]
            self._sheet.write_string(self._row, number, title, style)

    def _line(self, text: str, style: str = "plain") -> None:
        self._sheet.write_string(self._row, 0, text, self._formats[style])
        self._row += 1

    def _live(self, number: int, formula: str, value: float) -> None:
        self._sheet.write_formula(self._row, number, formula, self._formats["live"], value)

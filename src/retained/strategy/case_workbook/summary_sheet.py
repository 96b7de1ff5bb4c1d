"""The summary: words first, then each option's value and fiscal years, and what they rest on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from retained.strategy import case_words as words
from retained.strategy.case_workbook.drivers_sheet import fiscal_years
from retained.strategy.case_workbook.option_sheet import OptionRows, option_rows
from retained.strategy.case_workbook.places import (
    DRIVERS,
    FISCAL_ROW,
    SUMMARY,
    Places,
    column,
)
from retained.strategy.engine.results import RULE_VERSION, OptionResult

_VALUES = (
    "Option", "At the means, live", "At the means, as written", "Mean of the draws", "P10", "P50",
    "P90", "Mean of the worst 5 %", "Chance that it saves", "Back in month",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Year:
    """A fiscal year: where it begins, the months of the term in it, and its last month."""

    begins: int
    months: int
    last: int


def summary_sheet(book: Any, places: Places, formats: Mapping[str, Any]) -> None:
    """Write the summary; what says *live* is a formula, everything else is of the run."""
    _Summary(book.get_worksheet_by_name(SUMMARY), places, formats).write()


class _Summary:
    """The sheet, filled from the top."""

    def __init__(self, sheet: Any, places: Places, formats: Mapping[str, Any]) -> None:
        self._sheet, self._places, self._formats = sheet, places, formats
        self._result, self._row = places.result, 0

    def write(self) -> None:
        """Write everything."""
        self._write_words()
        self._write_values()
        for option in self._result.options:
            self._write_years(option)
        self._write_facts()
        self._sheet.set_column(0, 0, 34)
        self._sheet.set_column(1, 9, 17)

    def _write_words(self) -> None:
        terms = self._result.terms
        self._line(f"{terms.reference} {terms.title}", "title")
        self._line(words.compared_words(self._result))
        for option in self._result.options:
            self._line(words.saving_words(self._result, option))
            self._line(words.chance_words(option))
            self._line(words.matters_words(self._result, option))
        self._line(self._result.rests_on)

    def _write_values(self) -> None:
        self._row += 1
        self._line(f"Present value of the saving, {self._result.terms.currency}", "bold")
        self._heads(_VALUES)
        for option in self._result.options:
            self._row += 1
            self._write_value(option)
        self._row += 2

    def _write_value(self, option: OptionResult) -> None:
        sheet, row, value = self._sheet, self._row, option.value
        sheet.write_string(row, 0, option.title)
        rows = self._rows(option.id)
        at_means = float(option.at_means.amount)
        self._live(1, f"={rows.cell(rows.saving)}", at_means)
        amounts = (at_means, value.mean, value.p10, value.p50, value.p90, value.worst)
        for number, amount in enumerate(amounts, 2):
            sheet.write_number(row, number, round(amount, 2), self._formats["money"])
        sheet.write_number(row, 8, value.chance, self._formats["percent"])
        if option.payback.median is not None:
            sheet.write_number(row, 9, option.payback.median)
        else:
            sheet.write_string(row, 9, "not within the term")

    def _write_years(self, option: OptionResult) -> None:
        """Write what both cost in each fiscal year, every assumption at its mean."""
        currency = self._result.terms.currency
        self._line(f"{option.title} by fiscal year, at the means, live, {currency}", "bold")
        terms = self._result.terms
        titles = (terms.options[terms.baseline].title, option.title)
        self._heads(("Fiscal year", "Months", *titles, "Saved", "Saved a year at its end"))
        cash = self._cash(option.id)
        for year, shown in zip(self._years(), option.years, strict=True):
            self._row += 1
            self._sheet.write_string(self._row, 0, shown.title)
            self._sheet.write_number(self._row, 1, year.months)
            self._write_year(option.id, year, cash)
        self._row += 2

    def _write_year(self, option: str, year: _Year, cash: tuple[list[float], ...]) -> None:
        base, own = self._rows(self._result.terms.baseline), self._rows(option)
        begins = fiscal_years(self._places)
        in_year = [place for place, one in enumerate(begins) if one == year.begins]
        sums = [sum(one[place] for place in in_year) for one in cash]
        for number, (rows, row) in enumerate(
            ((base, base.cost), (own, own.cost), (own, own.saving)), 2
        ):
            years = self._places.across(DRIVERS, FISCAL_ROW)
            amounts = self._places.across(rows.sheet, row)
            self._live(number, f"=SUMIF({years},{year.begins},{amounts})", sums[number - 2])
        last = own.cell(own.saving, column(year.last))
        self._live(5, f"={last}*12", cash[2][year.last] * 12)

    def _years(self) -> list[_Year]:
        begins = fiscal_years(self._places)
        return [
            _Year(
                one,
                months=begins[1:].count(one),
                last=max(place for place, year in enumerate(begins) if year == one),
            )
            for one in dict.fromkeys(begins)
        ]

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
        simulation = self._result.simulation
        self._line("What this rests on", "bold")
        facts = (
            ("Draws", f"{simulation.draws:,}"),
            ("Seed", str(simulation.seed)),
            ("Rules", RULE_VERSION),
            ("Assumptions", self._result.rests_on),
            ("Live", "a formula: it follows the coloured cells of Assumptions and of each option"),
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

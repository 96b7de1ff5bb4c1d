"""The sheet of service levels: counts over the tickets, figures over counts, verdicts over both."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from retained.delivery.statement_workbook.formulas import (
    LEVELS,
    attained_formula,
    judged_formula,
    verdict_formula,
)
from retained.delivery.statement_workbook.restated import RestatedLevel
from retained.delivery.statement_workbook.terms_sheet import PlannedTerms

_HEADER = (
    "Id", "Service level", "Met", "Missed", "Counted", "Measured", "Unit", "Expected", "Minimum",
    "Verdict", "Reported", "Open", "Excluded", "Unusable", "As it is judged",
)  # fmt: skip
_STATED_DIGITS = 4


def levels_sheet(
    book: Any,
    levels: Sequence[RestatedLevel],
    tickets: Sequence[Mapping[str, str]] | None,
    planned: PlannedTerms,
    formats: Mapping[str, Any],
) -> None:
    """Write one row a service level; `tickets` is None where the workbook does not hold them."""
    sheet = book.add_worksheet(LEVELS)
    sheet.write_row(0, 0, _HEADER, formats["bold"])
    counted = Counter((row["service_level"], row["verdict"]) for row in tickets or ())
    for level in levels:
        _write_texts(sheet, level)
        _write_counts(sheet, level, counted, may_count=tickets is not None)
        _write_figures(sheet, level, formats)
        _write_verdict(sheet, level, planned)
    sheet.freeze_panes(1, 2)
    sheet.autofit()


def _write_texts(sheet: Any, level: RestatedLevel) -> None:
    for column, text in (
        ("A", level.stated.id),
        ("B", level.stated.title),
        ("G", level.stated.unit),
    ):
        sheet.write_string(f"{column}{level.line}", text)


def _write_counts(
    sheet: Any, level: RestatedLevel, counted: Counter[tuple[str, str]], *, may_count: bool
) -> None:
    """Count the tickets of the last sheet where they come to what was stated."""
    stated, line = level.stated, level.line
    counts = (
        ("C", "met", stated.met), ("D", "missed", stated.missed), ("L", "open", stated.open),
        ("M", "excluded", stated.excluded), ("N", "unusable", stated.unusable),
    )  # fmt: skip
    for column, verdict, value in counts:
        if may_count and counted[stated.id, verdict] == value:
            formula = f'=COUNTIFS(Tickets!$B:$B,$A{line},Tickets!$F:$F,"{verdict}")'
            sheet.write_formula(f"{column}{line}", formula, None, value)
        else:
            sheet.write_number(f"{column}{line}", value)
    sheet.write_formula(f"E{line}", f"=C{line}+D{line}", None, stated.counted)


def _write_figures(sheet: Any, level: RestatedLevel, formats: Mapping[str, Any]) -> None:
    stated, line = level.stated, level.line
    if level.counts_give_it:
        formula = attained_formula(level, _STATED_DIGITS)
        sheet.write_formula(f"F{line}", formula, formats["figure"], _number(stated.attained))
    else:
        _write_number(sheet, f"F{line}", stated.attained, formats["figure"])
    judged = judged_formula(level)
    sheet.write_formula(f"O{line}", judged, formats["figure"], _number(stated.attained))
    _write_number(sheet, f"H{line}", stated.expected)
    _write_number(sheet, f"I{line}", stated.minimum)
    _write_number(sheet, f"K{line}", stated.reported)


def _write_verdict(sheet: Any, level: RestatedLevel, planned: PlannedTerms) -> None:
    cell, verdict = f"J{level.line}", level.stated.verdict
    if level.verdict_follows:
        sheet.write_formula(cell, verdict_formula(level, planned), None, verdict)
    else:
        sheet.write_string(cell, verdict)


def _number(text: str | None) -> float | str:
    return float(text) if text else ""


def _write_number(sheet: Any, cell: str, text: str | None, form: Any = None) -> None:
    if text:
        sheet.write_number(cell, float(text), form)

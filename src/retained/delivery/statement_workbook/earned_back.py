"""The sheets of a workbook that recompute what a month earned back, and its net.

One row a credit, and one row a month that earned it back: change an attained figure there, and
the money moves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from retained.delivery.queries.earn_back_words import BY_THE_YEAR
from retained.delivery.queries.statements import Content, RestsOn, StatedEarnBack
from retained.delivery.statement_workbook.formulas import LEVELS
from retained.delivery.statement_workbook.restated import RestatedLevel
from retained.shared.money import minor_digits

_MONTHS = "Months that earned it"
_LINES = (
    "Line", "Service level", "Month of the credit", "Its statement", "Credit after the cap",
    "At most", "Level to attain", "Months that attained it, or figure of the year", "Needed",
    "Earned back",
)  # fmt: skip
_SEEN = ("Line", "Month", "Statement", "SHA-256", "Attained", "Met", "Counted")


def earned_back_sheets(
    book: Any,
    stated: Content,
    levels: Sequence[RestatedLevel],
    owed_cell: str,
    formats: Mapping[str, Any],
) -> None:
    """Write what was earned back as formulas over its months, and the net as their sum.

    `levels` are the month's own; `owed_cell` is where the workbook works out what is owed, empty
    where it does not.
    """
    if stated.earned_back is None or not stated.earned_back.lines:
        return
    lines, money = stated.earned_back.lines, formats["money"]
    sheet = book.add_worksheet("Earned back")
    sheet.write_row(0, 0, _LINES, formats["bold"])
    for row, line in enumerate(lines, start=1):
        _write_line(sheet, row, line, formats)
    last = len(lines) + 1
    sums = (
        ("Owed for the month", f"={owed_cell}" if owed_cell else "", stated.owed),
        ("Earned back", f"=SUM(J2:J{last})", stated.earned_back.together),
        ("Net", f"=J{last + 2}-J{last + 3}", stated.earned_back.net),
    )
    for row, (label, formula, amount) in enumerate(sums, start=last + 1):
        sheet.write_string(row, 1, label, formats["bold"])
        if formula:
            sheet.write_formula(row, 9, formula, money, float(amount.amount))
        else:
            sheet.write_number(row, 9, float(amount.amount), money)
    sheet.autofit()
    _months_sheet(book, lines, {level.stated.id: level for level in levels}, formats)


def _write_line(sheet: Any, row: int, line: StatedEarnBack, formats: Mapping[str, Any]) -> None:
    excel, money = row + 1, formats["money"]
    sheet.write_number(row, 0, row)
    sheet.write_string(row, 1, line.title)
    sheet.write_string(row, 2, str(line.of.month))
    _write_statement(sheet, row, 3, line.of)
    sheet.write_number(row, 4, float(line.credit.amount), money)
    sheet.write_number(row, 5, float(line.at_most))
    sheet.write_number(row, 6, float(line.at_least), formats["figure"])
    amount = f"ROUND(E{excel}*F{excel},{minor_digits(line.amount.currency)})"
    condition = _condition(line, excel)
    if condition is not None:
        came_to, needed = float(condition.came_to), float(condition.needed)
        sheet.write_formula(row, 7, condition.formula, formats["figure"], came_to)
        sheet.write_number(row, 8, needed, formats["figure"])
        amount = f"IF(H{excel}{condition.sign}I{excel},{amount},0)"
    sheet.write_formula(row, 9, f"={amount}", money, float(line.amount.amount))


@dataclass(frozen=True, slots=True)
class _Condition:
    """What has to hold for a credit to be earned back: a formula, and what it is held against."""

    formula: str
    came_to: Decimal
    sign: str
    needed: Decimal


def _condition(line: StatedEarnBack, excel: int) -> _Condition | None:
    """Return the condition as a formula over the months.

    None where their figures alone do not say so: a month of few tickets may have met its level by
    the failures that it was allowed, and an agreement may round before it judges.
    """
    sign = "<=" if line.lower_is_better else ">="
    own = f"'{_MONTHS}'!$A:$A,$A{excel}"
    if line.way == BY_THE_YEAR:
        if not _attains(line.attained, line):
            return None
        met, counted = (f"SUMIFS('{_MONTHS}'!${name}:${name},{own})" for name in "FG")
        hits = f"({counted}-{met})" if line.lower_is_better else met
        figure = f"=ROUND(100*{hits}/{counted},4)"
        return _Condition(figure, Decimal(line.attained or 0), sign, Decimal(line.at_least))
    if not all(_attains(one.attained, line) for one in line.because_of):
        return None
    counted = f"=COUNTIFS({own},'{_MONTHS}'!$E:$E,\"{sign}\"&G{excel})"
    months = Decimal(len(line.because_of))
    return _Condition(counted, months, ">=", months)


def _attains(text: str | None, line: StatedEarnBack) -> bool:
    if text is None:
        return False
    attained, asked = Decimal(text), Decimal(line.at_least)
    return attained <= asked if line.lower_is_better else attained >= asked


def _months_sheet(
    book: Any,
    lines: tuple[StatedEarnBack, ...],
    own: Mapping[str, RestatedLevel],
    formats: Mapping[str, Any],
) -> None:
    sheet = book.add_worksheet(_MONTHS)
    sheet.write_row(0, 0, _SEEN, formats["bold"])
    seen = [(number, line, one) for number, line in enumerate(lines, 1) for one in line.because_of]
    for row, (number, line, one) in enumerate(seen, start=1):
        sheet.write_number(row, 0, number)
        sheet.write_string(row, 1, str(one.month))
        _write_statement(sheet, row, 2, one)
        sheet.write_string(row, 3, one.sha256 or "")
        _write_seen(sheet, row, one, own.get(line.service_level), formats)
    sheet.autofit()


def _write_seen(
    sheet: Any, row: int, one: RestsOn, level: RestatedLevel | None, formats: Mapping[str, Any]
) -> None:
    """Write what a month attained; what this statement itself says of it, from its own sheet."""
    values = ((4, "F", one.attained), (5, "C", one.met), (6, "E", one.counted))
    for column, source, value in values:
        form = formats["figure"] if column == 4 else None
        if value is None:
            continue
        if one.statement is None and level is not None:
            formula = f"='{LEVELS}'!{source}{level.line}"
            sheet.write_formula(row, column, formula, form, float(value))
        else:
            sheet.write_number(row, column, float(value), form)


def _write_statement(sheet: Any, row: int, column: int, one: RestsOn) -> None:
    """Write the number of the statement that a month rests on; this one has its own on page one."""
    if one.statement is None:
        sheet.write_string(row, column, "this one")
    else:
        sheet.write_number(row, column, one.statement)

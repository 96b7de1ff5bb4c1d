"""A statement as a workbook whose formulas count its tickets and work out figures and credits.

It comes from the frozen document and the frozen tickets alone.
"""

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import xlsxwriter

from retained.delivery.queries.shown_statements import ShownStatement
from retained.delivery.queries.statements import StatedLevel
from retained.delivery.queries.wording import PERCENT
from retained.delivery.statement_files import frozen_tickets
from retained.delivery.statement_workbook.earned_back import earned_back_sheets
from retained.shared.money import minor_digits

# Above so many tickets a workbook states the counts instead of counting them itself.
MOST_TICKETS_COUNTED = 200_000


def statement_xlsx(shown: ShownStatement) -> bytes:
    """Return a workbook whose formulas count the tickets, and work out figures and credits."""
    tickets = frozen_tickets(shown.close)
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options | {"strings_to_numbers": False}) as book:
        formats = {
            "bold": book.add_format({"bold": True, "bottom": 1}),
            "figure": book.add_format({"num_format": "0.00"}),
            "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            "money": book.add_format({"num_format": _money_format(shown.content.currency)}),
        }
        _facts_sheet(book, shown, formats)
        _levels_sheet(book, shown, tickets, formats)
        owed = _credits_sheet(book, shown, formats)
        earned_back_sheets(book, shown.content, owed, formats)
        if len(tickets) <= MOST_TICKETS_COUNTED:
            _tickets_sheet(book, tickets, formats)
    return out.getvalue()


def _facts_sheet(book: Any, shown: ShownStatement, formats: Mapping[str, Any]) -> None:
    sheet = book.add_worksheet("Statement")
    facts = [
        ("Agreement", shown.content.agreement),
        ("Title", shown.content.title),
        ("Client", shown.content.client),
        ("Provider", shown.content.provider),
        ("Month", shown.close.month),
        ("Statement", str(shown.close.number)),
        ("State", shown.close.get_state_display()),
        ("Checked by", shown.checked_by),
        ("Confirmed by", shown.confirmed_by),
        ("Agreement version", str(shown.content.agreement_version)),
        ("SHA-256 of the version", shown.content.agreement_sha256),
        ("Rules", shown.content.rule_version),
        ("SHA-256 of this statement", shown.close.sha256),
        ("SHA-256 of its tickets", shown.content.tickets_sha256),
        ("Record’s head", f"{shown.close.record_number or ''} {shown.close.record_hash}".strip()),
    ]
    for number, (label, value) in enumerate(facts):
        sheet.write_string(number, 0, label, formats["bold"])
        sheet.write_string(number, 1, value)
    sheet.autofit()


def _levels_sheet(
    book: Any,
    shown: ShownStatement,
    tickets: Sequence[Mapping[str, str]],
    formats: Mapping[str, Any],
) -> None:
    """Write counts as COUNTIFS over the tickets, and the figure as a formula over the counts."""
    sheet = book.add_worksheet("Service levels")
    header = ("Id", "Service level", "Met", "Missed", "Counted", "Measured", "Unit", "Expected",
              "Minimum", "Verdict", "Reported", "Open", "Excluded", "Unusable")  # fmt: skip
    sheet.write_row(0, 0, header, formats["bold"])
    counted = Counter((row["service_level"], row["verdict"]) for row in tickets)
    may_count = len(tickets) <= MOST_TICKETS_COUNTED
    for row, level in enumerate((level.stated for level in shown.levels), start=1):
        line = row + 1
        sheet.write_string(row, 0, level.id)
        sheet.write_string(row, 1, level.title)
        for column, verdict, value in ((2, "met", level.met), (3, "missed", level.missed)):
            if may_count and counted[level.id, verdict] == value:
                formula = f'=COUNTIFS(Tickets!$B:$B,$A{line},Tickets!$F:$F,"{verdict}")'
                sheet.write_formula(row, column, formula, None, value)
            else:
                sheet.write_number(row, column, value)
        sheet.write_formula(row, 4, f"=C{line}+D{line}", None, level.counted)
        _write_attained(sheet, row, level, formats)
        sheet.write_string(row, 6, level.unit)
        _write_figure(sheet, row, 7, level.expected)
        _write_figure(sheet, row, 8, level.minimum)
        sheet.write_string(row, 9, level.verdict)
        _write_figure(sheet, row, 10, level.reported)
        for column, value in ((11, level.open), (12, level.excluded), (13, level.unusable)):
            sheet.write_number(row, column, value)
    sheet.freeze_panes(1, 2)
    sheet.autofit()


def _write_attained(sheet: Any, row: int, level: StatedLevel, formats: Mapping[str, Any]) -> None:
    """Write a share as a formula where its counts give it; a pooled or timed figure as it is."""
    if level.attained is None:
        return
    for column, hits in (("C", level.met), ("D", level.missed)):
        if level.unit == PERCENT and level.counted and _share(hits, level) == level.attained:
            formula = f"=ROUND(100*{column}{row + 1}/E{row + 1},4)"
            sheet.write_formula(row, 5, formula, formats["figure"], float(level.attained))
            return
    sheet.write_number(row, 5, float(level.attained), formats["figure"])


def _share(hits: int, level: StatedLevel) -> str:
    share = (Decimal(hits) * 100 / level.counted).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    return format(share.normalize(), "f")


def _credits_sheet(book: Any, shown: ShownStatement, formats: Mapping[str, Any]) -> str:
    """Write each credit as a product, and what the cap leaves of their sum; return its cell."""
    stated = shown.content
    owing = [level.stated for level in shown.levels if level.stated.credit is not None]
    if not stated.base or not owing:
        return ""
    digits, money = minor_digits(stated.currency), formats["money"]
    sheet = book.add_worksheet("Credits")
    facts = (("Monthly amount", stated.base), ("At risk", stated.at_risk))
    for number, (label, amount) in enumerate(facts):
        sheet.write_string(number, 0, f"{label}, {stated.currency}")
        sheet.write_number(number, 1, float(amount.amount), money)
    header = ("Service level", "Allocation", "Share for the miss", "Multiplier", "Points", "Credit",
              "Owed after the cap")  # fmt: skip
    sheet.write_row(3, 0, header, formats["bold"])
    for row, level in enumerate(owing, start=4):
        credit = level.credit
        if credit is None:
            continue
        line = row + 1
        sheet.write_string(row, 0, level.title)
        factors = (credit.allocation, credit.share, credit.multiplier, credit.points)
        for column, factor in enumerate(factors, start=1):
            sheet.write_number(row, column, float(factor))
        if credit.points:
            sheet.write_number(row, 5, float(credit.amount.amount), money)
        else:
            formula = f"=ROUND($B$2*B{line}*C{line}*D{line},{digits})"
            sheet.write_formula(row, 5, formula, money, float(credit.amount.amount))
        sheet.write_number(row, 6, float(credit.after_cap.amount), money)
    first, last = 5, 4 + len(owing)
    sums = (
        ("Together", f"=SUM(F{first}:F{last})", stated.before_cap),
        ("Owed", f"=MIN(F{last + 2},$B$2)", stated.owed),
        ("Lost to the cap", f"=F{last + 2}-F{last + 3}", stated.lost_to_cap),
    )
    for row, (label, formula, amount) in enumerate(sums, start=last + 1):
        sheet.write_string(row, 0, label, formats["bold"])
        sheet.write_formula(row, 5, formula, money, float(amount.amount))
    sheet.autofit()
    return f"Credits!$F${last + 3}"


def _tickets_sheet(
    book: Any, tickets: Sequence[Mapping[str, str]], formats: Mapping[str, Any]
) -> None:
    sheet = book.add_worksheet("Tickets")
    if not tickets:
        return
    names = list(tickets[0])
    titles = ["due_at_utc" if name == "due_at" else name for name in names]
    sheet.write_row(0, 0, titles, formats["bold"])
    for row, ticket in enumerate(tickets, start=1):
        for column, name in enumerate(names):
            text = ticket[name]
            if name in {"clock_seconds", "paused_seconds"} and text:
                sheet.write_number(row, column, int(text))
            elif name == "due_at" and text:  # in UTC: a workbook's dates know no zone
                due = datetime.fromtimestamp(int(text), tz=UTC).replace(tzinfo=None)
                sheet.write_datetime(row, column, due, formats["moment"])
            else:
                sheet.write_string(row, column, text)
    sheet.freeze_panes(1, 0)


def _write_figure(sheet: Any, row: int, column: int, text: str | None) -> None:
    if text:
        sheet.write_number(row, column, float(text))


def _money_format(currency: str) -> str:
    digits = minor_digits(currency)
    return "#,##0" + ("." + "0" * digits if digits else "")

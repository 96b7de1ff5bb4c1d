"""A statement as files: PDF, XLSX that recomputes itself, CSV, and the frozen document itself.

All of them come from the frozen document and the frozen tickets alone, so a statement of last year
gives the same files today.
"""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from retained.delivery.models import MonthClose
from retained.delivery.queries.shown_statements import ShownLevel, ShownStatement
from retained.delivery.queries.statements import StatedLevel
from retained.delivery.queries.wording import PERCENT
from retained.delivery.statement_picture import statement_chart
from retained.files.storing import open_stored
from retained.pages.cells import VERDICTS
from retained.pages.chart_svg import chart_svg
from retained.pages.exports import csv_lines
from retained.pages.pdf import pdf_bytes
from retained.shared.money import minor_digits

FORMS = ("pdf", "xlsx", "csv", "json")
# Above so many tickets a workbook states the counts instead of counting them itself.
MOST_TICKETS_COUNTED = 200_000
_TEMPLATE = "delivery/templates/delivery/statement.typ"
_HEADER = (
    "Service level", "Unit", "Measured", "With the excluded", "Expected", "Minimum", "Met",
    "Missed", "Counted", "Open", "Excluded", "Unusable", "Verdict", "Reported", "Reported met",
    "Reported counted", "Credit before the cap", "Owed", "Currency",
)  # fmt: skip
_MARKS = {"good": "●", "warn": "▲", "bad": "■"}


def file_stem(shown: ShownStatement) -> str:
    """Return the name of a statement's files."""
    return f"{shown.content.agreement}-{shown.close.month}-statement-{shown.close.number}"


def statement_csv(shown: ShownStatement) -> str:
    """Return one row per service level."""
    rows = [_row(level.stated, shown.content.currency) for level in shown.levels]
    return "".join(csv_lines(_HEADER, rows))


def statement_pdf(shown: ShownStatement, zone: ZoneInfo) -> bytes:
    """Return the statement as a tagged PDF; the same statement gives the same bytes."""
    moment = shown.close.confirmed_at or shown.close.checked_at
    return pdf_bytes(_TEMPLATE, _pdf_values(shown, zone), at=moment)


def frozen_tickets(close: MonthClose) -> list[dict[str, str]]:
    """Return the frozen tickets of a close as rows of text."""
    with open_stored(close.tickets) as raw, io.TextIOWrapper(raw, "utf-8", newline="") as file:
        return list(csv.DictReader(file))


def statement_xlsx(shown: ShownStatement) -> bytes:
    """Return a workbook whose formulas count the tickets, and work out figures and credits."""
    tickets = frozen_tickets(shown.close)
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options | {"strings_to_numbers": False}) as book:
        formats = {
            "bold": book.add_format({"bold": True, "bottom": 1}),
            "figure": book.add_format({"num_format": "0.00"}),
            "money": book.add_format({"num_format": _money_format(shown.content.currency)}),
        }
        _facts_sheet(book, shown, formats)
        _levels_sheet(book, shown, tickets, formats)
        _credits_sheet(book, shown, formats)
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


def _credits_sheet(book: Any, shown: ShownStatement, formats: Mapping[str, Any]) -> None:
    """Write each credit as a product, and what the cap leaves of their sum."""
    stated = shown.content
    owing = [level.stated for level in shown.levels if level.stated.credit is not None]
    if not stated.base or not owing:
        return
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


def _tickets_sheet(
    book: Any, tickets: Sequence[Mapping[str, str]], formats: Mapping[str, Any]
) -> None:
    sheet = book.add_worksheet("Tickets")
    if not tickets:
        return
    names = list(tickets[0])
    sheet.write_row(0, 0, names, formats["bold"])
    for row, ticket in enumerate(tickets, start=1):
        for column, name in enumerate(names):
            text = ticket[name]
            if name in {"clock_seconds", "paused_seconds", "due_at"} and text:
                sheet.write_number(row, column, int(text))
            else:
                sheet.write_string(row, column, text)
    sheet.freeze_panes(1, 0)


def _write_figure(sheet: Any, row: int, column: int, text: str | None) -> None:
    if text:
        sheet.write_number(row, column, float(text))


def _money_format(currency: str) -> str:
    digits = minor_digits(currency)
    return "#,##0" + ("." + "0" * digits if digits else "")


def _row(level: StatedLevel, currency: str) -> list[Any]:
    credit = level.credit
    return [
        level.title, level.unit, level.attained, level.attained_with_excluded, level.expected,
        level.minimum, level.met, level.missed, level.counted, level.open, level.excluded,
        level.unusable, level.verdict, level.reported, level.reported_met,
        level.reported_counted, credit.amount if credit else None,
        credit.after_cap if credit else None, currency if credit else None,
    ]  # fmt: skip


def _pdf_values(shown: ShownStatement, zone: ZoneInfo) -> dict[str, Any]:
    """Return everything that the template shows, as texts."""
    chart = statement_chart(shown)
    stated, close = shown.content, shown.close
    state = "" if close.confirmed_at else " · CHECKED, NOT CONFIRMED"
    return {
        "title": shown.title,
        "subtitle": f"Statement {close.number} · {stated.provider} for {stated.client}{state}",
        "seal": f"{stated.agreement} {close.month} · SHA-256 {close.sha256}",
        "headline": shown.headline,
        "svg": chart_svg(chart, height=90 + 56 * len(chart.rows)) if chart else "",
        "sentence": chart.sentence if chart else "",
        "levels": [_pdf_level(level) for level in shown.levels],
        "credit": [[line.words, str(line.amount)] for line in shown.credit_lines],
        "exclusions": [
            [one["ticket"], one["service_level"], one["reason"]] for one in stated.exclusions
        ],
        "evidence": [
            [one["source"], str(one["number"]), one["file"], f"{one['rows']:,}", one["sha256"]]
            for one in stated.evidence
        ],
        "facts": _pdf_facts(shown, zone),
        "triggers": [f"{one['title']}: a right to {one['right']}" for one in stated.triggers],
    }


def _pdf_level(level: ShownLevel) -> dict[str, Any]:
    verdict = VERDICTS[level.stated.verdict]
    excluded = f"{level.words_with_excluded} with the excluded" if level.words_with_excluded else ""
    return {
        "title": level.stated.title,
        "words": level.words,
        "counts": ", ".join(part for part in (level.counts, excluded) if part),
        "reported": level.reported,
        "reported_counts": level.reported_counts,
        "against": level.expected + (f" / {level.minimum}" if level.minimum else ""),
        "verdict": {
            "word": verdict.word,
            "tone": verdict.tone,
            "mark": _MARKS.get(verdict.tone, "◆"),
        },
        "owed": str(level.owed) if level.owed is not None else "–",
    }


def _pdf_facts(shown: ShownStatement, zone: ZoneInfo) -> list[list[str]]:
    close, stated = shown.close, shown.content
    facts = [["Checked", f"{shown.checked_by}, {_moment(close.checked_at, zone)}"]]
    if close.confirmed_at:
        facts.append(["Confirmed", f"{shown.confirmed_by}, {_moment(close.confirmed_at, zone)}"])
    if close.reason:
        facts.append(["Reason", close.reason])
    facts += [
        ["Agreement", f"{stated.agreement}, version {stated.agreement_version}"],
        ["Its SHA-256", stated.agreement_sha256],
        ["Rules", stated.rule_version],
        ["Evidence up to", _moment(shown.as_of, zone)],
        ["This statement", close.sha256],
        ["Its tickets", stated.tickets_sha256],
    ]
    if close.record_hash:
        facts.append(["The record’s head", f"number {close.record_number}, {close.record_hash}"])
    return facts


def _moment(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local.day} {local:%B %Y, %H:%M %Z}"

"""A statement as a workbook whose formulas count its tickets and work out what is owed.

It comes from the frozen document, the frozen tickets and the version of the agreement that the
document names by its hash.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from retained.delivery.queries.shown_statements import ShownStatement
from retained.delivery.statement_files import frozen_tickets
from retained.delivery.statement_workbook.credits_sheet import credits_sheet
from retained.delivery.statement_workbook.earned_back import earned_back_sheets
from retained.delivery.statement_workbook.levels_sheet import levels_sheet
from retained.delivery.statement_workbook.restated import restated_levels
from retained.delivery.statement_workbook.terms_sheet import PlannedTerms
from retained.pages.workbooks import money_format, new_workbook

# Above so many tickets a workbook states the counts instead of counting them itself.
MOST_TICKETS_COUNTED = 200_000


def statement_xlsx(shown: ShownStatement) -> bytes:
    """Return a workbook whose formulas go from the tickets to verdicts, credits and the net."""
    tickets = frozen_tickets(shown.close)
    levels = restated_levels(shown.content.levels, shown.terms, shown.content.month)
    planned = PlannedTerms(levels, shown.terms.credits)
    countable = tickets if len(tickets) <= MOST_TICKETS_COUNTED else None
    out = io.BytesIO()
    with new_workbook(out) as book:
        formats = {
            "bold": book.add_format({"bold": True, "bottom": 1}),
            "figure": book.add_format({"num_format": "0.00"}),
            "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            "money": book.add_format({"num_format": money_format(shown.content.currency)}),
        }
        _facts_sheet(book, shown, formats)
        levels_sheet(book, levels, countable, planned, formats)
        owed = credits_sheet(book, shown.content, levels, planned, formats)
        earned_back_sheets(book, shown.content, levels, owed, formats)
        planned.write(book, formats)
        if countable is not None:
            _tickets_sheet(book, countable, formats)
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

"""A statement as files: PDF, CSV, and the tickets that were frozen with it.

All of them come from the frozen document and the frozen tickets alone, so a statement of last year
gives the same files today.
"""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from retained.delivery.models import MonthClose
from retained.delivery.queries.shown_statements import ShownLevel, ShownStatement
from retained.delivery.queries.statements import StatedEarnBack, StatedLevel
from retained.delivery.statement_picture import statement_chart
from retained.files.storing import open_stored
from retained.pages.cells import VERDICTS
from retained.pages.chart_svg import chart_svg
from retained.pages.exports import csv_lines
from retained.pages.pdf import pdf_bytes
from retained.shared.days import day_in_words
from retained.shared.money import Money, total

FORMS = ("pdf", "xlsx", "csv", "json")
_TEMPLATE = "delivery/templates/delivery/statement.typ"
_HEADER = (
    "Service level", "Unit", "Measured", "With the excluded", "Expected", "Minimum", "Met",
    "Missed", "Counted", "Open", "Excluded", "Unusable", "Rows", "Unusable rows", "Verdict",
    "Reported", "Reported met",
    "Reported counted", "Credit before the cap", "Owed", "Currency",
)  # fmt: skip
_EARNED_HEADER = ("Earned back", "Net", "Earned back of")
_MARKS = {"good": "●", "warn": "▲", "bad": "■"}


def file_stem(shown: ShownStatement) -> str:
    """Return the name of a statement's files."""
    return f"{shown.content.agreement}-{shown.close.month}-statement-{shown.close.number}"


def statement_csv(shown: ShownStatement) -> str:
    """Return one row per service level; what each earned back, where the agreement knows that."""
    stated = shown.content
    rows = [_row(level.stated, stated.currency) for level in shown.levels]
    if stated.earned_back is None:
        return "".join(csv_lines(_HEADER, rows))
    rows = [
        [*row, *_earned(level.stated, stated.earned_back.lines, stated.owed.zero())]
        for row, level in zip(rows, shown.levels, strict=True)
    ]
    return "".join(csv_lines((*_HEADER, *_EARNED_HEADER), rows))


def statement_pdf(shown: ShownStatement, zone: ZoneInfo) -> bytes:
    """Return the statement as a tagged PDF; the same statement gives the same bytes."""
    moment = shown.close.confirmed_at or shown.close.checked_at
    return pdf_bytes(_TEMPLATE, _pdf_values(shown, zone), at=moment)


def frozen_tickets(close: MonthClose) -> list[dict[str, str]]:
    """Return the frozen tickets of a close as rows of text."""
    with open_stored(close.tickets) as raw, io.TextIOWrapper(raw, "utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _row(level: StatedLevel, currency: str) -> list[Any]:
    credit = level.credit
    return [
        level.title, level.unit, level.attained, level.attained_with_excluded, level.expected,
        level.minimum, level.met, level.missed, level.counted, level.open, level.excluded,
        level.unusable, level.rows, level.unusable_rows, level.verdict, level.reported,
        level.reported_met, level.reported_counted, credit.amount if credit else None,
        credit.after_cap if credit else None, currency if credit else None,
    ]  # fmt: skip


def _earned(level: StatedLevel, lines: Sequence[StatedEarnBack], nothing: Money) -> list[Any]:
    """Return what a service level earned back, its net, and the months of those credits."""
    own = [line for line in lines if line.service_level == level.id]
    earned = total((line.amount for line in own), nothing.currency)
    owed = level.credit.after_cap if level.credit else nothing
    return [earned, owed - earned, " ".join(str(line.of.month) for line in own)]


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
        "counting": [list(rule) for rule in shown.counting_rules],
        "facts": _pdf_facts(shown, zone),
        "triggers": shown.rights,
    }


def _pdf_level(level: ShownLevel) -> dict[str, Any]:
    verdict = VERDICTS[level.stated.verdict]
    excluded = f"{level.words_with_excluded} with the excluded" if level.words_with_excluded else ""
    return {
        "title": level.stated.title,
        "words": level.words,
        "counts": ", ".join(part for part in (level.counts, excluded, level.unusable_rows) if part),
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
    if close.sent_at:
        facts.append(["Sent", f"{shown.sent_by}, {_moment(close.sent_at, zone)}"])
    if close.answer_due:
        facts.append(["To be answered by", day_in_words(close.answer_due)])
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
    return f"{day_in_words(local)}, {local:%H:%M %Z}"

"""Statements: the document that a month close freezes, the same bytes from the same inputs.

In   a measurement, the terms of the month, exclusions, the provider's figures, evidence
Out  a document of plain values, its canonical text and SHA-256
Why  docs/methods/month-close.md
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from retained.contracts.engine.agreement import AgreementTerms
from retained.delivery.engine.credits import LevelCredit, MonthCredits
from retained.delivery.engine.earned_back_lines import MonthEarnedBack, earned_back_part
from retained.delivery.engine.found import results_of_month
from retained.delivery.engine.measurement import Measurement
from retained.delivery.engine.measures import MonthFigure
from retained.delivery.engine.result_rows import (
    TICKET_COLUMNS,
    figure_text,
    share_interval,
    ticket_row,
    unit_of,
)
from retained.delivery.engine.verdicts import TicketResult
from retained.evidence.engine.normalising.row_counts import RowCount
from retained.shared.months import Month

SCHEMA = "retained/statement/1"
# Above this share of unusable rows a month closes only with a reason.
MOST_UNUSABLE = Decimal("0.02")


@dataclass(frozen=True, slots=True)
class Reported:
    """The provider's own figure of a service level in a month, under its own label."""

    label: str
    met: int | None
    counted: int | None
    percent: Decimal | None

    @property
    def figure(self) -> Decimal | None:
        """The reported share in percent: its own, or from its counts."""
        if self.percent is not None:
            return self.percent
        if self.met is None or not self.counted:
            return None
        return Decimal(self.met) * 100 / self.counted


@dataclass(frozen=True, slots=True)
class Basis:
    """What a statement rests on besides the measurement.

    `evidence` are the batches (number, name, sha256, rows), `exclusions` those agreed for the
    month, `agreement_version` and `agreement_sha256` the version in force, `earned_back` the
    credits of closed months that this month earned back, `rows` those of each source in the
    month.
    """

    agreement_version: int
    agreement_sha256: str
    evidence: Sequence[Mapping[str, object]]
    exclusions: Sequence[Mapping[str, object]]
    reported: Mapping[str, Reported]
    without_exclusions: Measurement | None = None
    earned_back: MonthEarnedBack | None = None
    rows: Mapping[str, RowCount] = field(default_factory=dict)


def statement(
    measurement: Measurement, terms: AgreementTerms, month: Month, basis: Basis
) -> dict[str, Any]:
    """Return the document of one month."""
    figures = {
        level_id: next((f for f in row if f.month == month), None)
        for level_id, row in measurement.figures.items()
    }
    credits = next((c for c in measurement.credits if c.month == month), None)
    return {
        "schema": SCHEMA,
        "agreement": terms.reference,
        "title": terms.title,
        "client": terms.client,
        "provider": terms.provider,
        "currency": terms.currency,
        "month": str(month),
        "rule_version": measurement.rule_version,
        "as_of": measurement.as_of,
        "agreement_version": basis.agreement_version,
        "agreement_sha256": basis.agreement_sha256,
        "evidence": list(basis.evidence),
        "exclusions": list(basis.exclusions),
        "service_levels": [
            _level(level.id, figures[level.id], terms, basis, credits, month)
            for level in terms.service_levels
            if figures.get(level.id) is not None
        ],
        "credits": _credits(credits),
        **earned_back_part(
            basis.earned_back, credits.owed if credits else None, measurement.over_time.on, month
        ),
        "triggers": [
            {
                "id": fired.trigger.id,
                "title": fired.trigger.title,
                "right": fired.trigger.right,
                "service_level": fired.service_level,
                "because_of": [str(m) for m in fired.because_of],
                "lapses_after_days": fired.trigger.lapses_after_days,
            }
            for fired in measurement.triggers
            if fired.month == month
        ],
        "tickets_sha256": hashlib.sha256(
            tickets_csv(measurement.results, month).encode()
        ).hexdigest(),
    }


def canonical(document: Mapping[str, Any]) -> str:
    """Return the text of a document: the same values always give the same bytes."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256_of(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def tickets_csv(results: Iterable[TicketResult], month: Month) -> str:
    """Return the tickets of a month as the CSV that is frozen with it, in a fixed order."""
    own = sorted(
        results_of_month(results, month),
        key=lambda result: (result.service_level, result.ticket),
    )
    target = io.StringIO()
    writer = csv.DictWriter(target, TICKET_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(ticket_row(result) for result in own)
    return target.getvalue()


def unusable_above_limit(document: Mapping[str, Any]) -> list[str]:
    """Return the titles of service levels of which too many rows or tickets could not be used."""
    return [
        level["title"]
        for level in document["service_levels"]
        if level["unusable_rows"] > MOST_UNUSABLE * level["rows"]
        or level["unusable"] > MOST_UNUSABLE * (level["counted"] + level["unusable"])
    ]


def _level(
    level_id: str,
    figure: MonthFigure | None,
    terms: AgreementTerms,
    basis: Basis,
    credits: MonthCredits | None,
    month: Month,
) -> dict[str, Any]:
    if figure is None:
        raise ValueError("A service level without a figure is left out of the statement.")
    level = terms.service_level(level_id)
    reported = basis.reported.get(level_id)
    shown = reported.figure if reported else None
    low, high = share_interval(figure, level)
    rows = basis.rows.get(level.source, RowCount())
    return {
        "id": level.id,
        "title": level.title,
        "unit": unit_of(level),
        "attained": figure_text(figure.attained, level),
        "attained_with_excluded": _with_excluded(level_id, terms, basis, month),
        "expected": figure_text(level.expected_level, level),
        "minimum": figure_text(level.minimum_level, level),
        "met": figure.met,
        "missed": figure.missed,
        "counted": figure.counted,
        "open": figure.open,
        "excluded": figure.excluded,
        "unusable": figure.unusable,
        "rows": rows.rows,
        "unusable_rows": rows.unusable,
        "verdict": figure.verdict.value,
        "interval": [low, high],
        "reported": None if shown is None else f"{shown:.2f}",
        "reported_met": reported.met if reported else None,
        "reported_counted": reported.counted if reported else None,
        "credit": next((_credit(c) for c in credits.levels if c.service_level == level_id), None)
        if credits
        else None,
    }


def _with_excluded(level_id: str, terms: AgreementTerms, basis: Basis, month: Month) -> str | None:
    """Return the figure as it would be if nothing had been excluded."""
    if basis.without_exclusions is None:
        return None
    for figure in basis.without_exclusions.figures.get(level_id, ()):
        if figure.month == month:
            return figure_text(figure.attained, terms.service_level(level_id))
    return None


def _credit(credit: LevelCredit) -> dict[str, Any]:
    return {
        "allocation": str(credit.allocation),
        "share": str(credit.share),
        "points": str(credit.points),
        "misses_running": credit.misses_running,
        "multiplier": str(credit.multiplier),
        "amount_minor": credit.amount.minor,
        "after_cap_minor": credit.after_cap.minor,
    }


def _credits(credits: MonthCredits | None) -> dict[str, Any] | None:
    if credits is None:
        return None
    return {
        "base_minor": credits.base.minor,
        "at_risk_minor": credits.at_risk.minor,
        "before_cap_minor": credits.before_cap.minor,
        "owed_minor": credits.owed.minor,
        "lost_to_cap_minor": credits.lost_to_cap.minor,
        "points": str(credits.points),
    }

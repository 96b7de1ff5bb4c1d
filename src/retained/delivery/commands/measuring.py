"""Measuring an agreement: from its evidence to the figures that pages show."""

import csv
import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb
from django.conf import settings
from django.db import transaction

from retained.audit.actors import Actor
from retained.audit.record import record
from retained.contracts import queries as contracts_queries
from retained.contracts.engine.level_terms import ServiceLevelTerms
from retained.contracts.models import Agreement
from retained.delivery.commands.exclusions import follow_tickets
from retained.delivery.commands.standings import keep_standing
from retained.delivery.engine.found import held_in_memory
from retained.delivery.engine.measurement import (
    RULE_VERSION,
    Measurement,
    TermsOverTime,
    measure,
)
from retained.delivery.engine.measures import MonthFigure, misses_left
from retained.delivery.engine.result_rows import SO_FAR, figure_text, share_interval, unit_of
from retained.delivery.engine.statements import canonical, sha256_of
from retained.delivery.engine.verdicts import TicketResult
from retained.delivery.models import Exclusion, ExclusionState, Measured, MeasuredMonth
from retained.delivery.sources import SeenEvidence, batches_of, seen_evidence, sources_of
from retained.evidence.engine.normalising.row_counts import RowCount, RowsByMonth
from retained.shared.errors import DomainError
from retained.shared.months import Month

RESULT_COLUMNS = (
    "ticket", "service_level", "month", "clock_seconds", "paused_seconds", "verdict", "reason",
    "priority", "calendar", "target", "started_at", "stopped_at", "due_at", "reopened", "uncertain",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """One look at an agreement's evidence: what was read, and what it gives.

    `without_exclusions` is the same look with nothing left out; the same object where nothing is.
    """

    over_time: TermsOverTime
    measurement: Measurement
    without_exclusions: Measurement
    running: Month
    inputs: dict[str, Any]
    rows: Mapping[str, RowsByMonth]

    def rows_of(self, level: ServiceLevelTerms, month: Month) -> RowCount:
        """Return how many rows a level's source has in a month, and how many are unusable."""
        return self.rows.get(level.source, {}).get(month, RowCount())

    @property
    def batches(self) -> list[dict[str, object]]:
        """The batches of evidence that were read."""
        batches: list[dict[str, object]] = self.inputs["batches"]
        return batches


# The last looks of this process, one for each agreement: whoever confirms a month right after it
# was checked need not wait for the same figures again, and a new file only has its own tickets
# measured. What is large is not kept: it would only take memory from others.
_last: dict[int, tuple[str, Look]] = {}
_one_at_a_time = Lock()
_MOST_AGREEMENTS = 4
_MOST_RESULTS = 500_000


def look(agreement: Agreement, *, at: datetime) -> Look:
    """Measure an agreement's evidence as it stands; nothing is written.

    Clocks are read at the latest stamp in the evidence; the month of `at` is the one that runs.
    Raises DomainError when there is no evidence yet.
    """
    versions = contracts_queries.versions_that_count(agreement)
    over_time = TermsOverTime(tuple((row.effective_from, row.terms) for row in versions))
    sources = sources_of(row.terms for row in versions)
    running = Month.of(at, over_time.versions[-1][1].zone)
    excluded = agreed_exclusions(agreement)
    inputs = {
        "versions": [{"number": row.number, "sha256": row.sha256} for row in versions],
        "batches": batches_of(sources),
        "excluded": {level: sorted(tickets) for level, tickets in sorted(excluded.items())},
        "rule_version": RULE_VERSION,
        "running": str(running),
    }
    key = sha256_of(canonical(inputs))
    known_key, known = _last.get(agreement.pk, ("", None))
    if known is not None and known_key == key:
        return known
    seen = seen_evidence(sources)
    if seen.latest is None:
        raise DomainError(
            "There is no evidence yet: import the ticket file of one of this agreement's sources."
        )
    found = _look(seen, seen.latest, over_time, excluded, running, inputs, known)
    _keep(agreement.pk, key, found)
    return found


def _keep(agreement_id: int, key: str, found: Look) -> None:
    """Keep a look for the next question, in place of the one that was asked for longest ago."""
    with _one_at_a_time:
        _last.pop(agreement_id, None)
        if held_in_memory(found.measurement.results) <= _MOST_RESULTS:
            _last[agreement_id] = (key, found)
        while len(_last) > _MOST_AGREEMENTS:
            _last.pop(next(iter(_last)))


def _look(
    seen: SeenEvidence,
    as_of: int,
    over_time: TermsOverTime,
    excluded: dict[str, dict[str, str]],
    running: Month,
    inputs: dict[str, Any],
    known: Look | None,
) -> Look:
    earlier = known.without_exclusions if known is not None else None
    plain = measure(
        seen.tickets_of,
        over_time,
        as_of=as_of,
        running=running,
        earlier=earlier,
        moves_of=seen.moves_of,
    )
    measured = plain
    if excluded:
        measured = measure(
            seen.tickets_of,
            over_time,
            as_of=as_of,
            excluded=excluded,
            running=running,
            earlier=plain,
            moves_of=seen.moves_of,
        )
    return Look(over_time, measured, plain, running, inputs, seen.rows)


def measure_agreement(agreement: Agreement, *, by: Actor, at: datetime) -> Measured:
    """Measure an agreement anew and replace what was measured before.

    The figures are derived, so whoever could import the evidence may have them measured. The
    same inputs give the same figures; a measurement that would change nothing is not repeated.
    """
    seen = look(agreement, at=at)
    inputs_sha256 = sha256_of(canonical(seen.inputs))
    folder = Path(settings.DATA_DIR) / "derived"
    name, results_sha256 = write_results(
        seen.measurement.results, folder, f"{agreement.reference}-{inputs_sha256[:16]}"
    )
    with transaction.atomic():
        Measured.objects.filter(agreement=agreement).delete()
        measured = Measured.objects.create(
            agreement=agreement,
            as_of=datetime.fromtimestamp(seen.measurement.as_of, tz=UTC),
            measured_at=at,
            running=str(seen.running),
            rule_version=RULE_VERSION,
            inputs=seen.inputs,
            inputs_sha256=inputs_sha256,
            results_name=name,
            results_sha256=results_sha256,
            triggers=_triggers(seen.measurement),
        )
        MeasuredMonth.objects.bulk_create(_months(measured, seen))
        follow_tickets(agreement, by=by, at=at)
        keep_standing(agreement)
        after = {"inputs": inputs_sha256, "results": results_sha256}
        record("measured", agreement, by=by, at=at, after=after)
    return measured


def agreed_exclusions(agreement: Agreement) -> dict[str, dict[str, str]]:
    """Return the tickets that both sides agreed to leave out, by service level."""
    excluded: dict[str, dict[str, str]] = {}
    agreed = Exclusion.objects.filter(agreement=agreement, state=ExclusionState.AGREED)
    for exclusion in agreed:
        excluded.setdefault(exclusion.service_level, {})[exclusion.ticket] = exclusion.reason
    return excluded


def write_results(results: Iterable[TicketResult], folder: Path, stem: str) -> tuple[str, str]:
    """Write what each ticket counts as to a Parquet file, whole or not at all.

    Returns its name and the SHA-256 of the rows as CSV, which does not depend on how Parquet
    was written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plain, packed = folder / f".{stem}.csv", folder / f".{stem}.parquet"
    with plain.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(RESULT_COLUMNS)
        writer.writerows(_result_values(result) for result in results)
    with plain.open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    connection = duckdb.connect()
    try:
        connection.read_csv(
            str(plain),
            header=True,
            all_varchar=False,
            dtype={name: _TYPES.get(name, "VARCHAR") for name in RESULT_COLUMNS},
        ).order(_ORDER).write_parquet(str(packed), compression="zstd")
    finally:
        connection.close()
        plain.unlink()
    target = folder / f"{stem}.parquet"
    os.replace(packed, target)  # noqa: PTH105 - replaces in one step on every system
    return target.name, digest


# The tickets of a figure lie together, so that a page finds them without reading the others.
_ORDER = "service_level, month, ticket"
_TYPES = {
    "clock_seconds": "BIGINT",
    "paused_seconds": "BIGINT",
    "started_at": "BIGINT",
    "stopped_at": "BIGINT",
    "due_at": "BIGINT",
    "reopened": "BOOLEAN",
    "uncertain": "BOOLEAN",
}


def _result_values(result: TicketResult) -> list[object]:
    values: Mapping[str, object] = {
        name: getattr(result, name) for name in RESULT_COLUMNS if name not in {"month", "target"}
    }
    return [
        ("" if result.month is None else str(result.month))
        if name == "month"
        else ("" if result.target is None else str(result.target))
        if name == "target"
        else values[name]
        for name in RESULT_COLUMNS
    ]


def _months(measured: Measured, seen: Look) -> list[MeasuredMonth]:
    credits = {
        (credit.month, credit.service_level): {
            "allocation": str(credit.allocation),
            "share": str(credit.share),
            "points": str(credit.points),
            "misses_running": credit.misses_running,
            "multiplier": str(credit.multiplier),
            "amount_minor": credit.amount.minor,
            "after_cap_minor": credit.after_cap.minor,
            "currency": credit.amount.currency,
        }
        for month in seen.measurement.credits
        for credit in month.levels
    }
    plain = {
        (figure.service_level, figure.month): figure
        for figures in seen.without_exclusions.figures.values()
        for figure in figures
    }
    return [
        _month(measured, seen, figure, plain[figure.service_level, figure.month], credits)
        for figures in seen.measurement.figures.values()
        for figure in figures
    ]


def _month(
    measured: Measured,
    seen: Look,
    figure: MonthFigure,
    plain: MonthFigure,
    credits: Mapping[tuple[Month, str], dict[str, Any]],
) -> MeasuredMonth:
    terms = seen.over_time.on(figure.month)
    level = terms.service_level(figure.service_level)
    low, high = share_interval(figure, level)
    rows = seen.rows_of(level, figure.month)
    return MeasuredMonth(
        measured=measured,
        service_level=level.id,
        title=level.title,
        month=str(figure.month),
        position=terms.service_levels.index(level),
        unit=unit_of(level),
        attained=figure_text(figure.attained, level) or "",
        attained_with_excluded=figure_text(plain.attained, level) or "",
        at_best=figure_text(figure.best_case, level) or "",
        expected=figure_text(level.expected_level, level) or "",
        minimum=figure_text(level.minimum_level, level) or "",
        met=figure.met,
        missed=figure.missed,
        open=figure.open,
        excluded=figure.excluded,
        unusable=figure.unusable,
        rows=rows.rows,
        unusable_rows=rows.unusable,
        verdict=figure.verdict.value if figure.complete else SO_FAR,
        misses_left=None if figure.complete else misses_left(figure, level),
        interval_low=low or "",
        interval_high=high or "",
        pooled_from=[str(month) for month in figure.pooled_from],
        credit=credits.get((figure.month, level.id)),
    )


def _triggers(measurement: Measurement) -> list[dict[str, Any]]:
    return [
        {
            "id": fired.trigger.id,
            "title": fired.trigger.title,
            "right": fired.trigger.right,
            "month": str(fired.month),
            "service_level": fired.service_level,
            "because_of": [str(month) for month in fired.because_of],
            "lapses_after_days": fired.trigger.lapses_after_days,
        }
        for fired in measurement.triggers
    ]

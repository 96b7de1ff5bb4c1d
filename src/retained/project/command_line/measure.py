"""`retained measure`: from files alone to what was attained and what is owed, without a server."""

import csv
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NoReturn

import click

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.reading import AgreementRefusedError, read_agreement
from retained.delivery.engine.bulk.moves import Moves, read_moves, write_moves
from retained.delivery.engine.bulk.rules import LARGE_ROWS
from retained.delivery.engine.histories import QUERY, tickets_from
from retained.delivery.engine.measurement import Measurement
from retained.delivery.engine.measurement import measure as measure_evidence
from retained.delivery.engine.result_rows import (
    MONTH_COLUMNS,
    TICKET_COLUMNS,
    month_rows,
    ticket_row,
)
from retained.delivery.engine.statements import tickets_csv
from retained.delivery.engine.tickets import Ticket
from retained.evidence.engine.mapping import Mapping, read_mapping
from retained.evidence.engine.reading import Evidence, read_evidence
from retained.project.command_line.formats import format_option, show
from retained.shared.errors import DomainError
from retained.shared.months import Month
from retained.shared.remarks import Remark

EPILOG = """\b
Examples:
  retained measure --agreement agreement.yaml --mapping mapping.yaml --evidence tickets.csv
  retained measure --agreement a.yaml --mapping m.yaml --evidence exports/ \\
      --tickets out.csv --as-of 2026-11-02T12:00+01:00 --format json
  retained measure --agreement a.yaml --mapping m.yaml --evidence exports/ \\
      --exclusions exclusions.csv --month 2026-10 --tickets october.csv

Nothing is stored. Remarks about the evidence go to standard error.
"""

_TABLE_COLUMNS = (
    "service_level", "month", "attained", "unit", "expected", "minimum", "met", "counted",
    "open", "excluded", "unusable", "verdict", "credit", "currency",
)  # fmt: skip
_EXCLUSION_COLUMNS = ("service_level", "ticket", "reason")
Excluded = dict[str, dict[str, str]]
_Existing = click.Path(exists=True, path_type=Path)


@click.command(epilog=EPILOG)
@click.option("--agreement", "agreement_path", type=_Existing, required=True, help="YAML file.")
@click.option("--mapping", "mapping_path", type=_Existing, required=True, help="YAML file.")
@click.option(
    "--evidence",
    "evidence_paths",
    type=_Existing,
    multiple=True,
    required=True,
    metavar="FILE_OR_FOLDER...",
    help="Files or folders; more may follow, with or without the option's name.",
)
@click.argument("more_evidence", nargs=-1, type=_Existing)
@click.option("--tickets", "tickets_path", type=click.Path(path_type=Path), help="CSV to write.")
@click.option(
    "--exclusions",
    "exclusions_path",
    type=_Existing,
    help="CSV of tickets to leave out: service_level,ticket,reason.",
)
@click.option("--month", "month_text", help="Only this month (2026-10), as over.")
@click.option("--as-of", "as_of_text", help="Moment of looking; by default the latest stamp.")
@format_option
def measure(  # noqa: PLR0913 - one parameter for each option
    *,
    agreement_path: Path,
    mapping_path: Path,
    evidence_paths: tuple[Path, ...],
    more_evidence: tuple[Path, ...],
    tickets_path: Path | None,
    exclusions_path: Path | None,
    month_text: str | None,
    as_of_text: str | None,
    format_name: str,
) -> None:
    """Measure service levels from raw ticket files."""
    month = _month(month_text)
    excluded = _excluded(exclusions_path)
    agreement = _agreement(agreement_path)
    mapping = _mapping(mapping_path)
    evidence = read_evidence([*evidence_paths, *more_evidence], mapping)
    _tell(evidence, agreement, mapping)
    as_of = _as_of(as_of_text, evidence, agreement)
    running = None if month is None else month.plus(1)  # a month asked for by name is over
    measurement = _measured(
        evidence, agreement, mapping, as_of=as_of, excluded=excluded, running=running
    )
    if tickets_path is not None:
        _write_tickets(measurement, tickets_path, month)
    columns = _columns(format_name, measurement)
    rows = [
        row
        for row in month_rows(measurement, agreement)
        if month is None or row["month"] == str(month)
    ]
    show(rows, format_name, columns=columns)
    _end_if_files_are_missing(evidence, agreement, mapping)


def _end_if_files_are_missing(
    evidence: Evidence, agreement: AgreementTerms, mapping: Mapping
) -> None:
    """End with exit code 1 if a service level depends on files that could not be read."""
    unread = len(evidence.refusals)
    if unread and any(level.source == mapping.source for level in agreement.service_levels):
        files = "1 file" if unread == 1 else f"{unread:,} files"
        click.echo(f"The figures are without {files} that could not be read.", err=True)
        sys.exit(1)


def _columns(format_name: str, measurement: Measurement) -> tuple[str, ...]:
    """Return the columns; a table has the earn-back only where something can be earned back."""
    if format_name != "table":
        return MONTH_COLUMNS
    return (*_TABLE_COLUMNS, "earned_back") if measurement.earn_backs else _TABLE_COLUMNS


def _measured(
    evidence: Evidence,
    agreement: AgreementTerms,
    mapping: Mapping,
    *,
    as_of: int,
    excluded: Excluded,
    running: Month | None,
) -> Measurement:
    @cache
    def tickets() -> list[Ticket]:
        return list(tickets_from(evidence.connection.execute(QUERY).fetchall()))

    moves = _moves(evidence) if evidence.rows_used >= LARGE_ROWS else None
    return measure_evidence(
        lambda level: tickets() if level.source == mapping.source else [],
        agreement,
        as_of=as_of,
        excluded=excluded,
        running=running,
        moves_of=lambda level: moves if level.source == mapping.source else None,
    )


def _moves(evidence: Evidence) -> Moves | None:
    """Return the moves of a large source: its tickets are counted without a value for each."""
    folder = evidence.folder / "moves"
    folder.mkdir()
    write_moves(evidence.connection, folder, "changes")
    return read_moves(folder)


def _month(text: str | None) -> Month | None:
    if text is None:
        return None
    try:
        return Month.parse(text)
    except ValueError:
        raise DomainError(f"“{text}” is not a month: write it like 2026-10.") from None


def _excluded(path: Path | None) -> Excluded:
    """Return the tickets to leave out, by service level, with their reasons."""
    if path is None:
        return {}
    excluded: dict[str, dict[str, str]] = {}
    rows = csv.DictReader(_text(path).splitlines())
    missing = set(_EXCLUSION_COLUMNS) - set(rows.fieldnames or ())
    if missing:
        raise DomainError(f"{path.name} lacks the column {', '.join(sorted(missing))}.")
    for row in rows:
        excluded.setdefault(row["service_level"], {})[row["ticket"]] = row["reason"]
    return excluded


def _agreement(path: Path) -> AgreementTerms:
    try:
        return read_agreement(_text(path), name=path.name)
    except AgreementRefusedError as refused:
        _refuse(refused.remarks)


def _mapping(path: Path) -> Mapping:
    found = read_mapping(_text(path), path.name)
    if not isinstance(found, Mapping):
        _refuse(found)
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (UnicodeDecodeError, OSError) as error:
        raise DomainError(f"{path.name} cannot be read as UTF-8 text: {error}.") from error


def _refuse(remarks: Sequence[Remark]) -> NoReturn:
    """End with every remark on standard error, and exit code 1."""
    for remark in remarks:
        click.echo(str(remark), err=True)
    sys.exit(1)


def _tell(evidence: Evidence, agreement: AgreementTerms, mapping: Mapping) -> None:
    """Say on standard error what was read, what was left, and every remark."""
    for remark in evidence.remarks:
        click.echo(str(remark), err=True)
    for name in evidence.left:
        click.echo(f"{name}: left, no pattern of the mapping names it.", err=True)
    for level in agreement.service_levels:
        if level.source != mapping.source:
            click.echo(
                f"{level.id}: not measured, its source is “{level.source}” "
                f"and the mapping is of “{mapping.source}”.",
                err=True,
            )
    click.echo(f"{evidence.rows_used:,} of {evidence.rows_read:,} rows used.", err=True)


def _as_of(text: str | None, evidence: Evidence, agreement: AgreementTerms) -> int:
    """Return the moment of looking in UTC seconds: as given, else the latest stamp there is."""
    if evidence.latest is None:
        raise DomainError("No row of the evidence can be used: look at the remarks above.")
    if text is None:
        return evidence.latest
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise DomainError(
            f"“{text}” is not a moment: write it like 2026-11-02T12:00+01:00."
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=agreement.zone)
    return int(moment.astimezone(UTC).timestamp())


def _write_tickets(measurement: Measurement, path: Path, month: Month | None) -> None:
    """Write one row per ticket and service level: of one month, as a close freezes them."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            if month is not None:
                file.write(tickets_csv(measurement.results, month))
                return
            writer = csv.DictWriter(file, TICKET_COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(ticket_row(result) for result in measurement.results)
    except OSError as error:
        raise DomainError(f"{path} cannot be written: {error.strerror}.") from error

"""`retained measure`: from files alone to what was attained and what is owed, without a server."""

import csv
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

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
from retained.evidence.engine.normalising.row_counts import rows_by_month
from retained.evidence.engine.reading import Evidence, read_evidence
from retained.project.command_line.batch_lists import read_batch_list
from retained.project.command_line.formats import format_option, show
from retained.project.command_line.texts import mapping_at, refuse, text_at
from retained.shared.errors import DomainError
from retained.shared.months import Month

EPILOG = """\b
Examples:
  retained measure --agreement agreement.yaml --mapping mapping.yaml --evidence tickets.csv
  retained measure --agreement a.yaml --mapping m.yaml --evidence exports/ \\
      --tickets out.csv --as-of 2026-11-02T12:00+01:00 --format json
  retained measure --agreement a.yaml --mapping m.yaml --evidence exports/ \\
      --exclusions exclusions.csv --month 2026-10 --tickets october.csv
  retained measure --agreement agreement.yaml --batches batches.csv --tickets again.csv

Nothing is stored. Remarks about the evidence go to standard error.
"""

_TABLE_COLUMNS = (
    "service_level", "month", "attained", "unit", "expected", "minimum", "met", "counted",
    "open", "excluded", "unusable", "verdict", "credit", "owed", "currency",
)  # fmt: skip
_EXCLUSION_COLUMNS = ("service_level", "ticket", "reason")
Excluded = dict[str, dict[str, str]]
BySource = dict[str, Evidence]
_Existing = click.Path(exists=True, path_type=Path)


@click.command(epilog=EPILOG)
@click.option("--agreement", "agreement_path", type=_Existing, required=True, help="YAML file.")
@click.option("--mapping", "mapping_path", type=_Existing, help="YAML file.")
@click.option(
    "--evidence",
    "evidence_paths",
    type=_Existing,
    multiple=True,
    metavar="FILE_OR_FOLDER...",
    help="Files or folders; more may follow, with or without the option's name.",
)
@click.option(
    "--batches",
    "batches_path",
    type=_Existing,
    help="In place of --mapping and --evidence: CSV of files with their mappings, as in a pack.",
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
    mapping_path: Path | None,
    evidence_paths: tuple[Path, ...],
    more_evidence: tuple[Path, ...],
    batches_path: Path | None,
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
    evidence = _evidence(mapping_path, [*evidence_paths, *more_evidence], batches_path)
    _tell(evidence, agreement)
    as_of = _as_of(as_of_text, evidence, agreement)
    running = None if month is None else month.plus(1)  # a month asked for by name is over
    measurement = _measured(evidence, agreement, as_of=as_of, excluded=excluded, running=running)
    if tickets_path is not None:
        _write_tickets(measurement, tickets_path, month)
    columns = _columns(format_name, measurement)
    counted = {source: rows_by_month(found.connection) for source, found in evidence.items()}
    rows = [
        row
        for row in month_rows(measurement, agreement, counted)
        if month is None or row["month"] == str(month)
    ]
    show(rows, format_name, columns=columns)
    _end_if_files_are_missing(evidence, agreement)


def _end_if_files_are_missing(evidence: BySource, agreement: AgreementTerms) -> None:
    """End with exit code 1 if a service level depends on files that could not be read."""
    asked = {level.source for level in agreement.service_levels}
    unread = sum(len(found.refusals) for source, found in evidence.items() if source in asked)
    if unread:
        files = "1 file" if unread == 1 else f"{unread:,} files"
        click.echo(f"The figures are without {files} that could not be read.", err=True)
        sys.exit(1)


def _columns(format_name: str, measurement: Measurement) -> tuple[str, ...]:
    """Return the columns; a table has the earn-back only where something can be earned back."""
    if format_name != "table":
        return MONTH_COLUMNS
    return (*_TABLE_COLUMNS, "earned_back") if measurement.earn_backs else _TABLE_COLUMNS


def _evidence(
    mapping_path: Path | None, paths: Sequence[Path], batches_path: Path | None
) -> BySource:
    """Return the evidence of each source: of one mapping, or as a list of batches says."""
    given = mapping_path is not None or bool(paths)
    if batches_path is not None:
        if given:
            raise click.UsageError("Give --batches, or --mapping and --evidence, not both.")
        return read_batch_list(batches_path)
    if mapping_path is None or not paths:
        raise click.UsageError("Give --mapping and --evidence, or --batches.")
    mapping = mapping_at(mapping_path)
    return {mapping.source: read_evidence(paths, mapping)}


def _measured(
    evidence: BySource,
    agreement: AgreementTerms,
    *,
    as_of: int,
    excluded: Excluded,
    running: Month | None,
) -> Measurement:
    @cache
    def tickets(source: str) -> list[Ticket]:
        found = evidence.get(source)
        rows = found.connection.execute(QUERY).fetchall() if found else []
        return list(tickets_from(rows))

    moves = {
        source: _moves(found) for source, found in evidence.items() if found.rows_used >= LARGE_ROWS
    }
    return measure_evidence(
        lambda level: tickets(level.source),
        agreement,
        as_of=as_of,
        excluded=excluded,
        running=running,
        moves_of=lambda level: moves.get(level.source),
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
    rows = csv.DictReader(text_at(path).splitlines())
    missing = set(_EXCLUSION_COLUMNS) - set(rows.fieldnames or ())
    if missing:
        raise DomainError(f"{path.name} lacks the column {', '.join(sorted(missing))}.")
    for row in rows:
        excluded.setdefault(row["service_level"], {})[row["ticket"]] = row["reason"]
    return excluded


def _agreement(path: Path) -> AgreementTerms:
    try:
        return read_agreement(text_at(path), name=path.name)
    except AgreementRefusedError as refused:
        refuse(refused.remarks)


def _tell(evidence: BySource, agreement: AgreementTerms) -> None:
    """Say on standard error what was read, what was left, and every remark."""
    for found in evidence.values():
        for remark in found.remarks:
            click.echo(str(remark), err=True)
        for name in found.left:
            click.echo(f"{name}: left, no pattern of the mapping names it.", err=True)
    for level in agreement.service_levels:
        if level.source not in evidence:
            click.echo(
                f"{level.id}: not measured, its source is “{level.source}” "
                f"and the evidence is of “{'”, “'.join(evidence)}”.",
                err=True,
            )
    read = sum(found.rows_read for found in evidence.values())
    used = sum(found.rows_used for found in evidence.values())
    click.echo(f"{used:,} of {read:,} rows used.", err=True)


def _as_of(text: str | None, evidence: BySource, agreement: AgreementTerms) -> int:
    """Return the moment of looking in UTC seconds: as given, else the latest stamp there is."""
    stamps = [found.latest for found in evidence.values() if found.latest is not None]
    if not stamps:
        raise DomainError("No row of the evidence can be used: look at the remarks above.")
    if text is None:
        return max(stamps)
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

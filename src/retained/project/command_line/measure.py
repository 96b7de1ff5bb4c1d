"""`retained measure`: from files alone to what was attained and what is owed, without a server."""

import csv
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.reading import AgreementRefusedError, read_agreement
from retained.delivery.engine.histories import QUERY, tickets_from
from retained.delivery.engine.measurement import Measurement
from retained.delivery.engine.measurement import measure as measure_evidence
from retained.delivery.engine.result_rows import (
    MONTH_COLUMNS,
    TICKET_COLUMNS,
    month_rows,
    ticket_row,
)
from retained.evidence.engine.mapping import Mapping, read_mapping
from retained.evidence.engine.reading import Evidence, read_evidence
from retained.project.command_line.formats import format_option, show
from retained.shared.errors import DomainError
from retained.shared.remarks import Remark

EPILOG = """\b
Examples:
  retained measure --agreement agreement.yaml --mapping mapping.yaml --evidence tickets.csv
  retained measure --agreement a.yaml --mapping m.yaml --evidence exports/ \\
      --tickets out.csv --as-of 2026-11-02T12:00+01:00 --format json

Nothing is stored. Remarks about the evidence go to standard error.
"""

_TABLE_COLUMNS = (
    "service_level", "month", "attained", "unit", "expected", "minimum", "met", "counted",
    "open", "excluded", "unusable", "verdict", "credit", "currency",
)  # fmt: skip
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
@click.option("--as-of", "as_of_text", help="Moment of looking; by default the latest stamp.")
@format_option
def measure(
    agreement_path: Path,
    mapping_path: Path,
    evidence_paths: tuple[Path, ...],
    more_evidence: tuple[Path, ...],
    tickets_path: Path | None,
    as_of_text: str | None,
    format_name: str,
) -> None:
    """Measure service levels from raw ticket files."""
    agreement = _agreement(agreement_path)
    mapping = _mapping(mapping_path)
    evidence = read_evidence([*evidence_paths, *more_evidence], mapping)
    _tell(evidence, agreement, mapping)
    as_of = _as_of(as_of_text, evidence, agreement)
    measurement = _measured(evidence, agreement, mapping, as_of)
    if tickets_path is not None:
        _write_tickets(measurement, tickets_path)
    columns = _TABLE_COLUMNS if format_name == "table" else MONTH_COLUMNS
    show(list(month_rows(measurement, agreement)), format_name, columns=columns)


def _measured(
    evidence: Evidence, agreement: AgreementTerms, mapping: Mapping, as_of: int
) -> Measurement:
    tickets = list(tickets_from(evidence.connection.execute(QUERY).fetchall()))
    return measure_evidence(
        lambda level: tickets if level.source == mapping.source else [], agreement, as_of=as_of
    )


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
    if text is None:
        if evidence.latest is None:
            raise DomainError("No row of the evidence can be used: look at the remarks above.")
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


def _write_tickets(measurement: Measurement, path: Path) -> None:
    """Write one row per ticket and service level."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, TICKET_COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(ticket_row(result) for result in measurement.results)
    except OSError as error:
        raise DomainError(f"{path} cannot be written: {error.strerror}.") from error

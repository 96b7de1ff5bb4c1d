"""`retained case` for cases that are kept: keep, list, export, sign, withdraw, board pack."""

import json
from pathlib import Path
from typing import Any

import click

from retained.project.command_line.acting import acting
from retained.project.command_line.case_pack import must_name, to_files, write
from retained.project.command_line.case_runs import CASE_FILE, read_file
from retained.project.command_line.cases import case
from retained.project.command_line.formats import format_option, show
from retained.shared import clock
from retained.shared.errors import DomainError
from retained.strategy import board_packs
from retained.strategy.access.cases import (
    case_to_change,
    case_to_read,
    case_to_sign,
    cases_to_read,
)
from retained.strategy.case_words import benefit_words
from retained.strategy.commands.cases import change_case, create_case, sign_case, withdraw_case
from retained.strategy.queries import cases as queries
from retained.strategy.queries.benefits import goals_served_by_option, goals_to_name

_LIST = ("reference", "title", "state", "best_title", "saving", "chance", "changed_at")
_BENEFITS = ("option", "goal", "kind", "share", "is_served", "benefits")
_VERSIONS = ("number", "sha256", "note", "created_by", "created_at")


@case.command("keep")
@click.argument("file", type=CASE_FILE)
@click.option("--note", default="", help="Why; kept with the version.")
@acting
def keep(*, by: Any, file: Path, note: str) -> None:
    """Keep the case FILE: a new one, or the next version of the one with its reference."""
    terms, at = read_file(file), clock.now()
    kept = cases_to_read(by).filter(reference=terms.reference).first()
    terms = read_file(file, goals=goals_to_name(kept, on=at.date()))
    if kept is None:
        create_case(terms, by=by, at=at, note=note)
    else:
        change_case(kept, terms, note=note, by=by, at=at, expected_version=kept.version)
    click.echo(f"{terms.reference} is kept; its draws are made by the job worker.")


@case.command("list")
@format_option
@acting
def list_cases(*, by: Any, format_name: str) -> None:
    """List the cases that you may read."""
    rows = queries.case_rows(queries.cases_by(cases_to_read(by)).order_by("reference"))
    show([{name: getattr(row, name) for name in _LIST} for row in rows], format_name, columns=_LIST)


@case.command("versions")
@click.argument("reference")
@format_option
@acting
def versions(*, by: Any, reference: str, format_name: str) -> None:
    """List the versions of a case, the newest first."""
    found = case_to_read(by, reference)
    rows = [{name: getattr(row, name) for name in _VERSIONS} for row in queries.versions(found)]
    show(rows, format_name, columns=_VERSIONS)


@case.command("export")
@click.argument("reference")
@click.option("--version", type=click.IntRange(1), help="Another than the newest.")
@acting
def export(*, by: Any, reference: str, version: int | None) -> None:
    """Print a kept case as its file."""
    found = case_to_read(by, reference)
    click.echo(queries.version_of(found, version).document, nl=False)


@case.command("result")
@click.argument("reference")
@acting
def result(*, by: Any, reference: str) -> None:
    """Print what came out of a kept case as JSON, with the SHA-256 that signing asks for."""
    found = case_to_read(by, reference)
    run = queries.run_of(queries.version_of(found))
    if run is None:
        raise DomainError("Its draws are not made yet: start the job worker, and ask again.")
    click.echo(json.dumps({"sha256": run.sha256, "result": json.loads(run.document)}, indent=2))


@case.command("benefits")
@click.argument("reference")
@format_option
@acting
def benefits(*, by: Any, reference: str, format_name: str) -> None:
    """List what each option of a kept case does for each goal and value, served or not."""
    found = goals_served_by_option(case_to_read(by, reference), by=by, at=clock.now())
    rows = [
        {
            "option": option,
            "goal": one.name,
            "kind": one.held.kind if one.held else "",
            "share": f"{one.held.share:.4f}" if one.held else "",
            "is_served": one.is_served,
            "benefits": "; ".join(benefit_words(it) for it in one.benefits),
        }
        for option, served in found.items()
        for one in served
    ]
    show(rows, format_name, columns=_BENEFITS)


@case.command("sign")
@click.argument("reference")
@click.option("--chosen", required=True, help="The option, by its key.")
@click.option("--reasons", required=True, help="Why.")
@click.option("--conditions", default="", help="On what conditions.")
@click.option("--run", "sha256", required=True, help="SHA-256 of the result that was looked at.")
@acting
def sign(
    *, by: Any, reference: str, chosen: str, reasons: str, conditions: str, sha256: str
) -> None:
    """Stand behind an option; the second of two people freezes the case."""
    found = case_to_sign(by, reference)
    run = queries.run_of(queries.version_of(found))
    if run is None or run.sha256 != sha256:
        raise DomainError("--run is not the SHA-256 of what the case says now: read its result.")
    sign_case(
        found, run, chosen=chosen, reasons=reasons, conditions=conditions, by=by,
        at=clock.now(), expected_version=found.version,
    )  # fmt: skip
    click.echo(f"Signed. {reference} is {found.state}.")


@case.command("withdraw")
@click.argument("reference")
@click.option("--reason", required=True, help="Why; it stays in the record.")
@acting
def withdraw(*, by: Any, reference: str, reason: str) -> None:
    """Put a draft away; it stays readable."""
    found = case_to_change(by, reference)
    withdraw_case(found, reason=reason, by=by, at=clock.now(), expected_version=found.version)
    click.echo(f"{reference} is withdrawn.")


@case.command(
    "board-pack",
    epilog="""\b
Example:
  retained case board-pack --as anna@bank.example SD-2025 --pdf board.pdf --xlsx board.xlsx
""",
)
@click.argument("reference")
@to_files
@acting
def board_pack(*, by: Any, reference: str, pdf: Path | None, xlsx: Path | None) -> None:
    """Write the board pack of a kept case, with who signed it, from the draws that are stored."""
    must_name(pdf, xlsx)
    found, at = case_to_read(by, reference), clock.now()
    write(pdf, lambda: board_packs.pack_pdf(found, at=at))
    write(xlsx, lambda: board_packs.pack_workbook(found, at=at))

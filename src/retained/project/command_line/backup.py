"""`retained backup`: make, verify and restore an archive of the whole installation."""

import sys
from pathlib import Path

import click
from django.db import transaction

from retained.audit.actors import SystemActor
from retained.audit.chain import Head
from retained.audit.models import Entry
from retained.project import preparing
from retained.project.backup import making, proving, restoring, rows
from retained.shared import clock
from retained.shared.errors import DomainError

EXAMPLES = """\b
Examples:
  retained backup make /backup/2026-11-09.zip
  retained backup verify /backup/2026-11-09.zip
  retained backup restore /backup/2026-11-09.zip --into /srv/retained
"""

archive = click.Path(path_type=Path, dir_okay=False)


@click.group(epilog=EXAMPLES)
def backup() -> None:
    """Keep and bring back everything: records, uploads, evidence."""


@backup.command(epilog="\b\nExample:\n  retained backup make /backup/2026-11-09.zip")
@click.argument("file", type=archive)
def make(*, file: Path) -> None:
    """Write one archive while the installation goes on working.

    The secret key is not in it: after a restore everybody signs in again.
    """
    made = making.make(file, by=SystemActor("backup"), at=clock.now())
    click.echo(f"{file}: {len(made.members):,} files, {made.size_bytes / 1e6:,.1f} MB unpacked.")
    click.echo(f"Head of the record: {made.head}")
    click.echo(f"Prove it before you rely on it: retained backup verify {file}")


@backup.command(epilog="\b\nExample:\n  retained backup verify /backup/2026-11-09.zip")
@click.argument("file", type=archive)
def verify(*, file: Path) -> None:
    """Prove that an archive is whole by restoring it into a folder that vanishes.

    Every file's hash, the record's chain up to the archive's head, and each upload's own hash.
    """
    _tell(restoring.verify(file))


@backup.command(epilog="\b\nExample:\n  retained backup restore kept.zip --into /srv/retained")
@click.argument("file", type=archive)
@click.option(
    "--into",
    "folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="A new or empty data folder.",
)
@click.option(
    "--database-url",
    default="",
    help="An empty PostgreSQL database for the records; without it they go into SQLite.",
)
def restore(*, file: Path, folder: Path, database_url: str) -> None:
    """Make an installation from an archive, proved whole, or nothing at all."""
    _tell(restoring.restore(file, folder, database_url=database_url))
    click.echo(f"Start it with: bin/run --data-dir {folder}")


@backup.command(hidden=True)
@click.option("--head", "head_text", required=True)
@click.option("--rows", "folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--write-rows", "target", type=click.Path(path_type=Path, exists=False))
def prove(*, head_text: str, folder: Path | None, target: Path | None) -> None:
    """Fill the present installation if `--rows` says so, prove it whole, and write its rows out.

    Called by verify and restore in the unpacked archive; standard input names the steps that the
    rows' tables had, none for those of this version.
    """
    preparing.prepare(demonstration=False, say=_nothing)
    with transaction.atomic():  # what is not proved was never loaded
        if folder is not None:
            _load(folder, steps=sys.stdin.read().split())
        findings = proving.prove(Head.parse(head_text))
    if target is not None:
        rows.write_all(target)
    for sentence in findings:
        click.echo(sentence)


def _load(folder: Path, *, steps: list[str]) -> None:
    """Fill the tables, if they are empty and have the form that the rows had."""
    if steps and steps != making.applied_steps():
        raise DomainError(
            "The backup was made by another version of Retained. Restore it with that "
            "version, then bring it up to date."
        )
    if Entry.objects.exists():
        raise DomainError("That database is not empty. Name an empty one: nothing is replaced.")
    rows.load(folder)


def _tell(proved: restoring.Proved) -> None:
    """Print what was proved."""
    click.echo(f"Made at {proved.manifest.made_at}; {len(proved.manifest.members):,} files.")
    click.echo("Every file has the hash that it was kept with.")
    for sentence in proved.findings:
        click.echo(sentence)


def _nothing(_sentence: str) -> None:
    """Say nothing: what is printed here are findings."""

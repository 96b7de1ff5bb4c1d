"""`retained import` and `retained mapping`: evidence from the command line."""

import json
import sys
from pathlib import Path
from typing import Any

import click
import yaml

from retained.evidence.engine.guessing.proposal import guess
from retained.evidence.engine.mapping import Mapping, mapping_schema, read_mapping
from retained.evidence.engine.reading import read_evidence
from retained.evidence.engine.staging.staged import Refusal
from retained.project.command_line.acting import acting
from retained.project.command_line.formats import format_option, show
from retained.shared.errors import DomainError

_File = click.Path(exists=True, dir_okay=False, path_type=Path)
_Any = click.Path(exists=True, path_type=Path)
_RESULT = ("file", "state", "source", "batch", "rows_read", "rows_used", "sentence")


@click.command(
    name="import",
    epilog="""\b
Examples:
  retained import --mapping mapping.yaml --as mara@lindenhof.example tickets-2026-10.csv
  retained import --mapping mapping.yaml --format json exports/*.csv
""",
)
@click.argument("files", nargs=-1, required=True, type=_File)
@click.option("--mapping", "mapping_path", type=_File, required=True, help="YAML file.")
@acting
@format_option
def import_files(files: tuple[Path, ...], mapping_path: Path, by: Any, format_name: str) -> None:
    """Import files of evidence, and wait until they are in."""
    text = mapping_path.read_text(encoding="utf-8-sig")
    with click.progressbar(files, label="Importing", file=sys.stderr) as shown:
        rows = [_imported(path, text, by) for path in shown]
    show(rows, format_name, columns=_RESULT)
    if any(row["state"] in {"refused", "failed"} for row in rows):
        sys.exit(1)


def _imported(path: Path, text: str, by: Any) -> dict[str, object]:
    """Import one file in this process, as the worker would."""
    from retained.evidence import access  # noqa: PLC0415 - Django is set up now
    from retained.evidence.commands import importing  # noqa: PLC0415 - the same
    from retained.evidence.queries.imports import (  # noqa: PLC0415 - the same
        header_of,
        how_far,
    )
    from retained.jobs.worker import run_waiting  # noqa: PLC0415 - the same
    from retained.shared import clock  # noqa: PLC0415 - the same

    access.must_import(by)
    mapping = importing.usable_mapping(text)
    with path.open("rb") as stream:
        run = importing.take_in(stream, name=path.name, by=by, at=clock.now())
    try:
        columns = header_of(run, mapping)
    except Refusal as refusal:
        raise DomainError(str(refusal.remark)) from refusal
    importing.confirm_import(run, text, columns=columns, by=by, at=clock.now())
    run_waiting()
    run = access.import_to_read(by, run.pk)
    found, batch = how_far(run), run.batch
    return {
        "file": path.name,
        "state": str(found.state),
        "source": str(run.mapping.source) if run.mapping else "",
        "batch": batch.number if batch else None,
        "rows_read": batch.rows_read if batch else None,
        "rows_used": batch.rows_used if batch else None,
        "sentence": found.sentence,
    }


MAPPING_EPILOG = """\b
Examples:
  retained mapping guess tickets.csv > mapping.yaml
  retained mapping check mapping.yaml
"""


@click.group(epilog=MAPPING_EPILOG)
def mapping() -> None:
    """Guess, check and describe mappings."""


@mapping.command(
    name="guess",
    epilog="""\b
Example:
  retained mapping guess tickets.csv > mapping.yaml
""",
)
@click.argument("file", type=_File)
@click.option("--time-zone", default="UTC", show_default=True, help="Of times without an offset.")
@click.option("--source", default="", help="Name of the system; by default from the file's.")
def guess_mapping(file: Path, time_zone: str, source: str) -> None:
    """Propose a mapping of FILE; the reasons go to standard error."""
    try:
        found = guess(file, name=file.name, source=source, time_zone=time_zone)
    except Refusal as refusal:
        raise DomainError(str(refusal.remark)) from refusal
    for reason in (*found.reasons, *found.doubts):
        click.echo(reason, err=True)
    for state in found.unknown_states:
        click.echo(
            f"“{state}” is not mapped yet: say under states what it stands for, or that it is "
            "unchanged.",
            err=True,
        )
    click.echo(yaml.safe_dump(found.fields, sort_keys=False, allow_unicode=True), nl=False)


@mapping.command(
    name="check",
    epilog="""\b
Example:
  retained mapping check mapping.yaml --evidence exports/
""",
)
@click.argument("file", type=_File)
@click.option("--evidence", "paths", type=_Any, multiple=True, help="Try it on these files.")
@format_option
def check_mapping(file: Path, paths: tuple[Path, ...], format_name: str) -> None:
    """Check the mapping FILE, and with --evidence what it reads."""
    found = read_mapping(file.read_text(encoding="utf-8-sig"), file.name)
    if not isinstance(found, Mapping):
        for remark in found:
            click.echo(str(remark), err=True)
        sys.exit(1)
    if not paths:
        click.echo("The mapping is right.", err=True)
        return
    with read_evidence(paths, found) as evidence:
        for remark in evidence.remarks:
            click.echo(str(remark), err=True)
        rows = [
            {"file": one.name, "shape": one.shape, "rows": one.rows, "used": one.rows_used}
            for one in evidence.files
        ]
        refused = bool(evidence.refusals)
    show(rows, format_name, columns=("file", "shape", "rows", "used"))
    if refused:
        sys.exit(1)


@mapping.command(name="schema")
def schema() -> None:
    """Print the JSON Schema of mappings."""
    click.echo(json.dumps(mapping_schema(), indent=2, ensure_ascii=False))

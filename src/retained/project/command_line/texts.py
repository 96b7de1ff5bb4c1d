"""Files that people write, read for a command; a refusal is every remark and exit code 1."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from retained.evidence.engine.mapping import Mapping, read_mapping
from retained.shared.errors import DomainError
from retained.shared.remarks import Remark


def text_at(path: Path) -> str:
    """Return a file as text; raises DomainError where it is none."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (UnicodeDecodeError, OSError) as error:
        raise DomainError(f"{path.name} cannot be read as UTF-8 text: {error}.") from error


def mapping_at(path: Path) -> Mapping:
    """Return the mapping that a file writes."""
    found = read_mapping(text_at(path), path.name)
    if not isinstance(found, Mapping):
        refuse(found)
    return found


def refuse(remarks: Sequence[Remark]) -> NoReturn:
    """End with every remark on standard error, and exit code 1."""
    for remark in remarks:
        click.echo(str(remark), err=True)
    sys.exit(1)

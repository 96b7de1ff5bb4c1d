"""Looks at whether evidence is whole, kept as files: the same rows always look the same.

A look reads every row, and is made beforehand or once. What is kept is derived, and made anew at
will.
"""

import json
import secrets
from collections.abc import Sequence
from pathlib import Path

from retained.shared.months import Month
from retained.shared.remarks import Place, Remark, Severity

RULES = 1  # part of every look's name: count it up when `engine.wholeness` sees something else
Volumes = tuple[tuple[Month, int], ...]


def keep_look(place: Path, volumes: Sequence[tuple[Month, int]], remarks: Sequence[Remark]) -> None:
    """Keep tickets by month and what looks missing, whole or not at all."""
    kept = {
        "volumes": [[str(month), count] for month, count in volumes],
        "remarks": [
            [one.severity, one.code, one.sentence, one.place.file, one.place.row, one.place.column]
            for one in remarks
        ],
    }
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_suffix(f".{secrets.token_hex(4)}.draft")
    draft.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    draft.replace(place)


def kept_look(place: Path) -> tuple[Volumes, tuple[Remark, ...]]:
    """Return what was kept."""
    kept = json.loads(place.read_text(encoding="utf-8"))
    remarks = (
        Remark(Severity(severity), code, sentence, Place(*where))
        for severity, code, sentence, *where in kept["remarks"]
    )
    volumes = ((Month.parse(month), count) for month, count in kept["volumes"])
    return tuple(volumes), tuple(remarks)

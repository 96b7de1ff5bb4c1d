"""What staging found wrong with the rows of one file, as remarks.

In   a staged file
Out  a remark with file, row and column for each fault; rows that were left are errors
Why  docs/methods/reading-evidence.md
"""

import csv

from retained.evidence.engine.normalising.faults import FAULTS
from retained.evidence.engine.staging.staged import StagedFile
from retained.shared.remarks import Place, Remark


def staged_remarks(staged: StagedFile) -> list[Remark]:
    """Return every fault of a file: who reads its relation alone would lose the rows in silence."""
    if staged.faults is None or not staged.faults.exists():
        return []
    with staged.faults.open(encoding="utf-8", newline="") as file:
        return [_remark(row, staged.name) for row in csv.DictReader(file)]


def _remark(row: dict[str, str], file: str) -> Remark:
    fault = FAULTS[row["code"]]
    number = int(row["row"]) if row["row"].isdecimal() else None
    sentence = fault.sentence.format(value=row["value"])
    return Remark(fault.severity, row["code"], sentence, Place(file, number, row["column"]))

"""Bids as a table: one row for each gate, amount and score.

In   CSV with the columns bidder, evaluator, criterion and score
Out  the bids in the order in which they first stand there, or every remark at once
Why  docs/reference/evaluation.md
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from retained.shared.remarks import Place, RefusedError, Remark, Severity
from retained.tendering.engine.bid_entries import Asked, Entry, Kind
from retained.tendering.engine.bids import Bid, OwnScore

COLUMNS = ("bidder", "evaluator", "criterion", "score")


class BidsRefusedError(RefusedError):
    """The table holds no bids; `remarks` say all that is wrong with it."""

    heading = "The bids cannot be read"
    row_word = "row"


@dataclass(slots=True)
class _Gathered:
    """What has been read of one bid."""

    gates: dict[str, bool] = field(default_factory=dict)
    amounts: dict[str, Fraction] = field(default_factory=dict)
    settled: dict[str, Fraction] = field(default_factory=dict)
    own: dict[tuple[str, str], OwnScore] = field(default_factory=dict)

    def add(self, evaluator: str, criterion: str, entry: Entry) -> None:
        """Keep an entry; raises ValueError where there is one already."""
        if (evaluator, criterion) in self.own or (
            not evaluator and criterion in {*self.gates, *self.amounts, *self.settled}
        ):
            raise ValueError("this stands here twice: leave one of the rows out")
        if entry.kind is Kind.GATE:
            self.gates[criterion] = entry.passed
        elif entry.kind is Kind.OWN:
            self.own[evaluator, criterion] = entry.own
        else:
            here = self.amounts if entry.kind is Kind.AMOUNT else self.settled
            here[criterion] = entry.number


def read_bids(text: str, asked: Asked, *, name: str = "bids.csv") -> tuple[Bid, ...]:
    """Return the bids of a CSV text; raises BidsRefusedError with every remark."""
    rows = csv.DictReader(io.StringIO(text, newline=""))
    gathered: dict[str, _Gathered] = {}
    try:
        missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
        if missing:
            told = ", ".join(f"“{column}”" for column in missing)
            raise BidsRefusedError([_remark(name, 1, "", f"These columns are missing: {told}.")])
        remarks = list(_read(rows, asked, gathered, name))
    except csv.Error as error:
        sentence = f"From here on it is no CSV ({error}): save it as CSV in UTF-8 again."
        raise BidsRefusedError([_remark(name, rows.line_num, "", sentence)]) from error
    if not gathered and not remarks:
        remarks.append(_remark(name, 1, "", "There is no row below the header: add the bids."))
    if remarks:
        raise BidsRefusedError(remarks)
    return tuple(
        Bid(key, key, one.gates, one.amounts, one.settled, one.own) for key, one in gathered.items()
    )


def _read(
    rows: "csv.DictReader[str]", asked: Asked, gathered: dict[str, _Gathered], name: str
) -> Iterator[Remark]:
    for row in rows:
        bidder, evaluator, criterion, text = ((row[column] or "").strip() for column in COLUMNS)
        number = rows.line_num
        if not bidder:
            yield _remark(name, number, "bidder", "Say whose bid this row is about.")
            continue
        if not text:
            continue  # an empty score is one that is missing; the panel's rules judge it
        try:
            entry = asked.entry(evaluator, criterion, text)
            gathered.setdefault(bidder, _Gathered()).add(evaluator, criterion, entry)
        except ValueError as error:
            column = "score" if criterion in _known(asked) else "criterion"
            yield _remark(name, number, column, f"{_begun(str(error))}.")


def _known(asked: Asked) -> set[str]:
    return {*asked.gates, *asked.prices, *asked.scales}


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]


def _remark(name: str, row: int, column: str, sentence: str) -> Remark:
    return Remark(Severity.ERROR, "bids", sentence, Place(name, row, column))

"""Verifying the record: recompute every link, and say what was edited, removed, added or cut.

What no verification of a database by itself can find is a record rewritten from some entry to its
end with all hashes made anew, or cut at its end. For this there is the head: printed on
statements, held by the other party and kept in a file elsewhere, it fits one record only.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from retained.audit.holding import Held, explained_heads, hold
from retained.audit.kept_heads import KeptHead
from retained.audit.links import GENESIS, Head, Link
from retained.audit.models import Entry, Seal
from retained.audit.outside import blanked_unasked, faults_of_words, hashed_words

_BATCH = 2_000
_KEPT_FAULTS = 100


class FaultKind(StrEnum):
    """What is wrong at one place of the record."""

    EDITED = "edited"
    REMOVED = "removed"
    INSERTED = "inserted"
    REORDERED = "reordered"
    CUT = "cut"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Fault:
    """One place at which the record is not what was sealed."""

    kind: FaultKind
    number: int | None
    entry_id: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found: the first faults, and how many there are in all."""

    head: Head
    sealed: int
    unsealed: int
    faults: tuple[Fault, ...]
    fault_count: int
    against: Head | None
    held: Held

    @property
    def whole(self) -> bool:
        """Whether every link holds, and every head that the record was held against."""
        return self.fault_count == 0

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        if not self.whole:
            one = self.fault_count == 1
            places = "1 place differs" if one else f"{self.fault_count:,} places differ"
            return f"The record is not whole: {places} from what was sealed."
        waiting = f" {self.unsealed:,} newer entries wait for their seal." if self.unsealed else ""
        lost = len(self.held.explained)
        heads = "1 lost head is" if lost == 1 else f"{lost:,} lost heads are"
        explained = f" {heads} explained in the record." if lost else ""
        return (
            f"The record is whole: {self.sealed:,} sealed entries{self._proof}.{waiting}{explained}"
        )

    @property
    def _proof(self) -> str:
        """Which heads it holds, as the end of a sentence."""
        kept = len(self.held.fitting)
        heads = [f"the head of number {self.against.number:,}"] if self.against else []
        heads += [f"{kept:,} kept heads" if kept > 1 else "1 kept head"] if kept else []
        return f", and it holds {' and '.join(heads)}" if heads else ""


def verify(head: Head | None = None, *, kept: Sequence[KeptHead] = ()) -> Verdict:
    """Recompute the chain from its first link, and hold it against `head` and all `kept` heads."""
    walk = _Walk(head, kept)
    for seals in _batches():
        walk.check(seals)
    walk.check_end()
    held = walk.check_kept()
    return Verdict(
        head=Head(walk.number, walk.previous),
        sealed=walk.sealed,
        unsealed=Entry.objects.filter(id__gt=walk.last_entry).count(),
        faults=tuple(walk.faults),
        fault_count=walk.fault_count,
        against=head,
        held=held,
    )


class _SealRow(NamedTuple):
    number: int
    entry_id: int
    sealed_at: datetime
    hash: str


class _EntryRow(NamedTuple):
    id: int
    at: datetime
    actor_key: str
    verb: str
    object_kind: str
    object_key: str
    object_label: str
    before: str
    after: str
    reason_hash: str


def _batches() -> Iterator[list[_SealRow]]:
    """Yield all seals in their order, some at a time: the record need not fit into memory."""
    number: int | None = None
    while True:
        rows = Seal.objects.order_by("number")
        if number is not None:
            rows = rows.filter(number__gt=number)
        batch = [_SealRow(*row) for row in rows.values_list(*_SealRow._fields)[:_BATCH]]
        if not batch:
            return
        yield batch
        number = batch[-1].number


class _Walk:
    """One walk along the chain: where it stands, and the faults that it met."""

    def __init__(self, against: Head | None, kept: Sequence[KeptHead]) -> None:
        self.against = against
        self._kept = kept
        self._hashes: dict[int, str | None] = dict.fromkeys(one.head.number for one in kept)
        self.number = 0
        self.previous = GENESIS
        self.last_entry = 0
        self._last_checked = 0
        self.sealed = 0
        self.faults: list[Fault] = []
        self.fault_count = 0

    def check(self, seals: Sequence[_SealRow]) -> None:
        """Check the next seals, their entries and the words beside them."""
        reach = max(self.last_entry, *(row.entry_id for row in seals))
        span = (self.last_entry + 1, reach)
        rows = Entry.objects.filter(id__range=span).order_by("id")
        entries = {row[0]: _EntryRow(*row) for row in rows.values_list(*_EntryRow._fields)}
        self._check_words(entries.values(), span)
        for row in seals:
            self._check_link(row, entries.pop(row.entry_id, None))
        for left in entries.values():
            self._fault(FaultKind.INSERTED, None, left.id, "stands in the record without a seal")
        self.last_entry = reach

    def check_end(self) -> None:
        """Check what only the whole record shows: the given head, and what was forgotten."""
        if self.against and self.against.number > self.number:
            self._fault(
                FaultKind.CUT, self.against.number, None,
                f"is missing: the record ends at number {self.number}",
            )  # fmt: skip
        if self.against and self.against.number == 0 and self.against.hash != GENESIS:
            self._fault(FaultKind.CUT, 0, None, "is not how the record begins")
        for entry_id in Entry.objects.filter(id__lt=1).values_list("id", flat=True):
            self._fault(FaultKind.INSERTED, None, entry_id, "stands before the first entry")
        for entry_id in blanked_unasked():
            self._fault(FaultKind.TEXT, None, entry_id, "lost its words without a recorded act")

    def check_kept(self) -> Held:
        """Hold the record against the heads that were kept elsewhere."""
        hashes = {number: found for number, found in self._hashes.items() if found is not None}
        held = hold(self._kept, hashes, explained_heads() if self._kept else ())
        if held.first_failing:
            number = held.first_failing.head.number
            self._add(Fault(FaultKind.CUT, number, None, held.sentence))
        return held

    def _check_words(self, entries: Iterable[_EntryRow], span: tuple[int, int]) -> None:
        """Check the words beside the chain that belong to the entries of `span`."""
        chained = [
            words
            for entry in entries
            for words in hashed_words(entry.id, entry.before, entry.after, entry.reason_hash)
        ]
        for entry_id, what in faults_of_words(chained, *span):
            self._fault(FaultKind.TEXT, None, entry_id, what)

    def _check_link(self, row: _SealRow, entry: _EntryRow | None) -> None:
        follows = row.number == self.number + 1
        if row.number <= self.number:
            self._fault(FaultKind.INSERTED, row.number, row.entry_id, "is no link of the chain")
        elif not follows:
            self._fault(FaultKind.CUT, self.number + 1, None, f"to {row.number - 1} are missing")
        if row.entry_id <= self._last_checked:
            self._fault(FaultKind.REORDERED, row.number, row.entry_id, "is out of its order")
        elif entry is None:
            self._fault(FaultKind.REMOVED, row.number, row.entry_id, "was removed")
        elif follows and self._hash(row, entry) != row.hash:
            self._fault(FaultKind.EDITED, row.number, row.entry_id, "or its seal was edited")
        if self.against and row.number == self.against.number and row.hash != self.against.hash:
            self._fault(FaultKind.CUT, row.number, row.entry_id, "is not what the given head seals")
        if row.number in self._hashes:
            self._hashes[row.number] = row.hash
        self._last_checked = row.entry_id
        self.number, self.previous = row.number, row.hash
        self.sealed += 1

    def _hash(self, row: _SealRow, entry: _EntryRow) -> str:
        return Link(row.number, row.sealed_at, *entry).hash_after(self.previous)

    def _fault(self, kind: FaultKind, number: int | None, entry_id: int | None, what: str) -> None:
        place = f"Entry {entry_id}" if entry_id is not None else "Seal"
        if number is not None:
            place += f" (number {number})" if entry_id is not None else f" {number}"
        self._add(Fault(kind, number, entry_id, f"{place} {what}."))

    def _add(self, fault: Fault) -> None:
        """Count a fault, and keep it while there is room."""
        self.fault_count += 1
        if len(self.faults) < _KEPT_FAULTS:
            self.faults.append(fault)

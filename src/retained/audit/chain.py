"""Sealing the record: each entry's hash covers every entry before it.

Sealing is apart from writing, so that no command waits for the one row that a chain ends in.
"""

from datetime import datetime

from django.db import IntegrityError, connection, transaction

from retained.audit.horizon import final_up_to
from retained.audit.links import GENESIS, Head, Link
from retained.audit.models import Entry, Seal
from retained.audit.verifying import Fault, FaultKind, Verdict, verify
from retained.shared import clock

__all__ = ["Fault", "FaultKind", "Head", "Verdict", "head", "seal", "verify"]

_BATCH = 2_000
# Rows of the model would take twice as long as reading and hashing together.
_INSERT = "INSERT INTO record_seal (number, entry_id, sealed_at, hash) VALUES (%s, %s, %s, %s)"


def seal(at: datetime) -> int:
    """Chain every entry that is final and not yet sealed; return how many were.

    Safe to call from anywhere and by many at once: where another sealer was faster, the
    database refuses the second link of that number, and this one goes on after it.
    """
    sealed = 0
    while True:
        try:
            with transaction.atomic():
                count = _seal_batch(at)
        except IntegrityError:
            continue
        sealed += count
        if count < _BATCH:
            return sealed


def head(at: datetime | None = None) -> Head:
    """Return the last link, after sealing what can be sealed.

    Print it on what leaves the house: whoever holds it can later prove the record up to it.
    Without `at` the moment of sealing is read from the clock: it decides nothing.
    """
    seal(at or clock.now())
    return _last_link()[0]


def _last_link() -> tuple[Head, int]:
    """Return the head and the id of the entry that it seals."""
    last = Seal.objects.order_by("-number").values_list("number", "hash", "entry_id").first()
    return (Head(last[0], last[1]), last[2]) if last else (Head(0, GENESIS), 0)


def _seal_batch(at: datetime) -> int:
    """Chain the next entries in the order of their ids; return how many."""
    last, last_entry = _last_link()
    rows = (
        Entry.objects.filter(id__gt=last_entry, id__lte=final_up_to())
        .order_by("id")
        .values_list(
            "id", "at", "actor_key", "verb", "object_kind", "object_key", "object_label",
            "before", "after", "reason_hash",
        )[:_BATCH]
    )  # fmt: skip
    sealed_at = connection.ops.adapt_datetimefield_value(at)
    seals = []
    previous = last.hash
    for number, row in enumerate(rows, start=last.number + 1):
        link = Link(number, at, *row)
        previous = link.hash_after(previous)
        seals.append((number, link.entry_id, sealed_at, previous))
    if seals:
        with connection.cursor() as cursor:
            cursor.executemany(_INSERT, seals)
    return len(seals)

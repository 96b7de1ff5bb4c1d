"""How fast the record is sealed and verified, beside reading and hashing the same entries alone.

Makes an installation on SQLite in a folder that vanishes, with entries as commands write them,
then measures in turns, in processor time: the yardstick, which reads every entry and hashes its
values as plain JSON; sealing all of them; verifying the whole record.

    python benchmarks/record_chain.py [--entries 50000] [--turns 3]
"""

import argparse
import atexit
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median

import django

FOLDER = tempfile.TemporaryDirectory(prefix="retained-record-")
atexit.register(FOLDER.cleanup)
os.environ |= {
    "RETAINED_DATA_DIR": FOLDER.name,
    "RETAINED_DATABASE_URL": "",
    "RETAINED_PLAIN_STATIC": "yes",
    "DJANGO_SETTINGS_MODULE": "retained.project.settings",
}
django.setup()

from django.core.management import call_command
from django.db import connection

from retained.audit import chain, triggers
from retained.audit.links import SALTED, canonical_json, salted_hash
from retained.audit.models import Entry, Seal, Text

AT = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
SALT, WORDS = "ab" * 16, "agreed by mail with the account manager"
HASHED = salted_hash(SALT, WORDS)


def entry(number: int) -> Entry:
    """Return an entry with a change, a reason and a personal value."""
    return Entry(
        id=number,
        at=AT + timedelta(seconds=number),
        actor_key=f"{number % 50:032x}",
        verb="closed",
        object_kind="month",
        object_key=str(number % 1000),
        object_label=f"October of agreement {number % 1000}",
        before=canonical_json({"state": "open", "attained": None}),
        after=canonical_json({"state": "closed", "attained": "95.4", "email": {SALTED: HASHED}}),
        reason_hash=HASHED,
    )


def write_entries(count: int) -> None:
    """Lay the tables and fill them."""
    call_command("migrate", verbosity=0)
    numbers = range(1, count + 1)
    Entry.objects.bulk_create((entry(number) for number in numbers), batch_size=1000)
    Text.objects.bulk_create(
        (
            Text(entry_id=number, place=place, salt=SALT, text=WORDS)
            for number in numbers
            for place in ("reason", "after.email")
        ),
        batch_size=1000,
    )


def read_and_hash() -> None:
    """Read every entry and hash it as plain JSON: the yardstick."""
    previous = b""
    for row in Entry.objects.order_by("id").values_list().iterator():
        content = json.dumps([str(value) for value in row], separators=(",", ":"))
        previous = hashlib.sha256(previous + content.encode()).digest()


def unseal() -> None:
    """Take all seals away."""
    with triggers.lifted(connection):
        Seal.objects.all().delete()


def processor_seconds(work: Callable[[], object]) -> float:
    """Return what `work` takes of a processor."""
    started = time.process_time()
    work()
    return time.process_time() - started


def main() -> None:
    """Measure; print entries per processor second, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=50_000)
    parser.add_argument("--turns", type=int, default=3)
    given = parser.parse_args()
    write_entries(given.entries)
    works = {"read and hash": read_and_hash, "seal": lambda: chain.seal(AT), "verify": chain.verify}
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(given.turns):
        unseal()
        for name, work in works.items():
            taken[name].append(processor_seconds(work))
    if not chain.verify().whole:
        raise SystemExit("The record is not whole.")
    for name, seconds in taken.items():
        rate = given.entries / median(seconds)
        ratio = median(seconds) / median(taken["read and hash"])
        print(f"{name:14}{rate:10,.0f} entries per processor second, {ratio:4.2f} x")


if __name__ == "__main__":
    main()

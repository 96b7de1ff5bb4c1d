"""Forgetting a person: names and words go, the chain stays whole.

What was chained is a key and salted hashes. Without salt and words a hash tells nothing, not even
to somebody who guesses the words. That something was forgotten, by whom and where, is itself an
entry: verification accepts a blank only where such an entry names it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from retained.audit.actors import Actor
from retained.audit.models import ActorLabel, Entry, Seal, Text
from retained.audit.outside import FORGOT, WORDS
from retained.audit.record import record
from retained.shared.errors import DomainError


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom the record forgets: a key, and objects (kind, key) that are about nobody else."""

    actor_key: str
    objects: Collection[tuple[str, str]] = ()

    @property
    def acts(self) -> QuerySet[Entry]:
        """The entries that the person wrote: they stay, without its name."""
        return Entry.objects.filter(actor_key=self.actor_key)

    @property
    def entries(self) -> QuerySet[Entry]:
        """The entries that the person wrote, and those about it."""
        about = [Q(object_kind=kind, object_key=key) for kind, key in self.objects]
        return Entry.objects.filter(
            reduce(or_, about, Q(actor_key=self.actor_key) | Q(object_key=self.actor_key))
        )

    @property
    def words(self) -> QuerySet[Text]:
        """The texts that the person wrote or that were written about it."""
        own = self.entries.order_by().values("id")
        return Text.objects.filter(entry_id__in=own, blanked_at=None)


@transaction.atomic
def forget(
    subject: Subject, *, by: Actor, at: datetime, naming: Collection[int] = (), reason: str = ""
) -> int:
    """Blank the name of `subject` and the words it wrote or that were written about it.

    `naming` are further entries whose words name the person. Return how many texts were blanked.
    The person stays "a former person" for ever: a later act under the key brings no name back.
    """
    texts = subject.words | Text.objects.filter(entry_id__in=naming, blanked_at=None)
    entries = sorted(set(texts.values_list("entry_id", flat=True)))
    blanked = texts.update(text="", salt="", blanked_at=at)
    ActorLabel.objects.update_or_create(
        actor_key=subject.actor_key, defaults={"label": "", "forgotten_at": at}
    )
    after = {"actor": subject.actor_key, "entries": entries}
    record(FORGOT, (WORDS, subject.actor_key, ""), by=by, at=at, after=after, reason=reason)
    transaction.on_commit(_empty_log)
    return blanked


def entries_naming(subject: Subject, words: Collection[str]) -> set[int]:
    """Return the entries, but the subject's own, with erasable words that hold any of `words`."""
    if not words:
        return set()
    holds = reduce(or_, (Q(text__icontains=word) for word in words))
    others = Text.objects.filter(holds, blanked_at=None).exclude(pk__in=subject.words.values("pk"))
    return set(others.values_list("entry_id", flat=True))


def entries_numbered(numbers: Collection[int]) -> set[int]:
    """Return the entries that have these numbers in the chain; raises where there is none."""
    found = dict(Seal.objects.filter(number__in=numbers).values_list("number", "entry_id"))
    missing = sorted(set(numbers) - set(found))
    if missing:
        raise DomainError(
            f"No entry has the seal number {missing[0]}. Copy the numbers from the page Record; "
            "a new entry has one after a minute."
        )
    return set(found.values())


def _empty_log() -> None:
    """Have SQLite write its log into the database, where what was erased is overwritten.

    While somebody reads, it does so later by itself. PostgreSQL overwrites when it vacuums.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

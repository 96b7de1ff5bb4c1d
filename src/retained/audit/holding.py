"""Holding the record against the heads that were kept elsewhere, and explaining those it lost.

A head that fails says two things: from which number on the record is another one, and since when
at the earliest, for it fitted when it was kept. After a restored backup heads fail by right: a
person says so once, in the record itself, where everybody can read it.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from retained.audit.actors import Actor
from retained.audit.kept_heads import KeptHead, in_words
from retained.audit.links import GENESIS
from retained.audit.models import Entry
from retained.audit.record import record
from retained.shared.errors import DomainError

EXPLAINED = "explained"
LOST_HEADS = "lost heads of the record"


@dataclass(frozen=True, slots=True)
class Held:
    """How the record stands to the heads that were kept of it."""

    fitting: tuple[KeptHead, ...] = ()
    failing: tuple[KeptHead, ...] = ()
    explained: tuple[KeptHead, ...] = ()

    @property
    def compared(self) -> int:
        """How many heads the record was held against."""
        return len(self.fitting) + len(self.failing) + len(self.explained)

    @property
    def first_failing(self) -> KeptHead | None:
        """The failing head with the least number."""
        return min(self.failing, key=lambda kept: (kept.head.number, kept.at), default=None)

    @property
    def sentence(self) -> str:
        """Which head fails first, what is still proven, and since when; blank if all fit."""
        first = self.first_failing
        if first is None:
            return ""
        since = max(kept.at for kept in self.failing)
        # What was kept after the change proves only what the change left.
        before = [kept.head.number for kept in self.fitting if kept.at <= since]
        proven = max((number for number in before if number < first.head.number), default=0)
        which = f"number {first.head.number:,}, kept on {in_words(first.at)}"
        failing = len(self.failing)
        fails = (
            f"The head of {which}, does not fit."
            if failing == 1
            else f"{failing:,} kept heads do not fit, the first of {which}."
        )
        return (
            f"{fails} After {in_words(since)} the record was cut or written anew; it is proven up "
            f"to number {proven:,}."
        )


def hold(kept: Sequence[KeptHead], hashes: Mapping[int, str], explained: Collection[str]) -> Held:
    """Return which of the kept heads fit the `hashes` that the record has at their numbers."""
    hashes = {0: GENESIS, **hashes}
    fits = [hashes.get(one.head.number) == one.head.hash for one in kept]
    lost = [one for one, does in zip(kept, fits, strict=True) if not does]
    return Held(
        fitting=tuple(one for one, does in zip(kept, fits, strict=True) if does),
        failing=tuple(one for one in lost if str(one.head) not in explained),
        explained=tuple(one for one in lost if str(one.head) in explained),
    )


@transaction.atomic
def explain(lost: Sequence[KeptHead], *, reason: str, by: Actor, at: datetime) -> Entry:
    """Say in the record why it does not hold these heads: each is named there for ever."""
    if not lost:
        raise DomainError("The record holds every kept head: there is nothing to explain.")
    if not reason.strip():
        raise DomainError("Say why the record lost these heads, such as the backup that was used.")
    after = {"heads": list(dict.fromkeys(str(one.head) for one in lost))}
    return record(EXPLAINED, (LOST_HEADS, "", ""), by=by, at=at, after=after, reason=reason)


def explained_heads() -> set[str]:
    """Return the heads that somebody explained."""
    acts = Entry.objects.filter(verb=EXPLAINED, object_kind=LOST_HEADS)
    found: set[str] = set()
    for after in acts.values_list("after", flat=True):
        found.update(json.loads(after)["heads"])
    return found

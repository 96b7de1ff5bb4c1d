"""Forgetting a person: names and words go, the chain stays whole.

What was chained is a key and salted hashes. Without salt and words a hash tells nothing, not even
to somebody who guesses the words. That something was forgotten, by whom and where, is itself an
entry: verification accepts a blank only where such an entry names it.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from retained.audit.actors import Actor
from retained.audit.models import ActorLabel, Entry, Text
from retained.audit.outside import FORGOT, WORDS
from retained.audit.record import record


@transaction.atomic
def forget(
    actor_key: str, *, by: Actor, at: datetime, naming: Iterable[int] = (), reason: str = ""
) -> int:
    """Blank the name of `actor_key` and the words it wrote or that were written about it.

    `naming` are further entries whose words name the person, which no program can find.
    Return how many texts were blanked. The person stays "a former person" for ever: a later
    act under the key brings no name back.
    """
    affected = _entries_of(actor_key) | set(naming)
    texts = Text.objects.filter(entry_id__in=affected, blanked_at=None)
    entries = sorted(set(texts.values_list("entry_id", flat=True)))
    blanked = texts.update(text="", salt="", blanked_at=at)
    ActorLabel.objects.update_or_create(
        actor_key=actor_key, defaults={"label": "", "forgotten_at": at}
    )
    after = {"actor": actor_key, "entries": entries}
    record(FORGOT, (WORDS, actor_key, ""), by=by, at=at, after=after, reason=reason)
    return blanked


def _entries_of(actor_key: str) -> set[int]:
    """Return the entries that the person wrote, and those about the person."""
    wrote = Entry.objects.filter(actor_key=actor_key)
    about = Entry.objects.filter(object_key=actor_key)
    return set(wrote.values_list("id", flat=True)) | set(about.values_list("id", flat=True))

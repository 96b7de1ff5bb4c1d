"""The words beside the chain, held against the hashes that the chain has of them."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from retained.audit.links import SALTED, salted_hash
from retained.audit.models import Entry, Text

# The verb of the entry that every forgetting writes, and the object that it is about.
FORGOT = "forgot"
WORDS = "words of the record"


class HashedWords(NamedTuple):
    """What the chain says of words that stand outside of it."""

    entry_id: int
    place: str
    hash: str


class _KeptWords(NamedTuple):
    """Words as they stand beside the chain."""

    entry_id: int
    place: str
    salt: str
    text: str
    blanked_at: datetime | None


def hashed_words(entry_id: int, before: str, after: str, reason_hash: str) -> list[HashedWords]:
    """Return every hash of outside words that one entry holds."""
    words = [HashedWords(entry_id, "reason", reason_hash)] if reason_hash else []
    for side, content in (("before", before), ("after", after)):
        if f'"{SALTED}"' in content:
            words += _in_json(entry_id, side, content)
    return words


def _in_json(entry_id: int, side: str, content: str) -> Iterator[HashedWords]:
    """Yield the hashes in `before` or `after`; an edited text that is no JSON holds none."""
    try:
        values = json.loads(content)
    except ValueError:
        return
    for name, value in values.items() if isinstance(values, dict) else ():
        if isinstance(value, dict) and isinstance(value.get(SALTED), str) and value[SALTED]:
            yield HashedWords(entry_id, f"{side}.{name}"[:200], value[SALTED])


def faults_of_words(
    chained: Iterable[HashedWords], first: int, last: int
) -> Iterator[tuple[int, str]]:
    """Yield entry id and sentence for words of entries `first` to `last` that do not fit."""
    rows = Text.objects.filter(entry_id__range=(first, last)).values_list(*_KeptWords._fields)
    kept = {row[:2]: _KeptWords(*row) for row in rows}
    for words in chained:
        text = kept.pop((words.entry_id, words.place), None)
        if text is None:
            yield words.entry_id, f"has lost its {words.place}"
        elif text.blanked_at is None and not _fits(text, words.hash):
            yield words.entry_id, f"has an edited {words.place}"
    for entry_id, place in kept:
        yield entry_id, f"has a {place} that was never sealed"


def _fits(text: _KeptWords, chained_hash: str) -> bool:
    """Return whether words and salt give the chained hash; a broken salt fits nothing."""
    try:
        return salted_hash(text.salt, text.text) == chained_hash
    except ValueError:
        return False


def blanked_unasked() -> list[int]:
    """Return the entries whose words are blank although no recorded act blanked them."""
    blanked = set(Text.objects.exclude(blanked_at=None).values_list("entry_id", flat=True))
    if not blanked:
        return []
    acts = Entry.objects.filter(verb=FORGOT, object_kind=WORDS).values_list("after", flat=True)
    forgotten = {entry_id for after in acts for entry_id in json.loads(after or "{}")["entries"]}
    return sorted(blanked - forgotten)

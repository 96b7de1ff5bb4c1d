"""Writing the record: one entry for each command, inside the command's own transaction."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Model

from retained.audit.actors import Actor, SystemActor
from retained.audit.horizon import announce_writing
from retained.audit.links import SALTED, canonical_json, salted_hash
from retained.audit.models import ActorLabel, Entry, Text

__all__ = ["Actor", "Personal", "SystemActor", "keep_label", "record"]


@dataclass(frozen=True, slots=True)
class Personal:
    """A value in `before` or `after` that may have to be erased, such as an e-mail address.

    The chain holds its salted hash, the words stand beside it.
    """

    value: object


def record(
    verb: str,
    obj: Model | tuple[str, str, str],
    *,
    by: Actor,
    at: datetime,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    reason: str = "",
) -> Entry:
    """Write who did what to `obj`, and return the entry.

    `obj` is a row, or kind, key and label of something without one. A label is chained, so it
    must hold nothing personal; that of a person (a row with an `actor_key`) is kept outside.
    `reason` and `Personal` values are kept outside too. Raises RuntimeError without an open
    transaction: an entry and the change that it tells of stand or fall together.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("record() belongs inside the transaction of the command it tells of.")
    announce_writing()
    kind, key, label = _identity(obj)
    words = _Words()
    entry = Entry.objects.create(
        at=at,
        actor_key=by.actor_key,
        verb=verb,
        object_kind=kind,
        object_key=key,
        object_label=label,
        before=words.chained("before", before),
        after=words.chained("after", after),
        reason_hash=words.hashed("reason", reason),
    )
    words.keep(entry.pk)
    keep_label(by.actor_key, by.actor_label)
    return entry


def _identity(obj: Model | tuple[str, str, str]) -> tuple[str, str, str]:
    """Return kind, key and chained label of `obj`."""
    if isinstance(obj, tuple):
        kind, key, label = obj
        return kind, key, _storable(label)[:200]
    kind = str(obj._meta.verbose_name)
    actor_key = getattr(obj, "actor_key", None)
    if actor_key is not None:
        keep_label(actor_key, str(getattr(obj, "actor_label", obj)))
        return kind, actor_key, ""
    return kind, str(getattr(obj, "record_key", obj.pk)), _storable(str(obj))[:200]


def keep_label(actor_key: str, label: str) -> None:
    """Keep the name that `actor_key` has now, unless it was forgotten."""
    label = _storable(label)[:200]
    kept = ActorLabel.objects.filter(actor_key=actor_key).values("label", "forgotten_at").first()
    if kept is None:
        # Two first acts of one person at once are no fault: the second insert does nothing.
        ActorLabel.objects.bulk_create(
            [ActorLabel(actor_key=actor_key, label=label)], ignore_conflicts=True
        )
    elif kept["forgotten_at"] is None and kept["label"] != label:
        ActorLabel.objects.filter(actor_key=actor_key, forgotten_at=None).update(label=label)


def _storable(text: str) -> str:
    """Return `text` as both databases can keep it: PostgreSQL has no NUL in text."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()


class _Words:
    """The texts of one entry that stay outside of the chain."""

    def __init__(self) -> None:
        self._texts: list[Text] = []

    def hashed(self, place: str, text: str) -> str:
        """Return what the chain holds for `text`, and remember the words."""
        if not text:
            return ""
        salt, text = secrets.token_hex(16), _storable(text)
        self._texts.append(Text(place=place[:200], salt=salt, text=text))
        return salted_hash(salt, text)

    def chained(self, side: str, values: Mapping[str, object] | None) -> str:
        """Return `values` as the chain holds them, personal ones as hashes; nothing is ''."""
        if values is None:
            return ""
        return canonical_json(
            {name: self._chained_value(f"{side}.{name}", value) for name, value in values.items()}
        )

    def _chained_value(self, place: str, value: object) -> object:
        if not isinstance(value, Personal):
            return value
        return {SALTED: self.hashed(place, "" if value.value is None else str(value.value))}

    def keep(self, entry_id: int) -> None:
        """Store the words beside the entry."""
        for text in self._texts:
            text.entry_id = entry_id
        if self._texts:
            Text.objects.bulk_create(self._texts)

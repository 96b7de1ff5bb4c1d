"""Reading the record: filtered, with the words that stand beside the chain, ready for a page."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, Func, OuterRef, Q, QuerySet, Subquery

from retained.audit.links import SALTED, Head, canonical_json
from retained.audit.models import ActorLabel, Entry, Seal, Text, Verification

FORGOTTEN = "(forgotten)"
_LINES = 500
# One step of the index for each value that there is, and not one for each row.
_VALUES = """
    SELECT * FROM (
        WITH RECURSIVE found(value) AS (
            SELECT min({column}) FROM record_entry
            UNION ALL
            SELECT (SELECT min({column}) FROM record_entry WHERE {column} > found.value)
              FROM found WHERE found.value IS NOT NULL
        )
        SELECT '{column}' AS name, value FROM found WHERE value IS NOT NULL
    ) AS {column}_values
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFilter:
    """What somebody looks for in the record; blank means anything. Times are half-open.

    `who` is a part of the name of whoever acted, or the whole key: an installation has more people
    than a choice can hold.
    """

    who: str = ""
    verb: str = ""
    kind: str = ""
    key: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One value that an act changed; None where it was not there."""

    name: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        """Return the change on one line."""
        if self.before is None:
            return f"{self.name}: {self.after}"
        return f"{self.name}: {self.before} → {'nothing' if self.after is None else self.after}"


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One act as the record page shows it; `number` is its link, None while it waits for one."""

    id: int
    at: datetime
    person: str
    verb: str
    kind: str
    key: str
    label: str
    changes: tuple[Change, ...]
    reason: str
    number: int | None


@dataclass(frozen=True, slots=True)
class RecordState:
    """How far the record is sealed."""

    head: Head
    sealed_at: datetime
    waiting: int
    verified_at: datetime | None  # None: nobody has looked yet
    was_whole: bool | None

    @property
    def entries(self) -> int:
        """How many entries there are: links are numbered without a gap, and nothing is removed."""
        return self.head.number + self.waiting


def entries(wanted: RecordFilter) -> QuerySet[Any]:
    """Return the entries that fit; page them by id, which an index carries for each filter."""
    fields = {
        "verb": wanted.verb,
        "object_kind": wanted.kind,
        "object_key": wanted.key,
        "at__gte": wanted.since,
        "at__lt": wanted.until,
    }
    number = Seal.objects.filter(entry_id=OuterRef("id")).values("number")
    found = Entry.objects.filter(**{name: value for name, value in fields.items() if value})
    if wanted.who:
        named = ActorLabel.objects.filter(label__icontains=wanted.who)
        of_a_name = Q(actor_key__in=named.values("actor_key"))
        found = found.filter(of_a_name | Q(actor_key=wanted.who))
    return found.annotate(number=Subquery(number))


def entry_rows(some: Sequence[Any]) -> list[EntryRow]:
    """Return rows for a page of `entries()`: two queries, however many they are."""
    ids = [entry.pk for entry in some]
    labels = _labels(some)
    words = {
        (text.entry_id, text.place): FORGOTTEN if text.blanked_at else text.text
        for text in Text.objects.filter(entry_id__in=ids)
    }
    return [
        EntryRow(
            id=entry.pk,
            at=entry.at,
            person=labels.get(entry.actor_key, entry.actor_key),
            verb=entry.verb,
            kind=entry.object_kind,
            key=entry.object_key,
            label=entry.object_label or labels.get(entry.object_key, ""),
            changes=_changes(entry, words),
            reason=words.get((entry.pk, "reason"), ""),
            number=entry.number,
        )
        for entry in some
    ]


def names(keys: Iterable[str]) -> dict[str, str]:
    """Return the name of everybody whom some keys stand for; a key nobody knows is its own."""
    wanted = set(keys)
    known = _known_names(wanted)
    return {key: known.get(key, key) for key in wanted}


def _known_names(keys: Iterable[str]) -> dict[str, str]:
    known = ActorLabel.objects.filter(actor_key__in=keys)
    return {one.actor_key: one.label or FORGOTTEN for one in known}


def verbs_and_kinds() -> tuple[list[str], list[str]]:
    """Return every verb, and every kind of object, that the record holds."""
    columns = ("verb", "object_kind")
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(_VALUES.format(column=column) for column in columns))
        found = cursor.fetchall()
    verbs, kinds = (sorted(value for name, value in found if name == one) for one in columns)
    return verbs, kinds


def state() -> RecordState | None:
    """Return how far the record is sealed, or None while it holds no seal."""
    newer = Entry.objects.filter(id__gt=OuterRef("entry_id")).order_by()
    waiting = Subquery(newer.annotate(count=Func(F("id"), function="count")).values("count"))
    looks = Verification.objects.order_by("-id")
    last = (
        Seal.objects.annotate(
            waiting=waiting,
            verified_at=Subquery(looks.values("at")[:1]),
            was_whole=Subquery(looks.values("whole")[:1]),
        )
        .order_by("-number")
        .first()
    )
    if last is None:
        return None
    head = Head(last.number, last.hash)
    return RecordState(head, last.sealed_at, last.waiting, last.verified_at, last.was_whole)


def chain_lines() -> Iterator[str]:
    """Yield every sealed entry as a line of JSON: all that somebody needs to recompute it.

    docs/methods/record-chain.md shows the program of a few lines that does. Names and words
    outside of the chain are not in it.
    """
    number = 0
    while seals := list(Seal.objects.filter(number__gt=number).order_by("number")[:_LINES]):
        wanted = [seal.entry_id for seal in seals]
        found = {row["id"]: row for row in Entry.objects.filter(id__in=wanted).values()}
        yield from (_chain_line(seal, found.get(seal.entry_id, {})) for seal in seals)
        number = seals[-1].number


def _chain_line(seal: Seal, entry: Mapping[str, Any]) -> str:
    """Return one link with all that is hashed; a removed entry leaves its columns out."""
    line = {
        **entry,
        "entry_id": seal.entry_id,
        "number": seal.number,
        "sealed_at": seal.sealed_at,
        "hash": seal.hash,
    }
    return canonical_json(line) + "\n"


def _labels(some: Sequence[Entry]) -> dict[str, str]:
    """Return the names of everybody whom the entries name by key."""
    keys = {entry.actor_key for entry in some}
    keys |= {entry.object_key for entry in some if not entry.object_label}
    return _known_names(keys)


def _changes(entry: Entry, words: Mapping[tuple[int, str], str]) -> tuple[Change, ...]:
    """Return what the entry says of each value, before beside after."""
    before, after = _shown(entry, "before", words), _shown(entry, "after", words)
    names = dict.fromkeys([*before, *after])
    return tuple(Change(name, before.get(name), after.get(name)) for name in names)


def _shown(entry: Entry, side: str, words: Mapping[tuple[int, str], str]) -> dict[str, str]:
    content = getattr(entry, side)
    values: dict[str, Any] = json.loads(content) if content else {}
    return {
        name: words.get((entry.pk, f"{side}.{name}"), "")
        if isinstance(value, dict) and SALTED in value
        else _plain(value)
        for name, value in values.items()
    }


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

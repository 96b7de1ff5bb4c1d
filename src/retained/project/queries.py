"""Reads for the pages that join all stages: the record's seal, and what is looked for in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from retained.audit.models import Seal
from retained.audit.queries import EntryRow, RecordFilter
from retained.shared.errors import DomainError


@dataclass(frozen=True, slots=True)
class SealedHead:
    """The last sealed entry of the record, as every page prints it."""

    number: int
    hash: str


def sealed_head() -> SealedHead | None:
    """Return where the record is sealed up to, without sealing; nothing before the first seal."""
    last = Seal.objects.order_by("-number").values_list("number", "hash").first()
    return SealedHead(*last) if last else None


def wanted_entries(chosen: Mapping[str, str]) -> RecordFilter:
    """Return what somebody looks for in the record; raises DomainError for a day that is none.

    `chosen` holds who, verb, kind, object, since and until, as the page, the command line and
    the API ask for them.
    """
    until = _day(chosen.get("until", ""))
    return RecordFilter(
        who=chosen.get("who", ""),
        verb=chosen.get("verb", ""),
        kind=chosen.get("kind", ""),
        key=chosen.get("object", ""),
        since=_day(chosen.get("since", "")),
        until=until + timedelta(days=1) if until else None,
    )


def plain_entry(row: EntryRow) -> dict[str, Any]:
    """Return an entry for machines."""
    names = ("id", "at", "person", "verb", "kind", "key", "label", "reason", "number")
    changes = [{"name": one.name, "before": one.before, "after": one.after} for one in row.changes]
    return {**{name: getattr(row, name) for name in names}, "changes": changes}


def _day(text: str) -> datetime | None:
    """Return the beginning of a day, in UTC, that a reader wrote; nothing for nothing."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as fault:
        raise DomainError(f"“{text}” is not a day: write it like 2026-11-09.") from fault
    return datetime(day.year, day.month, day.day, tzinfo=UTC)

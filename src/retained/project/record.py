"""The record's pages: who did what, filtered and exported, and the chain for outsiders to check."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.http import HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from retained.audit import queries
from retained.audit.queries import Change, EntryRow, RecordFilter
from retained.directory.access import must
from retained.pages.request import Request
from retained.pages.sources import QuerySource
from retained.pages.tables import Column, Filter, Sort, Table, respond
from retained.shared.errors import DomainError


@require_safe
def record(request: Request) -> HttpResponseBase:
    """Show who did what to which object, when and why."""
    must(request.person, "read_record")
    return respond(request, _table(), "record.html", {"state": queries.state()})


@require_safe
def record_export(request: Request) -> HttpResponseBase:
    """Send every link of the chain, one line of JSON each."""
    must(request.person, "read_record")
    response = StreamingHttpResponse(
        queries.chain_lines(), content_type="application/x-ndjson; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="record.jsonl"'
    response["Cache-Control"] = "private, no-store"
    return response


def _table() -> Table:
    verbs, kinds = queries.verbs_and_kinds()
    return Table(
        key="record",
        caption="The record",
        columns=(
            Column("at", "When", "moment", sort="id"),
            Column("person", "Who"),
            Column("verb", "Did"),
            Column("label", "What", value=_object, note=lambda row: row.kind),
            Column("changes", "Changed", value=_changes),
            Column("reason", "Why"),
            Column("number", "Seal", "number", hint="The entry's number in the chain"),
        ),
        source=_source,
        sort=Sort("id", falling=True),
        filters=(
            Filter("person", "Who", queries.people()),
            Filter("verb", "Did", [(verb, verb) for verb in verbs]),
            Filter("kind", "Kind", [(kind, kind) for kind in kinds]),
            Filter("object", "Key of the object"),
            Filter("since", "From (2026-11-09)"),
            Filter("until", "To and with"),
        ),
        empty_title="Nobody has done anything yet",
        empty_text="Every change that somebody makes stands here from then on.",
    )


def _source(chosen: Mapping[str, str]) -> QuerySource[Any]:
    until = _day(chosen["until"])
    wanted = RecordFilter(
        actor_key=chosen["person"],
        verb=chosen["verb"],
        kind=chosen["kind"],
        key=chosen["object"],
        since=_day(chosen["since"]),
        until=until + timedelta(days=1) if until else None,
    )
    return QuerySource(queries.entries(wanted), queries.entry_rows)


def _day(text: str) -> datetime | None:
    """Return the beginning of a day, in UTC, that a reader wrote; nothing for nothing."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as fault:
        raise DomainError(f"“{text}” is not a day: write it like 2026-11-09.") from fault
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _object(row: EntryRow) -> str:
    """Return what was acted on; a file by the name that it came with, not by where it is kept."""
    if row.kind == "file":
        return next((one.after for one in row.changes if one.name == "name" and one.after), row.key)
    return row.label or row.key


def _changes(row: EntryRow) -> str:
    """Return what changed in words; keys of people and rows say nothing to a reader."""
    told = [one for one in row.changes if not one.name.endswith("_key")]
    return "; ".join(str(replace(one, name=_words(one.name), after=_value(one))) for one in told)


def _words(name: str) -> str:
    return name.replace("sha256", "SHA-256").replace("_", " ")


def _value(change: Change) -> str | None:
    return None if change.after == "null" and change.before is not None else change.after

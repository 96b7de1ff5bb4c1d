"""The record's pages: who did what, filtered and exported, and the chain for outsiders to check."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.http import HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from retained.audit import queries
from retained.audit.queries import EntryRow, RecordFilter, RecordState
from retained.directory.access import must
from retained.pages.request import Request
from retained.pages.sources import QuerySource
from retained.pages.tables import Column, Filter, Sort, Table, respond
from retained.shared.errors import DomainError


@require_safe
def record(request: Request) -> HttpResponseBase:
    """Show who did what to which object, when and why."""
    must(request.person, "read_record")
    state = queries.state()
    return respond(request, _table(state), "record.html", {"state": state})


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


def _table(state: RecordState | None) -> Table:
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
        source=lambda chosen: _source(chosen, state),
        sort=Sort("id", falling=True),
        filters=(
            Filter("who", "Who"),
            Filter("verb", "Did", [(verb, verb) for verb in verbs]),
            Filter("kind", "Kind", [(kind, kind) for kind in kinds]),
            Filter("object", "Key of the object"),
            Filter("since", "From (2026-11-09)"),
            Filter("until", "To and with"),
        ),
        empty_title="Nobody has done anything yet",
        empty_text="Every change that somebody makes stands here from then on.",
    )


def _source(chosen: Mapping[str, str], state: RecordState | None) -> QuerySource[Any]:
    until = _day(chosen["until"])
    wanted = RecordFilter(
        who=chosen["who"],
        verb=chosen["verb"],
        kind=chosen["kind"],
        key=chosen["object"],
        since=_day(chosen["since"]),
        until=until + timedelta(days=1) if until else None,
    )
    # Counting a long record takes long: where nothing is narrowed, its chain knows.
    known = state.entries if state and not any(chosen.values()) else None
    return QuerySource(queries.entries(wanted), queries.entry_rows, known_count=known)


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
    return row.label or row.key


def _changes(row: EntryRow) -> str:
    return "; ".join(str(change) for change in row.changes)

"""The record's pages: who did what, whether it is whole, and the chain for outsiders to check."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from retained.audit import queries, verifications
from retained.audit.queries import Change, EntryRow, RecordState
from retained.directory.access import may, must
from retained.directory.views.saving import FormPage, form_page
from retained.jobs.queue import enqueue
from retained.pages.request import Request
from retained.pages.saving import attempt
from retained.pages.sources import QuerySource
from retained.pages.tables import Column, Filter, Sort, Table, respond
from retained.project import commands
from retained.project.forms import ExplainForm
from retained.project.jobs import verify_record
from retained.project.queries import wanted_entries
from retained.shared import clock


@require_safe
def record(request: Request) -> HttpResponseBase:
    """Show who did what to which object, when and why."""
    must(request.person, "read_record")
    state = queries.state()
    return respond(request, _table(state), "record.html", _shown(request, state))


@require_POST
def record_verify(request: Request) -> HttpResponseBase:
    """Have the record verified now, in the background, and its head kept."""
    must(request.person, "verify_record")
    run = enqueue(verify_record, by=request.person)
    return redirect("job_progress", run.key)


@require_http_methods(["GET", "HEAD", "POST"])
def record_explain(request: Request) -> HttpResponseBase:
    """Say why the record lost heads that were kept of it, and have it verified anew."""
    must(request.person, "explain_record")
    form = ExplainForm(request.POST or None)
    page = FormPage("Explain lost heads", "Write it into the record", reverse("record"), "Record")

    def save() -> bool:
        reason = form.cleaned_data["reason"]
        return commands.explain_lost_heads(reason=reason, by=request.person, at=clock.now()) > 0

    if request.method == "POST" and attempt(form, save):
        run = enqueue(verify_record, by=request.person)
        return redirect("job_progress", run.key)
    more = {"last": verifications.last_verification()}
    return form_page(request, form, page, template="record_explain.html", more=more)


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


def _shown(request: Request, state: RecordState | None) -> dict[str, Any]:
    """Return what the page says of the record as a whole."""
    return {
        "state": state,
        "seal": state.head if state else None,  # the frame shows it too, and need not ask again
        "last": verifications.last_verification(),
        "may_verify": may(request.person, "verify_record"),
        "may_explain": may(request.person, "explain_record"),
    }


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
    # Counting a long record takes long: where nothing is narrowed, its chain knows.
    known = state.entries if state and not any(chosen.values()) else None
    found = queries.entries(wanted_entries(chosen))
    return QuerySource(found, queries.entry_rows, known_count=known)


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

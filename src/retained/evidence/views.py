"""Pages of evidence: sources, batches, and a file's way in."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from retained.audit.queries import names
from retained.evidence import access
from retained.evidence.commands import batches as batch_commands
from retained.evidence.commands import importing
from retained.evidence.commands import reported as report_commands
from retained.evidence.commands.handed_in import VerdictColumns, keep_verdict_file
from retained.evidence.engine.mapping import Mapping as FileMapping
from retained.evidence.engine.mapping import read_mapping
from retained.evidence.engine.staging.staged import Refusal
from retained.evidence.forms.mapping import MappingForm
from retained.evidence.forms.read_as import ReadAs
from retained.evidence.forms.sending import DiscardForm, ReportForm, SendForm, WithdrawForm
from retained.evidence.queries import batches, imports, reported
from retained.evidence.queries.remark_rows import RemarkSource
from retained.evidence.queries.wholeness import wholeness_of
from retained.files.responses import file_response
from retained.files.storing import SentFile
from retained.pages import tables
from retained.pages.addresses import address
from retained.pages.request import Request
from retained.pages.saving import attempt, status_of
from retained.pages.sources import QuerySource
from retained.pages.tables import Column, Filter, Sort, Table
from retained.shared import clock
from retained.shared.errors import DomainError
from retained.shared.months import Month


@require_GET
def evidence_sources(request: Request) -> HttpResponseBase:
    """Show where evidence comes from, and what lately came."""

    def source(chosen: Mapping[str, str]) -> QuerySource[Any]:
        sources = access.sources_to_read(request.person)
        return QuerySource(batches.chosen_sources(sources, chosen["words"]), batches.source_rows)

    table = Table(
        key="sources",
        caption="Sources of evidence",
        columns=[
            Column("name", "Source", sort="name", link=_source_url),
            Column("provider", "Provider"),
            Column("batch_count", "Batches", "number"),
            Column("row_count", "Rows", "number"),
            Column("unusable_count", "Unusable", "number"),
            Column("latest", "Latest row", "moment"),
        ],
        source=source,
        sort=Sort("name"),
        filters=(Filter("words", "Find"),),
        empty_title="No evidence yet",
        empty_text="Send the first export of a provider's ticket system.",
        empty_url=reverse("evidence_send") if access.may_import(request.person) else "",
        empty_label="Send a file",
    )
    return tables.respond(request, table, "evidence/sources.html", {"imports": imports.imports()})


def _source_url(row: Any) -> str:
    return address("evidence_source", row.name)


@require_GET
def evidence_source(request: Request, name: str) -> HttpResponseBase:
    """Show the batches of a source, and whether its evidence is whole."""
    source = access.source_to_read(request.person, name)
    table = Table(
        key="batches",
        caption=f"Batches of {source}",
        columns=[
            Column("number", "Batch", "number", sort="number", link=_batch_url),
            Column("file_name", "File"),
            Column("rows_read", "Rows", "number", sort="rows_read"),
            Column("rows_unusable", "Unusable", "number"),
            Column("latest_at", "Latest row", "moment"),
            Column("imported_at", "Imported", "moment"),
            Column("counts", "Counts", value=lambda row: "yes" if row.counts else "withdrawn"),
        ],
        source=lambda _: QuerySource(batches.all_batches(source)),
        sort=Sort("number", falling=True),
        file_name=f"batches-{source.pk}",
    )
    return tables.respond(
        request,
        table,
        "evidence/source.html",
        {"source": source, "whole": wholeness_of(source)},
    )


def _batch_url(row: Any) -> str:
    return address("evidence_batch", row.source.name, row.number)


@require_GET
def evidence_batch(request: Request, name: str, number: int) -> HttpResponse:
    """Show one batch: its file, its hash, how its rows fared."""
    batch = access.batch_to_read(request.person, name, number)
    known = names([batch.imported_by_key, batch.withdrawn_by_key])
    context = {
        "batch": batch,
        "imported_by": known[batch.imported_by_key],
        "withdrawn_by": known[batch.withdrawn_by_key],
        "counts": sorted(batch.remark_counts.items()),
        "remarks": batches.remarks_of(batch, most=50),
    }
    return render(request, "evidence/batch.html", context)


@require_GET
def evidence_original(request: Request, name: str, number: int) -> HttpResponseBase:
    """Give the file of a batch as it came."""
    return file_response(access.batch_to_read(request.person, name, number).file)


@require_GET
def evidence_remarks(request: Request, name: str, number: int) -> HttpResponseBase:
    """Show every remark of a batch, and give them as CSV."""
    batch = access.batch_to_read(request.person, name, number)
    codes = [(code, code) for code in sorted(batch.remark_counts)]
    table = Table(
        key="remarks",
        caption=f"Remarks on {batch.file_name}",
        columns=[
            Column("row", "Row", "number", sort="row"),
            Column("column", "Column", sort="column"),
            Column("severity", "Severity", sort="severity"),
            Column("code", "Code", sort="code"),
            Column("sentence", "Remark"),
        ],
        source=lambda chosen: RemarkSource(batch, chosen),
        sort=Sort("row"),
        filters=[Filter("code", "Code", codes)] if codes else [],
        empty_title="No remark: every row can be used",
        file_name=f"remarks-{batch.pk}",
    )
    return tables.respond(request, table, "evidence/remarks.html", {"batch": batch})


@require_http_methods(["GET", "POST"])
def evidence_withdraw(request: Request, name: str, number: int) -> HttpResponse:
    """Take a batch out of the figures, with a reason."""
    batch = access.batch_to_withdraw(request.person, name, number)
    form = WithdrawForm(request.POST or None)

    def save() -> Any:
        reason = form.cleaned_data["reason"]
        return batch_commands.withdraw_batch(
            batch, reason=reason, by=request.person, at=clock.now()
        )

    if request.method == "POST" and attempt(form, save):
        messages.success(request, f"Batch {number} counts no more.")
        return redirect("evidence_batch", name, number)
    context = {"batch": batch, "form": form}
    return render(request, "evidence/withdraw.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
def evidence_send(request: Request) -> HttpResponse:
    """Take a file in."""
    access.must_import(request.person)
    form = SendForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            run = importing.take_in(sent, name=sent.name, by=request.person, at=clock.now())
        except DomainError as error:
            form.add_error("file", error.message)
        else:
            return redirect("evidence_import", run.pk)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "limit_bytes": settings.UPLOAD_LIMIT_BYTES}
    return render(request, "evidence/send.html", context, status=status)


@require_http_methods(["GET", "POST"])
def evidence_import(request: Request, import_run: int) -> HttpResponse:
    """Show a file's way in: its mapping with a preview, its progress, its result."""
    run = access.import_to_read(request.person, import_run)
    if run.state != "sent":
        context: dict[str, Any] = {"run": run, "found": imports.how_far(run)}
        return render(request, "evidence/import_result.html", context)
    try:
        return _mapping_page(request, run)
    except Refusal as refusal:
        context = {"run": run, "refusal": refusal.remark.sentence}
        return render(request, "evidence/import_refused.html", context, status=422)


@require_http_methods(["GET", "POST"])
def evidence_discard(request: Request, import_run: int) -> HttpResponse:
    """Remove a file that nobody mapped, with a reason."""
    run = access.import_to_read(request.person, import_run)
    form = DiscardForm(request.POST or None)

    def save() -> bool:
        reason = form.cleaned_data["reason"]
        importing.discard_import(run, reason=reason, by=request.person, at=clock.now())
        return True

    if request.method == "POST" and attempt(form, save):
        messages.success(request, f"{run.file.original_name} is discarded.")
        return redirect("evidence_sources")
    context = {"run": run, "form": form}
    return render(request, "evidence/discard.html", context, status=status_of(form))


@require_POST
def evidence_import_again(request: Request, import_run: int) -> HttpResponse:
    """Read an import once more whose job failed."""
    run = access.import_to_read(request.person, import_run)
    importing.read_again(run, by=request.person, at=clock.now())
    return redirect("evidence_import", run.pk)


def _mapping_page(request: Request, run: Any) -> HttpResponse:
    sent, asked = (request.POST if request.method == "POST" else None), ReadAs()
    proposal = imports.proposal_of(run, **asdict(ReadAs.sent(sent) if sent else asked))
    if sent is not None:
        asked = ReadAs.sent(sent).changed(sent, proposal.known)
        if asked != ReadAs.sent(sent):
            proposal, sent = imports.proposal_of(run, **asdict(asked)), None
    form = _mapping_form(run, proposal, sent)
    mapping = _mapping_of(form, proposal)
    if sent is not None and sent.get("action") == "import" and mapping is not None:
        try:
            importing.confirm_import(
                run,
                form.document(),
                columns=imports.header_of(run, mapping),
                by=request.person,
                at=clock.now(),
            )
        except DomainError as error:
            form.add_error("pattern", error.message)
        else:
            return redirect("evidence_import", run.pk)
    return _show_mapping(request, run, proposal, form, mapping)


def _mapping_form(run: Any, proposal: imports.Proposal, sent: Any) -> MappingForm:
    """Return the form, with the states of the column that it names."""
    part = proposal.fields["files"][proposal.place]
    state_column = proposal.state_column if sent is None else sent.get("column_state", "")
    beginning = imports.beginning(
        run,
        state_column=state_column,
        delimiter=part.get("delimiter"),
        encoding=part.get("encoding"),
    )
    return MappingForm(sent, proposal=proposal, beginning=beginning, state_column=state_column)


def _mapping_of(form: MappingForm, proposal: imports.Proposal) -> FileMapping | None:
    """Return the mapping that the form says; None where something is left to choose."""
    if not form.is_bound:
        found = read_mapping(json.dumps(proposal.fields))
        return found if isinstance(found, FileMapping) else None
    if not form.is_valid():
        return None
    mapping = read_mapping(form.document())
    if isinstance(mapping, FileMapping):
        return mapping
    form.take(mapping)
    return None


def _show_mapping(
    request: Request,
    run: Any,
    proposal: imports.Proposal,
    form: MappingForm,
    mapping: FileMapping | None,
) -> HttpResponse:
    context = {
        "run": run,
        "form": form,
        "proposal": proposal,
        "preview": imports.preview(run, mapping) if mapping is not None else None,
    }
    refused = form.is_bound and form.errors and request.POST.get("action") == "import"
    status = 422 if refused else 200  # looking at a choice is no refusal: its answer is swapped in
    return render(request, "evidence/mapping.html", context, status=status)


@require_http_methods(["GET", "POST"])
def evidence_report(request: Request, name: str) -> HttpResponseBase:
    """Keep what the provider's own report says, under the provider's own names."""
    source = access.source_to_read(request.person, name)
    may_report = access.may_import(request.person)
    if request.method == "POST":
        access.must_import(request.person)
    form = ReportForm(request.POST or None, request.FILES or None)

    def save() -> bool:
        _keep_report(request, source, form.cleaned_data)
        return True

    if request.method == "POST" and attempt(form, save):
        messages.success(request, "What the provider reports is kept.")
        return redirect("evidence_report", name)
    context = {
        "source": source,
        "form": form if may_report else None,
        "volumes": reported.volumes_of(source),
    }
    answer = tables.respond(request, _figures(source), "evidence/report.html", context)
    if form.is_bound:
        answer.status_code = 422
    return answer


def _figures(source: Any) -> Table:
    """Return the table of what was reported so far."""
    return Table(
        key="reported",
        caption=f"Figures that the provider of {source} reported",
        columns=[
            Column("month", "Month", sort="month", value=lambda row: Month.parse(row.month).title),
            Column("label", "Name in the provider’s report", sort="label"),
            Column("met", "Met", "number"),
            Column("counted", "Counted", "number"),
            Column("percent", "Reported", "percent", value=_reported_share, note=_as_written),
            Column("reported_at", "Kept", "moment", sort="reported_at"),
        ],
        source=lambda _: QuerySource(reported.figures_of(source)),
        sort=Sort("month", falling=True),
        empty_title="Nothing reported yet",
        empty_text="Type a figure of the provider’s report in, or send its file.",
        file_name=f"reported-{source.pk}",
    )


def _reported_share(row: Any) -> Decimal | None:
    return Decimal(row.percent) / 100 if row.percent else None


def _as_written(row: Any) -> str:
    """Return a percentage as the report has it, where the page rounds it."""
    _, _, decimals = row.percent.partition(".")
    return f"{row.percent} % in the report" if len(decimals) > 1 else ""


def _keep_report(request: Request, source: Any, sent: dict[str, Any]) -> None:
    month, at = Month.parse(sent["month"]), clock.now()
    label = sent["label"].strip()
    if not sent["file"]:
        report = report_commands.Report(
            label,
            month,
            met=sent["met"],
            counted=sent["counted"],
            percent=sent["percent"].strip(),
            tickets=sent["tickets"],
        )
        report_commands.keep_report(source, report, by=request.person, at=at)
        return
    columns = VerdictColumns(
        sent["ticket_column"], sent["verdict_column"], breached=sent["says"] != "met"
    )
    file = SentFile(sent["file"], sent["file"].name)
    _, unclear = keep_verdict_file(source, label, month, columns, file, by=request.person, at=at)
    if unclear:
        messages.warning(request, f"{unclear:,} rows say neither met nor missed.")

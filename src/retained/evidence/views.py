"""Pages of evidence: sources, batches, and a file's way in."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from retained.evidence import access, commands, queries
from retained.evidence.engine.mapping import Mapping as FileMapping
from retained.evidence.engine.mapping import read_mapping
from retained.evidence.engine.staging.staged import Refusal
from retained.evidence.forms import MappingForm, ReportForm, SendForm, WithdrawForm
from retained.evidence.remark_rows import RemarkSource
from retained.evidence.wholeness import wholeness_of
from retained.files.storing import store_upload
from retained.jobs.access import run_to_see
from retained.jobs.queries import progress_of
from retained.pages import tables
from retained.pages.addresses import address
from retained.pages.request import Request
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
        return QuerySource(queries.chosen_sources(sources, chosen["words"]), queries.source_rows)

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
        empty_url=reverse("evidence_send"),
        empty_label="Send a file",
    )
    return tables.respond(request, table, "evidence/sources.html", {"imports": queries.imports()})


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
        source=lambda _: QuerySource(queries.all_batches(source)),
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
    context = {
        "batch": batch,
        "counts": sorted(batch.remark_counts.items()),
        "remarks": queries.remarks_of(batch, most=50),
    }
    return render(request, "evidence/batch.html", context)


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
    if request.method == "POST" and form.is_valid():
        try:
            commands.withdraw_batch(
                batch, reason=form.cleaned_data["reason"], by=request.person, at=clock.now()
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"Batch {number} counts no more.")
            return redirect("evidence_batch", name, number)
    status = 422 if form.is_bound else 200
    return render(request, "evidence/withdraw.html", {"batch": batch, "form": form}, status=status)


@require_http_methods(["GET", "POST"])
def evidence_send(request: Request) -> HttpResponse:
    """Take a file in."""
    access.must_import(request.person)
    form = SendForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            file = store_upload(sent, name=sent.name, by=request.person, at=clock.now())
            run = commands.start_import(file, by=request.person, at=clock.now())
        except DomainError as error:
            form.add_error("file", error.message)
        else:
            return redirect("evidence_import", run.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "evidence/send.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def evidence_import(request: Request, import_run: int) -> HttpResponse:
    """Show a file's way in: its mapping with a preview, its progress, its result."""
    run = access.import_to_read(request.person, import_run)
    if run.state != "sent":
        progress = None
        if run.state == "queued" and run.job_key:
            progress = progress_of(run_to_see(request.person, run.job_key, sees_all=True))
        context: dict[str, Any] = {"run": run, "progress": progress}
        return render(request, "evidence/import_result.html", context)
    try:
        return _mapping_page(request, run)
    except Refusal as refusal:
        context = {"run": run, "refusal": refusal.remark.sentence}
        return render(request, "evidence/import_refused.html", context, status=422)


def _mapping_page(request: Request, run: Any) -> HttpResponse:
    guess = queries.guess_of(run)
    base = guess.fields
    if request.method == "POST":
        column = request.POST.get("column_state", "")
    else:
        column = base["files"][0].get("columns", {}).get("state", "")
    columns, states = queries.header_and_states(run, column)
    sent = request.POST if request.method == "POST" else None
    form = MappingForm(sent, base=base, columns=columns, states=states)
    mapping, problems = _mapping_of(form, base)
    if sent is not None and sent.get("action") == "import" and mapping is not None:
        try:
            commands.confirm_import(
                run, form.document(), columns=columns, by=request.person, at=clock.now()
            )
        except DomainError as error:
            problems = [error.message]
        else:
            return redirect("evidence_import", run.pk)
    context = {
        "run": run,
        "form": form,
        "reasons": guess.reasons,
        "problems": problems,
        "preview": queries.preview(run, mapping) if mapping is not None else None,
    }
    return render(request, "evidence/mapping.html", context, status=422 if problems else 200)


def _mapping_of(form: MappingForm, base: dict[str, Any]) -> tuple[FileMapping | None, list[str]]:
    """Return the mapping that the form says, or why it says none."""
    if not form.is_bound:
        found = FileMapping.model_validate(base) if base["files"][0]["columns"] else None
        return found, []
    if not form.is_valid():
        return None, ["Look at the fields marked below."]
    mapping = read_mapping(form.document())
    if isinstance(mapping, FileMapping):
        return mapping, []
    return None, [f"{remark.place.column}: {remark.sentence}" for remark in mapping]


@require_http_methods(["GET", "POST"])
def evidence_report(request: Request, name: str) -> HttpResponse:
    """Keep what the provider's own report says, under the provider's own names."""
    source = access.source_to_read(request.person, name)
    access.must_import(request.person)
    form = ReportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            _keep_report(request, source, form.cleaned_data)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "The provider's figure is kept.")
            return redirect("evidence_report", name)
    context = {"source": source, "form": form, "figures": queries.figures_of(source)}
    status = 422 if form.is_bound else 200
    return render(request, "evidence/report.html", context, status=status)


def _keep_report(request: Request, source: Any, sent: dict[str, Any]) -> None:
    month, at = Month.parse(sent["month"]), clock.now()
    label = sent["label"].strip()
    if not sent["file"]:
        figure = commands.Figure(
            label, month, met=sent["met"], counted=sent["counted"], percent=sent["percent"].strip()
        )
        commands.keep_reported_figures(source, [figure], by=request.person, at=at)
        return
    file = store_upload(sent["file"], name=sent["file"].name, by=request.person, at=at)
    read = queries.verdicts_in(
        file,
        ticket=sent["ticket_column"],
        verdict=sent["verdict_column"],
        breached=sent["says"] != "met",
    )
    commands.keep_reported_verdicts(
        source, label, month, read.verdicts, file=file, by=request.person, at=at
    )
    if read.unclear_rows:
        messages.warning(request, f"{read.unclear_rows:,} rows say neither met nor missed.")

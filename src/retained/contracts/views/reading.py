"""Pages that show agreements: the list, one agreement, a version, a calendar."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from retained.contracts import access, queries, sections, shown
from retained.contracts.engine.schema import schema_text
from retained.contracts.engine.term import term_of
from retained.contracts.forms.documents import DocumentForm
from retained.directory.access import may
from retained.directory.engine.roles import Side
from retained.files.responses import text_response
from retained.pages.addresses import address
from retained.pages.request import Request
from retained.pages.sources import QuerySource
from retained.pages.tables import Column, Filter, Sort, Table, respond
from retained.shared import clock
from retained.shared.errors import NotThereError

_NOTICE = [("near", f"Within {queries.NOTICE_HORIZON_DAYS} days")]


def today_of(_request: Request) -> date:
    """Return the day on the wall of the reader's organisation."""
    return localdate(clock.now())


def _page_of(row: queries.AgreementRow) -> str:
    return address("agreement", row.reference)


@require_GET
def agreements(request: Request) -> HttpResponseBase:
    """Show every agreement that the reader may read."""
    may_register = may(request.person, "register_agreements")
    context: Mapping[str, Any] = {"may_register": may_register}
    return respond(request, _table(request, may_register), "contracts/agreements.html", context)


def _table(request: Request, may_register: bool) -> Table:
    """Return the table of agreements as they stand today."""
    day = today_of(request)

    def source(chosen: Mapping[str, str]) -> QuerySource[Any]:
        readable = access.agreements_to_read(request.person)
        found = queries.agreements_named(readable, chosen["words"].split())
        if chosen["notice"]:
            versions = access.versions_to_read(request.person)
            found = queries.agreements_near_notice(found, versions, day)
        return QuerySource(
            queries.agreements_by(found, day),
            rows=lambda some: queries.agreement_rows(some, day),
        )

    return Table(
        key="agreements",
        caption="Agreements",
        columns=(
            Column("title", "Agreement", sort="title", link=_page_of, note=lambda r: r.reference),
            Column("provider", "Provider", sort="provider__name"),
            Column("starts_on", "First day", "day", value=lambda row: row.term.starts_on),
            Column("ends_on", "Last day", "day", value=lambda r: r.term.ends_on, sort="ends_on"),
            Column("notice_on", "Notice by", "day", value=lambda row: row.term.notice_on,
                   hint="The last day to give notice that the agreement shall not go on",
                   note=lambda row: _days_left(row, day)),
            Column("service_levels", "Service levels", "number"),
            Column("monthly", "A month", "money"),
        ),
        source=source,
        sort=Sort("title"),
        filters=(Filter("words", "Find"), Filter("notice", "Word by", _NOTICE)),
        empty_title="No agreement yet",
        empty_text=(
            "An agreement says what a provider promised: enter it from templates of usual "
            "clauses, or bring it in as a file."
        ),
        empty_url=reverse("agreement_new") if may_register else "",
        empty_label="Enter an agreement",
    )  # fmt: skip


def _days_left(row: queries.AgreementRow, day: date) -> str:
    """Return how long there is to give word, where it is near."""
    days = row.term.days_to_notice(day)
    if days is None or days > queries.NOTICE_HORIZON_DAYS:
        return ""
    return "passed" if days < 0 else "today" if days == 0 else f"in {days} days"


@require_GET
def agreement(request: Request, reference: str) -> HttpResponse:
    """Show what an agreement promises, and how it came to that."""
    return agreement_page(request, reference)


def agreement_page(
    request: Request, reference: str, *, document_form: DocumentForm | None = None
) -> HttpResponse:
    """Return the page of an agreement; with a form that was refused, 422."""
    person, at = request.person, clock.now()
    found = access.agreement_to_read(person, reference)
    day = today_of(request)
    rows = queries.versions(found)
    current = queries.shown_version(rows, day)
    reads_notes = may(person, "read_agreement_notes", reference)
    context = {
        "agreement": found,
        "current": current,
        "is_to_come": current.effective_from > day,
        "promise": shown.terms_shown(current.terms, day, shown.reader_of(person)),
        "versions": shown.versions_shown(rows, day, _names(rows) if reads_notes else {}),
        "reads_notes": reads_notes,
        "documents": access.documents_to_read(person, found),
        "document_form": document_form or DocumentForm(auto_id="document_%s"),
        "sections": sections.sections(person, found, at),
        "tabs": sections.tabs(person, found),
        "days_to_notice": _near_notice(current, day),
        "is_client": person.side is Side.CLIENT,
        "may_change": may(person, "change_agreements", reference),
        "may_file": may(person, "keep_agreement_documents", reference),
    }
    status = 422 if document_form is not None else 200
    return render(request, "contracts/agreement.html", context, status=status)


def _names(rows: list[queries.VersionRow]) -> dict[str, str]:
    return queries.names_of_creators(rows)


def _near_notice(current: queries.VersionRow, day: date) -> int | None:
    """Return the days left to give word if they are few, else None."""
    days = term_of(current.terms, day).days_to_notice(day)
    near = days is not None and 0 <= days <= queries.NOTICE_HORIZON_DAYS
    return days if near else None


@require_GET
def agreement_version(request: Request, reference: str, version: int) -> HttpResponse:
    """Show one version: its document, its hash, and what it changed."""
    found = access.agreement_to_read(request.person, reference)
    rows = queries.versions(found)
    row = queries.version(found, version)
    reads_notes = may(request.person, "read_agreement_notes", reference)
    listed = shown.versions_shown(rows, today_of(request), _names(rows) if reads_notes else {})
    context = {
        "agreement": found,
        "version": next(one for one in listed if one.row.number == row.number),
        "levels": shown.levels_shown(row.terms, shown.reader_of(request.person)),
        "reads_notes": reads_notes,
    }
    return render(request, "contracts/version.html", context)


@require_GET
def agreement_export(request: Request, reference: str) -> HttpResponse:
    """Return a version as its YAML file; with ?version= that one, else the one in force."""
    found = access.agreement_to_read(request.person, reference)
    asked = request.GET.get("version", "")
    if asked.isdecimal() and len(asked) < 9:
        row = queries.version(found, int(asked))
    else:
        row = queries.shown_version(queries.versions(found), today_of(request))
    name = f"{found.reference}-{row.number}.yaml"
    return text_response(row.document, name, "application/yaml")


@require_GET
def agreement_calendar(request: Request, reference: str, calendar: str) -> HttpResponse:
    """Show a calendar with the special days of a year."""
    found = access.agreement_to_read(request.person, reference)
    day = today_of(request)
    row = queries.shown_version(queries.versions(found), day)
    if calendar not in row.terms.calendars:
        raise NotThereError("This calendar")
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and 1970 <= int(asked[:5]) <= 2200 else day.year
    days, is_frozen = shown.holidays_shown(calendar, row.terms, year)
    context = {
        "agreement": found,
        "calendar": shown.calendar_shown(calendar, row.terms),
        "year": year,
        "days": days,
        "is_frozen": is_frozen,
        "may_change": may(request.person, "change_agreements", reference),
    }
    return render(request, "contracts/calendar.html", context)


@require_GET
def agreement_schema(request: Request) -> HttpResponse:  # noqa: ARG001 - a page's signature
    """Return the published JSON Schema of an agreement."""
    return text_response(schema_text(), "agreement-1.schema.json", "application/schema+json")

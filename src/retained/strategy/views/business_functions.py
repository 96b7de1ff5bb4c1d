"""Pages of business functions: the list, a new one, a change, retiring and bringing back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from retained.directory.access import may, must
from retained.directory.views.saving import FormPage, form_page, newer_values
from retained.pages.addresses import address
from retained.pages.request import Request
from retained.pages.saving import attempt
from retained.pages.sources import ListSource
from retained.pages.tables import Column, Filter, Sort, Table, respond
from retained.shared import clock
from retained.strategy.access.portfolio import (
    business_function_to_change,
    business_functions_to_read,
    functions_to_read,
)
from retained.strategy.commands import business_functions as commands
from retained.strategy.forms.business_functions import (
    BusinessFunctionEditForm,
    BusinessFunctionForm,
)
from retained.strategy.forms.functions import VersionForm
from retained.strategy.queries.business_functions import BusinessFunctionRow, business_function_rows

_FIELDS = ("title", "criticality", "recovery_time_minutes", "recovery_point_minutes", "version")
_LIST = "Business functions"


@require_GET
def business_functions(request: Request) -> HttpResponseBase:
    """Show what the company does, and how many IT functions support each part of it."""
    may_change = may(request.person, "change_functions")
    found = business_functions_to_read(request.person)
    rows = business_function_rows(found, functions_to_read(request.person))
    table = Table(
        key="business-functions",
        caption=_LIST,
        columns=(
            Column("title", "Business function", sort="title",
                   link=(lambda row: address("business_function_edit", row.reference))
                   if may_change else None,
                   note=_note_of),
            Column("criticality", "Criticality", sort="weight"),
            Column("recovery_time", "May stand still", "duration"),
            Column("recovery_point", "Data that may be lost", "duration"),
            Column("supported_by", "IT functions", "number", sort="supported_by",
                   hint="How many IT functions support it"),
        ),
        source=lambda chosen: ListSource(
            row for row in rows if row.is_retired == (chosen["state"] == "retired")
        ),
        sort=Sort("title"),
        filters=(Filter("state", "State", (("used", "In use"), ("retired", "Retired")), "used"),),
        empty_title="No business function here yet",
        empty_text=(
            "A business function is what the company does for its own customers, such as payments "
            "or lending: name those that IT functions support."
        ),
        empty_url=reverse("business_function_new") if may_change else "",
        empty_label="Add one",
    )  # fmt: skip
    return respond(request, table, "strategy/business_functions.html", {"may_change": may_change})


def _note_of(row: BusinessFunctionRow) -> str:
    return f"{row.reference}, retired" if row.is_retired else row.reference


@require_http_methods(["GET", "POST"])
def business_function_new(request: Request) -> HttpResponse:
    """Add a business function."""
    must(request.person, "change_functions")
    form = BusinessFunctionForm(request.POST or None, initial={"criticality": "medium"})
    page = FormPage("Add a business function", "Add", reverse("business_functions"), _LIST)

    def save() -> Any:
        reference = form.cleaned_data["reference"].strip()
        return commands.add_business_function(
            reference, form.details(), by=request.person, at=clock.now()
        )

    made = attempt(form, save) if request.method == "POST" else None
    if made:
        messages.success(request, f"“{made}” is added.")
        return redirect("business_functions")
    return form_page(request, form, page)


@require_http_methods(["GET", "POST"])
def business_function_edit(request: Request, business: str) -> HttpResponse:
    """Change a business function."""
    found = business_function_to_change(request.person, business)
    form = BusinessFunctionEditForm(
        request.POST or None, initial={name: getattr(found, name) for name in _FIELDS}
    )
    page = FormPage(f"Change “{found}”", "Save", reverse("business_functions"), _LIST)

    def save() -> Any:
        return commands.change_business_function(
            found, form.details(), by=request.person, at=clock.now(),
            expected_version=form.cleaned_data["version"],
        )  # fmt: skip

    if request.method == "POST" and attempt(form, save):
        messages.success(request, f"“{found}” is saved.")
        return redirect("business_functions")
    more = {"newer": newer_values(form, found, _FIELDS), "business": found}
    template = "strategy/business_function_form.html"
    return form_page(request, form, page, template=template, more=more)


@require_POST
def business_function_retire(request: Request, business: str) -> HttpResponse:
    """Retire a business function."""
    found = business_function_to_change(request.person, business)
    commands.retire_business_function(
        found, by=request.person, at=clock.now(), expected_version=_version(request)
    )
    messages.success(request, f"“{found}” is retired.")
    return redirect("business_functions")


@require_POST
def business_function_bring_back(request: Request, business: str) -> HttpResponse:
    """Bring a retired business function back into use."""
    found = business_function_to_change(request.person, business)
    commands.bring_back_business_function(
        found, by=request.person, at=clock.now(), expected_version=_version(request)
    )
    messages.success(request, f"“{found}” is in use again.")
    return redirect("business_functions")


def _version(request: Request) -> int:
    """Return the version that the person had opened; 0, which nothing has, where none was sent."""
    form = VersionForm(request.POST)
    return int(form.cleaned_data["version"]) if form.is_valid() else 0

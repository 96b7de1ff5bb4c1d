"""Pages about organisations, their legal entities and sites."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from retained.directory import access, sections
from retained.directory.commands import organisations as commands
from retained.directory.forms.organisations import (
    LegalEntityEditForm,
    LegalEntityForm,
    OrganisationEditForm,
    OrganisationForm,
    SiteEditForm,
    SiteForm,
)
from retained.directory.queries import organisations as queries
from retained.directory.queries.entry import client_organisation
from retained.directory.views.saving import FormPage, form_page, newer_values
from retained.pages.addresses import address
from retained.pages.request import Request
from retained.pages.saving import attempt
from retained.pages.sources import QuerySource
from retained.pages.tables import Column, Filter, Sort, Table, respond
from retained.shared import clock


def _page_of(organisation: Any) -> str:
    """Return where an organisation's page is."""
    return address("organisation", organisation.slug)


@require_GET
def directory(request: Request) -> HttpResponseBase:
    """Show the client and the table of its providers."""
    may_edit = access.may(request.person, "edit_organisations")
    context: Mapping[str, Any] = {"client": client_organisation(), "may_edit": may_edit}
    return respond(request, _providers(request, may_edit), "directory/directory.html", context)


def _providers(request: Request, may_edit: bool) -> Table:
    """Return the table of providers."""

    def source(chosen: Mapping[str, str]) -> QuerySource[Any]:
        return QuerySource(queries.providers(request.person, words=chosen["words"]))

    return Table(
        key="providers",
        caption="Providers",
        columns=(
            Column("name", "Provider", sort="name", link=_page_of),
            Column("country", "Country", sort="country"),
            Column("time_zone", "Time zone", sort="time_zone"),
            Column("subcontractor_count", "Subcontractors", "number", sort="subcontractor_count"),
            Column("people_count", "People", "number", sort="people_count"),
        ),
        source=source,
        sort=Sort("name"),
        filters=(Filter("words", "Find"),),
        empty_title="No provider yet",
        empty_text="Add the companies that do work for you; agreements and evidence hang on them.",
        empty_url=reverse("organisation_new") if may_edit else "",
        empty_label="Add a provider",
    )


@require_GET
def organisation(request: Request, slug: str) -> HttpResponse:
    """Show one organisation, with what the stages know of it."""
    found = access.organisation_to_read(request.person, slug)
    context = {
        "shown": queries.organisation_page(request.person, found),
        "sections": sections.sections(request.person, found, clock.now()),
        "may_edit": access.may(request.person, "edit_organisations"),
        "may_edit_entities": access.may(request.person, "edit_legal_entities"),
        "may_invite": access.may(request.person, "look_after_people"),
    }
    return render(request, "directory/organisation.html", context)


@require_http_methods(["GET", "POST"])
def organisation_new(request: Request) -> HttpResponse:
    """Add a provider, or with ?under=… a subcontractor of an organisation."""
    under = request.GET.get("under", "")
    parent = access.organisation_to_edit(request.person, under) if under else None
    form = OrganisationForm(request.POST or None)
    page = FormPage(
        title=f"Add a subcontractor of {parent}" if parent else "Add a provider",
        button="Add",
        back_url=_page_of(parent) if parent else reverse("directory"),
        back_title=str(parent or "Organisations"),
    )

    def save() -> Any:
        by, at = request.person, clock.now()
        if parent:
            return commands.add_subcontractor(parent, form.details(), by=by, at=at)
        return commands.add_provider(form.details(), by=by, at=at)

    made = attempt(form, save) if request.method == "POST" else None
    if made:
        messages.success(request, f"{made} is added.")
        return redirect(_page_of(made))
    return form_page(request, form, page)


@require_http_methods(["GET", "POST"])
def organisation_edit(request: Request, slug: str) -> HttpResponse:
    """Change an organisation."""
    found = access.organisation_to_edit(request.person, slug)
    fields = ("name", "country", "time_zone", "version")
    form = OrganisationEditForm(
        request.POST or None, initial={name: getattr(found, name) for name in fields}
    )
    page = FormPage(f"Edit {found}", "Save", _page_of(found), str(found))

    def save() -> Any:
        version = form.cleaned_data["version"]
        return commands.edit_organisation(
            found, form.details(), version=version, by=request.person, at=clock.now()
        )

    if request.method == "POST" and attempt(form, save):
        messages.success(request, f"{found} is saved.")
        return redirect(_page_of(found))
    return form_page(request, form, page, more={"newer": newer_values(form, found, fields)})


@require_http_methods(["GET", "POST"])
def legal_entity_new(request: Request, slug: str) -> HttpResponse:
    """Add a legal entity to an organisation."""
    owner = access.organisation_to_read(request.person, slug)
    form = LegalEntityForm(request.POST or None, initial={"country": owner.country})
    page = FormPage(f"Add a legal entity of {owner}", "Add", _page_of(owner), str(owner))

    def save() -> Any:
        return commands.add_legal_entity(owner, form.details(), by=request.person, at=clock.now())

    if request.method == "POST" and attempt(form, save):
        messages.success(request, "The legal entity is added.")
        return redirect(_page_of(owner))
    return form_page(request, form, page)


@require_http_methods(["GET", "POST"])
def legal_entity_edit(request: Request, legal_entity: int) -> HttpResponse:
    """Change a legal entity."""
    found = access.legal_entity_to_edit(request.person, legal_entity)
    fields = ("name", "lei", "country", "version")
    form = LegalEntityEditForm(
        request.POST or None, initial={name: getattr(found, name) for name in fields}
    )
    owner = found.organisation
    page = FormPage(f"Edit {found}", "Save", _page_of(owner), str(owner))

    def save() -> Any:
        version = form.cleaned_data["version"]
        return commands.edit_legal_entity(
            found, form.details(), version=version, by=request.person, at=clock.now()
        )

    if request.method == "POST" and attempt(form, save):
        messages.success(request, f"{found} is saved.")
        return redirect(_page_of(owner))
    return form_page(request, form, page, more={"newer": newer_values(form, found, fields)})


@require_http_methods(["GET", "POST"])
def site_new(request: Request, slug: str) -> HttpResponse:
    """Add a site to an organisation."""
    owner = access.organisation_to_edit(request.person, slug)
    initial = {"country": owner.country, "time_zone": owner.time_zone}
    form = SiteForm(request.POST or None, initial=initial)
    page = FormPage(f"Add a site of {owner}", "Add", _page_of(owner), str(owner))

    def save() -> Any:
        return commands.add_site(owner, form.details(), by=request.person, at=clock.now())

    if request.method == "POST" and attempt(form, save):
        messages.success(request, "The site is added.")
        return redirect(_page_of(owner))
    return form_page(request, form, page)


@require_http_methods(["GET", "POST"])
def site_edit(request: Request, site: int) -> HttpResponse:
    """Change a site."""
    found = access.site_to_edit(request.person, site)
    fields = ("name", "country", "time_zone", "version")
    form = SiteEditForm(
        request.POST or None, initial={name: getattr(found, name) for name in fields}
    )
    owner = found.organisation
    page = FormPage(f"Edit {found}", "Save", _page_of(owner), str(owner))

    def save() -> Any:
        version = form.cleaned_data["version"]
        return commands.edit_site(
            found, form.details(), version=version, by=request.person, at=clock.now()
        )

    if request.method == "POST" and attempt(form, save):
        messages.success(request, f"{found} is saved.")
        return redirect(_page_of(owner))
    return form_page(request, form, page, more={"newer": newer_values(form, found, fields)})

"""Pages about people: the list, one person, roles, invitations."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from retained.directory import access, limits
from retained.directory.commands import invitations
from retained.directory.commands import people as commands
from retained.directory.engine.roles import Role, Side, roles_of
from retained.directory.forms.people import InviteForm, PersonForm, ReasonForm, RoleForm
from retained.directory.queries import people as queries
from retained.directory.queries.organisations import organisation_called, organisation_names
from retained.directory.views.saving import FormPage, form_page, newer_values
from retained.pages.addresses import address
from retained.pages.request import Request
from retained.pages.saving import attempt
from retained.pages.sources import QuerySource
from retained.pages.tables import Column, Filter, Sort, Table, respond
from retained.shared import clock


@require_GET
def people(request: Request) -> HttpResponseBase:
    """Show who may come in, and who was invited."""
    may_invite = access.may(request.person, "look_after_people")
    waiting = queries.open_invitations(request.person, at=clock.now()) if may_invite else []
    context = {"may_invite": may_invite, "waiting": waiting}
    return respond(request, _table(request), "directory/people.html", context)


def _table(request: Request) -> Table:
    """Return the table of people."""

    def source(chosen: Mapping[str, str]) -> QuerySource[Any]:
        return QuerySource(queries.people(request.person, chosen), queries.person_rows)

    return Table(
        key="people",
        caption="People",
        columns=(
            Column(
                "name",
                "Person",
                sort="name",
                link=lambda row: address("person", row.key),
                note=lambda row: row.email,
            ),
            Column(
                "organisation",
                "Organisation",
                sort="organisation__name",
                link=lambda row: address("organisation", row.organisation_slug),
            ),
            Column("roles", "Roles"),
            Column("factors", "Second factor"),
            Column("last_login", "Last signed in", "moment"),
            Column("state", "Account"),
        ),
        source=source,
        sort=Sort("name"),
        filters=(
            Filter("words", "Find"),
            Filter("role", "Role", [(role.value, role.label) for role in Role]),
            Filter("side", "Side", [(side.value, side.value.capitalize()) for side in Side]),
            Filter("state", "Account", [("open", "Open"), ("closed", "Closed")]),
        ),
        empty_title="Nobody yet",
    )


@require_GET
def person(request: Request, person: str) -> HttpResponse:
    """Show one person: organisation, roles, second factor."""
    found = access.person_to_read(request.person, person)
    shown = queries.person_page(found)
    context = {
        "shown": shown,
        "may_edit": access.may(request.person, "look_after_people"),
        "is_self": found.pk == request.person.pk,
        "role_form": _role_form(None, shown),
        "reason_form": ReasonForm(auto_id="why_%s"),
    }
    return render(request, "directory/person.html", context)


def _role_form(sent: Any, shown: queries.PersonPage) -> RoleForm:
    """Return the form that gives a role to a person."""
    form = RoleForm(sent)
    form.offer_roles(shown.roles_to_give)
    form.offer_agreements(limits.agreements(shown.person.organisation))
    return form


@require_http_methods(["GET", "POST"])
def person_edit(request: Request, person: str) -> HttpResponse:
    """Change name and e-mail address of a person."""
    found = access.person_to_look_after(request.person, person)
    fields = ("name", "email", "version")
    form = PersonForm(request.POST or None, initial={name: getattr(found, name) for name in fields})
    page = FormPage(f"Edit {found}", "Save", reverse("person", args=[person]), str(found))

    def save() -> Any:
        sent = form.cleaned_data
        return commands.edit_person(
            found,
            name=sent["name"],
            email=sent["email"],
            version=sent["version"],
            by=request.person,
            at=clock.now(),
        )

    if request.method == "POST" and attempt(form, save):
        messages.success(request, f"{found} is saved.")
        return redirect("person", person)
    return form_page(request, form, page, more={"newer": newer_values(form, found, fields)})


@never_cache
@require_http_methods(["GET", "POST"])
def person_invite(request: Request) -> HttpResponse:
    """Invite somebody into an organisation (?to=…), and show the link once."""
    access.must(request.person, "look_after_people")
    asked = request.GET.get("to", request.person.organisation.slug)
    organisation = organisation_called(request.person, asked)
    form = InviteForm(request.POST or None)
    form.offer_roles(roles_of(organisation.side))
    form.offer_agreements(limits.agreements(organisation))
    page = FormPage(
        title=f"Invite somebody of {organisation}",
        button="Make the invitation",
        back_url=reverse("people"),
        back_title="People",
        intro="The link works once, for seven days, and only for this e-mail address.",
    )

    def save() -> invitations.IssuedLink:
        return invitations.invite(organisation, form.guest(), by=request.person, at=clock.now())

    link = attempt(form, save) if request.method == "POST" else None
    if link:
        return render(request, "directory/link.html", {"link": link, "page": page})
    names = organisation_names(request.person)
    more = {"organisation": organisation, "organisations": names}
    return form_page(request, form, page, template="directory/invite.html", more=more)


@require_POST
def invitation_withdraw(request: Request, invitation: int) -> HttpResponse:
    """Make an open invitation useless."""
    found = access.invitation_to_look_after(request.person, invitation)
    invitations.withdraw_invitation(found, by=request.person, at=clock.now())
    messages.success(request, f"The invitation of {found.email} is withdrawn.")
    return redirect("people")


@require_POST
def person_grant(request: Request, person: str) -> HttpResponse:
    """Give a role to a person."""
    found = access.person_to_look_after(request.person, person)
    form = _role_form(request.POST, queries.person_page(found))

    def save() -> bool:
        role, references = form.role_chosen, form.agreements_chosen
        commands.grant_role_on(found, role, references, by=request.person, at=clock.now())
        return True

    if attempt(form, save):
        messages.success(request, f"{found} is now {form.role_chosen.label.lower()}.")
        return redirect("person", person)
    page = FormPage(f"Give {found} a role", "Give", reverse("person", args=[person]), str(found))
    return form_page(request, form, page)


@require_POST
def person_revoke(request: Request, grant: int) -> HttpResponse:
    """Take a role from a person."""
    found = access.grant_to_revoke(request.person, grant)
    holder = found.person
    commands.revoke_role(found, by=request.person, at=clock.now())
    messages.success(request, f"{holder} no longer has the role “{found}”.")
    return redirect("person", holder.actor_key)


def _reason(request: Request) -> str:
    """Return why, as far as it was written."""
    form = ReasonForm(request.POST)
    return str(form.cleaned_data["reason"]) if form.is_valid() else ""


@require_POST
def person_deactivate(request: Request, person: str) -> HttpResponse:
    """Close the account of a person."""
    found = access.person_to_look_after(request.person, person)
    commands.deactivate(found, reason=_reason(request), by=request.person, at=clock.now())
    messages.success(request, f"The account of {found} is closed and every session has ended.")
    return redirect("person", person)


@require_POST
def person_reactivate(request: Request, person: str) -> HttpResponse:
    """Open the account of a person again."""
    found = access.person_to_look_after(request.person, person)
    commands.reactivate(found, by=request.person, at=clock.now())
    messages.success(request, f"The account of {found} is open again.")
    return redirect("person", person)


@require_POST
def person_drop_factors(request: Request, person: str) -> HttpResponse:
    """Remove the second factors of somebody who lost them."""
    found = access.person_to_look_after(request.person, person)
    reason = _reason(request)
    commands.drop_second_factors(found, reason=reason, by=request.person, at=clock.now())
    messages.success(request, f"{found} has no second factor any more and is signed out.")
    return redirect("person", person)


@never_cache
@require_POST
def person_password_link(request: Request, person: str) -> HttpResponse:
    """Make a link by which a person chooses a new password, and show it once."""
    found = access.person_to_look_after(request.person, person)
    link = invitations.new_password_link(found, by=request.person, at=clock.now())
    page = FormPage(f"A new password for {found}", "", reverse("person", args=[person]), str(found))
    return render(request, "directory/link.html", {"link": link, "page": page})

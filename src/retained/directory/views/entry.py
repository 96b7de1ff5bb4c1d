"""Pages of the ways in: using a link, tokens of machines, second factor by role, chairs."""

from collections.abc import Callable

from allauth.account.utils import perform_login
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from retained.directory import access
from retained.directory.commands import chairs, invitations, second_factor, tokens
from retained.directory.engine.roles import Role
from retained.directory.engine.secrets import LinkSpentError
from retained.directory.forms.people import (
    FoundingForm,
    JoinForm,
    NewPasswordForm,
    SecondFactorForm,
    SetUpForm,
    TokenForm,
)
from retained.directory.queries import entry as queries
from retained.directory.queries.permission_rows import (
    KIND_WORDS,
    permission_rows,
    room_choices,
)
from retained.directory.views.saving import FormPage, form_page
from retained.pages.request import Request
from retained.pages.saving import attempt, status_of
from retained.pages.sources import ListSource
from retained.pages.tables import Column, Filter, Sort, Table, respond
from retained.shared import clock


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Use a link: join, set up the installation, or choose a new password; then sign in."""
    try:
        link = queries.usable_link(secret, at=clock.now())
    except LinkSpentError as error:
        return render(request, "directory/link_spent.html", {"error": error}, status=404)
    form_class, accept, title = _USES[link.purpose]
    if form_class is SetUpForm and queries.client_organisation() is None:
        form_class = FoundingForm
    form = form_class(request.POST or None, initial={"name": link.name})
    person = attempt(form, lambda: accept(secret, form)) if request.method == "POST" else None
    if person:
        answer: HttpResponse = perform_login(request, person, email_verification="none")
        return answer
    context = {"form": form, "link": link, "title": title, "role": _role_of(link.role)}
    return render(request, "directory/join.html", context, status=status_of(form))


def _role_of(role: str) -> Role | None:
    """Return the role that a link brings."""
    return Role(role) if role else None


def _join(secret: str, form: JoinForm) -> object:
    """Accept an invitation."""
    sent = form.cleaned_data
    return invitations.accept_invitation(
        secret, name=sent["name"], password=sent["password"], at=clock.now()
    )


def _set_up(secret: str, form: SetUpForm) -> object:
    """Set up the installation."""
    return invitations.accept_set_up(secret, form.set_up(), at=clock.now())


def _new_password(secret: str, form: NewPasswordForm) -> object:
    """Choose a new password."""
    password = form.cleaned_data["password"]
    return invitations.accept_new_password(secret, password=password, at=clock.now())


_Use = tuple[type[NewPasswordForm], Callable[..., object], str]
_USES: dict[str, _Use] = {
    "join": (JoinForm, _join, "Welcome"),
    "first_administrator": (SetUpForm, _set_up, "Set up Retained"),
    "new_password": (NewPasswordForm, _new_password, "Choose a new password"),
}


@never_cache
@require_http_methods(["GET", "POST"])
def api_tokens(request: Request) -> HttpResponse:
    """Show one's tokens; make one, and show it once."""
    form = TokenForm(request.POST or None)
    page = FormPage("API tokens", "Make the token", "", "")

    def save() -> tokens.IssuedToken:
        return tokens.make_token(
            name=form.cleaned_data["name"],
            scope=form.cleaned_data["scope"],
            life=form.life,
            by=request.person,
            at=clock.now(),
        )

    issued = attempt(form, save) if request.method == "POST" else None
    more = {
        "tokens": queries.tokens(request.person, at=clock.now()),
        "issued": issued,
    }
    if issued:
        form = TokenForm()
    return form_page(request, form, page, template="directory/api_tokens.html", more=more)


@require_POST
def api_token_revoke(request: Request, token: int) -> HttpResponse:
    """Make a token useless."""
    found = access.token_to_revoke(request.person, token)
    tokens.revoke_token(found, by=request.person, at=clock.now())
    messages.success(request, f"The token “{found}” is revoked.")
    return redirect("api_tokens")


@require_http_methods(["GET", "POST"])
def second_factor_rules(request: Request) -> HttpResponse:
    """Say which roles must have a second factor."""
    access.must(request.person, "look_after_people")
    rules = queries.factor_rules()
    required = [rule.role.value for rule in rules if rule.required]
    form = SecondFactorForm(request.POST or None, initial={"roles": required})
    if request.method == "POST":
        form = SecondFactorForm(request.POST)
        if form.is_valid():
            second_factor.require_second_factor(
                form.roles_chosen, by=request.person, at=clock.now()
            )
            messages.success(request, "The rule holds from everybody's next page on.")
            return redirect("second_factor_rules")
    page = FormPage("Second factor", "Save", reverse("people"), "People")
    return form_page(
        request, form, page, template="directory/second_factor.html", more={"rules": rules}
    )


@require_GET
def show_permissions(request: Request) -> HttpResponseBase:
    """Show the permission table as it holds here."""
    table = Table(
        key="permissions",
        caption="Who may do what",
        columns=(
            Column("words", "What", sort="words", note=lambda row: row.name),
            Column("kind", "How", value="kind_words", sort="kind"),
            Column("room", "Room", sort="room"),
            Column("audience", "Open to", sort="audience"),
            Column("by_agreement", "By agreement", "yes", sort="by_agreement"),
        ),
        source=lambda chosen: ListSource(permission_rows(chosen)),
        sort=Sort("room"),
        filters=(
            Filter("words", "Find"),
            Filter("room", "Room", room_choices()),
            Filter("kind", "How", list(KIND_WORDS.items())),
        ),
        file_name="permissions",
    )
    return respond(request, table, "directory/permissions.html", {"roles": list(Role)})


@require_POST
def chair_take(request: Request) -> HttpResponse:
    """Sit down in the chair of another of the demonstration's cast."""
    person = chairs.take_chair(request.POST.get("chair", ""), by=request.person, at=clock.now())
    login(request, person, backend="allauth.account.auth_backends.AuthenticationBackend")
    # Only a sign-in by a password lists its device by itself.
    UserSession.objects.create_from_request(request)
    messages.info(request, f"You now sit in the chair of {person.name}, {person.organisation}.")
    return redirect("/")

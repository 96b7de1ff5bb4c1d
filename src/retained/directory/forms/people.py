"""Forms about people: invitations, roles, names, passwords, tokens."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms

from retained.directory.commands.invitations import Guest, SetUp
from retained.directory.commands.organisations import OrganisationDetails
from retained.directory.engine.roles import Role
from retained.directory.forms.shape import (
    ShapedForm,
    VersionedForm,
    country_field,
    name_field,
    zone_field,
)

# So many agreements are ticked; more are named by their references.
MOST_TICKS = 60


def role_choices(roles: Sequence[Role]) -> list[tuple[str, str]]:
    """Return roles as choices, each with the sentence that says what it is for."""
    return [(role.value, f"{role.label}: {role.purpose}") for role in roles]


def _agreements_field() -> forms.MultipleChoiceField:
    """Return the field that limits a role."""
    return forms.MultipleChoiceField(
        label="Only for these agreements",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Choose none to let the role reach every agreement.",
    )


class _ReferencesField(forms.CharField):
    """The same where there are too many agreements to tick: their references, a line each."""

    def __init__(self) -> None:
        super().__init__(
            label="Only for these agreements",
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="References, a line each. Write none to let the role reach every agreement.",
        )

    def clean(self, value: Any) -> list[str]:
        """Return the references."""
        return [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()]


class LimitedForm(ShapedForm):
    """A form that may limit a role to named agreements; without agreements it does not ask."""

    def offer_agreements(self, agreements: Sequence[tuple[str, str]]) -> None:
        """Let the form choose among these agreements: by a tick each, or many by reference."""
        field = self.fields["agreements"]
        if not agreements:
            del self.fields["agreements"]
        elif len(agreements) > MOST_TICKS:
            self.fields["agreements"] = _ReferencesField()
        elif isinstance(field, forms.MultipleChoiceField):
            field.choices = [(ref, f"{name} ({ref})") for ref, name in agreements]

    @property
    def agreements_chosen(self) -> list[str]:
        """The references that were chosen; none means every agreement."""
        return list(self.cleaned_data.get("agreements", []))


class InviteForm(LimitedForm):
    """Somebody who is invited into an organisation."""

    email = forms.EmailField(label="E-mail address", max_length=254)
    name = name_field()
    role = forms.ChoiceField(label="Role", widget=forms.Select)
    agreements = _agreements_field()

    def offer_roles(self, roles: Sequence[Role]) -> None:
        """Let the form choose among the roles of the organisation's side."""
        field = self.fields["role"]
        if isinstance(field, forms.ChoiceField):
            field.choices = role_choices(roles)

    def guest(self) -> Guest:
        """Return who is invited, and to what."""
        sent = self.cleaned_data
        return Guest(sent["email"], sent["name"], Role(sent["role"]), self.agreements_chosen)


class RoleForm(LimitedForm):
    """A role that is given to a person."""

    role = forms.ChoiceField(label="Role")
    agreements = _agreements_field()

    def offer_roles(self, roles: Sequence[Role]) -> None:
        """Let the form choose among the roles that the person may still be given."""
        field = self.fields["role"]
        if isinstance(field, forms.ChoiceField):
            field.choices = role_choices(roles)

    @property
    def role_chosen(self) -> Role:
        """The role."""
        return Role(self.cleaned_data["role"])


class PersonForm(VersionedForm):
    """Name and address of a person."""

    name = name_field()
    email = forms.EmailField(label="E-mail address", max_length=254)


class ReasonForm(ShapedForm):
    """Why something is done to somebody's account."""

    reason = forms.CharField(label="Reason", max_length=1000, required=False)


def _new_password_field(label: str) -> forms.CharField:
    """Return a field for a new password: long ones are welcome, spaces count."""
    return forms.CharField(
        label=label,
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class NewPasswordForm(ShapedForm):
    """A new password, written twice."""

    password = _new_password_field("Password")
    again = _new_password_field("Password again")
    field_order: Sequence[str] = (
        "company",
        "country",
        "time_zone",
        "name",
        "email",
        "password",
        "again",
    )

    def clean(self) -> dict[str, object]:
        """Compare the two."""
        sent = super().clean() or {}
        if sent.get("password") and sent.get("again") and sent["password"] != sent["again"]:
            self.add_error("again", "The two passwords differ. Write the same one twice.")
        return sent


class JoinForm(NewPasswordForm):
    """What an invited person writes."""

    name = name_field("Your name")


class SetUpForm(JoinForm):
    """What the first administrator writes of itself."""

    email = forms.EmailField(label="Your e-mail address", max_length=254)

    def set_up(self) -> SetUp:
        """Return what was written; the company is there already."""
        sent = self.cleaned_data
        company = OrganisationDetails(
            sent.get("company", ""), sent.get("time_zone", "UTC"), sent.get("country", "")
        )
        return SetUp(company, sent["name"], sent["email"], sent["password"])


class FoundingForm(SetUpForm):
    """What the first administrator writes where the company is not there yet."""

    company = name_field("Your company")
    country = country_field()
    time_zone = zone_field()


class TokenForm(ShapedForm):
    """An API token."""

    name = forms.CharField(
        label="What it is for", max_length=100, help_text="Such as: nightly import of tickets."
    )
    scope = forms.ChoiceField(
        label="What it may do",
        choices=[("read", "Read only"), ("write", "Read and change what you may change")],
    )
    days = forms.TypedChoiceField(
        label="How long it lives",
        coerce=int,
        initial=90,
        choices=[(7, "7 days"), (30, "30 days"), (90, "90 days"), (366, "a year")],
    )

    @property
    def life(self) -> timedelta:
        """How long the token lives."""
        return timedelta(days=self.cleaned_data["days"])


class SecondFactorForm(ShapedForm):
    """The roles that must have a second factor."""

    roles = forms.MultipleChoiceField(
        label="Roles that must have a second factor",
        required=False,
        choices=[(role.value, role.label) for role in Role],
        widget=forms.CheckboxSelectMultiple,
    )

    @property
    def roles_chosen(self) -> list[Role]:
        """The roles."""
        return [Role(value) for value in self.cleaned_data["roles"]]

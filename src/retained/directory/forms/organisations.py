"""Forms about organisations, legal entities, sites and goals."""

from django import forms

from retained.directory.commands.goals import GoalDetails
from retained.directory.commands.organisations import (
    LegalEntityDetails,
    OrganisationDetails,
    SiteDetails,
)
from retained.directory.engine.lei import parse_lei
from retained.directory.forms.shape import (
    ShapedForm,
    VersionedForm,
    country_field,
    name_field,
    zone_field,
)
from retained.shared.errors import DomainError


class OrganisationForm(ShapedForm):
    """An organisation."""

    name = name_field()
    country = country_field()
    time_zone = zone_field()

    def details(self) -> OrganisationDetails:
        """Return what was written."""
        sent = self.cleaned_data
        return OrganisationDetails(sent["name"], sent["time_zone"], sent["country"])


class OrganisationEditForm(OrganisationForm, VersionedForm):
    """An organisation that is there already."""


class LegalEntityForm(ShapedForm):
    """A legal entity."""

    name = name_field()
    lei = forms.CharField(
        label="LEI",
        max_length=30,
        required=False,
        help_text="Twenty characters, from the register of the issuer. May stay empty.",
    )
    country = country_field()

    def clean_lei(self) -> str:
        """Check the digits while the person still sees the field."""
        text: str = self.cleaned_data["lei"]
        try:
            return parse_lei(text) if text else ""
        except DomainError as error:
            raise forms.ValidationError(error.message) from error

    def details(self) -> LegalEntityDetails:
        """Return what was written."""
        sent = self.cleaned_data
        return LegalEntityDetails(sent["name"], sent["lei"], sent["country"])


class LegalEntityEditForm(LegalEntityForm, VersionedForm):
    """A legal entity that is there already."""


class SiteForm(ShapedForm):
    """A site."""

    name = name_field()
    country = country_field()
    time_zone = zone_field()

    def details(self) -> SiteDetails:
        """Return what was written."""
        sent = self.cleaned_data
        return SiteDetails(sent["name"], sent["time_zone"], sent["country"])


class SiteEditForm(SiteForm, VersionedForm):
    """A site that is there already."""


def _date_input() -> forms.DateInput:
    """Return the browser's own date field."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class GoalForm(ShapedForm):
    """A goal or value."""

    kind = forms.ChoiceField(
        label="Kind", choices=[("goal", "Goal: to be reached"), ("value", "Value: to be kept to")]
    )
    name = name_field()
    meaning = forms.CharField(
        label="What it means",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="How people will know that it is reached or kept to.",
    )
    weight = forms.IntegerField(
        label="Weight",
        min_value=1,
        max_value=100,
        help_text="Points from 1 to 100. Its share is its points over those of all of its kind.",
    )
    starts_on = forms.DateField(label="Holds from", widget=_date_input())
    ends_on = forms.DateField(
        label="No longer holds from",
        required=False,
        widget=_date_input(),
        help_text="Leave empty while it holds.",
    )

    def details(self) -> GoalDetails:
        """Return what was written; raise DomainError if the parts do not fit."""
        sent = self.cleaned_data
        return GoalDetails(
            kind=sent["kind"],
            name=sent["name"],
            meaning=sent["meaning"],
            weight=sent["weight"],
            starts_on=sent["starts_on"],
            ends_on=sent["ends_on"],
        )


class GoalEditForm(GoalForm, VersionedForm):
    """A goal or value that is there already."""

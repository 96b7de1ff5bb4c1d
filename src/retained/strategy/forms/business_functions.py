"""The form of a business function."""

from typing import Any

from django import forms

from retained.directory.forms.shape import ShapedForm
from retained.strategy.commands.business_functions import BusinessFunctionDetails
from retained.strategy.models import Criticality

_TIME = "In minutes; blank where nobody has said."


class BusinessFunctionForm(ShapedForm):
    """A new business function."""

    title = forms.CharField(label="Title", max_length=120)
    reference = forms.CharField(
        label="Reference", max_length=40, help_text="A short word for files: payments."
    )
    criticality = forms.ChoiceField(
        label="How badly the company stands without it", choices=Criticality.choices
    )
    recovery_time_minutes = forms.IntegerField(
        label="How long it may stand still", required=False, min_value=0, help_text=_TIME
    )
    recovery_point_minutes = forms.IntegerField(
        label="How much of its data may be lost", required=False, min_value=0, help_text=_TIME
    )

    def details(self) -> BusinessFunctionDetails:
        """Return what was written."""
        sent: dict[str, Any] = self.cleaned_data
        return BusinessFunctionDetails(
            sent["title"].strip(),
            sent["criticality"],
            sent["recovery_time_minutes"],
            sent["recovery_point_minutes"],
        )


class BusinessFunctionEditForm(BusinessFunctionForm):
    """A business function that is there."""

    reference = None  # type: ignore[assignment] # Django's way to leave a field out
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

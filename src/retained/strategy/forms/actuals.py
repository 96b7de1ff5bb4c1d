"""Forms of what came true: how files are read, a file, and why one is withdrawn."""

from typing import Any

from django import forms

from retained.pages.text_files import FileOrText


class ActualsMappingForm(FileOrText):
    """How the files of a case are read."""

    noun = "a mapping"

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class GiveForm(forms.Form):
    """A ledger, or volumes and headcount."""

    file = forms.FileField()
    control = forms.CharField(
        label="Control total",
        required=False,
        max_length=40,
        help_text="What all rows of a ledger must add up to, written as the ledger writes amounts.",
    )
    replaces = forms.TypedChoiceField(
        label="It replaces", required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, counting: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "nothing: it is further"), *counting]
        self.fields["replaces"].choices = choices  # type: ignore[attr-defined] # a ChoiceField
        if not counting:
            del self.fields["replaces"]


class ReasonForm(forms.Form):
    """Why a file is withdrawn."""

    reason = forms.CharField(label="Why", max_length=500)

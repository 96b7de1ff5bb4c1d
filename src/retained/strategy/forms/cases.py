"""Forms of a business case: as YAML, its signature, and why it is withdrawn."""

from collections.abc import Mapping
from typing import Any

from django import forms

from retained.pages.text_files import FileOrText


class CaseTextForm(FileOrText):
    """A new case from a file or a text."""

    noun = "a case"


class CaseChangeForm(CaseTextForm):
    """What a case says from now on."""

    note = forms.CharField(
        label="Why",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept with the version.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class SignForm(forms.Form):
    """To stand behind an option."""

    chosen = forms.ChoiceField(label="I stand behind", widget=forms.RadioSelect)
    reasons = forms.CharField(
        label="Why",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Read again when somebody asks whether it came true.",
    )
    conditions = forms.CharField(
        label="On these conditions", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    run = forms.CharField(widget=forms.HiddenInput)  # the hash of the figures that were looked at

    def __init__(self, *args: Any, options: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chosen"].choices = list(options.items())  # type: ignore[attr-defined] # a ChoiceField


class WithdrawForm(forms.Form):
    """Why a case is put away."""

    reason = forms.CharField(label="Why", widget=forms.Textarea(attrs={"rows": 2}))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

"""Forms of an agreement as YAML: a new one, or the terms from a day on."""

from django import forms

from retained.contracts.forms.shape import day_field, words_field
from retained.pages.text_files import FileOrText


class _AgreementText(FileOrText):
    noun = "an agreement"


class ImportForm(_AgreementText):
    """A new agreement from a file."""

    add_provider = forms.BooleanField(
        label="Add the provider to the directory if it is not there", required=False
    )


class TermsForm(_AgreementText):
    """The terms of an agreement from a day on."""

    effective_from = day_field("They count from")
    note = words_field(
        "Why",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept with the version. Needed where it corrects one from the same day.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

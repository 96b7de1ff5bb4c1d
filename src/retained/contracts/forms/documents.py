"""Forms of the papers that belong to an agreement."""

from django import forms

from retained.contracts.forms.shape import words_field

DOCUMENT_KINDS = [
    ("master", "Master agreement"),
    ("statement_of_work", "Statement of work"),
    ("data_processing", "Data processing agreement"),
    ("amendment", "Amendment"),
    ("annex", "Annex"),
    ("other", "Other document"),
]


class DocumentForm(forms.Form):
    """A paper that belongs to an agreement."""

    file = forms.FileField(label="File")
    kind = forms.ChoiceField(label="What it is", choices=DOCUMENT_KINDS)
    title = words_field("Name", max_length=120, help_text="Empty: the name of the file.")
    shared = forms.BooleanField(label="Show it to the provider too", required=False)


class ReasonForm(forms.Form):
    """Why something is withdrawn."""

    reason = forms.CharField(label="Why", max_length=2000)

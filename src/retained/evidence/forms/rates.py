"""A file of reference rates, as people send it."""

from django import forms


class RatesForm(forms.Form):
    """The central bank's history, and the first day to keep of it."""

    file = forms.FileField(label="File")
    since = forms.DateField(
        label="From this day on",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Rates of earlier days are left out.",
    )

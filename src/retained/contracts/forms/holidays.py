"""The form that freezes the public holidays of a year."""

from django import forms


class HolidaysForm(forms.Form):
    """The year whose public holidays are frozen."""

    year = forms.IntegerField(min_value=1970, max_value=2200)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

"""What people send to the pages that join all stages."""

from django import forms

from retained.directory.forms.shape import ShapedForm


class ExplainForm(ShapedForm):
    """Why the record does not hold heads that were kept of it."""

    reason = forms.CharField(
        label="Why the record lost them",
        max_length=1000,
        help_text="Such as: restored on 9 November from the backup of 8 November.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

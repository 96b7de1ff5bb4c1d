"""Forms of a list of IT functions: the file, and which of its columns holds what."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from retained.directory.forms.shape import ShapedForm
from retained.strategy.engine.function_columns import COLUMNS


class ListFileForm(forms.Form):
    """The file."""

    file = forms.FileField(label="The list", error_messages={"required": "Choose a file."})


class ColumnsForm(ShapedForm):
    """Which column holds what; blank: the list does not say it."""

    def __init__(self, *args: Any, columns: Sequence[str], **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [("", "not in this list"), *((column, column) for column in columns)]
        for one in COLUMNS:
            self.fields[one.role] = forms.ChoiceField(
                label=one.title, required=False, choices=choices,
                widget=forms.Select(attrs={"class": "form-select"}),
            )  # fmt: skip

    def mapping(self) -> Mapping[str, str]:
        """Return the chosen columns by role."""
        sent = self.cleaned_data if self.is_valid() else {}
        return {role: column for role, column in sent.items() if column}

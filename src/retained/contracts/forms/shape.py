"""The shape of forms whose answers the agreement itself judges.

A field is checked in one place, the models of the engine. Their remarks come back to the field of
the form that they are about, so a form and a file are refused in the same words.
"""

from collections.abc import Mapping
from typing import Any

from django import forms

from retained.contracts.engine.reading import AgreementRefusedError
from retained.shared.remarks import Remark


def day_field(label: str, **more: Any) -> forms.DateField:
    """Return a field for a day, as the browser picks it."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


def words_field(label: str, *, help_text: str = "", required: bool = False, **more: Any) -> Any:
    """Return a field for words; what they mean is judged by the engine."""
    return forms.CharField(label=label, required=required, help_text=help_text, **more)


class Answered(forms.Form):
    """A form whose answers the engine judges: `refuse` puts its remarks beside their fields."""

    # Field of the document, from its end: field of the form.
    places: Mapping[str, str] = {}

    def answer(self, name: str) -> str:
        """Return what was written in a field, even where it is wrong."""
        return str(self.data.get(self.add_prefix(name), "")).strip()

    def answered_list(self, name: str) -> tuple[str, ...]:
        """Return what was ticked."""
        ticked = self.fields[name].widget.value_from_datadict(
            self.data, self.files, self.add_prefix(name)
        )
        return tuple(value for value in ticked or () if value)

    @property
    def asked_volume(self) -> int:
        """The volume for the odds; 0 where none can be read."""
        text = self.answer("volume") if self.is_bound else "100"
        return int(text) if text.isdecimal() and len(text) <= 6 else 0

    def refuse(self, error: AgreementRefusedError) -> None:
        """Show each remark beside the field that it is about, or above the form."""
        for remark in error.remarks:
            self.add_error(self._place(remark), remark.sentence)

    def _place(self, remark: Remark) -> str | None:
        for end, name in self.places.items():
            if remark.place.column.endswith(end) and name in self.fields:
                return name
        return None

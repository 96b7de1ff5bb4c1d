"""What the forms of the directory share: how fields look, and the fields that several have."""

from functools import cache
from zoneinfo import available_timezones

from django import forms

from retained.directory.countries import COUNTRIES


class ShapedForm(forms.Form):
    """A form whose fields carry the classes of the page's components."""

    required_css_class = "required"

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # Django's own arguments
        for field in self.fields.values():
            _shape(field.widget)


def _shape(widget: forms.Widget) -> None:
    """Give a widget the class of its kind."""
    if isinstance(widget, forms.Select):
        widget.attrs.setdefault("class", "form-select")
    elif not isinstance(widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
        widget.attrs.setdefault("class", "form-control")


class VersionedForm(ShapedForm):
    """A form over a row: it carries the version that the person had opened."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


@cache
def zone_choices() -> list[tuple[str, str]]:
    """Return the time zones that a person may choose."""
    zones = sorted(name for name in available_timezones() if "/" in name or name == "UTC")
    return [(name, name.replace("_", " ")) for name in zones if not name.startswith("Etc/")]


def name_field(label: str = "Name") -> forms.CharField:
    """Return a field for a name."""
    return forms.CharField(label=label, max_length=200)


def zone_field() -> forms.ChoiceField:
    """Return a field for a time zone."""
    return forms.ChoiceField(label="Time zone", choices=zone_choices, initial="UTC")


def country_field() -> forms.ChoiceField:
    """Return a field for a country."""
    return forms.ChoiceField(label="Country", choices=[("", "–"), *COUNTRIES], required=False)

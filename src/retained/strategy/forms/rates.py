"""Forms of rate cards: a file, how it is read, why one is withdrawn, and an assumption of rates."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from retained.directory.forms.shape import ShapedForm
from retained.strategy.engine.rate_assumptions import Shape
from retained.strategy.engine.rate_card_mapping import DATE_FORMS, SCHEMA, Unit

_COLUMNS = {
    "role": "Role", "amount": "Amount", "level": "Level", "location": "Location",
    "provider": "Provider", "currency": "Currency", "unit": "Unit", "valid_from": "Valid from",
    "valid_to": "Valid to",
}  # fmt: skip
_EACH = [(one.value, one.each) for one in Unit]
_UNITS = [("", "as its column says"), *_EACH]
_SHAPES = [
    (Shape.MIDDLE.value, "the middle: tenth, median, ninth tenth, smooth (PERT)"),
    (Shape.TRIANGULAR.value, "the same three with straight sides (triangular)"),
    (Shape.SEEN.value, "all of them, each as likely as it was"),
    (Shape.MEDIAN.value, "the median alone, for sure"),
]
_NAME = {"pattern": "[a-z][a-z0-9_]*", "autocapitalize": "off", "spellcheck": "false"}


def _day(label: str, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
    )


class CardFileForm(forms.Form):
    """The file."""

    file = forms.FileField(label="The card", error_messages={"required": "Choose a file."})


class CardMappingForm(ShapedForm):
    """How a card is read: which column holds what, and how it writes units, days and amounts."""

    source = forms.CharField(
        label="What the card is called",
        max_length=120,
        help_text="It stands with every assumption made of it. A card of this name is superseded.",
    )
    on = _day("Of which day")
    whole_currency = forms.CharField(
        label="Currency of the whole card", required=False, max_length=3,
        help_text="Three letters, where no column says it: a $ may be of several countries.",
    )  # fmt: skip
    whole_unit = forms.ChoiceField(label="Unit of the whole card", required=False, choices=_UNITS)
    dates = forms.ChoiceField(
        label="Days are written", required=False, choices=[(form, form) for form in DATE_FORMS]
    )
    decimal = forms.ChoiceField(
        label="Before the cents stands", choices=[(".", "a point: 67.55"), (",", "a comma: 67,55")]
    )
    units = forms.CharField(
        label="Other words for units", required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text="One in each row: Std = hour. Hour, hrs, per day and the like are known.",
    )  # fmt: skip
    hours_a_day = forms.CharField(label="Hours in a day", initial="8", max_length=12)
    hours_a_year = forms.CharField(label="Hours in a year", initial="1680", max_length=12)
    own = forms.BooleanField(
        label="These rates are our own, or were offered to us: no priors", required=False
    )
    leave_out = forms.BooleanField(label="Leave out the rows that cannot be used", required=False)

    def __init__(self, *args: Any, columns: Sequence[str], **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [("", "not in this card"), *((column, column) for column in columns)]
        for role, title in _COLUMNS.items():
            self.fields[role] = forms.ChoiceField(
                label=title, required=role in {"role", "amount"}, choices=choices,
                widget=forms.Select(attrs={"class": "form-select"}),
            )  # fmt: skip
        self.order_fields(["source", "on", *_COLUMNS])

    @staticmethod
    def initial_of(document: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields as a mapping's document has them."""
        same = ("source", "on", "dates", "decimal", "hours_a_day", "hours_a_year")
        units = document.get("units", {})
        return {
            **{name: document[name] for name in same if name in document},
            **document.get("columns", {}),
            "whole_currency": document.get("currency", ""),
            "whole_unit": document.get("unit", ""),
            "units": "\n".join(f"{word} = {unit}" for word, unit in units.items()),
            "own": document.get("prior") is False,
        }

    def document(self) -> dict[str, Any]:
        """Return the mapping as its document holds it; the engine says what is wrong with it."""
        sent = self.cleaned_data
        document: dict[str, Any] = {
            "schema": SCHEMA,
            "source": sent["source"],
            "on": sent["on"].isoformat(),
            "columns": {role: sent[role] for role in _COLUMNS if sent[role]},
            "currency": sent["whole_currency"].strip().upper(),
            "unit": sent["whole_unit"],
            "units": _pairs(sent["units"]),
            "dates": sent["dates"],
            "decimal": sent["decimal"],
            "hours_a_day": sent["hours_a_day"],
            "hours_a_year": sent["hours_a_year"],
        }
        told = {name: value for name, value in document.items() if value}
        return told | ({"prior": False} if sent["own"] else {})


class WithdrawCardForm(ShapedForm):
    """Why a card is withdrawn."""

    reason = forms.CharField(label="Why", max_length=500)


class RatesAssumptionForm(ShapedForm):
    """Which rates of a card make an assumption of a case, and how."""

    card = forms.ChoiceField(label="Rate card")
    role = forms.CharField(
        label="Role holds", required=False, max_length=200, help_text="Empty: every role."
    )
    level = forms.CharField(
        label="Level is", required=False, max_length=200, help_text="Empty: every level."
    )
    on = _day("Valid on", required=False)
    per = forms.ChoiceField(label="Price of", choices=_EACH)
    shape = forms.ChoiceField(label="What is kept of them", choices=_SHAPES)
    replaces = forms.ChoiceField(label="It replaces", required=False)
    name = forms.CharField(
        label="or is new, with this name in formulas", required=False, max_length=60,
        widget=forms.TextInput(attrs=_NAME),
        help_text="Small letters, digits and _, such as day_rate.",
    )  # fmt: skip
    title = forms.CharField(label="What it is", required=False, max_length=300)
    note = forms.CharField(
        label="Why", required=False, max_length=300, help_text="Kept with the version."
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(
        self,
        *args: Any,
        cards: Iterable[tuple[str, str]],
        assumptions: Iterable[tuple[str, str]],
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.fields["card"].choices = list(cards)  # type: ignore[attr-defined] # a ChoiceField
        there = [("", "nothing: it is new"), *assumptions]
        self.fields["replaces"].choices = there  # type: ignore[attr-defined] # a ChoiceField

    def clean(self) -> dict[str, Any]:
        """Ask for a name where nothing is replaced."""
        sent: dict[str, Any] = super().clean() or {}
        if not sent.get("replaces") and not sent.get("name") and "name" not in self.errors:
            self.add_error("name", "Name the assumption, or choose one that it replaces.")
        return sent

    def note_remarks(self, sentences: Iterable[str]) -> None:
        """Say above the form everything that is wrong."""
        for sentence in sentences:
            self.add_error(None, sentence)


def _pairs(text: str) -> dict[str, str]:
    """Return words and units that stand apart by a sign of equality, one pair in each row."""
    pairs = (line.partition("=") for line in text.splitlines() if line.strip())
    return {word.strip(): unit.strip() for word, _, unit in pairs}

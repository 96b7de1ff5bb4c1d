"""Forms of an IT function: what is known of it, people and volumes row by row, or all as YAML.

What a field may hold is judged in one place, the models of the engine: their remarks come back to
the field that they are about.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from retained.directory.forms.shape import ShapedForm
from retained.shared.remarks import Remark
from retained.strategy.engine.function_terms import SCHEMA, DataKind, FunctionTerms, Performer
from retained.strategy.forms.rows import PeopleRows, VolumeRows

PERFORMERS = (
    (Performer.IN_HOUSE.value, "Our own people"),
    (Performer.PROVIDER.value, "A provider"),
    (Performer.SHARED.value, "Shared with others"),
)
KINDS = (
    (DataKind.NONE.value, "None"),
    (DataKind.PERSONAL.value, "Personal"),
    (DataKind.SPECIAL.value, "Special categories (health, belief, ...)"),
    (DataKind.SECRET.value, "The company's secrets"),
)
MOST_CHARACTERS = 500_000
_GROUPS = (
    ("What it is", ("title", "reference", "parent", "owner", "purpose")),
    ("Who does it", ("performer", "currency", "performed_by")),
    ("For whom", ("legal_entities", "sites", "supports")),
    ("Data and tools", ("kinds", "countries", "tools")),
)


def _lines(label: str, hint: str) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=4000, help_text=hint,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


def _several(label: str, choices: Sequence[tuple[str, str]] = ()) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=False, choices=choices, widget=forms.CheckboxSelectMultiple
    )


class FunctionForm(ShapedForm):
    """Everything about a function but people, volumes, who does what, and options."""

    title = forms.CharField(label="Title", max_length=120)
    reference = forms.CharField(
        label="Reference", max_length=40, help_text="A short word for files: service-desk."
    )
    parent = forms.ChoiceField(label="Below", required=False)
    purpose = forms.CharField(
        label="What it is for", required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    owner = forms.CharField(
        label="Owner",
        required=False,
        max_length=300,
        help_text="Who answers for it in the company.",
    )
    performer = forms.ChoiceField(label="Done by", choices=PERFORMERS)
    performed_by = _lines("By whom", "One name a line, where it is not done in-house.")
    legal_entities = _several("Legal entities that it serves")
    sites = _several("Sites that it serves")
    supports = _several("Business functions that it supports")
    kinds = _several("Data that it handles", KINDS)
    countries = forms.CharField(
        label="In which countries", required=False, max_length=300, help_text="Such as NL, DE."
    )
    tools = _lines("Tools", "One a line.")
    currency = forms.CharField(
        label="Currency of its costs", required=False, max_length=3, help_text="Such as EUR."
    )
    note = forms.CharField(
        label="Why", required=False, max_length=500, help_text="Kept with the version."
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)

    wide = frozenset({"purpose", "performed_by", "tools", "note"})

    def __init__(self, *args: Any, choices: Mapping[str, Sequence[tuple[str, str]]], **more: Any):
        super().__init__(*args, **more)
        for name, offered in choices.items():
            blank = [("", "the top")] if name == "parent" else []
            self.fields[name].choices = [*blank, *offered]  # type: ignore[attr-defined] # a ChoiceField
            if name != "parent" and not offered:
                del self.fields[name]

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under their headings."""
        return [
            (title, [self[name] for name in names if name in self.fields])
            for title, names in _GROUPS
        ]

    def clean_countries(self) -> list[str]:
        """Return the countries, however they are set apart."""
        return re.findall(r"[^\s,;]+", self.cleaned_data["countries"].upper())

    def fields_of_document(self) -> dict[str, Any]:
        """Return what was written, as the document holds it; None: nothing was."""
        sent = self.cleaned_data
        kinds = sent["kinds"]
        data = {"kinds": kinds, "countries": sent["countries"]} if kinds else None
        return {
            "title": sent["title"].strip(),
            "parent": sent["parent"] or None,
            "purpose": sent["purpose"].strip() or None,
            "owner": sent["owner"].strip() or None,
            "performer": sent["performer"],
            "performed_by": _listed(sent["performed_by"]),
            "legal_entities": sent.get("legal_entities") or None,
            "sites": sent.get("sites") or None,
            "supports": sent.get("supports") or None,
            "tools": _listed(sent["tools"]),
            "currency": sent["currency"].strip().upper() or None,
            "data": data,
        }


class FunctionDesk:
    """The form of a function with its rows of people and volumes: read and refused together."""

    def __init__(
        self,
        sent: Mapping[str, Any] | None,
        *,
        before: FunctionTerms | None,
        choices: Mapping[str, Sequence[tuple[str, str]]],
        version: int | None = None,
    ) -> None:
        self.before = before
        first = initial_of(before, version)
        self.form = FunctionForm(sent or None, choices=choices, initial=first)
        if before is not None:
            del self.form.fields["reference"]
        self.people = PeopleRows.of(sent, before)
        self.volumes = VolumeRows.of(sent, before)

    def is_valid(self) -> bool:
        """Return whether everything can be read as text; the engine judges the rest."""
        return all([self.form.is_valid(), self.people.is_valid(), self.volumes.is_valid()])

    def document(self) -> dict[str, Any]:
        """Return the document that was written; what the form does not show stays as it was."""
        before = self.before.as_document() if self.before else {"schema": SCHEMA}
        reference = self.before.reference if self.before else self.form.cleaned_data["reference"]
        document = {
            **before,
            "reference": reference.strip(),
            **self.form.fields_of_document(),
            "people": self.people.document() or None,
            "volumes": self.volumes.document() or None,
        }
        return {name: value for name, value in document.items() if value is not None}

    def refuse(self, remarks: Iterable[Remark]) -> None:
        """Put each remark beside the field that it is about, or above the form."""
        for remark in remarks:
            path = remark.place.column.split(".")
            placed = self.people.refuse(path, remark.sentence) or self.volumes.refuse(
                path, remark.sentence
            )
            if not placed:
                self.form.add_error(self._field(path), remark.sentence)

    def _field(self, path: Sequence[str]) -> str | None:
        name = {"data": "countries" if "countries" in path else "kinds"}.get(path[0], path[0])
        return name if name in self.form.fields else None


class FunctionTextForm(ShapedForm):
    """A function as YAML."""

    text = forms.CharField(
        label="The function as YAML", strip=False, max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false"}),
    )  # fmt: skip
    note = forms.CharField(
        label="Why", required=False, max_length=500, help_text="Kept with the version."
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class RetireForm(forms.Form):
    """Why a function is retired."""

    reason = forms.CharField(label="Why", max_length=500)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class VersionForm(forms.Form):
    """The version that the person had opened."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


def initial_of(terms: FunctionTerms | None, version: int | None) -> dict[str, Any]:
    """Return what the form shows at first."""
    if terms is None:
        return {"performer": Performer.IN_HOUSE.value, "currency": "EUR"}
    return {
        "title": terms.title,
        "parent": terms.parent or "",
        "purpose": terms.purpose,
        "owner": terms.owner,
        "performer": terms.performer.value,
        "performed_by": "\n".join(terms.performed_by),
        "legal_entities": list(terms.legal_entities),
        "sites": list(terms.sites),
        "supports": list(terms.supports),
        "kinds": [kind.value for kind in terms.data.kinds] if terms.data else [],
        "countries": ", ".join(terms.data.countries) if terms.data else "",
        "tools": "\n".join(terms.tools),
        "currency": terms.currency or "",
        "version": version,
    }


def _listed(text: str) -> list[str] | None:
    return [line.strip() for line in text.splitlines() if line.strip()] or None

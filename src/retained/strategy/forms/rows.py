"""Rows of a function's form: people by role, and volumes with their history.

There are always some blank rows; a row that is left blank, or emptied, is none.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from django import forms
from django.forms import BaseFormSet, formset_factory

from retained.directory.forms.shape import ShapedForm
from retained.strategy.engine.function_sheets import name_made_of
from retained.strategy.engine.function_terms import FunctionTerms, TeamLine

_BLANK_ROWS = 2
_MOST_ROWS = 200
Rows = TypeVar("Rows", bound="_Rows")


class PeopleRow(ShapedForm):
    """Some people with the same role."""

    role = forms.CharField(label="Role", required=False, max_length=120)
    location = forms.CharField(label="Where", required=False, max_length=300)
    number = forms.CharField(label="Full-time people", required=False, max_length=20)
    yearly_cost = forms.CharField(label="Yearly cost of one", required=False, max_length=20)


class VolumeRow(ShapedForm):
    """A driver of cost."""

    name = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    title = forms.CharField(label="What is counted", required=False, max_length=60)
    unit = forms.CharField(label="Unit", required=False, max_length=60)
    growth = forms.CharField(
        label="Growth a year", required=False, max_length=20,
        widget=forms.TextInput(attrs={"placeholder": "2 %"}),
    )  # fmt: skip
    history = forms.CharField(
        label="Month by month", required=False, max_length=12_000,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "2026-01 3282"}),
    )  # fmt: skip


class _Rows(BaseFormSet):  # type: ignore[type-arg] # Django's stubs know no form of a set
    """Rows of one kind; `numbers` are the rows that say something, in their order."""

    field: ClassVar[str]

    def number_of(self, path: Sequence[str]) -> int | None:
        """Return the row that a remark is about."""
        raise NotImplementedError

    def refuse(self, path: Sequence[str], sentence: str) -> bool:
        """Put a sentence beside the field that `path` names; return whether it is one of these."""
        if path[0] != self.field or len(path) == 1:
            return False
        number = self.number_of(path)
        if number is None:
            return False
        row = self.forms[number]
        row.add_error(path[2] if len(path) > 2 and path[2] in row.fields else None, sentence)
        return True

    @property
    def told(self) -> list[int]:
        """Which rows say something."""
        return [
            number
            for number, row in enumerate(self.forms)
            if any(value for name, value in row.cleaned_data.items() if name != "name")
        ]


class PeopleRows(_Rows):
    """The people in-house."""

    field = "people"

    @classmethod
    def of(cls, sent: Mapping[str, Any] | None, terms: FunctionTerms | None) -> Any:
        """Return the rows that were sent, or those of the terms with some blank ones."""
        return cls.of_lines(sent, terms.people if terms else (), prefix=cls.field)

    @classmethod
    def of_lines(
        cls, sent: Mapping[str, Any] | None, lines: Sequence[TeamLine], *, prefix: str
    ) -> Any:
        """Return the rows that were sent under a prefix, or some lines with blank ones."""
        first = [_line(line) for line in lines]
        return _set_of(PeopleRow, cls)(sent or None, initial=first, prefix=prefix)

    def document(self) -> list[dict[str, str]]:
        """Return the people as the document holds them."""
        return [_written(self.forms[number].cleaned_data) for number in self.told]

    def number_of(self, path: Sequence[str]) -> int | None:
        """Return the row of the n-th line of the document."""
        told = self.told
        return told[int(path[1])] if path[1].isdecimal() and int(path[1]) < len(told) else None


class VolumeRows(_Rows):
    """The drivers of cost."""

    field = "volumes"

    @classmethod
    def of(cls, sent: Mapping[str, Any] | None, terms: FunctionTerms | None) -> Any:
        """Return the rows that were sent, or those of the terms with a blank one."""
        document = terms.as_document().get("volumes", {}) if terms else {}
        first = [
            {**one, "name": name, "history": _history_text(one.get("history", {}))}
            for name, one in document.items()
        ]
        return _set_of(VolumeRow, cls)(sent or None, initial=first, prefix=cls.field)

    def clean(self) -> None:
        """Refuse a name that stands in two rows: one would hide the other."""
        seen: set[str] = set()
        for number in self.told:
            if self._name(number) in seen:
                self.forms[number].add_error("title", "This is counted in a row above already.")
            seen.add(self._name(number))

    def document(self) -> dict[str, Any]:
        """Return the volumes as the document holds them, by name."""
        document: dict[str, Any] = {}
        for number in self.told:
            sent = self.forms[number].cleaned_data
            written = _written({name: sent[name] for name in ("title", "unit", "growth")})
            history = _history(sent["history"])
            document[self._name(number)] = {**written, **({"history": history} if history else {})}
        return document

    def number_of(self, path: Sequence[str]) -> int | None:
        """Return the row of the volume of that name."""
        return next((number for number in self.told if self._name(number) == path[1]), None)

    def _name(self, number: int) -> str:
        """Return the name of a volume: its own, or one made of its title."""
        sent = self.forms[number].cleaned_data
        return sent["name"] or name_made_of(sent["title"]) or f"volume_{number + 1}"


def _set_of(row: type[forms.Form], rows: type[_Rows]) -> Any:
    return formset_factory(
        row, formset=rows, extra=_BLANK_ROWS, max_num=_MOST_ROWS, absolute_max=_MOST_ROWS
    )


def _line(line: TeamLine) -> dict[str, Any]:
    return line.model_dump(mode="json", exclude_none=True)


def _written(sent: Mapping[str, str]) -> dict[str, str]:
    """Return the fields that were filled in."""
    return {name: value.strip() for name, value in sent.items() if value and value.strip()}


def _history(text: str) -> dict[str, str]:
    """Return figures by month, one of each a line: “2026-01 3282”."""
    lines = [line.replace(":", " ").split(None, 1) for line in text.splitlines() if line.strip()]
    return {parts[0]: parts[1] if len(parts) > 1 else "" for parts in lines}


def _history_text(history: Mapping[str, str]) -> str:
    return "\n".join(f"{month} {value}" for month, value in history.items())

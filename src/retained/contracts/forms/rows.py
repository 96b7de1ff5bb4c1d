"""Rows that repeat in a form: windows, rungs, triggers. A row that is emptied is taken out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory

from retained.contracts.forms.shape import Answered

_BETWEEN = re.compile(r"\s*(?:,|;|\n|\band\b)\s*")


class Row(Answered):
    """One row; what is as the agreement has it anyhow is not written."""

    def written(self) -> dict[str, str]:
        """Return the answers that say something."""
        answers = {name: "\n".join(self.answer(name).splitlines()) for name in self.fields}
        return {name: text for name, text in answers.items() if text != self._usual(name)}

    def _usual(self, name: str) -> str:
        return str(self.fields[name].initial or "")


class Rows(BaseFormSet[Row]):
    """The rows of one list, as they were sent or begun with."""

    kind: "RowSet"

    @property
    def filled(self) -> list[Row]:
        """Rows that hold something, or did."""
        begun = self.initial_form_count()
        return [
            row
            for number, row in enumerate(self.forms)
            if number < begun or (row.is_bound and (row.written() or row.errors))
        ]

    @property
    def empty(self) -> list[Row]:
        """Rows for more."""
        filled = self.filled
        return [row for row in self.forms if row not in filled]

    def written_rows(self) -> list[Row]:
        """Return the rows that say something, in their order."""
        return [row for row in self.forms if row.written()]

    def clean(self) -> None:
        """Refuse a name that stands in two rows: one would hide the other."""
        seen: set[str] = set()
        for row in self.written_rows() if self.kind.key else ():
            name = self.kind.key_of(row.written())
            if name in seen:
                row.add_error(self.kind.key, f"“{name}” stands here twice.")
            seen.add(name)

    def refuse(self, field: str, sentence: str) -> None:
        """Put a remark beside the row and field that it is about, or above the rows."""
        for number, row in enumerate(self.written_rows()):
            name = self.kind.field_in_row(field, number, row)
            if name:
                row.add_error(name if name in row.fields else None, sentence)
                return
        self.non_form_errors().append(sentence)


@dataclass(frozen=True, slots=True)
class RowSet:
    """A list of the document as rows: values with fields, or names (`key`) with a value.

    With `between`, the value is itself a list, shown with that between its parts. `unnamed` is
    the name of a row that gives none.
    """

    name: str
    title: str
    form: type[Row]
    path: str
    key: str = ""
    value: str = ""
    between: str = ""
    unnamed: str = ""
    hint: str = ""
    empty_rows: int = 2

    def begun(self, held: Any) -> list[dict[str, str]]:
        """Return the rows to begin with."""
        if not self.key:
            return [{name: str(text).strip() for name, text in row.items()} for row in held or ()]
        return [
            {name: text.strip() for name, text in row.items() if text.strip()}
            for row in (
                {self.key: key, self.value: self._as_text(value)}
                for key, value in (held or {}).items()
            )
        ]

    def rows(self, data: Mapping[str, Any] | None, begun: Sequence[dict[str, str]],
             choices: Mapping[str, Sequence[tuple[str, str]]]) -> Rows:  # fmt: skip
        """Return the rows as a formset, with the choices that its fields offer."""
        made: Any = formset_factory(self.form, formset=Rows, extra=self.empty_rows)
        rows: Rows = made(data, prefix=self.name, initial=begun)
        rows.kind = self
        for row in rows.forms:
            for name in choices.keys() & row.fields.keys():
                row.fields[name].choices = choices[name]  # type: ignore[attr-defined] # a ChoiceField
        return rows

    def value_of(self, rows: Sequence[dict[str, str]]) -> Any:
        """Return what the document holds for these rows; None for none."""
        if not self.key:
            return list(rows) or None
        named = {self.key_of(row): row.get(self.value, "") for row in rows}
        if self.between:
            return {name: self._parts(text) for name, text in named.items()} or None
        return named or None

    def key_of(self, row: Mapping[str, str]) -> str:
        """Return the name under which a row stands in the document."""
        return row.get(self.key, "") or self.unnamed

    def field_in_row(self, field: str, number: int, row: Row) -> str:
        """Return the field of this row that `field` below the list means; empty for another."""
        if self.key:
            name = self.key_of(row.written())
            return self.value if field == name or field.startswith(f"{name}.") else ""
        own, _, name = field.partition(".")
        return (name or "row") if own == str(number) else ""

    def _as_text(self, value: Any) -> str:
        return self.between.join(value) if self.between else str(value)

    def _parts(self, text: str) -> list[str]:
        parts = text.splitlines() if self.between == "\n" else _BETWEEN.split(text)
        return [part.strip() for part in parts if part.strip()]


def chosen_field(
    label: str, choices: Sequence[tuple[str, str]] = (), *, initial: str = "", help_text: str = ""
) -> forms.ChoiceField:
    """Return a list to choose from; `initial` is what holds where nothing is said."""
    return forms.ChoiceField(
        label=label, choices=choices, required=False, initial=initial, help_text=help_text
    )

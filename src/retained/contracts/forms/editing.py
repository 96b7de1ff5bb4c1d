"""The form of one part of an agreement: it says what was changed and nothing else.

It holds no rule: fields lead to places of the document, the engine judges what results.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.forms import BoundField

from retained.contracts.engine.editing import Change, Part
from retained.contracts.engine.reading import AgreementRefusedError
from retained.contracts.forms.rows import Rows, RowSet
from retained.contracts.forms.shape import Answered, day_field, words_field

Choices = Mapping[str, Sequence[tuple[str, str]]]


class VersionFields(Answered):
    """From which day on a change counts, why, and what it was made on."""

    effective_from = day_field("It counts from")
    note = words_field(
        "Why",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept with the version. Needed where it corrects one from the same day.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    based_on = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class RemoveForm(VersionFields):
    """From when on a part is gone."""


class EditForm(VersionFields):
    """A part of an agreement: `paths` lead from fields to its document, `row_sets` from rows."""

    paths: Mapping[str, str] = {}
    row_sets: tuple[RowSet, ...] = ()
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __init__(
        self, data: Mapping[str, Any] | None, *, part: Part, document: Mapping[str, Any],
        initial: Mapping[str, Any], choices: Choices, is_new: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(data, initial=dict(initial))
        self.part = part
        if "name" in self.fields and not is_new:
            self.initial["name"] = part.name
        for name in choices.keys() & self.fields.keys():
            self.fields[name].choices = choices[name]  # type: ignore[attr-defined] # a ChoiceField
        for name, path in self.paths.items():
            held = _held(document, path)
            if held is not None:
                self.initial[name] = self._shown(name, held)
        self._begun = {kind.name: kind.begun(_held(document, kind.path)) for kind in self.row_sets}
        self.rows: dict[str, Rows] = {
            kind.name: kind.rows(data, self._begun[kind.name], choices) for kind in self.row_sets
        }

    def is_valid(self) -> bool:
        """Return whether the fields and every row can be read."""
        return all([super().is_valid(), *(rows.is_valid() for rows in self.rows.values())])

    @property
    def named_part(self) -> Part:
        """The part under the name that the form now gives it."""
        if "name" not in self.fields or not self.is_bound:
            return self.part
        return replace(self.part, name=self.answer("name"))

    def changes(self) -> list[Change]:
        """Return what differs from what the form began with."""
        return [*self._changed_fields(), *self._changed_rows()] if self.is_bound else []

    def refuse(self, error: AgreementRefusedError) -> None:
        """Show each remark beside its field or row, or above the form."""
        for remark in error.remarks:
            field = self.part.own_field(remark.place.column)
            rows = self._rows_of(field)
            if rows is not None and field is not None:
                rows.refuse(field.removeprefix(rows.kind.path).removeprefix("."), remark.sentence)
            else:
                self.add_error(self._field_of(field), remark.sentence)

    def laid_out(self) -> Iterator[tuple[str, list[BoundField], list[Rows]]]:
        """Yield each group with its fields and rows."""
        last = ("The version", ("effective_from", "note"))
        for title, names in (*self.groups, last):
            fields = [self[name] for name in names if name in self.fields]
            yield title, fields, [self.rows[name] for name in names if name in self.rows]

    def _changed_fields(self) -> Iterator[Change]:
        for name, path in self.paths.items():
            before, now = self._as_answer(name, self[name].initial), self._answered(name)
            if now != before:
                usual = self._as_answer(name, self.fields[name].initial)
                yield Change(tuple(path.split(".")), None if now == usual else now)

    def _changed_rows(self) -> Iterator[Change]:
        for kind in self.row_sets:
            now = [row.written() for row in self.rows[kind.name].written_rows()]
            if now != self._begun[kind.name]:
                yield Change(tuple(kind.path.split(".")), kind.value_of(now))

    def _answered(self, name: str) -> Any:
        field = self.fields[name]
        if isinstance(field, forms.MultipleChoiceField):
            return _in_their_order(self.answered_list(name), self[name].initial or ())
        if isinstance(field, forms.BooleanField):
            return name in self.data
        return _lines(self.answer(name)) if _is_lines(field) else self.answer(name)

    def _as_answer(self, name: str, value: Any) -> Any:
        """Return what a field began with as it would be answered."""
        if isinstance(self.fields[name], forms.BooleanField):
            return bool(value)
        if isinstance(value, list):
            return [str(one).strip() for one in value]
        return str(value if value is not None else "").strip()

    def _shown(self, name: str, held: Any) -> Any:
        field = self.fields[name]
        if isinstance(field, forms.BooleanField):
            return bool(held)
        return list(held) if isinstance(held, list | tuple) else str(held)

    def _rows_of(self, field: str | None) -> Rows | None:
        for rows in self.rows.values():
            path = rows.kind.path
            if field is not None and (field == path or field.startswith(f"{path}.")):
                return rows
        return None

    def _field_of(self, field: str | None) -> str | None:
        """Return the form's field at, above or below a field of the part."""
        if not field:
            return None
        near = [
            name
            for name, path in self.paths.items()
            if f"{field}.".startswith(f"{path}.") or path.startswith(f"{field}.")
        ]
        exact = [name for name in near if self.paths[name] == field]
        return next(iter(exact or near), field if field in self.fields else None)


class LinesField(forms.CharField):
    """A list of the document, a line each."""

    def __init__(self, label: str, help_text: str = "") -> None:
        widget = _LinesWidget(attrs={"rows": 3})
        super().__init__(
            label=label, help_text=help_text, required=False, widget=widget, initial=[]
        )


class _LinesWidget(forms.Textarea):
    def format_value(self, value: Any) -> str | None:
        return "\n".join(value) if isinstance(value, list) else super().format_value(value)


def _is_lines(field: forms.Field) -> bool:
    return isinstance(field, LinesField)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _in_their_order(ticked: Sequence[str], before: Sequence[str]) -> list[str]:
    """Return what was ticked, in the order in which the agreement had it."""
    return [
        *(name for name in before if name in ticked),
        *(name for name in ticked if name not in before),
    ]


def _held(document: Mapping[str, Any], path: str) -> Any:
    """Return what a document holds at a path, or None."""
    held: Any = document
    for key in path.split("."):
        held = held.get(key) if isinstance(held, Mapping) else None
    return held

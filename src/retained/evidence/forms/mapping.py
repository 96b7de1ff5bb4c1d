"""A mapping as a form: a choice for each column and each state that a file holds."""

import json
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Fields
from typing import Any

from django import forms

from retained.evidence.engine.guessing.proposal import Beginning
from retained.evidence.engine.guessing.words import state_for
from retained.evidence.engine.mapping import REQUIRED, ROLES, SCHEMA, Format, Shape
from retained.evidence.engine.staging.stage import format_of
from retained.evidence.forms.mapping_words import (
    DECIMALS,
    ENCODINGS,
    ROLE_LABELS,
    SHAPES,
    STATE_CHOICES,
    UNITS,
    spelled,
)
from retained.evidence.forms.read_as import delimiter_of
from retained.evidence.queries.imports import Proposal
from retained.shared.remarks import Remark

_OF_EVENTS = (Shape.STATE_CHANGES, Shape.UPDATES)
_OF_TICKETS = (Shape.STAMPS, Shape.CLOCK_TABLE, Shape.SNAPSHOTS)
FIELDS_OF_SHAPES: dict[str, tuple[Shape, ...]] = {
    "opening": _OF_EVENTS,
    "hold_unit": _OF_TICKETS,
    "decimal": _OF_TICKETS,
    "cut_off": (Shape.SNAPSHOTS,),
}
_ANEW = {  # a choice that changes every other: the whole page comes anew
    "hx-post": "",
    "hx-trigger": "change",
    "hx-select": "#mapping",
    "hx-target": "#mapping",
    "hx-swap": "outerHTML",
}


class MappingForm(forms.Form):
    """A mapping of one file, with a choice for each column and each state that it holds.

    It starts from a proposal; what it does not show stays as it is there. Shown are the choices of
    the chosen shape alone, and another shape brings others.
    """

    like = forms.CharField(required=False, widget=forms.HiddenInput)
    like_delimiter = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
    like_encoding = forms.CharField(required=False, widget=forms.HiddenInput)
    states_of = forms.CharField(required=False, widget=forms.HiddenInput)
    source = forms.CharField(
        label="Source",
        max_length=100,
        help_text="The system it comes from. A source that was read before brings its choices.",
        widget=forms.TextInput(attrs={"list": "known-sources", **_ANEW}),
    )
    pattern = forms.CharField(
        label="Names of such files", max_length=200, help_text="* stands for any letters."
    )
    delimiter = forms.CharField(
        label="Columns are separated by",
        max_length=3,
        help_text="One character, or the word tab.",
        widget=forms.TextInput(attrs=_ANEW),
    )
    encoding = forms.ChoiceField(
        label="Encoding of the text", choices=ENCODINGS, widget=forms.Select(attrs=_ANEW)
    )
    time_zone = forms.CharField(label="Time zone of the times", max_length=60)
    datetime = forms.CharField(
        label="Times are written",
        help_text="%Y-%m-%d %H:%M, or iso; one a line.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    missing = forms.CharField(
        label="No value is written", required=False, help_text="Separated by blanks, like ? N/A."
    )
    only = forms.CharField(
        label="Read only rows where",
        required=False,
        help_text="A line for each column, like: SLA definition = Resolution P1 | Resolution P2. "
        "Other rows are counted and left.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    priorities = forms.CharField(
        label="Priorities by another name",
        required=False,
        help_text="A line for each, like: 1 - Critical = P1. Others keep their names.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    shape = forms.ChoiceField(label="A row is", choices=SHAPES)
    opening = forms.ChoiceField(
        label="A ticket opens with",
        choices=[
            ("state", "its state “new”, or its time of opening"),
            ("first_row", "its first row"),
        ],
        required=False,
    )
    hold_unit = forms.ChoiceField(label="Pauses are counted in", choices=UNITS, required=False)
    decimal = forms.ChoiceField(label="Numbers are written", choices=DECIMALS, required=False)
    cut_off = forms.CharField(
        label="Cut-off in the file’s name",
        required=False,
        help_text="Where no column holds it: the name with its date as %Y-%m-%d, "
        "like tickets-%Y-%m.csv.",
    )

    def __init__(
        self,
        sent: Fields[str, Any] | None = None,
        *,
        proposal: Proposal,
        beginning: Beginning,
        state_column: str,
    ) -> None:
        self._base = proposal.fields
        self._place = proposal.place
        self._part = proposal.fields["files"][proposal.place]
        self.beginning = beginning
        self._columns, self._states = beginning.columns, beginning.values
        self._state_column = state_column
        chosen: dict[str, str] = self._part.get("columns", {})
        self._known = self._known_states(guessed=not proposal.like)
        likely = {**proposal.guess.proposed, **chosen}
        super().__init__(self._completed(sent, likely), initial=self._initial(proposal))
        self._leave_out_what_carries_its_own(proposal.name)
        self._add_columns(chosen)
        self._add_states()

    def _known_states(self, *, guessed: bool) -> dict[str, str]:
        """Return what the states stand for, as far as is known; of a new file, as guessed."""
        told: dict[str, str] = self._part.get("states") or self._base.get("states", {})
        folded = {name.strip().casefold(): state for name, state in told.items()}
        found = {name: folded.get(name.strip().casefold(), "") for name in self._states}
        if guessed:
            found = {name: state or state_for(name) or "" for name, state in found.items()}
        return found

    def _completed(
        self, sent: Fields[str, Any] | None, likely: Fields[str, str]
    ) -> dict[str, Any] | None:
        """Return what was sent, with likely choices for all that the page did not show.

        States that were sent belong to the column that they were shown for.
        """
        if sent is None:
            return None
        given = {name: sent[name] for name in sent}
        if given.get("states_of") != self._state_column:
            given = {name: given[name] for name in given if not name.startswith("state_")}
        given["states_of"] = self._state_column
        columns = {f"column_{role}": column for role, column in likely.items()}
        states = {f"state_{number}": self._known[name] for number, name in enumerate(self._states)}
        return self._first_values() | columns | states | given

    def _first_values(self) -> dict[str, Any]:
        return {"encoding": self._part.get("encoding", "utf-8"), "decimal": "."}

    def _initial(self, proposal: Proposal) -> dict[str, Any]:
        base, part = self._base, self._part
        formats = part.get("datetime", ["iso"])
        delimiter = spelled(part.get("delimiter") or "")
        encoding = part.get("encoding", "utf-8").replace("_", "-")
        return {
            "like": proposal.like,
            "like_delimiter": delimiter,
            "like_encoding": encoding,
            "states_of": self._state_column,
            "source": base["source"],
            "time_zone": base["time_zone"],
            "pattern": part["pattern"],
            "delimiter": delimiter,
            "encoding": encoding,
            "shape": part["shape"],
            "datetime": formats if isinstance(formats, str) else "\n".join(formats),
            "missing": " ".join(mark for mark in part.get("missing", []) if mark),
            "only": "\n".join(
                f"{column} = {' | '.join([values] if isinstance(values, str) else values)}"
                for column, values in part.get("only", {}).items()
            ),
            "priorities": "\n".join(
                f"{name} = {new}" for name, new in base.get("priorities", {}).items()
            ),
            "opening": part.get("opening", "state"),
            "hold_unit": part.get("hold_unit", "seconds"),
            "decimal": part.get("decimal", "."),
            "cut_off": part.get("cut_off") or "",
        }

    def _leave_out_what_carries_its_own(self, name: str) -> None:
        form = format_of(name)
        if form is not Format.CSV:
            del self.fields["delimiter"]
        if form not in {Format.CSV, Format.JSON_LINES}:
            del self.fields["encoding"]
        elif (named := self.initial["encoding"]) not in dict(ENCODINGS):
            choices = [*ENCODINGS, (named, named)]
            self.fields["encoding"] = forms.ChoiceField(
                label="Encoding of the text", choices=choices, widget=forms.Select(attrs=_ANEW)
            )

    def _add_columns(self, chosen: Fields[str, str]) -> None:
        choices = [("", "—"), *((column, column) for column in self._columns)]
        needed = REQUIRED[self.chosen_shape]
        for role in dict.fromkeys(role for shape in Shape for role in ROLES[shape]):
            self.fields[f"column_{role}"] = forms.ChoiceField(
                label=ROLE_LABELS[role],
                choices=choices,
                required=role in needed,
                initial=chosen.get(role, ""),
                error_messages={"required": f"Choose the column for “{ROLE_LABELS[role]}”."},
            )

    def _add_states(self) -> None:
        for number, name in enumerate(self._states):
            self.fields[f"state_{number}"] = forms.ChoiceField(
                label=name,
                choices=STATE_CHOICES,
                required=False,
                initial=self._known[name],
            )

    @property
    def chosen_shape(self) -> Shape:
        """The shape that the page shows: as sent, or as guessed."""
        value = self["shape"].value()
        return Shape(value) if value in set(Shape) else Shape.STATE_CHANGES

    def general_fields(self) -> list[forms.BoundField]:
        """Return the fields about any file."""
        return [
            self[name]
            for name, field in self.fields.items()
            if name in self.base_fields
            and name not in FIELDS_OF_SHAPES
            and not field.widget.is_hidden
        ]

    def column_fields(self) -> list[forms.BoundField]:
        """Return the fields of columns of the chosen shape, those that it needs first."""
        shape = self.chosen_shape
        roles = sorted(ROLES[shape], key=lambda role: role not in REQUIRED[shape])
        further = [self[name] for name, shapes in FIELDS_OF_SHAPES.items() if shape in shapes]
        return [*(self[f"column_{role}"] for role in roles), *further]

    def state_fields(self) -> list[forms.BoundField]:
        """Return the fields of states, where rows of the chosen shape have one."""
        if "state" not in ROLES[self.chosen_shape]:
            return []
        return [self[f"state_{number}"] for number in range(len(self._states))]

    def unmapped_states(self) -> list[str]:
        """Return the states that nobody has said anything about yet."""
        return [str(field.label) for field in self.state_fields() if not field.value()]

    def unused_columns(self) -> list[str]:
        """Return the columns of the file that nothing is read from."""
        shown = [self[f"column_{role}"].value() for role in ROLES[self.chosen_shape]]
        further = [*self._part.get("attributes", {}).values(), *self._part.get("only", {})]
        used = {str(name).casefold() for name in (*shown, *further)}
        return [column for column in self._columns if column.casefold() not in used]

    def open_choices(self) -> list[str]:
        """Return in words what must be chosen before anything can be read."""
        needed = [self[f"column_{role}"] for role in REQUIRED[self.chosen_shape]]
        missing = [f"“{field.label}”" for field in needed if not field.value()]
        words = [f"Choose the column for {', '.join(missing)}."] if missing else []
        states = self.state_fields()
        if states and len(self.unmapped_states()) == len(states):
            words.append("Choose what the states stand for.")
        return words

    def clean_delimiter(self) -> str:
        """Return the delimiter as one character."""
        delimiter = delimiter_of(self.cleaned_data["delimiter"])
        if delimiter is None:
            raise forms.ValidationError("Write one character, or the word tab.")
        return delimiter

    def clean_only(self) -> dict[str, list[str]]:
        """Return which values of which columns are read."""
        only: dict[str, list[str]] = {}
        for column, sign, values, line in _pairs(self.cleaned_data["only"]):
            if not sign or column not in self._columns:
                raise forms.ValidationError(
                    f"“{line}” names no column of the file: write its name, = and the values, "
                    f"with | between them. The columns are {', '.join(self._columns)}."
                )
            only[column] = [value.strip() for value in values.split("|") if value.strip()]
        return only

    def clean_priorities(self) -> dict[str, str]:
        """Return the new names of priorities."""
        names: dict[str, str] = {}
        for name, _, new, line in _pairs(self.cleaned_data["priorities"]):
            if not name or not new:
                raise forms.ValidationError(
                    f"“{line}” gives no new name: write the file's name, = and the new one."
                )
            names[name] = new
        return names

    def clean(self) -> dict[str, Any]:
        """Ask for a word on at least one state."""
        sent: dict[str, Any] = self.cleaned_data
        states = self.state_fields()
        if sent.get("column_state") and states and len(self.unmapped_states()) == len(states):
            self.add_error("column_state", "Choose below what its states stand for.")
        return sent

    def take(self, remarks: Sequence[Remark]) -> None:
        """Put what is wrong with the mapping beside the fields that say it."""
        for remark in remarks:
            self.add_error(self._field_of(remark.place.column), remark.sentence)

    def _field_of(self, place: str) -> str | None:
        """Return the field for a place in the mapping, like files.0.columns.state."""
        parts = place.split(".")
        names = [f"column_{parts[-1]}"] if "columns" in parts else reversed(parts)
        return next((name for name in names if name in self.fields), None)

    def document(self) -> str:
        """Return the mapping as the text of a YAML file (JSON is YAML)."""
        sent = self.cleaned_data
        files = list(self._base["files"])
        files[self._place] = self._sent_part(Shape(sent["shape"]))
        fields = {
            **self._base,
            "schema": SCHEMA,
            "source": sent["source"],
            "time_zone": sent["time_zone"],
            "files": files,
            "priorities": sent["priorities"],
        }
        if "states" not in self._part:
            fields["states"] = self._sent_states(self._base.get("states", {}))
        return json.dumps(fields, ensure_ascii=False)

    def _sent_states(self, told: Fields[str, str]) -> dict[str, str]:
        """Return what the states stand for; those that this file does not hold stay."""
        shown = {name.strip().casefold() for name in self._states}
        chosen = {
            name: self.cleaned_data[f"state_{number}"]
            for number, name in enumerate(self._states)
            if self.cleaned_data[f"state_{number}"]
        }
        others = {name: told[name] for name in told if name.strip().casefold() not in shown}
        return {**others, **chosen}

    def _sent_part(self, shape: Shape) -> dict[str, Any]:
        """Return the part of the mapping that reads the file: of the shape's own fields only."""
        sent = self.cleaned_data
        columns = {role: sent[f"column_{role}"] for role in ROLES[shape]}
        kept = {name: self._part[name] for name in self._part if name not in FIELDS_OF_SHAPES}
        further = {
            name: sent[name]
            for name, shapes in FIELDS_OF_SHAPES.items()
            if shape in shapes and sent[name]
        }
        written = {name: sent[name] for name in ("delimiter", "encoding") if name in self.fields}
        if "states" in self._part:
            further["states"] = self._sent_states(self._part["states"])
        return {
            **kept,
            **written,
            "pattern": sent["pattern"],
            "shape": shape.value,
            "datetime": [line.strip() for line in sent["datetime"].splitlines() if line.strip()],
            "missing": ["", *sent["missing"].split()],
            "only": sent["only"],
            "columns": {role: column for role, column in columns.items() if column},
            **further,
        }


def _pairs(text: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield each line of a text as what stands before its =, the =, what follows, and the line."""
    for line in filter(None, map(str.strip, text.splitlines())):
        name, sign, value = (part.strip() for part in line.partition("="))
        yield name, sign, value, line

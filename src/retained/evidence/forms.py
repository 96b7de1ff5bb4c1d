"""What people send about evidence: a mapping, a reason, a figure of the provider's report."""

import json
from collections.abc import Mapping as Fields
from collections.abc import Sequence
from typing import Any

from django import forms

from retained.evidence.engine.mapping import ROLES, SCHEMA, Shape
from retained.shared.states import State

SHAPES = (
    ("state_changes", "one change of state"),
    ("updates", "one update, with the state in it"),
    ("stamps", "one ticket, with the times of its steps"),
    ("clock_table", "a tool's own clock of one ticket"),
    ("snapshots", "one ticket as it stood at a cut-off"),
)
UNITS = [(unit, unit) for unit in ("seconds", "minutes", "hours", "days")]
_OF_EVENTS = (Shape.STATE_CHANGES, Shape.UPDATES)
_OF_TICKETS = (Shape.STAMPS, Shape.CLOCK_TABLE, Shape.SNAPSHOTS)
FIELDS_OF_SHAPES: dict[str, tuple[Shape, ...]] = {
    "opening": _OF_EVENTS,
    "hold_unit": _OF_TICKETS,
    "cut_off": (Shape.SNAPSHOTS,),
}
_STATES = [(state.value, state.value.replace("_", " ")) for state in State]
STATE_CHOICES = [*_STATES, ("unchanged", "says nothing about the state"), ("", "not mapped")]
ROLE_LABELS = {
    "ticket": "Ticket",
    "at": "Time of the row",
    "state": "State",
    "priority": "Priority",
    "opened": "Opened",
    "assigned": "Assigned",
    "started": "Work started",
    "reopened": "Reopened",
    "resolved": "Resolved",
    "closed": "Closed",
    "cancelled": "Cancelled",
    "hold": "Total hold time",
    "start": "Clock started",
    "stop": "Clock stopped",
    "paused": "Paused",
    "cut_off": "Cut-off",
    "reported": "Provider's verdict (met)",
    "breached": "Provider's verdict (breached)",
    "actor": "Who did it",
    "reason": "Reason",
    "sequence": "Order within a moment",
    "row_id": "Id of the row",
    "version": "Version of the row",
}


class SendForm(forms.Form):
    """A file of evidence."""

    file = forms.FileField(label="File")


class WithdrawForm(forms.Form):
    """Why a batch counts no more."""

    reason = forms.CharField(
        label="Why does it count no more?", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class MappingForm(forms.Form):
    """A mapping of one file, with a choice for each column and each state that it holds.

    `base` is the mapping to start from; fields of it that the form does not show stay as they are.
    `proposed` has a likely column for roles of other shapes: the form shows those of the chosen
    shape alone, and another choice brings others.
    """

    source = forms.CharField(label="Source", max_length=100, help_text="The system it comes from.")
    time_zone = forms.CharField(label="Time zone of the times", max_length=60)
    pattern = forms.CharField(
        label="Names of such files", max_length=200, help_text="* stands for any letters."
    )
    shape = forms.ChoiceField(label="A row is", choices=SHAPES)
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
    opening = forms.ChoiceField(
        label="A ticket opens with",
        choices=[
            ("state", "its state “new”, or its time of opening"),
            ("first_row", "its first row"),
        ],
        required=False,
    )
    hold_unit = forms.ChoiceField(label="Pauses are counted in", choices=UNITS, required=False)
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
        base: dict[str, Any],
        columns: Sequence[str],
        states: Sequence[str],
        proposed: Fields[str, str],
    ) -> None:
        self._base = base
        self._states = list(states)
        self._columns = list(columns)
        part = base["files"][0]
        chosen = part.get("columns", {})
        super().__init__(
            _completed(sent, {**proposed, **chosen}), initial=self._initial(base, part)
        )
        choices = [("", "—"), *((column, column) for column in columns)]
        for role in self._roles():
            self.fields[f"column_{role}"] = forms.ChoiceField(
                label=ROLE_LABELS[role],
                choices=choices,
                required=False,
                initial=chosen.get(role, ""),
            )
        known = part.get("states") or base.get("states", {})
        for number, name in enumerate(self._states):
            self.fields[f"state_{number}"] = forms.ChoiceField(
                label=name, choices=STATE_CHOICES, required=False, initial=known.get(name, "")
            )

    @staticmethod
    def _initial(base: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
        formats = part.get("datetime", ["iso"])
        return {
            "source": base["source"],
            "time_zone": base["time_zone"],
            "pattern": part["pattern"],
            "shape": part["shape"],
            "datetime": formats if isinstance(formats, str) else "\n".join(formats),
            "missing": " ".join(mark for mark in part.get("missing", []) if mark),
            "only": "\n".join(
                f"{column} = {' | '.join([values] if isinstance(values, str) else values)}"
                for column, values in part.get("only", {}).items()
            ),
            "opening": part.get("opening", "state"),
            "hold_unit": part.get("hold_unit", "seconds"),
            "cut_off": part.get("cut_off") or "",
        }

    @staticmethod
    def _roles() -> list[str]:
        return list(dict.fromkeys(role for shape in Shape for role in ROLES[shape]))

    @property
    def chosen_shape(self) -> Shape:
        """The shape that the page shows: as sent, or as guessed."""
        value = self["shape"].value()
        return Shape(value) if value in set(Shape) else Shape.STATE_CHANGES

    def general_fields(self) -> list[forms.BoundField]:
        """Return the fields about any file."""
        return [self[name] for name in self.base_fields if name not in FIELDS_OF_SHAPES]

    def column_fields(self) -> list[forms.BoundField]:
        """Return the fields of columns, and the further ones, of the chosen shape."""
        shape = self.chosen_shape
        further = [self[name] for name, shapes in FIELDS_OF_SHAPES.items() if shape in shapes]
        return [*(self[f"column_{role}"] for role in ROLES[shape]), *further]

    def state_fields(self) -> list[forms.BoundField]:
        """Return the fields of states, where rows of the chosen shape have one."""
        if "state" not in ROLES[self.chosen_shape]:
            return []
        return [self[f"state_{number}"] for number in range(len(self._states))]

    def clean_only(self) -> dict[str, list[str]]:
        """Return which values of which columns are read."""
        only: dict[str, list[str]] = {}
        for line in filter(None, map(str.strip, self.cleaned_data["only"].splitlines())):
            column, sign, values = (part.strip() for part in line.partition("="))
            if not sign or column not in self._columns:
                raise forms.ValidationError(
                    f"“{line}” names no column of the file: write its name, = and the values, "
                    f"with | between them. The columns are {', '.join(self._columns)}."
                )
            only[column] = [value.strip() for value in values.split("|") if value.strip()]
        return only

    def document(self) -> str:
        """Return the mapping as the text of a YAML file (JSON is YAML)."""
        sent = self.cleaned_data
        states = {
            name: sent[f"state_{number}"]
            for number, name in enumerate(self._states)
            if sent[f"state_{number}"]
        }
        part = self._part(Shape(sent["shape"]))
        fields = {
            **self._base,
            "schema": SCHEMA,
            "source": sent["source"],
            "time_zone": sent["time_zone"],
            "files": [part],
            "states": states if "state" in part["columns"] else {},
        }
        return json.dumps(fields, ensure_ascii=False)

    def _part(self, shape: Shape) -> dict[str, Any]:
        """Return the part of the mapping that reads the file: of the shape's own fields only."""
        sent = self.cleaned_data
        columns = {role: sent[f"column_{role}"] for role in ROLES[shape]}
        kept = {
            name: value
            for name, value in self._base["files"][0].items()
            if name not in {"states", *FIELDS_OF_SHAPES}
        }
        further = {
            name: sent[name]
            for name, shapes in FIELDS_OF_SHAPES.items()
            if shape in shapes and sent[name]
        }
        return {
            **kept,
            "pattern": sent["pattern"],
            "shape": shape.value,
            "datetime": [line.strip() for line in sent["datetime"].splitlines() if line.strip()],
            "missing": ["", *sent["missing"].split()],
            "only": sent["only"],
            "columns": {role: column for role, column in columns.items() if column},
            **further,
        }


def _completed(sent: Fields[str, Any] | None, likely: Fields[str, str]) -> Fields[str, Any] | None:
    """Return what was sent, with a likely column for each role that the page did not show."""
    if sent is None:
        return None
    return {f"column_{role}": column for role, column in likely.items()} | {
        name: sent[name] for name in sent
    }


class ReportForm(forms.Form):
    """What the provider's report says of a month: a figure, a volume, or a verdict a ticket."""

    label = forms.CharField(
        label="Name in the provider's report",
        max_length=200,
        help_text="Of a figure: the service level's id or title, as the agreement has it.",
    )
    month = forms.RegexField(r"^\d{4}-\d{2}$", label="Month", help_text="Like 2026-10.")
    met = forms.IntegerField(label="Tickets met", required=False, min_value=0)
    counted = forms.IntegerField(label="Tickets counted", required=False, min_value=0)
    percent = forms.CharField(label="Percentage", required=False, max_length=20)
    tickets = forms.IntegerField(
        label="Number of tickets stated",
        required=False,
        min_value=0,
        max_value=10**12,
        help_text="All that were opened in the month: the evidence is held against it.",
    )
    file = forms.FileField(
        label="A file with a verdict for each ticket", required=False, help_text="CSV or XLSX."
    )
    ticket_column = forms.CharField(label="Its column of tickets", required=False)
    verdict_column = forms.CharField(label="Its column of verdicts", required=False)
    says = forms.ChoiceField(
        label="“Yes” in it means",
        choices=[("breached", "missed (breached y/n)"), ("met", "met (in time y/n)")],
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Ask for both columns beside a file."""
        sent: dict[str, Any] = self.cleaned_data
        if sent.get("file") and not (sent.get("ticket_column") and sent.get("verdict_column")):
            self.add_error("file", "Name the file's columns of tickets and of verdicts.")
        return sent

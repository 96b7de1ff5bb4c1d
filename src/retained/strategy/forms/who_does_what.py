"""The matrix of who does what as one table: parties across, steps down, letters in between.

There are always some blank columns and rows; what is left blank, or emptied, is none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from retained.directory.forms.shape import ShapedForm
from retained.shared.remarks import Remark
from retained.strategy.engine.function_terms import RaciSide, RaciTerms

_BLANK_PARTIES = 2
_BLANK_STEPS = 3
_MOST_PARTIES = 12
_MOST_STEPS = 60
_SIDES = ((RaciSide.CLIENT.value, "client"), (RaciSide.PROVIDER.value, "provider"))


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step of the work: the field of its title, and one for each party."""

    number: int
    title: forms.BoundField
    letters: Sequence[forms.BoundField]


class WhoDoesWhatForm(ShapedForm):
    """Parties and steps; fields are named by the number of their column and row."""

    note = forms.CharField(
        label="Why", required=False, max_length=500, help_text="Kept with the version."
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(
        self, sent: Mapping[str, Any] | None, *, raci: RaciTerms | None, version: int
    ) -> None:
        first = {"version": version, **_initial(raci)}
        super().__init__(sent or None, initial=first)
        self._parties = _count(sent, "parties", len(raci.parties) if raci else 0, _BLANK_PARTIES)
        self._steps = _count(sent, "steps", len(raci.activities) if raci else 0, _BLANK_STEPS)
        for column in range(min(self._parties, _MOST_PARTIES)):
            self.fields[f"party-{column}"] = _text(f"Party {column + 1}", 60)
            self.fields[f"side-{column}"] = forms.ChoiceField(
                label=f"Side of party {column + 1}", choices=_SIDES,
                widget=forms.Select(attrs={"class": "form-select"}), required=False,
            )  # fmt: skip
        for row in range(min(self._steps, _MOST_STEPS)):
            self.fields[f"step-{row}"] = _text(f"Step {row + 1}", 120)
            for column in range(min(self._parties, _MOST_PARTIES)):
                label = f"Part of party {column + 1} in step {row + 1}"
                self.fields[f"part-{row}-{column}"] = _text(label, 10)

    @property
    def parties(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields of every party: name and side."""
        return [(self[f"party-{column}"], self[f"side-{column}"]) for column in self._columns]

    @property
    def steps(self) -> list[StepRow]:
        """The fields of every step."""
        return [
            StepRow(
                row + 1,
                self[f"step-{row}"],
                [self[f"part-{row}-{column}"] for column in self._columns],
            )
            for row in self._rows
        ]

    @property
    def counts(self) -> dict[str, int]:
        """How many columns and rows there are, to be sent along."""
        return {"parties": len(self._columns), "steps": len(self._rows)}

    def clean(self) -> dict[str, Any]:
        """Refuse a party that stands in two columns: one would hide the other."""
        sent: dict[str, Any] = super().clean() or {}
        seen: set[str] = set()
        for column in self._columns:
            name = sent.get(f"party-{column}", "")
            if name and name in seen:
                self.add_error(f"party-{column}", f"“{name}” stands in a column before.")
            seen.add(name)
        return sent

    def document(self) -> dict[str, Any] | None:
        """Return the matrix as the document holds it; None where nobody takes part."""
        sent = self.cleaned_data
        columns = [column for column in self._columns if sent[f"party-{column}"]]
        activities = [
            {
                "title": sent[f"step-{row}"],
                "who": {
                    sent[f"party-{column}"]: sent[f"part-{row}-{column}"]
                    for column in columns
                    if sent[f"part-{row}-{column}"]
                },
            }
            for row in self._told
        ]
        parties = {
            sent[f"party-{column}"]: sent[f"side-{column}"] or RaciSide.CLIENT.value
            for column in columns
        }
        return {"parties": parties, "activities": activities} if parties or activities else None

    def refuse(self, remarks: Iterable[Remark]) -> None:
        """Put each remark beside the field that it is about, or above the form."""
        for remark in remarks:
            self.add_error(self._field(remark.place.column.split(".")), remark.sentence)

    def _field(self, path: Sequence[str]) -> str | None:
        if path[:2] != ["raci", "activities"] or len(path) < 3 or not path[2].isdecimal():
            return None
        row = self._told[int(path[2])]
        party = path[4] if len(path) > 4 else None
        for column in self._columns:
            if party is not None and self.cleaned_data[f"party-{column}"] == party:
                return f"part-{row}-{column}"
        return f"step-{row}"

    @property
    def _columns(self) -> range:
        return range(min(self._parties, _MOST_PARTIES))

    @property
    def _rows(self) -> range:
        return range(min(self._steps, _MOST_STEPS))

    @property
    def _told(self) -> list[int]:
        """Which rows say something."""
        sent = self.cleaned_data
        return [
            row
            for row in self._rows
            if sent[f"step-{row}"] or any(sent[f"part-{row}-{column}"] for column in self._columns)
        ]


def _text(label: str, longest: int) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=longest)


def _count(sent: Mapping[str, Any] | None, name: str, there: int, blank: int) -> int:
    """Return how many columns or rows there are: as many as were sent, or some blank ones more."""
    text = str(sent.get(name, "")) if sent else ""
    return int(text) if text.isdecimal() and len(text) < 4 else there + blank


def _initial(raci: RaciTerms | None) -> dict[str, str]:
    if raci is None:
        return {}
    first: dict[str, str] = {}
    for column, (party, side) in enumerate(raci.parties.items()):
        first |= {f"party-{column}": party, f"side-{column}": side.value}
    for row, activity in enumerate(raci.activities):
        first[f"step-{row}"] = activity.title
        for column, party in enumerate(raci.parties):
            first[f"part-{row}-{column}"] = activity.who.get(party, "")
    return first

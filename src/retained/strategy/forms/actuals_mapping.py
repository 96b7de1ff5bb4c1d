"""Forms of a mapping of actuals: which column is what, and where each account goes."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from retained.strategy.engine.account_choices import NO_REASON, NOWHERE, Choice
from retained.strategy.engine.ledger_guesses import DAYS

At = tuple[str, str]
Choices = Sequence[tuple[str, Any]]
LEAVE_OUT = "leave-out"
KINDS = ("ledger", "drivers")
_WORDS = {
    "day": "Day of the booking", "account": "Account", "cost_centre": "Cost centre",
    "text": "Text", "amount": "Amount", "debit": "or debit", "credit": "and credit",
    "currency": "Currency",
}  # fmt: skip
_MUST_BE = {"day", "account"}
_DECIMALS = [("comma", "a comma: 1.234,56"), ("point", "a point: 1,234.56")]
_COSTS = [("positive", "above nothing"), ("negative", "below nothing")]
_BEGINNING = re.compile(r"[^\s*][^*]{0,57}\*?")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class ColumnsForm(forms.Form):
    """How a file is read: its columns, days and figures; `fields_said` is what the engine takes."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    replaces = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(widget=forms.HiddenInput, choices=[(kind, kind) for kind in KINDS])

    def __init__(
        self, *args: Any, columns: Sequence[str], assumptions: Choices, kind: str, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.columns, self.is_ledger = columns, kind == "ledger"
        there = [("", "–"), *((name, name) for name in columns)]
        if self.is_ledger:
            for role, label in _WORDS.items():
                self.fields[role] = _choice(label, there, required=role in _MUST_BE)
        else:
            self.fields["month"] = _choice("Month", there)
        self._add_marks()
        if self.is_ledger:
            self.fields["costs"] = _choice("What was spent stands", _COSTS)
            self.fields["cost_centres"] = forms.CharField(
                label="Only cost centres", required=False, max_length=1000,
                help_text="Those of the case, with commas between; none: all of them.",
            )  # fmt: skip
            self.fields["control"] = forms.CharField(
                label="Control total", required=False, max_length=40,
                help_text="What all rows must add up to, written as the ledger writes amounts.",
            )  # fmt: skip
        else:
            told = [("", "not read"), *assumptions]
            for index, name in enumerate(columns):
                self.fields[f"driver-{index}"] = _choice(name, told, required=False)

    def _add_marks(self) -> None:
        now = self.data.get("days") or self.initial.get("days") or DAYS[0]
        days = [(one, one) for one in dict.fromkeys((*DAYS, str(now)[:20]))]
        self.fields["days"] = _choice("Days are written", days)
        self.fields["decimal"] = _choice("Before decimals stands", _DECIMALS)

    @staticmethod
    def initial_of(fields: Mapping[str, str], columns: Sequence[str]) -> dict[str, str]:
        """Return what the form begins with for fields that were guessed or are known."""
        drivers = {
            f"driver-{index}": fields.get(f"driver:{name}", "")
            for index, name in enumerate(columns)
        }
        return {**fields, **drivers}

    def fields_said(self) -> dict[str, str]:
        """Return what was chosen, as the engine names it; for a form that is valid."""
        said = {name: str(self.cleaned_data.get(name) or "") for name in self.fields}
        drivers = {
            f"driver:{name}": said.get(f"driver-{index}", "")
            for index, name in enumerate(self.columns)
        }
        plain = {
            name: value
            for name, value in said.items()
            if not name.startswith("driver-") and name not in {"number", "replaces", "control"}
        }
        return {name: value for name, value in {**plain, **drivers}.items() if value}


class AccountsForm(forms.Form):
    """Where accounts go: a choice and perhaps a reason for each of `places`, in their order."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    beginning = forms.CharField(label="All that begin with", required=False, max_length=59)
    beginning_line = forms.ChoiceField(label="go to", required=False)
    beginning_because = forms.CharField(label="because", required=False, max_length=200)

    def __init__(
        self,
        *args: Any,
        places: Sequence[At],
        lines: Choices,
        closable: Sequence[tuple[str, str]],
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.places, self._closable = places, closable
        ways = [("", "no line yet"), *lines, (LEAVE_OUT, "leave out, because …")]
        self.fields["beginning_line"] = _choice("go to", ways, required=False)
        for index, at in enumerate(places):
            self.fields[f"at-{index}"] = forms.CharField(
                widget=forms.HiddenInput, initial=json.dumps(at), required=False
            )
            name = f"{at[0]} of {at[1]}" if at[1] else at[0]
            self.fields[f"line-{index}"] = _choice(f"Line of {name}", ways, required=False)
            self.fields[f"because-{index}"] = forms.CharField(
                label=f"Why {name} is left out", required=False, max_length=200,
                widget=forms.TextInput(attrs={"placeholder": "because …"}),
            )  # fmt: skip
        for index, (line, title) in enumerate(closable):
            self.fields[f"closed-{index}"] = forms.CharField(
                label=title, required=False, max_length=7,
                widget=forms.TextInput(attrs={"placeholder": "2026-03"}),
            )  # fmt: skip
            self.fields[f"closed-{index}"].widget.attrs["data-line"] = line

    @staticmethod
    def places_in(sent: Mapping[str, Any]) -> list[At]:
        """Return the accounts that a form which was sent asks of, in its order."""
        places: list[At] = []
        while (text := sent.get(f"at-{len(places)}")) is not None and len(places) < 1000:
            try:
                account, centre = json.loads(text)
            except ValueError:
                break
            places.append((str(account), str(centre)))
        return places

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """Return the fields of each account: which it is, its line, and why it is left out."""
        return [
            (self[f"at-{index}"], self[f"line-{index}"], self[f"because-{index}"])
            for index, _ in enumerate(self.places)
        ]

    def closing(self) -> list[Any]:
        """Return the fields of lines that may be closed."""
        return [self[f"closed-{index}"] for index, _ in enumerate(self._closable)]

    def clean(self) -> dict[str, Any]:
        """Ask for a reason of what is left out, and for a beginning that is one."""
        sent: dict[str, Any] = super().clean() or {}
        for name in (*(str(index) for index, _ in enumerate(self.places)), None):
            line, why = (f"line-{name}", f"because-{name}") if name else (
                "beginning_line", "beginning_because")  # fmt: skip
            if sent.get(line) == LEAVE_OUT and not sent.get(why, "").strip():
                self.add_error(why, "Say why: the reason stays with the mapping.")
        beginning = sent.get("beginning", "")
        if beginning and not _BEGINNING.fullmatch(beginning):
            self.add_error("beginning", "Write how they begin, like 43.")
        if beginning and not sent.get("beginning_line"):
            self.add_error("beginning_line", "Choose where they go.")
        for index, _ in enumerate(self._closable):
            month = sent.get(f"closed-{index}", "")
            if month and not _MONTH.fullmatch(month):
                self.add_error(f"closed-{index}", "Write the month like 2026-03.")
        return sent

    def choices(self) -> dict[At, Choice]:
        """Return what was chosen for each account."""
        sent = self.cleaned_data
        return {
            at: _way(sent.get(f"line-{index}", ""), sent.get(f"because-{index}", ""))
            for index, at in enumerate(self.places)
        }

    def beginning_choice(self) -> tuple[str, Choice] | None:
        """Return the beginning that was said, and where all such accounts go."""
        sent = self.cleaned_data
        if not (sent.get("beginning") and sent.get("beginning_line")):
            return None
        return sent["beginning"], _way(sent["beginning_line"], sent.get("beginning_because", ""))

    def closed(self) -> dict[str, str]:
        """Return the month of each line from which nothing more is booked; "" while more may be."""
        return {
            line: self.cleaned_data.get(f"closed-{index}", "")
            for index, (line, _) in enumerate(self._closable)
        }


def way_of(choice: Choice) -> str:
    """Return a choice as the form's list names it."""
    return LEAVE_OUT if choice.is_left_out else choice.line


def _way(line: str, because: str) -> Choice:
    if line == LEAVE_OUT:
        return Choice(because=because.strip() or NO_REASON)
    return Choice(line) if line else NOWHERE


def _choice(label: str, choices: Choices, *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=required)

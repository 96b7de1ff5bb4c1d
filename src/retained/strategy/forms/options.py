"""The options of a function, each with the team that the company keeps for it, row by row."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import count, takewhile
from typing import Any

from django import forms

from retained.directory.forms.shape import ShapedForm
from retained.shared.remarks import Remark
from retained.strategy.engine.function_sheets import name_made_of
from retained.strategy.engine.function_terms import FunctionTerms
from retained.strategy.engine.own_or_buy import Way
from retained.strategy.engine.questionnaire import WAY_TITLES
from retained.strategy.forms.rows import PeopleRows

_WAYS = [("", "not said"), *((way.value, WAY_TITLES[way]) for way in Way)]
_MOST_OPTIONS = 30


class OptionForm(ShapedForm):
    """One option: its name, and the way that it goes."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    title = forms.CharField(label="Option", required=False, max_length=120)
    way = forms.ChoiceField(
        label="Way", required=False, choices=_WAYS,
        widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip


class OptionDesk:
    """An option with the rows of its team."""

    def __init__(
        self, number: int, sent: Mapping[str, Any] | None, *, key: str, terms: FunctionTerms
    ) -> None:
        option = terms.options.get(key)
        first = {"key": key, "title": option.title, "way": option.way} if option else {}
        self.number = number + 1
        self.form = OptionForm(sent or None, initial=first, prefix=f"option-{number}")
        lines = option.team if option else ()
        self.team = PeopleRows.of_lines(sent, lines, prefix=f"team-{number}")

    @property
    def is_told(self) -> bool:
        """Whether it says something."""
        return bool(self.form.cleaned_data.get("title") or self.team.told)

    @property
    def key(self) -> str:
        """Its own key, or one made of its title."""
        sent = self.form.cleaned_data
        return sent["key"] or name_made_of(sent["title"]) or f"option_{self.number}"

    def document(self) -> dict[str, Any]:
        """Return the option as the document holds it."""
        sent = self.form.cleaned_data
        way = {"way": sent["way"]} if sent["way"] else {}
        return {"title": sent["title"].strip(), **way, "team": self.team.document()}


class OptionsForm(ShapedForm):
    """All options of a function; one is always blank. A title that is emptied takes it out."""

    currency = forms.CharField(
        label="Currency of all costs", required=False, max_length=3, help_text="Such as EUR."
    )
    note = forms.CharField(
        label="Why", required=False, max_length=500, help_text="Kept with the version."
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(
        self, sent: Mapping[str, Any] | None, *, terms: FunctionTerms, version: int
    ) -> None:
        super().__init__(
            sent or None, initial={"currency": terms.currency or "EUR", "version": version}
        )
        keys = _sent_keys(sent) if sent else [*terms.options, ""]
        self.options = [
            OptionDesk(number, sent, key=key, terms=terms)
            for number, key in enumerate(keys[:_MOST_OPTIONS])
        ]

    def is_valid(self) -> bool:
        """Return whether everything can be read as text; the engine judges the rest."""
        parts = [part for one in self.options for part in (one.form, one.team)]
        return all([super().is_valid(), *(part.is_valid() for part in parts)])

    def fields_of_document(self) -> dict[str, Any]:
        """Return options and currency as the document holds them; None: nothing was written."""
        options = {one.key: one.document() for one in self.options if one.is_told}
        currency = self.cleaned_data["currency"].strip().upper()
        return {"options": options or None, "currency": currency or None}

    def refuse(self, remarks: Iterable[Remark]) -> None:
        """Put each remark beside the field that it is about, or above the form."""
        for remark in remarks:
            path = remark.place.column.split(".")
            if not self._refuse_option(path, remark.sentence):
                field = path[0] if path[0] in self.fields else None
                self.add_error(field, remark.sentence)

    def _refuse_option(self, path: Sequence[str], sentence: str) -> bool:
        if path[0] != "options" or len(path) < 2:
            return False
        desk = next((one for one in self.options if one.is_told and one.key == path[1]), None)
        if desk is None:
            return False
        if len(path) > 3 and path[2] == "team":
            return bool(desk.team.refuse([desk.team.field, *path[3:]], sentence))
        desk.form.add_error(path[2] if path[2:] and path[2] in desk.form.fields else None, sentence)
        return True


def _sent_keys(sent: Mapping[str, Any]) -> list[str]:
    """Return the keys of the options that were sent, whatever has been saved since."""
    titles = takewhile(lambda number: f"option-{number}-title" in sent, count())
    return [str(sent.get(f"option-{number}-key", "")) for number in titles]
